import type { NodeAPI } from 'node-red';
import { choiceField, numberField } from '../../shared/red/fields';
import { registerWatch } from '../../shared/red/watch-node';

/** The state of the exchange, and a gate that is open while it is operative. */
export default function (RED: NodeAPI): void {
  registerWatch(RED, 'bitfinex-maintenance-watch', (saved) => ({
    mode: choiceField(saved, 'gate', ['block', 'hold']),
    limit: numberField(saved, 'holdLimit', 100, 1),
    maxMs: numberField(saved, 'holdMaxMs', 60_000, 1),
  }));
}

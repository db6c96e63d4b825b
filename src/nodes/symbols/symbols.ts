import type { NodeAPI } from 'node-red';
import { registerSymbols } from '../../shared/red/symbols-node';

/** What the exchange lists: pairs, perpetuals, funding currencies, and their sizes. */
export default function (RED: NodeAPI): void {
  registerSymbols(RED, 'bitfinex-symbols');
}

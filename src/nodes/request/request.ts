import type { NodeAPI } from 'node-red';
import { registerRequest } from '../../shared/red/request-node';

/** Any reading call: a method of ccxt, or a path of the exchange. */
export default function (RED: NodeAPI): void {
  registerRequest(RED, 'bitfinex-request');
}

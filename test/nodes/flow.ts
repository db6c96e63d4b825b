import helper from 'node-red-node-test-helper';
import type { Node } from 'node-red';
import account from '../../src/nodes/account/account';
import bookStream from '../../src/nodes/book-stream/book-stream';
import tickerStream from '../../src/nodes/ticker-stream/ticker-stream';
import tradesStream from '../../src/nodes/trades-stream/trades-stream';
import { hub } from '../../src/shared/link/hub';
import type { StreamMessage } from '../../src/shared/red/message';
import { startExchange, type Exchange, type ExchangeOptions } from '../../src/shared/simulator/exchange';
import { until } from '../until';

helper.init(require.resolve('node-red'));

/** A node under test with what left it, its statuses and its errors. */
export interface Rig {
  readonly node: Node;
  readonly messages: (StreamMessage & Record<string, unknown>)[];
  readonly statuses: { fill?: string; text?: string }[];
  readonly errors: { message: string; code?: string; source?: unknown }[];
  readonly exchange: Exchange;
  /** Waits for a message that fits. */
  message(fits?: (message: StreamMessage) => boolean): Promise<StreamMessage & Record<string, unknown>>;
  input(message: Record<string, unknown>): void;
}

let exchange: Exchange | undefined;

/** What a rig is made of beside its node. */
export interface RigOptions {
  readonly account?: Record<string, unknown>;
  readonly seed?: number;
  /** How the exchange is started. */
  readonly exchange?: ExchangeOptions;
  /** Of the account. */
  readonly credentials?: { readonly apiKey: string; readonly apiSecret: string };
  /** Modules of node types beyond account, ticker, trades and book. */
  readonly nodes?: readonly unknown[];
}

/** Starts an exchange and one stream node on it, between a Catch node and a helper node. */
export async function rig(type: string, settings: Record<string, unknown>, options: RigOptions = {}): Promise<Rig> {
  exchange = await startExchange({ seed: options.seed ?? 7, ...options.exchange });
  // without a place on the tab Node-RED takes a node for a config node
  const place = { z: 'tab', x: 1, y: 1 };
  const flow = [
    { id: 'account', type: 'bitfinex-account', name: 'test', environment: 'custom', restUrl: exchange.rest, wsUrl: exchange.ws, ...options.account },
    { id: 'tab', type: 'tab' },
    { id: 'stream', ...place, type, account: 'account', wires: [['out']], ...settings },
    { id: 'out', ...place, type: 'helper', wires: [] },
    { id: 'catch', ...place, type: 'catch', scope: null, wires: [['caught']] },
    { id: 'caught', ...place, type: 'helper', wires: [] },
    { id: 'status', ...place, type: 'status', scope: null, wires: [['said']] },
    { id: 'said', ...place, type: 'helper', wires: [] },
  ];
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- core nodes are plain CommonJS without types
  const core = ['25-catch', '25-status'].map((name) => require(`@node-red/nodes/core/common/${name}.js`) as never);
  const heard = { messages: [] as Rig['messages'], statuses: [] as Rig['statuses'], errors: [] as Rig['errors'] };
  await helper.load([...core, account, tickerStream, tradesStream, bookStream, ...(options.nodes ?? [])] as never, flow as never, { account: options.credentials ?? {} } as never);
  const listen = (id: string, hear: (message: never) => void): void => void helper.getNode(id).on('input', hear as never);
  listen('out', (message) => heard.messages.push(message));
  listen('caught', ({ error }: { error: { message: string; code?: string; source?: unknown } }) => heard.errors.push(error));
  listen('said', ({ status }: { status: { fill?: string; text?: string } }) => heard.statuses.push(status));
  const node = helper.getNode('stream') as unknown as Node;
  return {
    ...heard,
    node,
    exchange,
    message: async (fits = () => true) => until(() => heard.messages.find(fits), 'the message', 10_000) as never,
    input: (message) => node.receive(message as never),
  };
}

/** Ends flow, hub and exchange of the last rig. */
export async function dismantle(): Promise<void> {
  await helper.unload();
  await hub().end();
  await exchange?.stop();
  exchange = undefined;
}

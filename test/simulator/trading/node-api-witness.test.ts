import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../../src/shared/simulator/exchange';
import { synthetic } from '../../../src/shared/simulator/markets/synthetic';
import { until } from '../../until';
import { WitnessTable } from './witness-table';

/** The parts of bitfinex-api-node 9 that are used here; it has no types of its own. */
interface Witness {
  open(): Promise<void>;
  auth(options?: object): Promise<void>;
  close(): Promise<void>;
  send(frame: unknown): void;
  subscribeOrderBook(symbol: string, prec: string, len: string): Promise<boolean>;
  submitOrder(order: object): Promise<NodeOrder>;
  updateOrder(change: object): Promise<unknown>;
  cancelOrder(order: number | object): Promise<unknown>;
  submitOrderMultiOp(operations: unknown[]): Promise<void>;
  on(event: string, heard: (...values: never[]) => void): void;
  onMessage(filter: object, heard: (frame: [chanId: number, type: string, payload: unknown[]]) => void): void;
  getOB(symbol: string): { bids: unknown[][]; asks: unknown[][] } | null;
}

/** An order as its models have it: an array of the wire's columns. */
type NodeOrder = readonly unknown[];

/** bitfinex-api-node 9, unmodified: it checks every sequence number and every checksum itself. */
describe('bitfinex-api-node trades at the simulated exchange', function () {
  this.timeout(60_000);
  const table = new WitnessTable('bitfinex-api-node 9.1.0, with sequence audit and managed books');
  let exchange: Exchange;
  let witness: Witness;
  const errors: unknown[] = [];
  const heard: { type: string; payload: unknown[] }[] = [];
  const types = (): string[] => heard.map(({ type }) => type);
  let checksums = 0;

  before(async () => {
    exchange = await startExchange({ seed: 31, source: synthetic({ seed: 31, pace: 4 }), trading: { latencyMs: 5, jitterMs: 0 } });
    const { apiKey, apiSecret } = exchange.keys[0] as (typeof exchange.keys)[number];
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { WSv2 } = require('bitfinex-api-node') as { WSv2: new (options: unknown) => Witness };
    witness = new WSv2({ url: exchange.ws, apiKey, apiSecret, manageOrderBooks: true, seqAudit: true });
    witness.on('error', (error) => errors.push(error));
    witness.on('cs', () => checksums++);
    witness.onMessage({}, ([chanId, type, payload]) => void (chanId === 0 && type !== 'hb' && heard.push({ type, payload })));
    await witness.open();
    witness.send({ event: 'conf', flags: 65536 + 131072 });
    await witness.subscribeOrderBook('tBTCUSD', 'P0', '25');
  });
  after(async () => {
    await witness.close();
    table.print();
    await exchange.stop();
  });

  const rowOf = (type: string): unknown[] => heard.findLast((one) => one.type === type)?.payload as unknown[];
  /** A price far from or near to the best bid. */
  const best = (side: 'bids' | 'asks', factor: number): string => String(Number((Number(witness.getOB('tBTCUSD')?.[side][0]?.[0]) * factor).toPrecision(5)));

  it('logs in and gets its snapshots', async () => {
    await table.of('auth', () => witness.auth(), () => 'OK');
    await until(() => types().includes('bu'), 'the last of the snapshots');
    const snapshots = [...new Set(types())];
    table.add('snapshots', snapshots.join(' '));
    assert.deepEqual(snapshots, ['ps', 'ws', 'os', 'fos', 'fcs', 'fls', 'wu', 'bu']);
  });

  it('submits, updates and cancels, each promise kept', async () => {
    await until(() => witness.getOB('tBTCUSD')?.bids.length === 25, 'a book');
    const cid = Date.now();
    const order = await table.of('submitOrder EXCHANGE LIMIT', () => witness.submitOrder({ cid, symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: 0.02, price: best('bids', 0.9) }), (row) => String(row[13]));
    const id = order[0] as number;
    assert.deepEqual([typeof id, order[2], order[3], order[6]], ['number', cid, 'tBTCUSD', 0.02]);
    await until(() => types().includes('on'), 'on');
    const price = best('bids', 0.91);
    await table.of('updateOrder', () => witness.updateOrder({ id, price }), () => 'confirmed');
    await until(() => types().includes('ou'), 'ou');
    assert.deepEqual([rowOf('ou')[0], rowOf('ou')[16]], [id, Number(price)]);
    await table.of('cancelOrder', () => witness.cancelOrder(id), () => 'confirmed');
    await until(() => types().includes('oc'), 'oc');
    assert.deepEqual([rowOf('oc')[0], rowOf('oc')[13]], [id, 'CANCELED']);
  });

  it('is filled by the market, and told so in the order of the exchange', async () => {
    const from = heard.length;
    await table.of('submitOrder EXCHANGE MARKET', () => witness.submitOrder({ cid: Date.now(), symbol: 'tBTCUSD', type: 'EXCHANGE MARKET', amount: -0.001 }), (row) => String(row[13]));
    await until(() => heard.slice(from).some(({ type }) => type === 'bu'), 'it has settled');
    const told = heard.slice(from).map(({ type }) => type.replace('auth-', ''));
    table.add('frames of a filled order', told.join(' '));
    assert.deepEqual(told.slice(0, 7), ['n', 'wu', 'wu', 'te', 'oc', 'wu', 'tu']);
    assert.match(String(rowOf('oc')[13]), /^EXECUTED @ \d+(\.\d+)?\(-0\.001\)$/);
  });

  it('is refused in the exchange\'s words', async () => {
    const refused = await witness.submitOrder({ cid: Date.now(), symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: 1000, price: best('bids', 1) }).then(() => undefined, (error: unknown) => error);
    table.add('submitOrder beyond the balance', String(refused));
    assert.match(String(refused), /not enough exchange balance/);
  });

  it('does several things at once', async () => {
    const from = heard.length;
    const order = (cid: number): unknown => ['on', { cid, symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.01', price: best('bids', 0.9) }];
    await witness.submitOrderMultiOp([order(Date.now()), order(Date.now() + 1)]);
    await until(() => heard.slice(from).filter(({ type }) => type === 'on').length === 2, 'two new orders');
    await witness.submitOrderMultiOp([['oc_multi', { all: 1 }]]);
    await until(() => heard.slice(from).filter(({ type }) => type === 'oc').length === 2, 'both cancelled');
    table.add('submitOrderMultiOp', '2 placed, then all cancelled');
  });

  it('has seen no wrong sequence number and no wrong checksum', async () => {
    await until(() => checksums >= 3, 'three checksums', 20_000);
    table.add('sequence audit, checksums', `${errors.length} errors, ${checksums} checksums`);
    assert.deepEqual(errors, []);
  });
});

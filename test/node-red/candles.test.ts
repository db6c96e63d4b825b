import assert from 'node:assert/strict';
import type { Ohlcv, UnifiedCandle } from '../../src/shared/core/ohlcv';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { givenCandles } from '../../src/shared/simulator/markets/given-candles';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { account, catchAll, PLACE, TAB } from './flow';

const KEY = 'trade:1m:tBTCUSD';
const MINUTE = 60_000;
const COUNT = 40;
const HISTORY = 10;

/** A node and its collector. */
const candles = (id: string, settings: Record<string, unknown>): FlowNode[] => [
  { id, type: 'bitfinex-candles', ...PLACE, name: '', account: 'account', symbols: 'BTC/USD', timeframe: '1m', history: HISTORY, output: 'window', onlyClosed: false, fillGaps: false, interval: 0, version: 1, ...settings, wires: [[`${id} out`]] },
  { id: `${id} out`, type: 'test-collector', ...PLACE, tag: id, wires: [] },
];

describe('candles and deploys', function () {
  this.timeout(60_000);
  let exchange: Exchange;
  let red: NodeRedChild;
  /** Candles of the past, of which only the first were there at the start. */
  const first = Date.now() - (COUNT + 5) * MINUTE;
  let known = 0;

  const row = (at: number): number[] => [first + at * MINUTE, 100 + at, 101 + at, 102 + at, 99 + at, 1];
  const oneMore = (): void => exchange.trouble.correctCandle(KEY, row(known++));
  const closed = (from = 0): number[] =>
    red
      .messages('one by one')
      .slice(from)
      .map(({ msg }) => msg.payload as UnifiedCandle)
      .filter((candle) => candle.closed)
      .map(({ timestamp }) => (timestamp - first) / MINUTE);
  const window = (): number[] => (red.messages('window').at(-1)?.msg.payload as Ohlcv[]).map(([timestamp]) => (timestamp - first) / MINUTE);
  const upTo = (end: number, count: number): number[] => Array.from({ length: count }, (_, at) => end - count + at);
  const subscriptions = (): number => exchange.log.filter((entry) => entry.kind === 'frame' && entry.text.includes('"subscribe"')).length;

  before(async () => {
    known = 20;
    exchange = await startExchange({ source: givenCandles(synthetic({ seed: 3 }), KEY, Array.from({ length: known }, (_, at) => row(at))) });
    red = await startNodeRed({ flow: [TAB, account('account', exchange), ...candles('one by one', { output: 'candle', onlyClosed: true }), ...candles('window', {}), ...catchAll()] });
  });
  after(async () => {
    await red?.stop();
    await exchange?.stop();
  });

  it('each is closed once, in order, first those of the history', async () => {
    await red.until(() => closed().length === HISTORY, 'the history');
    for (let count = 1; count <= 5; count++) {
      oneMore();
      await red.until(() => closed().length === HISTORY + count, 'one more');
    }
    assert.deepEqual(closed(), upTo(25, HISTORY + 5));
    await red.until(() => window().at(-1) === 24, 'the window');
    assert.deepEqual(window(), upTo(25, HISTORY));
  });

  for (const type of ['full', 'nodes'] as const) {
    it(`a ${type === 'full' ? 'full deploy' : '"nodes" deploy of the changed node'} begins again with the whole history, loses none and doubles none, and asks for no channel`, async () => {
      const before = { messages: red.messages('one by one').length, subscriptions: subscriptions() };
      const flow = [TAB, account('account', exchange), ...candles('one by one', { output: 'candle', onlyClosed: true, name: type }), ...candles('window', { name: type }), ...catchAll()];
      const stops = (): number => red.events.filter((event) => event.kind === 'flows' && event.state === 'stopping').length;
      const stopped = stops();
      const deployed = red.deploy(flow, type);
      await red.until(() => stops() > stopped, 'the flows stop');
      // while one node goes and the next one comes
      for (let count = 0; count < 5; count++) oneMore();
      await deployed;
      oneMore();
      await red.until(() => closed(before.messages).includes(known - 1), 'the newest one');
      const again = closed(before.messages);
      const run = again.slice(again.findLastIndex((one, at) => at === 0 || one <= (again[at - 1] ?? -1)));
      assert.deepEqual(run, upTo(known, run.length), 'no hole, none twice, in order');
      assert.ok(run.length >= HISTORY && again.length - run.length <= 5, 'what is told before is the last word of the node that went');
      await red.until(() => window().at(-1) === known - 1, 'the window');
      assert.deepEqual(window(), upTo(known, HISTORY));
      assert.equal(subscriptions(), before.subscriptions);
      assert.deepEqual(red.messages('errors'), []);
    });
  }
});

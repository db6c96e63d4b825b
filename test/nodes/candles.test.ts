import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import candles from '../../src/nodes/candles/candles';
import type { Ohlcv, UnifiedCandle } from '../../src/shared/core/ohlcv';
import type { StreamMessage } from '../../src/shared/red/message';
import { givenCandles } from '../../src/shared/simulator/markets/given-candles';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { dataPath, needsData } from '../shared-data';
import { until } from '../until';
import { dismantle, rig, type Rig } from './flow';

const KEY = 'trade:1m:tBTCUSD';
const MINUTE = 60_000;

/** A row of the wire: open, CLOSE, high, low. */
type Wire = readonly [timestamp: number, open: number, close: number, high: number, low: number, volume: number];

const start = (settings: Record<string, unknown>, rows?: readonly Wire[]): Promise<Rig> =>
  rig('bitfinex-candles', { symbols: 'BTC/USD', ...settings }, { nodes: [candles], ...(rows === undefined ? {} : { exchange: { source: givenCandles(synthetic({ seed: 7 }), KEY, rows) } }) });

const unified = ([timestamp, open, close, high, low, volume]: Wire): Ohlcv => [timestamp, open, high, low, close, volume];
const rowAt = (timestamp: number, price = 100): Wire => [timestamp, price, price + 1, price + 2, price - 1, 3];
const windowOf = ({ payload }: StreamMessage): Ohlcv[] => payload as Ohlcv[];
const candleOf = ({ payload }: StreamMessage): UnifiedCandle => payload as UnifiedCandle;
const closings = ({ messages }: Rig): UnifiedCandle[] => messages.map(candleOf).filter(({ closed }) => closed);

/** So many candles, one a minute; the last one is due to be closed in `dueInMs`. */
function minutes(count: number, dueInMs: number): Wire[] {
  const last = Date.now() - MINUTE - 3_000 + dueInMs;
  return Array.from({ length: count }, (_, at) => rowAt(last - (count - 1 - at) * MINUTE, 100 + at));
}

describe('candles', function () {
  this.timeout(30_000);
  afterEach(dismantle);

  describe('recorded ones', () => {
    it('come back as they are, in the order of ccxt, as a window and on demand', async function () {
      needsData(this);
      const { rows } = JSON.parse(readFileSync(dataPath('candles.json'), 'utf8')) as { rows: Wire[] };
      const expected = rows.map(unified).sort(([a], [b]) => a - b);
      assert.equal(expected.length, 500);
      const { message, input } = await start({ history: 500 }, rows);
      const { payload, topic, bitfinex } = await message();
      assert.deepEqual(payload, expected);
      assert.deepEqual([topic, bitfinex.symbol, bitfinex.channel, bitfinex.timeframe, bitfinex.state, bitfinex.gaps], ['BTC/USD', 'tBTCUSD', 'candles', '1m', 'live', 0]);
      input({ action: 'get', symbol: 'BTC/USD', payload: { limit: 500, sort: 1 }, mine: 'kept' });
      const answer = await message(({ bitfinex: { requested } }) => requested === true);
      assert.deepEqual(answer.payload, expected);
      assert.deepEqual([answer['mine'], answer.bitfinex.timeframe], ['kept', '1m']);
    });
  });

  it('as a window are all there in each message, the running one last, at most every interval', async () => {
    const { messages } = await start({ history: 30, interval: 400 });
    await until(() => messages.length >= 4, 'four windows', 20_000);
    const windows = messages.map(windowOf);
    for (const rows of windows) {
      assert.ok(rows.length >= 30 && rows.length <= 32, `${rows.length} rows`);
      for (const [at, [timestamp, open, high, low, close, volume]] of rows.entries()) {
        assert.ok(at === 0 || timestamp > (rows[at - 1]?.[0] ?? Infinity), 'oldest first');
        assert.ok(high >= Math.max(open, close) && low <= Math.min(open, close) && volume > 0, 'open, high, low, close, volume');
      }
    }
    const times = messages.map(({ bitfinex: { receivedAt } }) => receivedAt);
    for (const [at, time] of times.entries()) assert.ok(at === 0 || time - (times[at - 1] ?? 0) >= 390, `${time - (times[at - 1] ?? 0)} ms apart`);
    assert.ok((windows.at(-1)?.at(-1)?.[0] ?? 0) > Date.now() - 2 * MINUTE, 'the last one runs');
  });

  it('one by one are first the history, each closed once and replayed, then what runs', async () => {
    const { messages } = await start({ history: 25, output: 'candle', interval: 100 });
    // at the turn of a minute one of them closes a bucket
    await until(() => messages.filter((message) => message.bitfinex.state === 'live' && !candleOf(message).closed).length >= 3, 'three live ones that run', 20_000);
    const replayed = messages.filter(({ bitfinex }) => bitfinex.state === 'replayed').map(candleOf);
    assert.deepEqual(Object.keys(replayed[0] as object), ['timestamp', 'open', 'high', 'low', 'close', 'volume', 'closed', 'corrected', 'gap']);
    assert.equal(replayed.length, 25);
    for (const [at, { timestamp, closed, corrected }] of replayed.entries()) {
      assert.deepEqual([closed, corrected], [true, false]);
      assert.ok(at === 0 || timestamp > (replayed[at - 1]?.timestamp ?? Infinity));
    }
    const live = messages.filter(({ bitfinex }) => bitfinex.state === 'live').map(candleOf);
    for (const { timestamp } of live) assert.ok(timestamp > (replayed.at(-1)?.timestamp ?? Infinity));
  });

  it('are closed in a quiet market too, and none is invented', async () => {
    const given = minutes(3, 3_000);
    const last = given.at(-1) as Wire;
    const heard = await start({ history: 10, output: 'candle', onlyClosed: true }, given);
    await until(() => closings(heard).length === 3, 'the last one is closed');
    const { timestamp, open, high, low, close, volume, corrected, gap } = closings(heard)[2] as UnifiedCandle;
    assert.deepEqual([[timestamp, open, high, low, close, volume], corrected, gap], [unified(last), false, false]);
    assert.ok(Date.now() >= last[0] + MINUTE + 3_000, 'not before its end and 3 s');
    assert.deepEqual(heard.messages.map(({ bitfinex }) => bitfinex.state), ['replayed', 'replayed', 'live']);
    assert.equal(heard.messages.length, 3);
  });

  it('say where some are missing, and fill that in where it is wanted', async () => {
    const [one, , , four] = minutes(4, -30_000) as [Wire, Wire, Wire, Wire];
    const plain = await start({ history: 10 }, [one, four]);
    const told = await plain.message();
    assert.deepEqual([windowOf(told), told.bitfinex.gaps], [[unified(one), unified(four)], 2]);
    await dismantle();
    const filled = await start({ history: 10, fillGaps: true }, [one, four]);
    const window = await filled.message();
    const flat = (timestamp: number): Ohlcv => [timestamp, one[2], one[2], one[2], one[2], 0];
    assert.deepEqual([windowOf(window), window.bitfinex.gaps], [[unified(one), flat(one[0] + MINUTE), flat(one[0] + 2 * MINUTE), unified(four)], 2]);
  });

  it('that were missed while the line was down come in order, changed ones as corrected, none twice', async () => {
    const given = minutes(6, 3_000);
    const [, , third, fourth, , last] = given as [Wire, Wire, Wire, Wire, Wire, Wire];
    const heard = await start({ history: 10, output: 'candle', onlyClosed: true }, given.filter((row) => row !== fourth));
    await until(() => closings(heard).length === 4, 'the history');
    heard.exchange.trouble.refuse(3_500);
    heard.exchange.trouble.dropSockets();
    await until(() => heard.statuses.some(({ fill }) => fill === 'red'), 'offline');
    const before = heard.messages.length;
    heard.exchange.trouble.correctCandle(KEY, [third[0], 1, 2, 3, 0.5, 9]);
    heard.exchange.trouble.correctCandle(KEY, fourth);
    await until(() => closings(heard).some(({ timestamp }) => timestamp === last[0]), 'the missed one', 20_000);
    const after = heard.messages.slice(before).map((message) => ({ ...candleOf(message), state: message.bitfinex.state }));
    assert.deepEqual(
      after.map(({ timestamp, closed, corrected, state }) => ({ timestamp, closed, corrected, state })),
      [
        { timestamp: third[0], closed: false, corrected: true, state: 'replayed' },
        { timestamp: fourth[0], closed: true, corrected: true, state: 'replayed' },
        { timestamp: last[0], closed: true, corrected: false, state: 'replayed' },
      ],
    );
    assert.deepEqual([after[0]?.close, after[0]?.low], [2, 0.5]);
    assert.equal(new Set(closings(heard).map(({ timestamp }) => timestamp)).size, 6);
  });

  it('that are corrected later are told so at once', async () => {
    const given = minutes(5, -20_000);
    const heard = await start({ history: 10, output: 'candle', onlyClosed: true }, given);
    await until(() => closings(heard).length === 5, 'the history');
    const [at] = given[2] as Wire;
    heard.exchange.trouble.correctCandle(KEY, [at, 5, 6, 7, 4, 8]);
    const { payload, bitfinex } = await heard.message(({ payload: candle }) => (candle as UnifiedCandle).corrected);
    assert.deepEqual(payload, { timestamp: at, open: 5, high: 7, low: 4, close: 6, volume: 8, closed: false, corrected: true, gap: false });
    assert.equal(bitfinex.state, 'live');
  });

  it('go on from the snapshot when the history cannot be read: said once, shown, and made good later', async () => {
    const given = minutes(200, -20_000);
    const heard = await rig('bitfinex-candles', { symbols: '', history: 150 }, { nodes: [candles], exchange: { source: givenCandles(synthetic({ seed: 7 }), KEY, given) } });
    const refusal = heard.exchange.trouble.failRest(FAULT.error(10020, 'limit: invalid'), { on: 'candles/', times: Infinity });
    heard.input({ action: 'subscribe', symbol: 'BTC/USD' });
    assert.deepEqual(windowOf(await heard.message()), given.slice(-120).map(unified));
    await until(() => heard.errors.length > 0, 'the error');
    assert.equal(heard.errors[0]?.code, 'REQUEST_REFUSED');
    await until(() => heard.statuses.at(-1)?.fill === 'yellow', 'the status says so');
    refusal.stop();
    const { payload } = await until(() => heard.messages.find((one) => windowOf(one).length > 120), 'the whole window', 15_000);
    assert.deepEqual(payload, given.slice(-150).map(unified));
    assert.equal(heard.errors.length, 1);
    await until(() => heard.statuses.at(-1)?.fill === 'green', 'the status is well again');
  }).timeout(60_000);

  it('of a week are asked for as 1W, and as 7D where the exchange refuses that', async () => {
    const { exchange, input, message, errors } = await start({ symbols: '', timeframe: '1W', history: 4 });
    const go = exchange.trouble.delayAcks(60_000);
    exchange.trouble.failRest(FAULT.error(10020, 'time frame: invalid'), { on: 'candles/trade:1W:', times: Infinity });
    input({ action: 'subscribe', symbol: 'BTC/USD' });
    const asked = (key: string): boolean => exchange.log.some((entry) => entry.kind === 'frame' && entry.text.includes(`"${key}"`));
    await until(() => asked('trade:1W:tBTCUSD'), 'it is asked for');
    go();
    exchange.trouble.sendRaw(JSON.stringify({ event: 'error', msg: 'symbol: invalid', code: 10300, channel: 'candles', key: 'trade:1W:tBTCUSD' }));
    const { payload, bitfinex } = await message();
    assert.ok(asked('trade:7D:tBTCUSD'));
    assert.ok((payload as Ohlcv[]).length >= 4);
    assert.equal(bitfinex.timeframe, '1W');
    assert.deepEqual(errors, []);
    input({ action: 'unsubscribe', symbol: 'BTC/USD' });
    await until(() => exchange.log.some((entry) => entry.kind === 'frame' && entry.text.includes('"unsubscribe"')), 'the other spelling is given back');
  });

  it('of funding need a period, and take a sum of periods', async () => {
    const { message, input, errors } = await start({ symbols: 'fUSD:p30', timeframe: '1h', history: 5 });
    const one = await message(({ topic }) => topic === 'fUSD:p30');
    assert.ok(windowOf(one).length >= 5);
    assert.equal(one.bitfinex.symbol, 'fUSD:p30');
    input({ action: 'get', symbol: 'fUSD:a30:p2:p30', payload: { limit: 3 } });
    const sum = await message(({ bitfinex }) => bitfinex.requested === true);
    assert.equal(windowOf(sum).length, 3);
    for (const [symbol, code, words] of [['fUSD', 'FIELD_INVALID', /fUSD:p30/], ['fUSD:30', 'FIELD_INVALID', /fUSD:a30:p2:p30/], ['fXYZ:p30', 'SYMBOL_UNKNOWN', /fXYZ/]] as const) {
      const before = errors.length;
      input({ action: 'subscribe', symbol });
      const error = await until(() => errors[before], symbol);
      assert.equal(error.code, code);
      assert.match(error.message, words);
    }
    input({ action: 'unsubscribe', symbol: 'fUSD:p30' });
    input({ action: 'list' });
    assert.deepEqual((await message(({ payload }) => Array.isArray(payload) && payload.length === 0)).payload, []);
  });

  it('on demand are read as far back as was asked, in the order that was asked', async () => {
    const { message, input, errors } = await start({ symbols: '', timeframe: '1h' });
    const end = Date.now();
    input({ action: 'get', symbol: 'ETH/USD', payload: { start: end - 10 * 3_600_000, end, sort: -1 } });
    const { payload, topic } = await message();
    const times = (payload as Ohlcv[]).map(([timestamp]) => timestamp);
    assert.equal(topic, 'ETH/USD');
    assert.equal(times.length, 10);
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
    input({ action: 'get', symbol: 'ETH/USD', payload: { from: 1 } });
    assert.match((await until(() => errors[0], 'an error')).message, /from/);
  });

  it('as a chart are ECharts options of a fixed length, without a payload', async () => {
    const given = minutes(10, -20_000);
    const { message } = await start({ history: 30, output: 'chart' }, given);
    const chart = await message();
    assert.equal(chart.payload, undefined);
    const { series: [series], yAxis } = (chart['ui_update'] as { chartOptions: { series: { type: string; data: unknown[][] }[]; yAxis: unknown } }).chartOptions;
    assert.equal(series?.type, 'candlestick');
    assert.equal(series?.data.length, 31);
    const [timestamp, open, close, high, low] = given.at(-1) as Wire;
    assert.deepEqual(series?.data.at(-1), [timestamp, open, close, low, high]);
    assert.deepEqual(yAxis, { min: 'dataMin', max: 'dataMax', scale: true });
  });

  for (const settings of [{ history: 10_001 }, { history: 1.5 }, { history: -1 }, { timeframe: '2h' }, { output: 'line' }, { interval: 'x' }]) {
    it(`refuse ${JSON.stringify(settings)} at start, by the name of the field`, async () => {
      const { errors } = await start(settings);
      const error = await until(() => errors[0], 'an error');
      assert.equal(error.code, 'FIELD_INVALID');
      assert.match(error.message, new RegExp(`\\b${Object.keys(settings)[0]}: `));
    });
  }
});

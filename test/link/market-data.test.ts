import assert from 'node:assert/strict';
import { BOOK_LENGTHS, PRECISIONS } from '../../src/shared/core/channel';
import { systemClock } from '../../src/shared/link/clock';
import { MarketData } from '../../src/shared/link/market-data';
import type { CallOptions, Params, Rest } from '../../src/shared/link/rest';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { worldOver } from './rest-world';

interface Call {
  readonly path: string;
  readonly params: Params;
  readonly options: CallOptions | undefined;
}

/** REST that answers from a function; what was asked is kept. */
function fakeRest(answer: (path: string, params: Params) => unknown): { market: MarketData; calls: Call[] } {
  const calls: Call[] = [];
  const closed = (): never => assert.fail('only public reads are expected');
  const rest: Rest = {
    read: async (path, params = {}, options) => {
      calls.push({ path, params, options });
      return answer(path, params);
    },
    post: closed,
    unified: closed,
  };
  return { market: new MarketData(rest), calls };
}

const overHttp = ({ rest }: Exchange): MarketData => new MarketData(worldOver(rest, { clock: systemClock }).lane);

const isUnusable = { code: 'ANSWER_UNUSABLE' };

/** Rows of one a millisecond, newest first as the exchange has them. */
const page = (rows: readonly number[][], timeAt: number, { start = 0, end = Infinity, limit = 3, sort = -1 }: Params): number[][] =>
  rows
    .filter((row) => (row[timeAt] as number) >= (start as number) && (row[timeAt] as number) <= (end as number))
    .sort((a, b) => ((a[timeAt] as number) - (b[timeAt] as number)) * (sort as number))
    .slice(0, limit as number);

describe('market data over REST, on the practice exchange', () => {
  let exchange: Exchange;
  let market: MarketData;
  before(async () => {
    exchange = await startExchange({ seed: 7 });
    market = overHttp(exchange);
  });
  after(() => exchange.stop());

  it('reads one ticker, many, or all, trading and funding, with the row as the stream has it', async () => {
    const one = await market.ticker('tBTCUSD');
    assert.ok('last' in one.ticker && one.ticker.bid === one.info[0] && one.ticker.bid < one.ticker.ask);
    const { found, missing } = await market.tickers(['fUSD', 'tNOPEUSD', 'tETHUSD']);
    assert.deepEqual([found.map(({ id }) => id), missing], [['fUSD', 'tETHUSD'], ['tNOPEUSD']]);
    assert.ok(found[0] && 'frr' in found[0].ticker && found[0].ticker.frr === found[0].info[0]);
    const all = await market.tickers('ALL');
    assert.ok(all.found.length > 20 && all.found.some(({ id }) => id === 'fBTC') && all.found.some(({ id }) => id === 'tBTCF0:USTF0'));
    assert.deepEqual(all.missing, []);
  });

  it('reads trades in both directions and inside a range, of pairs and of funding currencies', async () => {
    for (const id of ['tBTCUSD', 'fUSD']) {
      const newest = await market.trades(id, { limit: 40 });
      const times = newest.map(({ trade }) => trade.timestamp);
      assert.ok(newest.length === 40 && times.every((time, at) => at === 0 || time <= (times[at - 1] as number)), id);
      const [start, end] = [times[30] as number, times[10] as number];
      const within = (await market.trades(id, { start, end, sort: 1 })).map(({ trade }) => trade.timestamp);
      assert.deepEqual(within, times.filter((time) => time >= start && time <= end).reverse(), id);
    }
    const [funding] = await market.trades('fUSD', { limit: 1 });
    assert.ok(funding && 'period' in funding.trade && funding.trade.period >= 2);
  });

  it('reads books of every precision and length into the same levels as a stream', async () => {
    for (const precision of PRECISIONS) {
      for (const length of BOOK_LENGTHS) {
        const { bids, asks } = await market.book('tBTCUSD', precision, length);
        assert.ok(bids.levels.length > 0 && bids.levels.length <= length && asks.levels.length <= length, `${precision} ${length}`);
        assert.ok((bids.levels[0]?.price as number) < (asks.levels[0]?.price as number));
      }
    }
    const funding = await market.book('fUSD', 'P0', 25);
    // funding has it the other way round: offers are positive
    assert.ok(funding.funding && funding.asks.levels.every(({ amount, period }) => amount > 0 && period >= 2) && funding.bids.levels.every(({ amount }) => amount < 0));
    const raw = await market.book('fUSD', 'R0', 25);
    assert.ok(raw.raw && new Set(raw.asks.levels.map(({ key }) => key)).size === raw.asks.levels.length);
  });

  it('reads candles of pairs and of funding currencies', async () => {
    for (const key of ['trade:1m:tBTCUSD', 'trade:1h:fUSD:a30:p2:p30']) {
      const candles = await market.candles(key, { limit: 30 });
      assert.equal(candles.length, 30, key);
      assert.ok(candles.every(({ candle, info }) => candle.high >= candle.low && info[0] === candle.timestamp));
    }
  });

  it('reads the state of perpetuals, one or all, and says which are unknown', async () => {
    const { found, missing } = await market.derivatives(['tBTCF0:USTF0', 'tNOPEF0:USTF0']);
    assert.deepEqual(missing, ['tNOPEF0:USTF0']);
    assert.ok(found[0]?.id === 'tBTCF0:USTF0' && (found[0].status.markPrice as number) > 0 && found[0].info[0] === found[0].status.timestamp);
    assert.ok((await market.derivatives('ALL')).found.length >= 3);
  });
});

describe('market data over REST', () => {
  it('reads more trades than the exchange gives at once, each once', async () => {
    const rows = Array.from({ length: 25_000 }, (_, id) => [id, 1_000 + Math.floor(id / 7), 1, 100]);
    const { market, calls } = fakeRest((_path, params) => page(rows, 1, params));
    const trades = await market.trades('tBTCUSD', { limit: 24_000 });
    assert.equal(new Set(trades.map(({ trade }) => trade.id)).size, 24_000);
    assert.deepEqual(calls.map(({ path }) => path), Array(3).fill('trades/tBTCUSD/hist'));
    assert.ok(calls.every(({ params }) => (params['limit'] as number) <= 10_000));
  });

  it('reads candles in pages in both directions, and passes on how it is asked', async () => {
    const rows = Array.from({ length: 21_000 }, (_, at) => [(at + 1) * 60_000, 1, 1, 1, 1, 1]);
    const { market, calls } = fakeRest((_path, params) => page(rows, 0, params));
    const { signal } = new AbortController();
    const oldest = await market.with({ signal }).candles('trade:1m:tBTCUSD', { limit: 20_500, sort: 1 });
    assert.deepEqual(oldest.map(({ candle }) => candle.timestamp), rows.slice(0, 20_500).map(([time]) => time));
    const newest = await market.candles('trade:1m:tBTCUSD', { limit: 20_500 });
    assert.deepEqual(newest.map(({ candle }) => candle.timestamp), rows.slice(-20_500).map(([time]) => time).reverse());
    assert.deepEqual(calls.map(({ options }) => options?.signal === signal), [true, true, true, false, false, false]);
  });

  it('unwraps liquidations and keeps each step of one position', async () => {
    const row = (time: number, isMatch: number): unknown[] => ['pos', 158793100, time, null, 'tAMPF0:USTF0', 1e-8, 1.0093, null, isMatch, 1, null, 1.0098];
    const { market, calls } = fakeRest(() => [[row(1678465351520.2002, 1)], [row(1678465351520.2002, 0)]]);
    const items = await market.liquidations({ limit: 500 });
    assert.deepEqual(items.map(({ liquidation }) => [liquidation.symbol, liquidation.isMatch]), [['tAMPF0:USTF0', true], ['tAMPF0:USTF0', false]]);
    assert.deepEqual(items[0]?.info, row(1678465351520.2002, 1));
    assert.deepEqual([calls[0]?.path, calls[0]?.params], ['liquidations/hist', { limit: 500 }]);
  });

  it('reads what the state of a perpetual was', async () => {
    const row = [1596124822000, null, 0.896, 0.771995, null, 1396531.67460709, null, 1596153600000, 0.0001056, 6, null, -0.01381344, null, null, 0.7664, null, null, 246502.09001551, null, null, null, 0.0005, 0.0025];
    const { market, calls } = fakeRest(() => [row]);
    const [item] = await market.derivativesHistory('tAMPF0:USTF0', { limit: 1 });
    assert.deepEqual([item?.id, item?.status.markPrice, item?.status.openInterest, calls[0]?.path], ['tAMPF0:USTF0', 0.7664, 246502.09001551, 'status/deriv/tAMPF0:USTF0/hist']);
  });

  it('asks for all where a list would be too long for one line', async () => {
    const ids = Array.from({ length: 300 }, (_, at) => `tX${at}:USD`);
    const row = (id: string): unknown[] => [id, 1, 1, 2, 1, 0, 0, 1, 1, 2, 1];
    const { market, calls } = fakeRest(() => [...ids.slice(1).map(row), row('tOTHER:USD')]);
    const { found, missing } = await market.tickers(ids);
    assert.deepEqual([found.length, missing, calls[0]?.params['symbols']], [299, ['tX0:USD'], 'ALL']);
  });

  it('does not let one dead market hide the others, but says when nothing makes sense', async () => {
    const good = ['tBTCUSD', 1, 1, 2, 1, 0, 0, 1, 1, 2, 1];
    const dead = ['tDEADUSD', null, 0, null, 0, 0, 0, 0, 0, 0, 0];
    assert.deepEqual((await fakeRest(() => [dead, good]).market.tickers('ALL')).missing, ['tDEADUSD']);
    await assert.rejects(fakeRest(() => [dead]).market.tickers('ALL'), /ticker\.bid \(column 0\)/);
  });

  it('turns every answer that makes no sense into an error that a flow can act on', async () => {
    for (const [what, answer, ask] of [
      ['no list', {}, (market) => market.trades('tBTCUSD')],
      ['rows that are none', [1], (market) => market.trades('tBTCUSD')],
      ['a wrong column', [[1, 'x', 1, 1]], (market) => market.trades('tBTCUSD')],
      ['a broken ticker', [1, 2], (market) => market.ticker('tBTCUSD')],
      ['unwrapped liquidations', [['pos', 1]], (market) => market.liquidations()],
      ['a crossed book', [[100, 1, 1], [99, 1, -1]], (market) => market.book('tBTCUSD', 'P0', 25)],
      ['a broken book', [[100, 'x', 1]], (market) => market.book('tBTCUSD', 'P0', 25)],
    ] as [string, unknown, (market: MarketData) => Promise<unknown>][]) {
      await assert.rejects(ask(fakeRest(() => answer).market), isUnusable, what);
    }
  });
});

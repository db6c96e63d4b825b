import assert from 'node:assert/strict';
import { PRECISIONS } from '../../src/shared/core/channel';
import { book, fundingBook, rawBook, rawFundingBook } from '../../src/shared/wire/book';
import { deletionOf, rowOf } from '../../src/shared/simulator/sockets/book-window';
import { rowOfBar } from '../../src/shared/simulator/markets/candles';
import { INSTRUMENTS } from '../../src/shared/simulator/markets/instruments';
import { significant } from '../../src/shared/simulator/markets/ladder';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { SyntheticMarket } from '../../src/shared/simulator/markets/synthetic-market';
import { VirtualClock } from '../virtual-clock';

const START = Date.UTC(2026, 0, 1, 12, 0, 30);

function marketOf(symbol: string, seed = 1, start = START): SyntheticMarket {
  const instrument = INSTRUMENTS.find((one) => one.symbol === symbol);
  assert.ok(instrument);
  return new SyntheticMarket(instrument, seed, true, start);
}

function step(market: SyntheticMarket, steps: number, start = START): number[][] {
  const trades: number[][] = [];
  const stop = market.follow((event) => {
    if (event.kind === 'trade' && event.type.endsWith('te')) trades.push([...event.row]);
  });
  for (let at = 0; at < steps; at++) market.step(start + at * 100);
  stop();
  return trades;
}

/** A trade without its time. */
const bare = (rows: readonly (readonly number[])[]): unknown[] => rows.map(([id, , amount, price]) => [id, amount, price]);

describe('a synthetic market', () => {
  it('is the same for the same seed, whatever the time, and another for another seed', () => {
    const [one, same, other] = [marketOf('tBTCUSD'), marketOf('tBTCUSD', 1, START + 98_765_432), marketOf('tBTCUSD', 2)];
    assert.deepEqual(bare(one.trades.newest(200)), bare(same.trades.newest(200)));
    assert.notDeepEqual(bare(one.trades.newest(200)), bare(other.trades.newest(200)));
    const trades = step(one, 3000);
    assert.ok(trades.length > 20);
    assert.deepEqual(bare(trades), bare(step(same, 3000, START + 98_765_432)));
    const hour = (market: SyntheticMarket): unknown => market.candles.bars('1h').slice(0, 400).map((bar) => rowOfBar(bar).slice(1));
    assert.deepEqual(hour(one), hour(marketOf('tBTCUSD')));
  });

  for (const symbol of ['tBTCUSD', 'tDOGE:USD', 'tETHBTC', 'fUSD']) {
    it(`${symbol} is never crossed, and all precisions are sums of its orders`, () => {
      const market = marketOf(symbol);
      for (const precision of PRECISIONS) market.sides(precision);
      for (let at = 0; at < 2000; at++) {
        market.step(START + at * 100);
        for (const precision of PRECISIONS) {
          const { bids, asks } = market.sides(precision);
          assert.ok((bids.levels[0]?.price ?? 0) < (asks.levels[0]?.price ?? 0));
        }
      }
      const orders = market.sides('R0');
      for (const precision of ['P0', 'P1', 'P2', 'P3', 'P4'] as const) {
        for (const side of ['bids', 'asks'] as const) {
          const sums = new Map<string, number>();
          for (const { price, amount, period } of orders[side].levels) {
            const digits = 5 - Number(precision.slice(1));
            const unit = 10 ** (Math.floor(Math.log10(price)) - digits + 1);
            const rounded = (side === 'bids' ? Math.floor(price / unit + 1e-6) : Math.ceil(price / unit - 1e-6)) * unit;
            const key = `${rounded.toPrecision(digits)} ${period}`;
            sums.set(key, (sums.get(key) ?? 0) + Math.round(amount * 1e8));
          }
          const levels = market.sides(precision)[side].levels.map(({ price, amount, period }) => [
            `${price.toPrecision(5 - Number(precision.slice(1)))} ${period}`,
            Math.round(amount * 1e8),
          ]);
          assert.deepEqual(new Map(levels as [string, number][]), sums);
        }
      }
    });
  }

  it('trades only what rests: each trade takes its amount off the best orders of the other side', () => {
    const market = marketOf('tETHUSD');
    let before = new Map<number, number>();
    let taken = 0;
    market.follow((event) => {
      if (event.kind !== 'trade' || event.type !== 'te') return;
      const [, , amount = 0, price = 0] = event.row;
      taken++;
      // at the moment of the trade the order has its amount, or a part of it, no more
      const resting = [...before.entries()].filter(([at]) => at === price).reduce((sum, [, units]) => sum + units, 0);
      assert.ok(Math.round(Math.abs(amount) * 1e8) <= resting);
      before.set(price, resting - Math.round(Math.abs(amount) * 1e8));
    });
    for (let at = 0; at < 3000; at++) {
      const { bids, asks } = market.sides('P0');
      before = new Map([...bids.levels, ...asks.levels].map(({ price, amount }) => [price, Math.round(Math.abs(amount) * 1e8)]));
      market.step(START + at * 100);
    }
    assert.ok(taken > 50);
  });

  it('has a ticker, candles and trades that say the same', () => {
    const market = marketOf('tBTCUSD');
    const trades = step(market, 5000);
    const [bid, , ask, , change, relative, last, volume, high, low] = market.ticker() as number[];
    assert.equal(last, trades.at(-1)?.[3]);
    assert.ok((bid ?? 0) < (ask ?? 0) && (low ?? 0) <= (last ?? 0) && (last ?? 0) <= (high ?? 0));
    const now = START + 5000 * 100;
    const day = market.candles.since(now - 86_400_000).map(rowOfBar);
    assert.ok(day.length > 1300);
    assert.equal(day.at(-1)?.[2], last);
    assert.equal(high, Math.max(...day.map((row) => row[3] as number)));
    assert.equal(low, Math.min(...day.map((row) => row[4] as number)));
    assert.ok(Math.abs((volume ?? 0) - day.reduce((sum, row) => sum + (row[5] as number), 0)) < 1e-6);
    const open = day[0]?.[1] as number;
    assert.ok(Math.abs((last ?? 0) - open - (change ?? 0)) < 1e-6 && Math.abs((change ?? 0) / open - (relative ?? 0)) < 1e-6);
    // minutes with single trades are made of them
    const minute = day.at(-2) as number[];
    const inside = trades.filter(([, time = 0]) => Math.floor(time / 60_000) * 60_000 === minute[0]);
    assert.deepEqual([minute[1], minute[2]], [inside[0]?.[3], inside.at(-1)?.[3]]);
  });

  it('has prices of at most five significant digits, amounts of at most eight decimals, and dust now and then', () => {
    const market = marketOf('tBTCUSD');
    const amounts = new Set<number>();
    for (let at = 0; at < 4000; at++) {
      market.step(START + at * 60);
      for (const { price, amount } of market.sides('R0').bids.levels.slice(0, 5)) {
        assert.equal(Number(price.toPrecision(5)), price);
        assert.equal(Number(amount.toFixed(8)), amount);
        amounts.add(amount);
      }
    }
    assert.ok([...amounts].some((amount) => amount < 1e-6));
  });

  for (const [symbol, factor] of [
    ['tBTCUSD', 0.95],
    ['tLTCUSD', 1.05],
    ['tDOGE:USD', 0.5],
  ] as const) {
    it(`${symbol} can be shocked to ${factor} of its price: traded on the way, never crossed, as deep as before`, () => {
      const market = marketOf(symbol);
      const stepMs = INSTRUMENTS.find((one) => one.symbol === symbol)?.stepMs as number;
      step(market, 200);
      const bid = (): number => market.sides('R0').bids.levels[0]?.price as number;
      const depth = (): number[] => [market.sides('R0').bids.levels.length, market.sides('R0').asks.levels.length];
      const [before, deep] = [bid(), depth()];
      const trades: number[][] = [];
      market.follow((event) => void (event.kind === 'trade' && event.type === 'te' && trades.push([...event.row])));
      market.shock(factor, 3000);
      const steps = Math.ceil(3000 / stepMs);
      for (let at = 0; at < steps; at++) {
        market.step(START + 20_000 + at * stepMs);
        const { bids, asks } = market.sides('P0');
        assert.ok((bids.levels[0]?.price ?? 0) < (asks.levels[0]?.price ?? 0));
      }
      assert.ok(Math.abs(bid() / before / factor - 1) < 0.01, `${before} -> ${bid()}`);
      // who was taken last stood within the last step
      const [, , , last = 0] = trades.at(-1) ?? [];
      assert.ok(Math.abs(last / before / factor - 1) < 0.01 + Math.abs(1 - factor ** (1 / steps)), `${before} -> ${last}`);
      assert.ok(trades.length > 30 && trades.every(([, , amount = 0]) => amount !== 0));
      assert.ok(depth().every((orders, side) => orders > (deep[side] ?? 0) * 0.7), `${deep} -> ${depth()}`);
      // and then it walks on from there
      step(market, 500, START + 60_000);
      assert.ok(Math.abs(bid() / before / factor - 1) < 0.02);
    });
  }

  it('has increasing trade ids', () => {
    const market = marketOf('tBTCUSD');
    step(market, 1000);
    const ids = market.trades.newest(1000).map(([id]) => id as number);
    ids.slice(1).forEach((id, at) => assert.ok(id < (ids[at] as number)));
  });

  it('makes the same steps for those who wait a little, together, and hurries when somebody watches', async () => {
    const worlds = [true, false].map((isPatient) => {
      const clock = new VirtualClock();
      const source = synthetic();
      void source.start({ clock, channels: () => [], backlog: () => 0 });
      const market = source.market('tBTCUSD') as SyntheticMarket;
      const heardAt = new Set<number>();
      market.follow(() => void heardAt.add(clock.monotonic()), isPatient);
      clock.advance(30_000);
      return { clock, market, heardAt };
    });
    const [patient, hasty] = worlds as [(typeof worlds)[number], (typeof worlds)[number]];
    assert.deepEqual(bare(patient.market.trades.newest(30)), bare(hasty.market.trades.newest(30)));
    assert.deepEqual([patient.heardAt.size, hasty.heardAt.size], [100, 500]);
    const times = patient.market.trades.newest(30).map(([, at]) => at as number);
    assert.ok(times.every((at, place) => at <= (times[place - 1] ?? Infinity)) && times.some((at) => at % 300 !== 0), 'each at its own time');
    const leave = patient.market.follow(() => undefined);
    patient.heardAt.clear();
    patient.clock.advance(600);
    assert.equal(patient.heardAt.size, 10);
    leave();
    patient.clock.advance(60);
    patient.heardAt.clear();
    patient.clock.advance(3000);
    assert.equal(patient.heardAt.size, 10);
  });

  for (const symbol of ['tBTCUSD', 'tDOGE:USD', 'tETHBTC']) {
    it(`${symbol} goes on where it was left: its past ends there, and moves as ever`, () => {
      const instrument = INSTRUMENTS.find((one) => one.symbol === symbol);
      assert.ok(instrument);
      const price = Number((instrument.price * 1.7).toPrecision(5));
      const [market, usual] = [new SyntheticMarket(instrument, 1, true, START, price), marketOf(symbol)];
      const last = market.trades.last?.[3] as number;
      assert.ok(Math.abs(last / price - 1) < 0.003, `${last} is far from ${price}`);
      const { bids, asks } = market.sides('P0');
      assert.ok((bids.levels[0]?.price as number) <= price && (asks.levels[0]?.price as number) >= price);
      const moves = (one: SyntheticMarket): number[] => one.candles.bars('1h').slice(-30).map(({ open, close }) => close / open);
      moves(market).forEach((move, at) => assert.ok(Math.abs(move - (moves(usual)[at] as number)) < 2e-4));
      for (const { open, close, high, low } of market.candles.bars('1m')) assert.ok(low <= Math.min(open, close) && high >= Math.max(open, close));
    });
  }
});

describe('rows of a book', () => {
  const level = { price: 0.5, amount: -2.5, count: 3, tie: 7, period: 30, key: 12 };

  it('are what the wire tables say', () => {
    assert.deepEqual(rowOf({ raw: false, funding: false }, level), book.encode({ price: 0.5, count: 3, amount: -2.5 }));
    assert.deepEqual(rowOf({ raw: true, funding: false }, level), rawBook.encode({ id: 12, price: 0.5, amount: -2.5 }));
    assert.deepEqual(rowOf({ raw: false, funding: true }, level), fundingBook.encode({ price: 0.5, period: 30, count: 3, amount: -2.5 }));
    assert.deepEqual(rowOf({ raw: true, funding: true }, level), rawFundingBook.encode({ id: 12, period: 30, price: 0.5, amount: -2.5 }));
  });

  it('delete with the sign of their side', () => {
    assert.deepEqual(deletionOf({ raw: false, funding: false }, level), [0.5, 0, -1]);
    assert.deepEqual(deletionOf({ raw: true, funding: true }, { ...level, amount: 2 }), [12, 30, 0, 1]);
  });

  it('cut prices in decimal, not in binary', () => {
    assert.equal(significant(118_943, 5, false), 118_940);
    assert.equal(significant(118_943, 5, true), 118_950);
    assert.equal(significant(99_999, 4, true), 100_000);
    assert.equal(significant(0.00012346, 4, true), 0.0001235);
    assert.equal(significant(7e-7, 1, true), 7e-7);
    assert.equal(significant(0.29, 2, true), 0.29);
  });
});

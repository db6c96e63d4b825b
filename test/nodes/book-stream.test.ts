import assert from 'node:assert/strict';
import type { BookChange, BookDepth, TopOfBook, UnifiedBook } from '../../src/shared/core/unified';
import { until } from '../until';
import { dismantle, rig } from './flow';

const NODE = 'bitfinex-book-stream';

describe('book stream', () => {
  afterEach(dismantle);

  it('sends the whole book, best first, and tells when a checksum confirmed it', async () => {
    const { messages, message } = await rig(NODE, { symbols: 'BTC/USD', interval: 0 });
    const confirmed = await message(({ bitfinex }) => bitfinex.verified === true);
    const { symbol, bids, asks } = confirmed.payload as UnifiedBook;
    assert.deepEqual([symbol, bids.length, asks.length], ['BTC/USD', 25, 25]);
    const falls = (rows: number[][]): boolean => rows.every(([price], at) => at === 0 || (price as number) < (rows[at - 1]?.[0] as number));
    assert.ok(falls(bids) && falls([...asks].reverse()) && (bids[0]?.[0] as number) < (asks[0]?.[0] as number));
    assert.ok(messages.some(({ bitfinex }) => bitfinex.verified === 'pending'));
    assert.ok(messages.every(({ bitfinex }) => bitfinex.state === 'live' && bitfinex.channel === 'book'));
  });

  it('sends at most one message an interval', async () => {
    const { messages } = await rig(NODE, { symbols: 'BTC/USD', interval: 400 });
    await until(() => messages.length >= 5, 'five messages', 20_000);
    const times = messages.map(({ bitfinex }) => bitfinex.receivedAt);
    // the wall clock has whole milliseconds and the timer a little more
    for (const [at, time] of times.entries()) assert.ok(at === 0 || time - (times[at - 1] as number) >= 395);
  });

  it('with emit verified sends confirmed states only', async () => {
    const { messages } = await rig(NODE, { symbols: 'BTC/USD', interval: 0, emit: 'verified' });
    await until(() => messages.length >= 2, 'two messages', 20_000);
    assert.ok(messages.every(({ bitfinex }) => bitfinex.verified === true));
  });

  it('sums up top and depth', async () => {
    const top = (await (await rig(NODE, { symbols: 'BTC/USD', output: 'top' })).message()).payload as TopOfBook;
    assert.ok((top.spread as number) > 0 && (top.mid as number) > (top.bid as number) && (top.spreadPercent as number) < 1);
    await dismantle();
    const depth = (await (await rig(NODE, { symbols: 'BTC/USD', output: 'depth', depth: '100', slippageSize: '0.5' })).message()).payload as BookDepth;
    assert.ok(Math.abs(depth.imbalance) <= 1 && depth.levels > 50 && depth.slippage?.size === 0.5 && (depth.slippage.buy?.price as number) >= (depth.ask as number));
  });

  it('sends changes from which anybody can keep the book', async () => {
    const { messages, message } = await rig(NODE, { symbols: 'BTC/USD', output: 'changes', interval: 200 });
    await until(() => messages.length >= 8, 'eight messages', 20_000);
    assert.equal((await message()).bitfinex.snapshot, true);
    assert.equal(messages.filter(({ bitfinex }) => bitfinex.snapshot).length, 1);
    const sides = { bid: new Map<number, number>(), ask: new Map<number, number>() };
    for (const { side, price, amount } of messages.flatMap(({ payload }) => payload as BookChange[])) {
      if (amount === 0) sides[side].delete(price);
      else sides[side].set(price, amount);
    }
    assert.deepEqual([sides.bid.size, sides.ask.size], [25, 25]);
    assert.ok(Math.max(...sides.bid.keys()) < Math.min(...sides.ask.keys()));
  });

  it('carries ids in raw books and periods in funding books, which are never called verified', async () => {
    const raw = (await (await rig(NODE, { symbols: 'ETH/USD', precision: 'R0' })).message()).payload as UnifiedBook;
    assert.ok(raw.bids.every((row) => row.length === 3 && Number.isInteger(row[2])));
    await dismantle();
    const { payload, bitfinex } = await (await rig(NODE, { symbols: 'fUSD' })).message();
    assert.ok((payload as UnifiedBook).asks.every((row) => row.length === 3 && (row[2] as number) >= 2));
    assert.equal(bitfinex.verified, false);
  });

  for (const [settings, expected] of [
    [{ symbols: 'fUSD', emit: 'verified' }, /emit: "verified" cannot work for a funding book/],
    [{ symbols: 'BTC/USD', emit: 'verified', depth: 1 }, /emit: "verified" cannot work for depth 1/],
    [{ symbols: 'BTC/USD', depth: 30 }, /depth: 30 is none of 1, 25, 100, 250/],
    [{ symbols: 'BTC/USD', precision: 'P7' }, /precision: "P7" is none of/],
    [{ symbols: 'BTC/USD', output: 'depth', slippageSize: '-1' }, /slippageSize/],
  ] as const) {
    it(`refuses ${JSON.stringify(settings)} at start`, async () => {
      const { errors, statuses } = await rig(NODE, settings);
      assert.match((await until(() => errors[0], 'the error')).message, expected);
      await until(() => statuses.find(({ fill }) => fill === 'red'), 'the red status');
    });
  }

  it('heals a spoiled book by itself and shows nothing wrong in between', async () => {
    const { messages, exchange, statuses } = await rig(NODE, { symbols: 'BTC/USD', interval: 0 });
    await until(() => messages.some(({ bitfinex }) => bitfinex.verified === true), 'a confirmed book', 15_000);
    await exchange.trouble.corruptNext({ symbol: 'tBTCUSD', kind: 'badChecksum' });
    await until(() => statuses.some(({ text }) => text?.includes('resyncing')), 'resyncing', 15_000);
    const before = messages.length;
    await until(() => messages.slice(before).some(({ bitfinex }) => bitfinex.verified === true), 'confirmed again', 15_000);
    await until(() => statuses.at(-1)?.text?.includes('live'), 'live again');
  }).timeout(60_000);
});

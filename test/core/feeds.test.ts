import assert from 'node:assert/strict';
import { BookFeed } from '../../src/shared/core/book-feed';
import type { Channel } from '../../src/shared/core/channel';
import type { BookNews, TradesNews } from '../../src/shared/core/feed';
import { TickerFeed } from '../../src/shared/core/ticker-feed';
import { TradesFeed } from '../../src/shared/core/trades-feed';
import { readFrame, type ChannelFrame } from '../../src/shared/wire/frame';
import { crc32 } from '../../src/shared/core/crc32';

const frame = (...parts: unknown[]): ChannelFrame => readFrame(JSON.stringify([17, ...parts])) as ChannelFrame;
const bookOf = (symbol = 'tBTCUSD', length: 1 | 25 = 25): BookFeed => new BookFeed({ channel: 'book', symbol, precision: 'P0', frequency: 'F0', length } satisfies Channel);
const ids = (news: unknown): number[] => (news as TradesNews).trades.map(({ trade }) => trade.id);

describe('trades feed', () => {
  const row = (id: number, timestamp = id): number[] => [id, timestamp, -0.5, 100];

  it('delivers each id once, whichever announcement comes first (F92)', () => {
    const feed = new TradesFeed('tBTCUSD');
    assert.deepEqual(ids(feed.receive(frame('te', row(1)))), [1]);
    assert.equal(feed.receive(frame('tu', row(1))), undefined);
    assert.deepEqual(ids(feed.receive(frame('tu', row(2)))), [2]);
    assert.equal(feed.receive(frame('te', row(2))), undefined);
  });

  it('delivers a snapshot oldest first as replayed, and after a lost line only what was missed (F92)', () => {
    const feed = new TradesFeed('tBTCUSD');
    const first = feed.receive(frame([row(3), row(2), row(1)]));
    assert.deepEqual([ids(first), (first as TradesNews).replayed], [[1, 2, 3], true]);
    feed.receive(frame('te', row(4)));
    feed.restart();
    assert.deepEqual(ids(feed.receive(frame([row(6), row(5), row(4), row(3)]))), [5, 6]);
    assert.deepEqual(feed.receive(frame([row(6)])), { kind: 'quiet' }, 'nothing was missed');
    assert.deepEqual(feed.receive(frame([])), { kind: 'quiet' });
  });

  it('shows a newcomer the newest 30 in their order, whatever came in a snapshot and what live', () => {
    const feed = new TradesFeed('tBTCUSD');
    feed.receive(frame(Array.from({ length: 30 }, (_, at) => row(30 - at))));
    for (let id = 31; id <= 35; id++) feed.receive(frame('te', row(id)));
    assert.deepEqual(ids(feed.welcome()), Array.from({ length: 30 }, (_, at) => at + 6));
  });

  it('drops a snapshot with a broken row whole, so that nothing in it counts as delivered', () => {
    const feed = new TradesFeed('tBTCUSD');
    assert.match(JSON.stringify(feed.receive(frame([row(2), [1, 'x', 1, 1]]))), /dropped/);
    assert.deepEqual(ids(feed.receive(frame([row(2), row(1)]))), [1, 2]);
  });

  it('takes an id with another time for another trade: an exchange may begin its ids anew', () => {
    const feed = new TradesFeed('tBTCUSD');
    feed.receive(frame('te', row(1, 1000)));
    assert.deepEqual(ids(feed.receive(frame('te', row(1, 2000)))), [1]);
    assert.equal(feed.receive(frame('tu', row(1, 2000))), undefined);
  });

  it('gives a newcomer the last 30 and one that was away exactly what it missed', () => {
    const feed = new TradesFeed('tBTCUSD');
    for (let id = 1; id <= 40; id++) feed.receive(frame('te', row(id)));
    assert.equal(ids(feed.welcome()).length, 30);
    const mark = feed.mark();
    assert.equal(feed.welcome(mark), undefined);
    feed.receive(frame('te', row(41)));
    assert.deepEqual(ids(feed.welcome(mark)), [41]);
  });

  it('reads funding trades with their period', () => {
    const feed = new TradesFeed('fUSD');
    const news = feed.receive(frame('fte', [5, 1000, 0.01, 0.0002, 30])) as TradesNews;
    assert.deepEqual(news.trades[0]?.trade, { id: 5, timestamp: 1000, amount: 0.01, price: 0.0002, period: 30 });
  });

  it('drops a row of wrong types and names table and column', () => {
    const feed = new TradesFeed('tBTCUSD');
    assert.match(JSON.stringify(feed.receive(frame('te', [1, 'x', 1, 1]))), /dropped.*trade\.timestamp/);
    assert.equal(feed.receive(frame('hb')), undefined);
  });

  it('forgets old ids, not recent ones, so that its memory has an end', () => {
    const feed = new TradesFeed('tBTCUSD');
    for (let id = 1; id <= 10_000; id++) feed.receive(frame('te', row(id)));
    assert.equal(feed.receive(frame('te', row(9_000))), undefined);
    assert.ok(JSON.stringify(feed.welcome(0)).length < 100_000);
  });
});

describe('ticker feed', () => {
  const row = [1, 2, 3, 4, 5, 0.01, 7, 8, 9, 10];

  it('keeps the last row for newcomers until the line is lost', () => {
    const feed = new TickerFeed('tBTCUSD');
    assert.equal(feed.welcome(), undefined);
    feed.receive(frame(row, 1, 1_700_000_000_000));
    assert.equal(feed.welcome()?.ticker.last, 7);
    assert.equal(feed.welcome()?.timestamp, 1_700_000_000_000);
    feed.restart();
    assert.equal(feed.welcome(), undefined);
  });

  it('drops a row of wrong types', () => {
    assert.match(JSON.stringify(new TickerFeed('tBTCUSD').receive(frame([...row.slice(0, 9), 'x']))), /ticker\.low/);
    assert.match(JSON.stringify(new TickerFeed('fUSD').receive(frame(row))), /funding ticker/);
  });
});

describe('book feed', () => {
  const SNAPSHOT = [[100, 1, 1], [101, 1, -1]];
  const CHECKSUM = crc32('100:1:101:-1');

  it('is pending until a checksum confirms, and again after the next change', () => {
    const feed = bookOf();
    assert.equal((feed.receive(frame(SNAPSHOT)) as BookNews).verified, 'pending');
    const confirmed = feed.receive(frame('cs', CHECKSUM)) as BookNews;
    assert.deepEqual([confirmed.verified, confirmed.changes], [true, []]);
    assert.equal((feed.receive(frame([99, 1, 1])) as BookNews).verified, 'pending');
  });

  it('says nothing before its snapshot and nothing between a fault and the next one (F80)', () => {
    const feed = bookOf();
    assert.equal(feed.receive(frame([99, 1, 1])), undefined);
    assert.equal(feed.receive(frame('cs', 1)), undefined);
    feed.receive(frame(SNAPSHOT));
    assert.deepEqual(feed.receive(frame('cs', CHECKSUM + 1)), { kind: 'fault', reason: 'checksum' });
    assert.equal(feed.welcome(), undefined);
    assert.equal(feed.receive(frame([99, 1, 1])), undefined);
    assert.equal((feed.receive(frame(SNAPSHOT)) as BookNews).book.bids.levels.length, 1);
  });

  it('reports a gap, a crossing and a malformed row as faults (F81)', () => {
    for (const [row, reason] of [[[55, 0, 1], 'gap'], [[102, 1, 1], 'crossed'], [[1, 2], 'malformed']] as const) {
      const feed = bookOf();
      feed.receive(frame(SNAPSHOT));
      assert.deepEqual(feed.receive(frame(row)), { kind: 'fault', reason });
    }
  });

  it('never claims to verify a funding book or one of length 1', () => {
    for (const feed of [bookOf('fUSD'), bookOf('tBTCUSD', 1)]) {
      const rows = feed.receive(frame([])) as BookNews;
      assert.equal(rows.verified, false);
      assert.equal(feed.receive(frame('cs', 12345)), undefined);
    }
  });

  it('takes a side that grows far beyond its length for one that missed deletes', () => {
    const feed = bookOf('tBTCUSD', 1);
    feed.receive(frame([[100, 1, 1], [101, 1, -1]]));
    feed.receive(frame([99, 1, 1]));
    assert.deepEqual(feed.receive(frame([98, 1, 1])), { kind: 'fault', reason: 'gap' });
  });

  it('takes a second snapshot as the whole truth, and an empty one as an empty book (F80)', () => {
    const feed = bookOf();
    feed.receive(frame(SNAPSHOT));
    assert.equal((feed.receive(frame([[50, 1, 1]])) as BookNews).book.bids.levels[0]?.price, 50);
    assert.equal((feed.receive(frame([])) as BookNews).book.bids.levels.length, 0);
  });
});

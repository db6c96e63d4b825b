import assert from 'node:assert/strict';
import { CandleFeed } from '../../src/shared/core/candle-feed';
import type { CandlesNews } from '../../src/shared/core/feed';

const row = (timestamp: number, close: number): number[] => [timestamp, 10, close, 20, 5, 1];
const MINUTE = 60_000;

describe('the candles channel', () => {
  it('gives a newcomer the candles as they are by now, and the time of the last frame, be it a heartbeat', () => {
    const feed = new CandleFeed();
    feed.receive({ kind: 'rows', chanId: 1, rows: [row(2 * MINUTE, 12), row(MINUTE, 11)], sequence: 1, timestamp: 1_000 });
    feed.receive({ kind: 'row', chanId: 1, row: row(2 * MINUTE, 13), sequence: 2, timestamp: 2_000 });
    feed.receive({ kind: 'row', chanId: 1, row: row(MINUTE, 14), sequence: 3, timestamp: 3_000 });
    assert.equal(feed.receive({ kind: 'heartbeat', chanId: 1, sequence: 4, timestamp: 18_000 }), undefined);
    const { candles, snapshot, timestamp } = feed.welcome() as CandlesNews;
    assert.deepEqual(candles.map(({ candle }) => [candle.timestamp, candle.close]), [[MINUTE, 14], [2 * MINUTE, 13]]);
    assert.deepEqual([snapshot, timestamp], [true, 18_000]);
  });

  it('tells of a frame the time of that frame, and no older one', () => {
    const feed = new CandleFeed();
    feed.receive({ kind: 'row', chanId: 1, row: row(MINUTE, 11), sequence: 1, timestamp: 1_000 });
    const news = feed.receive({ kind: 'row', chanId: 1, row: row(MINUTE, 12), sequence: 2, timestamp: undefined }) as CandlesNews;
    assert.equal(news.timestamp, undefined);
  });
});

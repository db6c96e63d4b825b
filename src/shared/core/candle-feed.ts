import { candle } from '../wire/candle';
import type { ChannelFrame } from '../wire/frame';
import { attempt } from './attempt';
import type { CandleItem, CandlesNews, Dropped, Feed, Quiet } from './feed';

/** Kept for those who join later: more than a snapshot was ever seen to hold (bitfinex-v2.md 3.4). */
const KEPT = 300;

/** A candles channel: a row replaces the candle of its time, whether that is the running one or an older one. */
export class CandleFeed implements Feed {
  /** By the start of the bucket, oldest first. */
  private recent: CandleItem[] = [];
  /** The exchange's last word on what time it is. */
  private timestamp: number | undefined;

  receive(frame: ChannelFrame): CandlesNews | Quiet | Dropped | undefined {
    // heartbeats too: who joins in a quiet market should know what time it is
    this.timestamp = frame.timestamp ?? this.timestamp;
    if (frame.kind === 'rows') return this.take(frame.rows, true, frame.timestamp);
    if (frame.kind === 'row') return this.take([frame.row], false, frame.timestamp);
    return undefined;
  }

  welcome(): CandlesNews | undefined {
    return news(this.recent, true, this.timestamp);
  }

  mark(): number {
    return 0;
  }

  restart(): void {
    this.recent = [];
  }

  private take(rows: readonly unknown[], snapshot: boolean, timestamp: number | undefined): CandlesNews | Quiet | Dropped {
    return attempt(() => {
      const items = rows.map((row) => ({ candle: candle.decode(row), info: row as readonly unknown[] })).sort(byTime);
      for (const item of items) this.remember(item);
      return news(items, snapshot, timestamp) ?? { kind: 'quiet' };
    });
  }

  private remember(item: CandleItem): void {
    const at = this.recent.findLastIndex(({ candle: known }) => known.timestamp <= item.candle.timestamp);
    const replaces = this.recent[at]?.candle.timestamp === item.candle.timestamp;
    this.recent.splice(replaces ? at : at + 1, replaces ? 1 : 0, item);
    if (this.recent.length > KEPT) this.recent.shift();
  }
}

const byTime = (one: CandleItem, other: CandleItem): number => one.candle.timestamp - other.candle.timestamp;

const news = (candles: readonly CandleItem[], snapshot: boolean, timestamp: number | undefined): CandlesNews | undefined =>
  candles.length === 0 ? undefined : { kind: 'candles', candles: [...candles], snapshot, timestamp };

import { Book } from '../../core/book';
import type { Stop } from '../../core/clock';
import type { Level } from '../../core/level';
import type { PublicChannel } from './channels';
import { Feed } from './feed';
import type { Sides } from '../markets/ladder';
import type { MarketEvent } from '../markets/source';
import type { BookTrouble } from '../trouble/corruption';
import type { ScopedClock } from '../wall-clock';
import { deletionOf, isDeletion, rowOf, windowChanges, type RowShape } from './book-window';

type BookChannel = Extract<PublicChannel, { kind: 'book' }>;

/** F1 collects two seconds of changes (bitfinex-v2.md 3.3). */
const COLLECTED_MS = 2000;

/** The exchange sends a checksum every 2 to 3 s, only when the book changed (bitfinex-v2.md 4.1). */
const CHECKSUM_MS = { least: 2000, more: 800 };

/**
 * One book channel: the window of its length, kept by differences. `sent` is what every subscriber has; the checksum is of
 * that, so it always fits the frames before it. A recorded channel asked for as it was recorded passes row by row.
 */
export class BookFeed extends Feed {
  private sent: Book;
  private readonly shape: RowShape;
  private readonly isRecorded: boolean;
  private stops: Stop[] = [];
  private uncheckedRows = 0;

  constructor(
    private readonly channel: BookChannel,
    private readonly clock: ScopedClock,
    private readonly trouble: BookTrouble,
    private readonly checksumEvery: number,
  ) {
    super();
    const { market, precision, length, frequency } = channel;
    this.shape = { raw: precision === 'R0', funding: market.funding };
    this.sent = new Book(precision, market.funding);
    this.isRecorded = frequency === 'F0' && market.isRecorded(precision, length);
  }

  snapshot(): string {
    return JSON.stringify([...this.sent.bids.levels, ...this.sent.asks.levels].map((level) => rowOf(this.shape, level)));
  }

  protected begin(): void {
    const { market, precision, length, frequency } = this.channel;
    const { bids, asks } = this.sides();
    // an exactly recorded window goes out whole: cutting it would lose levels that its own rows rely on
    const best = (levels: readonly Level[]): readonly Level[] => (this.isRecorded ? levels : levels.slice(0, length));
    this.sent = new Book(precision, market.funding);
    this.sent.reset([...best(bids.levels), ...best(asks.levels)].map((level) => rowOf(this.shape, level)));
    this.uncheckedRows = 1;
    this.stops = [market.follow(this.heard)];
    if (frequency === 'F1') this.stops.push(this.clock.every(COLLECTED_MS, () => this.sendChanges()));
    this.scheduleChecksum();
  }

  protected end(): void {
    for (const stop of this.stops.splice(0)) stop();
    this.cancelChecksum();
  }

  private heard = (event: MarketEvent): void => {
    const { precision, length, frequency } = this.channel;
    if (event.kind === 'row' && this.isRecorded && event.precision === precision && event.length === length) {
      this.sendRows([event.row as number[]]);
    } else if (event.kind === 'book' && frequency === 'F0' && (event.startsOver === true || !this.isRecorded)) {
      this.sendChanges();
    }
  };

  /** Deletions first: so the client's book is never crossed on the way and never longer than its window. */
  private sendChanges(): void {
    const { length } = this.channel;
    const { bids, asks } = this.sides();
    const bid = windowChanges(this.sent.bids.levels, bids.levels, length, true);
    const ask = windowChanges(this.sent.asks.levels, asks.levels, length, false);
    const gone = [...bid.gone, ...ask.gone].map((level) => deletionOf(this.shape, level));
    const put = [...bid.put, ...ask.put].map((level) => rowOf(this.shape, level));
    if (gone.length + put.length > 0) this.sendRows([...gone, ...put]);
  }

  private sendRows(rows: readonly number[][]): void {
    const texts = rows.flatMap((row) => this.applied(row));
    if (texts.length > 0) this.send({ kind: 'book', rows: texts });
    this.uncheckedRows += rows.length;
    if (this.uncheckedRows >= this.checksumEvery) this.sendChecksum();
  }

  /** Takes the row into what was sent; the wire gets it as it is, unless somebody wanted trouble. */
  private applied(row: number[]): string[] {
    const { text, market, precision } = this.channel;
    if (!this.trouble.wants(market.symbol)) {
      this.take(row);
      return [JSON.stringify(row)];
    }
    const deletion = isDeletion(this.shape, row);
    const before = deletion ? this.rankOf(row) : 0;
    this.take(row);
    const rank = deletion ? before : this.rankOf(row);
    return this.trouble.alter({ channel: text, symbol: market.symbol, precision, row, rank, deletion }).map((altered) => JSON.stringify(altered));
  }

  private take(row: readonly number[]): void {
    const level = this.sent.read(row);
    if (level !== undefined) this.sent.apply(level);
  }

  /** Where the row's level stands on its side, from 0. */
  private rankOf(row: readonly number[]): number {
    const isOf = (level: Level): boolean => rowOf(this.shape, level)[0] === row[0];
    const at = this.sent.bids.levels.findIndex(isOf);
    return at >= 0 ? at : this.sent.asks.levels.findIndex(isOf);
  }

  private sides(): Sides {
    return this.channel.market.sides(this.channel.precision, this.channel.length) as Sides;
  }

  private cancelChecksum: Stop = () => undefined;

  private scheduleChecksum(): void {
    const wait = CHECKSUM_MS.least + CHECKSUM_MS.more * this.clock.random();
    this.cancelChecksum = this.clock.after(wait, () => this.sendChecksum());
  }

  private sendChecksum(): void {
    this.cancelChecksum();
    this.scheduleChecksum();
    if (this.uncheckedRows === 0) return;
    this.uncheckedRows = 0;
    const value = this.trouble.checksum(this.channel.market.symbol, this.sent.checksum(), this.channel.text);
    this.send({ kind: 'checksum', payload: `"cs",${value}` });
  }
}

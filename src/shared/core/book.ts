import { feedCode, feedNumber } from './crc32';
import { levelFormat, type Level, type LevelFormat } from './level';
import { Side } from './side';
import type { Precision } from './channel';

/**
 * What a frame did to the book. Everything but `changed` is a fact about broken data: the book must not be shown again
 * before its next snapshot.
 */
export type BookFact = 'changed' | 'gap' | 'crossed' | 'malformed';

/** The exchange computes the checksum over this many levels a side (bitfinex-v2.md 4.1). */
export const CHECKSUM_LEVELS = 25;

const COLON = 58;

/**
 * One order book: P0 to P4 or R0, trading or funding, kept from a snapshot and its updates. It never trims by itself: a
 * level that leaves the exchange's window arrives as a delete (bitfinex-v2.md 3.3).
 */
export class Book {
  readonly bids: Side;
  readonly asks: Side;
  private readonly format: LevelFormat;

  constructor(precision: Precision, readonly funding: boolean) {
    this.format = levelFormat(precision, funding);
    this.bids = new Side(true, this.format.raw);
    this.asks = new Side(false, this.format.raw);
  }

  get raw(): boolean {
    return this.format.raw;
  }

  /** Starts over from a snapshot. */
  reset(rows: readonly unknown[]): BookFact {
    this.bids.clear();
    this.asks.clear();
    for (const row of rows) {
      const level = Array.isArray(row) ? this.format.read(row) : undefined;
      if (level === undefined || !isSound(level)) return 'malformed';
      this.sideOf(level).put(level);
    }
    return this.isCrossed() ? 'crossed' : 'changed';
  }

  /** Reads the row of one update; `undefined` when a column has the wrong type. */
  read(row: readonly unknown[]): Level | undefined {
    return this.format.read(row);
  }

  /** Applies one update. A delete of a level that is not there is a `gap`: something before it was lost. */
  apply(level: Level): BookFact {
    const side = this.sideOf(level);
    if (this.deletes(level)) return side.remove(level) ? 'changed' : 'gap';
    if (!isSound(level)) return 'malformed';
    side.put(level);
    return this.isCrossed() ? 'crossed' : 'changed';
  }

  /** Does this update take its level out? */
  deletes(level: Level): boolean {
    return this.format.isDelete(level);
  }

  /** The signed CRC-32 of the best 25 levels of both sides, as the exchange computes it (bitfinex-v2.md 4). */
  checksum(): number {
    const bids = this.bids.levels;
    const asks = this.asks.levels;
    let crc = -1;
    for (let at = 0; at < CHECKSUM_LEVELS; at++) {
      crc = feedLevel(crc, bids[at], at > 0);
      crc = feedLevel(crc, asks[at], at > 0 || bids.length > 0);
    }
    return ~crc;
  }

  /** Funding bids may ask for other periods than asks offer, so only a trading book can be crossed. */
  private isCrossed(): boolean {
    if (this.funding) return false;
    const bid = this.bids.levels[0];
    const ask = this.asks.levels[0];
    return bid !== undefined && ask !== undefined && bid.price >= ask.price;
  }

  private sideOf(level: Level): Side {
    return level.amount > 0 !== this.funding ? this.bids : this.asks;
  }
}

/** Can such a level stand in a book? */
const isSound = (level: Level): boolean => level.price > 0 && level.amount !== 0 && level.count > 0;

/** `key:amount`, with a colon between levels. JavaScript's own number text is what the exchange uses: `7e-7` stays `7e-7` (bitfinex-v2.md 4.2). */
function feedLevel(crc: number, level: Level | undefined, follows: boolean): number {
  if (level === undefined) return crc;
  if (follows) crc = feedCode(crc, COLON);
  return feedNumber(feedCode(feedNumber(crc, level.key), COLON), level.amount);
}

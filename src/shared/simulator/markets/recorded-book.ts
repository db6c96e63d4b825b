import { Book } from '../../core/book';
import { isFunding, type Precision } from '../../core/channel';
import type { Level } from '../../core/level';
import { Ladder, UNIT, type Sides } from './ladder';

interface Sum {
  readonly units: number;
  readonly count: number;
}

/** One recorded book channel: its state at this point of the replay, and coarser precisions made of it. */
export class RecordedBook {
  readonly state: Book;
  private readonly funding: boolean;
  private readonly ladders = new Map<Precision, Ladder>();
  /** What stands in the ladders, by price and period. */
  private readonly sums = new Map<string, Sum>();

  constructor(
    symbol: string,
    readonly precision: Precision,
    readonly length: number,
  ) {
    this.funding = isFunding(symbol);
    this.state = new Book(precision, this.funding);
  }

  reset(rows: readonly unknown[]): void {
    this.state.reset(rows);
    for (const ladder of this.ladders.values()) ladder.clear();
    this.sums.clear();
    if (this.ladders.size > 0) for (const level of this.levels()) this.aggregate(level, false);
  }

  apply(row: readonly unknown[]): void {
    const level = this.state.read(row);
    if (level === undefined) return;
    this.state.apply(level);
    if (this.ladders.size > 0) this.aggregate(level, this.state.deletes(level));
  }

  /** The state rounded to a coarser precision; kept from the first time on. */
  coarser(precision: Precision): Sides {
    const known = this.ladders.get(precision);
    if (known !== undefined) return known;
    const ladder = new Ladder(precision, this.funding);
    this.ladders.set(precision, ladder);
    this.sums.clear();
    for (const other of this.ladders.values()) other.clear();
    for (const level of this.levels()) this.aggregate(level, false);
    return ladder;
  }

  private levels(): Level[] {
    return [...this.state.bids.levels, ...this.state.asks.levels];
  }

  private aggregate(level: Level, gone: boolean): void {
    const { price, period, amount } = level;
    const bid = amount > 0 !== this.funding;
    const key = `${bid} ${price} ${period}`;
    const old = this.sums.get(key) ?? { units: 0, count: 0 };
    const now = gone ? { units: 0, count: 0 } : { units: Math.round(Math.abs(amount) * UNIT), count: level.count };
    if (gone) this.sums.delete(key);
    else this.sums.set(key, now);
    if (now.units === old.units && now.count === old.count) return;
    for (const ladder of this.ladders.values()) ladder.change({ bid, price, period, units: now.units - old.units, count: now.count - old.count });
  }
}

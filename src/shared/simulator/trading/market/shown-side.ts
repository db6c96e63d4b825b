import type { Level } from '../../../core/level';
import { least, sizeOf, unitsOf, type Units } from '../account/money';
import { placeOf } from './place';

/** How far into a side somebody goes; `undefined` is any price. */
export interface Reach {
  readonly limit: number | undefined;
  /** Only what is better than the limit, not what stands at it. */
  readonly strict: boolean;
}

/** Of the amount that one level has shown ever since, so much is taken. */
interface Mark {
  readonly price: number;
  readonly shown: Units;
  taken: Units;
}

/** Marks of prices that are out of sight are kept too, so there must be an end: the farthest go first. */
const MARKS = 1000;

/**
 * One side of the visible book for those who take from it. The book itself is never altered: what was taken from a level
 * is remembered here until the level shows another amount, so nothing that is shown is used twice (simulator.md, fill model).
 */
export class ShownSide {
  /** From the best price to the worst. */
  private marks: Mark[] = [];

  constructor(
    private readonly descending: boolean,
    private readonly isWhole: boolean,
  ) {}

  /** Is there something taken that the book still shows? */
  get isMarked(): boolean {
    return this.marks.length > 0;
  }

  /** What is left within this reach. */
  free(levels: readonly Level[], reach: Reach): Units {
    let sum = 0n;
    for (const { price, shown } of this.within(levels, reach)) sum += this.freeAt(price, shown);
    return sum;
  }

  /**
   * Offers what is left, level by level from the best, up to so many units. `ask` answers how much of an offer is
   * accepted; less than all ends it. @returns the sum of what was accepted
   */
  take(levels: readonly Level[], reach: Reach, units: Units, ask: (price: number, units: Units) => Units): Units {
    let left = units;
    for (const { price, shown } of this.within(levels, reach)) {
      const offer = least(left, this.freeAt(price, shown));
      if (offer <= 0n) continue;
      const accepted = this.offer(this.markAt(price, shown), offer, ask);
      left -= accepted;
      if (accepted < offer || left === 0n) break;
    }
    return units - left;
  }

  /** Compares what is taken with a changed book: where another amount is shown, all of it is free again. */
  look(levels: readonly Level[]): void {
    if (this.marks.length === 0) return;
    this.marks = this.marks.filter((mark) => mark.taken > 0n && this.isStillTrue(mark, levels)).slice(0, MARKS);
  }

  /** It counts as taken while it is on offer, because whoever is asked may take something himself. */
  private offer(mark: Mark, units: Units, ask: (price: number, units: Units) => Units): Units {
    mark.taken += units;
    const accepted = ask(mark.price, units);
    mark.taken -= units - accepted;
    return accepted;
  }

  private freeAt(price: number, shown: Units): Units {
    const mark = this.marks[placeOf(this.marks, price, this.descending)];
    return mark?.price === price && mark.shown === shown ? shown - mark.taken : shown;
  }

  private markAt(price: number, shown: Units): Mark {
    const at = placeOf(this.marks, price, this.descending);
    const known = this.marks[at];
    if (known?.price === price && known.shown === shown) return known;
    const mark = { price, shown, taken: 0n };
    this.marks.splice(at, known?.price === price ? 1 : 0, mark);
    return mark;
  }

  private *within(levels: readonly Level[], { limit, strict }: Reach): Generator<{ price: number; shown: Units }> {
    for (let at = 0; at < levels.length; at++) {
      const { price } = levels[at] as Level;
      if (limit !== undefined && (strict ? !this.isBetter(price, limit) : this.isBetter(limit, price))) return;
      if (levels[at - 1]?.price !== price) yield { price, shown: shownFrom(levels, at, price) };
    }
  }

  /** Does the book show what it showed when the mark was made? What is out of sight has shown nothing else yet. */
  private isStillTrue({ price, shown }: Mark, levels: readonly Level[]): boolean {
    const worst = levels.at(-1)?.price;
    if (!this.isWhole && (worst === undefined || this.isBetter(worst, price))) return true;
    return shownFrom(levels, placeOf(levels, price, this.descending), price) === shown;
  }

  private isBetter(price: number, other: number): boolean {
    return this.descending ? price > other : price < other;
  }
}

/** What is shown at this price, whose place in the side is known; 0 when there is no such level. A raw book has a level for each order. */
export function shownFrom(levels: readonly Level[], place: number, price: number): Units {
  let sum = 0n;
  for (let at = place; levels[at]?.price === price; at++) sum += sizeOf(unitsOf((levels[at] as Level).amount));
  return sum;
}

import type { Level } from '../../../core/level';
import type { Units } from '../account/money';
import { placeOf } from './place';
import { RestingLevel, type Resting } from './resting-level';
import { shownFrom } from './shown-side';

interface Entry {
  readonly order: Resting;
  readonly level: RestingLevel;
}

/** Our resting orders of one side of a market, by price from the best and then by age. */
export class RestingSide {
  private readonly levels: RestingLevel[] = [];
  private readonly entries = new Map<number, Entry>();
  /** The worst price that the next look must not leave out. */
  private reached: number | undefined;

  constructor(
    private readonly buy: boolean,
    private readonly isWhole: boolean,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  find(id: number): Resting | undefined {
    return this.entries.get(id)?.order;
  }

  /** `book`: the side of the market on which it rests. */
  add(order: Resting, book: readonly Level[]): void {
    const at = placeOf(this.levels, order.price, this.buy);
    const known = this.levels[at];
    const level = known?.price === order.price ? known : new RestingLevel(order.price);
    if (level !== known) this.levels.splice(at, 0, level);
    level.add(order);
    this.entries.set(order.id, { order, level });
    if (this.reached === undefined || this.isWorse(order.price, this.reached)) this.reached = order.price;
    // a place that was kept from before counts until the book changes
    order.ahead ??= this.shownAt(order.price, book);
  }

  remove(id: number): boolean {
    const entry = this.entries.get(id);
    if (entry === undefined) return false;
    const { order, level } = entry;
    this.entries.delete(id);
    level.orders.splice(level.orders.indexOf(order), 1);
    if (level.orders.length === 0) this.levels.splice(placeOf(this.levels, level.price, this.buy), 1);
    return true;
  }

  /** Compares our places with a changed book. Prices beyond the worst one shown are left as they are, unless the book is whole. */
  look(book: readonly Level[]): void {
    const end = this.endOf(book);
    let place = 0;
    for (const level of this.levels) {
      if (end === undefined || this.isWorse(level.price, end)) break;
      place = placeOf(book, level.price, this.buy, place);
      level.look(book, place);
    }
    this.reached = book.at(-1)?.price;
  }

  /** The levels that somebody meets who comes to this price from the other side, the best first: a copy, for fills change the list. */
  metAt(price: number): RestingLevel[] {
    const best = this.levels[0];
    if (best === undefined || this.isWorse(best.price, price)) return [];
    const at = placeOf(this.levels, price, this.buy);
    return this.levels.slice(0, this.levels[at]?.price === price ? at + 1 : at);
  }

  /** Where a whole book has become shorter, what it showed before is gone. */
  private endOf(book: readonly Level[]): number | undefined {
    const worst = book.at(-1)?.price;
    if (!this.isWhole || this.reached === undefined) return worst;
    return worst === undefined || this.isWorse(this.reached, worst) ? this.reached : worst;
  }

  /** `undefined`: this price is out of sight. */
  private shownAt(price: number, book: readonly Level[]): Units | undefined {
    const worst = book.at(-1)?.price;
    const isUnseen = worst === undefined || this.isWorse(price, worst);
    if (isUnseen) return this.isWhole ? 0n : undefined;
    return shownFrom(book, placeOf(book, price, this.buy), price);
  }

  private isWorse(price: number, other: number): boolean {
    return this.buy ? price < other : price > other;
  }
}

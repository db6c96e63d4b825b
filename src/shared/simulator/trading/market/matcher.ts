import type { Level } from '../../../core/level';
import type { Sides } from '../../markets/ladder';
import { least, sizeOf, unitsOf, type Units } from '../account/money';
import type { Resting, RestingLevel } from './resting-level';
import { RestingSide } from './resting-side';
import { ShownSide } from './shown-side';

export type { Resting };

/** How orders are filled: `queue` (default, the honest one), `optimistic` (touched = filled, for demos), `pessimistic` (only when traded through). */
export type FillMode = 'queue' | 'optimistic' | 'pessimistic';

/**
 * Fills so much of a resting order at its own price. @returns what was really filled (the account may not be able to do
 * all of it): 0n takes the order out. It may add, remove and take while it is asked.
 */
export type Fill = (order: Resting, units: Units) => Units;

/**
 * Matches our orders of one trading market with what it shows and prints (simulator.md, fill model). Ours meet others
 * only, never each other, and the data is never altered.
 *
 * - A taker gets what the book shows, level by level, minus what was taken already. A level is whole again when it shows
 *   another amount.
 * - A resting order joins behind all that is shown at its price. What stands before it is eaten by trades at its price,
 *   and is never more than the level shows; at a level that is gone it is nothing. Only what a trade has beyond that fills
 *   us. Several of ours at one price count the same others, each its own part of them.
 * - One trade fills no more than its size, all our orders together: the best price first, then age. Where it went
 *   through our price nothing can stand before us, and we are filled at our own price.
 * - Where the opposite best comes to our price or beyond, we are filled at our own price with what is shown there and is
 *   not taken yet. At the very price only orders with nothing before them are.
 * - A window shows no price beyond its worst one: there an order's place is unknown until the window reaches it, and
 *   then it is behind all that is shown. An unknown place is not filled by a trade at its price. `isWhole` says that
 *   nothing is hidden, as in a synthetic market: beyond the worst price there is nobody.
 * - `pessimistic`: a touch fills nothing, trades and books must go through the price. `optimistic`: a touch fills
 *   everything, whatever its size.
 */
export class Matcher {
  private readonly buys: RestingSide;
  private readonly sells: RestingSide;
  private readonly bids: ShownSide;
  private readonly asks: ShownSide;

  constructor(
    private readonly mode: FillMode,
    private readonly fill: Fill,
    isWhole = false,
  ) {
    this.buys = new RestingSide(true, isWhole);
    this.sells = new RestingSide(false, isWhole);
    this.bids = new ShownSide(true, isWhole);
    this.asks = new ShownSide(false, isWhole);
  }

  /** Resting orders. */
  get size(): number {
    return this.buys.size + this.sells.size;
  }

  /** Nothing rests, and nothing is remembered as taken: another matcher would do the same. */
  get isIdle(): boolean {
    return this.size === 0 && !this.bids.isMarked && !this.asks.isMarked;
  }

  /** What a taker could get now, not beyond the limit. */
  takeable(sides: Sides, buy: boolean, limit: number | undefined): Units {
    return buy ? this.asks.free(sides.asks.levels, { limit, strict: false }) : this.bids.free(sides.bids.levels, { limit, strict: false });
  }

  /**
   * Takes from the visible book, the best first. `take` is asked for each level how much of `units` at `price` is really
   * wanted: less than offered ends it. @returns the sum
   */
  take(sides: Sides, { buy, limit, units }: { buy: boolean; limit: number | undefined; units: Units }, take: (price: number, units: Units) => Units): Units {
    const reach = { limit, strict: false };
    return buy ? this.asks.take(sides.asks.levels, reach, units, take) : this.bids.take(sides.bids.levels, reach, units, take);
  }

  /** Joins the queue: behind what is shown, unless `ahead` is set already, as after a restart. */
  add(order: Resting, sides: Sides): void {
    this.remove(order.id);
    if (order.left <= 0n) return;
    if (order.buy) this.buys.add(order, sides.bids.levels);
    else this.sells.add(order, sides.asks.levels);
  }

  remove(id: number): void {
    if (!this.buys.remove(id)) this.sells.remove(id);
  }

  /** It became smaller and keeps its place. Whoever becomes larger or changes his price goes to the back: `remove` and `add`. */
  resize(id: number, left: Units): void {
    const order = this.buys.find(id) ?? this.sells.find(id);
    if (order !== undefined) order.left = left;
    if (left <= 0n) this.remove(id);
  }

  /** The book changed. */
  onBook({ bids, asks }: Sides): void {
    this.bids.look(bids.levels);
    this.asks.look(asks.levels);
    this.buys.look(bids.levels);
    this.sells.look(asks.levels);
    this.cross(this.buys, this.asks, asks.levels);
    this.cross(this.sells, this.bids, bids.levels);
  }

  /** A trade of others was printed; a positive amount was bought by its taker. */
  onTrade(price: number, amount: number): void {
    let left = sizeOf(unitsOf(amount));
    for (const level of (amount > 0 ? this.sells : this.buys).metAt(price)) {
      const isThrough = level.price !== price;
      if (isThrough) level.pass();
      left = this.mode === 'optimistic' ? this.fillAll(level, left) : this.print(level, left, isThrough || this.mode === 'queue');
    }
  }

  /** A trade reaches a level of ours: it eats what others have there, and our orders in between. @returns what is left of it */
  private print(level: RestingLevel, units: Units, isFilling: boolean): Units {
    let left = units;
    let eaten = 0n;
    for (const order of [...level.orders]) {
      if (left === 0n && eaten === 0n) break;
      if (order.ahead === undefined || !this.has(order)) continue;
      const bite = least(left, moreThan(order.ahead, eaten));
      left -= bite;
      eaten += bite;
      order.ahead = moreThan(order.ahead, eaten);
      if (order.ahead === 0n && isFilling && left > 0n) left -= this.give(order, left);
    }
    return left;
  }

  private fillAll(level: RestingLevel, left: Units): Units {
    for (const order of [...level.orders]) if (this.has(order)) this.give(order, order.left);
    return left;
  }

  /** Fills those of ours whose price the opposite side has come to. */
  private cross(own: RestingSide, shown: ShownSide, levels: readonly Level[]): void {
    const best = levels[0]?.price;
    const met = best === undefined ? [] : own.metAt(best);
    for (const level of met) if (level.price !== best) level.pass();
    for (const { orders } of met) {
      for (const order of [...orders]) {
        if (this.has(order) && this.mayMeet(order, best) && !this.meet(order, shown, levels)) return;
      }
    }
  }

  private mayMeet({ price, ahead }: Resting, best: number | undefined): boolean {
    if (this.mode === 'queue') return ahead === 0n;
    return this.mode === 'optimistic' || price !== best;
  }

  /** @returns whether there was anything: if not, there is nothing for those behind it either */
  private meet(order: Resting, shown: ShownSide, levels: readonly Level[]): boolean {
    if (this.mode === 'optimistic') return this.give(order, order.left) >= 0n;
    const reach = { limit: order.price, strict: this.mode === 'pessimistic' };
    const filled = shown.take(levels, reach, order.left, (_, units) => (this.has(order) ? this.give(order, units) : 0n));
    return filled > 0n || !this.has(order);
  }

  private give(order: Resting, units: Units): Units {
    const filled = this.fill(order, least(order.left, units));
    order.left -= filled;
    if (this.has(order) && (filled === 0n || order.left === 0n)) this.remove(order.id);
    return filled;
  }

  /** Is it still here? A fill may have taken others out. */
  private has(order: Resting): boolean {
    return (order.buy ? this.buys : this.sells).find(order.id) === order;
  }
}

const moreThan = (units: Units, other: Units): Units => (units > other ? units - other : 0n);

import { numberOf, unitsOf, type Units } from '../account/money';

interface Given {
  readonly id: number;
  readonly buy: boolean;
  readonly price: number;
  readonly age: number;
  readonly trailing: number;
}

/** Prices are whole units of 1e-8 here, so that a difference is exact. */
interface TrailingStop {
  readonly id: number;
  readonly buy: boolean;
  readonly age: number;
  readonly distance: Units;
  /** Where it stands; `undefined` until the first trade tells. */
  price: Units | undefined;
}

/** The trailing stops of one market: each follows the best last price since it was placed, and never goes back. */
export class Trail {
  private readonly stops = new Map<number, TrailingStop>();
  /** Between these prices, ends excluded, nothing fires and nothing moves; `undefined`: not known. */
  private calm: readonly [from: Units | undefined, to: Units | undefined] | undefined;

  get size(): number {
    return this.stops.size;
  }

  /** A price of 0 is one that nobody has said: it starts from the next trade. */
  add({ id, buy, price, age, trailing }: Given): void {
    this.stops.set(id, { id, buy, age, distance: unitsOf(trailing), price: price > 0 ? unitsOf(price) : undefined });
    this.calm = undefined;
  }

  remove(id: number): void {
    this.stops.delete(id);
  }

  onTrade(lastPrice: number): { fired: { readonly id: number; readonly age: number }[]; moved: { id: number; price: number }[] } {
    const last = unitsOf(lastPrice);
    if (this.stops.size === 0 || this.isCalm(last)) return { fired: [], moved: [] };
    const fired = [...this.stops.values()].filter((stop) => isReached(stop, last));
    for (const { id } of fired) this.stops.delete(id);
    const moved = this.follow(last);
    this.calm = this.calmRange();
    return { fired, moved };
  }

  private follow(last: Units): { id: number; price: number }[] {
    const moved: { id: number; price: number }[] = [];
    for (const stop of this.stops.values()) {
      const wanted = stop.buy ? last + stop.distance : last - stop.distance;
      if (stop.price !== undefined && (stop.buy ? wanted >= stop.price : wanted <= stop.price)) continue;
      stop.price = wanted;
      moved.push({ id: stop.id, price: numberOf(wanted) });
    }
    return moved;
  }

  private isCalm(last: Units): boolean {
    if (this.calm === undefined) return false;
    const [from, to] = this.calm;
    return (from === undefined || last > from) && (to === undefined || last < to);
  }

  /** A stop is calm between itself and the best price since it was placed, which is its distance away. */
  private calmRange(): readonly [from: Units | undefined, to: Units | undefined] {
    let from: Units | undefined;
    let to: Units | undefined;
    for (const { buy, price = 0n, distance } of this.stops.values()) {
      const [low, high] = buy ? [price - distance, price] : [price, price + distance];
      if (from === undefined || low > from) from = low;
      if (to === undefined || high < to) to = high;
    }
    return [from, to];
  }
}

const isReached = ({ buy, price }: TrailingStop, last: Units): boolean => price !== undefined && (buy ? last >= price : last <= price);

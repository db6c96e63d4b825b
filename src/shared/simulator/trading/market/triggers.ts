import { placeOf } from './place';
import { Trail } from './trail';

interface Stop {
  readonly id: number;
  readonly buy: boolean;
  readonly price: number;
  /** Who came later has a larger one. */
  readonly age: number;
}

/**
 * The stops of one market. They wait for the last price: a buy stop fires when it is at its price or above, a sell stop at
 * or below. A stop that fired is no longer here.
 */
export class Triggers {
  /** Of each side, the one that the price would reach first stands first. */
  private readonly buys: Stop[] = [];
  private readonly sells: Stop[] = [];
  private readonly stops = new Map<number, Stop>();
  private readonly trail = new Trail();
  private lastAge = 0;

  get size(): number {
    return this.stops.size + this.trail.size;
  }

  /** `trailing` 0: the stop stays. Else `price` is where it stands now, and it follows the best last price at that distance. */
  add(id: number, buy: boolean, price: number, trailing: number): void {
    this.remove(id);
    const stop = { id, buy, price, age: ++this.lastAge };
    if (trailing > 0) return this.trail.add({ ...stop, trailing });
    this.stops.set(id, stop);
    const side = this.side(buy);
    side.splice(placeOf(side, price, !buy), 0, stop);
  }

  remove(id: number): void {
    const stop = this.stops.get(id);
    if (stop === undefined) return this.trail.remove(id);
    this.stops.delete(id);
    const side = this.side(stop.buy);
    side.splice(side.indexOf(stop, placeOf(side, stop.price, !stop.buy)), 1);
  }

  /** @returns ids that fire, the oldest first, and the trailing stops that moved */
  onTrade(last: number): { fired: number[]; moved: { id: number; price: number }[] } {
    const { fired, moved } = this.trail.onTrade(last);
    const hit = [...this.hit(this.buys, (price) => price <= last), ...this.hit(this.sells, (price) => price >= last), ...fired];
    return { fired: hit.sort((a, b) => a.age - b.age).map(({ id }) => id), moved };
  }

  private hit(side: Stop[], isHit: (price: number) => boolean): Stop[] {
    let count = 0;
    while (count < side.length && isHit((side[count] as Stop).price)) count++;
    const stops = count === 0 ? [] : side.splice(0, count);
    for (const { id } of stops) this.stops.delete(id);
    return stops;
  }

  private side(buy: boolean): Stop[] {
    return buy ? this.buys : this.sells;
  }
}

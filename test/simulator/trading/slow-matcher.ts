import type { Sides } from '../../../src/shared/simulator/markets/ladder';
import type { Fill, FillMode, Resting } from '../../../src/shared/simulator/trading/market/matcher';
import type { Units } from '../../../src/shared/simulator/trading/account/money';

/**
 * The rules of the matcher once more, as plainly as they can be said: every event looks at all orders and at all levels,
 * and nothing is kept but what the rules speak of.
 */
export class SlowMatcher {
  private orders: Resting[] = [];
  private taken: { bids: boolean; price: number; shown: Units; taken: Units }[] = [];

  constructor(
    private readonly mode: FillMode,
    private readonly fill: Fill,
    private readonly isWhole: boolean,
  ) {}

  get size(): number {
    return this.orders.length;
  }

  takeable(sides: Sides, buy: boolean, limit: number | undefined): Units {
    let sum = 0n;
    for (const [price, shown] of shownOn(sides, !buy)) if (limit === undefined || isWithin(price, limit, buy)) sum += shown - this.takenAt(!buy, price, shown);
    return sum;
  }

  take(sides: Sides, { buy, limit, units }: { buy: boolean; limit: number | undefined; units: Units }, take: (price: number, units: Units) => Units): Units {
    return this.walk(sides, buy, (price) => limit === undefined || isWithin(price, limit, buy), units, take);
  }

  add(order: Resting, sides: Sides): void {
    this.remove(order.id);
    this.orders.push(order);
    if (order.ahead === undefined && this.isVisible(sides, order)) order.ahead = shownOn(sides, order.buy).get(order.price) ?? 0n;
  }

  remove(id: number): void {
    this.orders = this.orders.filter((order) => order.id !== id);
  }

  resize(id: number, left: Units): void {
    for (const order of this.orders) if (order.id === id) order.left = left;
    this.orders = this.orders.filter((order) => order.left > 0n);
  }

  onBook(sides: Sides): void {
    this.taken = this.taken.filter(({ bids, price, shown }) => {
      const isVisible = this.isVisible(sides, { buy: bids, price });
      return !isVisible || shownOn(sides, bids).get(price) === shown;
    });
    for (const order of this.orders) {
      if (!this.isVisible(sides, order)) continue;
      const shown = shownOn(sides, order.buy).get(order.price) ?? 0n;
      order.ahead = order.ahead === undefined || order.ahead > shown ? shown : order.ahead;
    }
    for (const buy of [true, false]) this.cross(sides, buy);
  }

  onTrade(price: number, amount: number): void {
    let budget = BigInt(Math.round(Math.abs(amount) * 1e8));
    const met = this.sorted(amount < 0).filter((order) => isWithin(price, order.price, order.buy));
    for (const order of met) if (order.price !== price) order.ahead = 0n;
    let eaten = 0n;
    for (const order of met) {
      if (!this.orders.includes(order)) continue;
      if (this.mode === 'optimistic') this.give(order, order.left);
      else if (order.price !== price) budget -= budget > 0n ? this.give(order, budget) : 0n;
      else if (order.ahead !== undefined) {
        const before = order.ahead > eaten ? order.ahead - eaten : 0n;
        const bite = before < budget ? before : budget;
        eaten += bite;
        budget -= bite;
        order.ahead = order.ahead > eaten ? order.ahead - eaten : 0n;
        if (order.ahead === 0n && budget > 0n && this.mode === 'queue') budget -= this.give(order, budget);
      }
    }
  }

  private cross(sides: Sides, buy: boolean): void {
    const best = [...shownOn(sides, !buy).keys()][0];
    if (best === undefined) return;
    const met = this.sorted(buy).filter((order) => isWithin(best, order.price, buy));
    for (const order of met) if (order.price !== best) order.ahead = 0n;
    for (const order of met) {
      if (!this.orders.includes(order)) continue;
      if (this.mode === 'optimistic') this.give(order, order.left);
      else if (this.mode === 'pessimistic') this.walk(sides, buy, (price) => price !== order.price && isWithin(price, order.price, buy), order.left, (_, units) => this.give(order, units));
      else if (order.ahead === 0n) this.walk(sides, buy, (price) => isWithin(price, order.price, buy), order.left, (_, units) => this.give(order, units));
    }
  }

  private walk(sides: Sides, buy: boolean, isWanted: (price: number) => boolean, units: Units, ask: (price: number, units: Units) => Units): Units {
    let sum = 0n;
    for (const [price, shown] of shownOn(sides, !buy)) {
      if (!isWanted(price)) break;
      const free = shown - this.takenAt(!buy, price, shown);
      const offer = free < units - sum ? free : units - sum;
      if (offer === 0n) continue;
      this.mark(!buy, price, shown, offer);
      const accepted = ask(price, offer);
      this.mark(!buy, price, shown, accepted - offer);
      sum += accepted;
      if (accepted < offer) break;
    }
    return sum;
  }

  private takenAt(bids: boolean, price: number, shown: Units): Units {
    return this.taken.find((one) => one.bids === bids && one.price === price && one.shown === shown)?.taken ?? 0n;
  }

  private mark(bids: boolean, price: number, shown: Units, more: Units): void {
    const taken = this.takenAt(bids, price, shown) + more;
    this.taken = this.taken.filter((one) => one.bids !== bids || one.price !== price);
    this.taken.push({ bids, price, shown, taken });
  }

  private give(order: Resting, most: Units): Units {
    if (!this.orders.includes(order)) return 0n;
    const filled = this.fill(order, most < order.left ? most : order.left);
    order.left -= filled;
    if (filled === 0n || order.left === 0n) this.orders = this.orders.filter((other) => other !== order);
    return filled;
  }

  /** By price from the best; the list itself is by age. */
  private sorted(buy: boolean): Resting[] {
    return this.orders.filter((order) => order.buy === buy).sort((a, b) => (buy ? b.price - a.price : a.price - b.price));
  }

  private isVisible(sides: Sides, { buy, price }: { buy: boolean; price: number }): boolean {
    const prices = [...shownOn(sides, buy).keys()];
    return this.isWhole || prices.some((worst) => (buy ? price >= worst : price <= worst));
  }
}

/** Is it at the limit of somebody who buys (sells), or better for him? */
const isWithin = (price: number, limit: number, buy: boolean): boolean => (buy ? price <= limit : price >= limit);

/** What a side shows at each price, the best first. */
export function shownOn({ bids, asks }: Sides, isBids: boolean): Map<number, Units> {
  const sums = new Map<number, Units>();
  for (const { price, amount } of (isBids ? bids : asks).levels) sums.set(price, (sums.get(price) ?? 0n) + BigInt(Math.round(Math.abs(amount) * 1e8)));
  return sums;
}

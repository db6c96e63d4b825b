import assert from 'node:assert/strict';
import type { Sides } from '../../../src/shared/simulator/markets/ladder';
import { Matcher, type Fill, type FillMode, type Resting } from '../../../src/shared/simulator/trading/market/matcher';
import { least, type Units } from '../../../src/shared/simulator/trading/account/money';
import { shownOn } from './slow-matcher';

/** What may fill resting orders just now. */
type Occasion = { readonly kind: 'trade'; readonly price: number; left: Units } | { readonly kind: 'book'; readonly sides: Sides };

interface Budget {
  readonly shown: Units;
  left: Units;
}

/** What happened, so that a test can say that it tested something. */
export interface Seen {
  byTrade: number;
  byBook: number;
  byTaker: number;
  refused: number;
  units: Units;
}

/**
 * A matcher whose every fill is held against what was shown and printed. It keeps its own accounts: what each level may
 * still give since it last showed another amount, what each trade may still give, and that nobody's place becomes worse.
 */
export class CheckedMatcher {
  readonly seen: Seen = { byTrade: 0, byBook: 0, byTaker: 0, refused: 0, units: 0n };
  readonly matcher: Matcher;
  private readonly orders = new Map<number, { readonly order: Resting; left: Units; ahead: Units | undefined }>();
  private readonly budgets = { bids: new Map<number, Budget>(), asks: new Map<number, Budget>() };
  private occasion: Occasion | undefined;

  constructor(
    private readonly mode: FillMode,
    private readonly answer: Fill,
    private readonly isWhole: boolean,
  ) {
    this.matcher = new Matcher(mode, (order, units) => this.fill(order, units), isWhole);
  }

  get size(): number {
    return this.matcher.size;
  }

  takeable(sides: Sides, buy: boolean, limit: number | undefined): Units {
    return this.matcher.takeable(sides, buy, limit);
  }

  take(sides: Sides, order: { buy: boolean; limit: number | undefined; units: Units }, take: (price: number, units: Units) => Units): Units {
    this.refresh(sides);
    let sum = 0n;
    const answered = this.matcher.take(sides, order, (price, units) => {
      assert.ok(order.limit === undefined || (order.buy ? price <= order.limit : price >= order.limit), 'beyond the limit');
      assert.ok(units > 0n && sum + units <= order.units, 'more than is wanted');
      const accepted = take(price, units);
      this.spend(!order.buy, price, accepted);
      sum += accepted;
      this.count('byTaker', accepted);
      return accepted;
    });
    assert.equal(answered, sum);
    return sum;
  }

  add(order: Resting, sides: Sides): void {
    this.matcher.add(order, sides);
    this.orders.set(order.id, { order, left: order.left, ahead: order.ahead });
  }

  remove(id: number): void {
    this.orders.delete(id);
    this.matcher.remove(id);
  }

  resize(id: number, left: Units): void {
    const known = this.orders.get(id);
    if (known !== undefined) known.left = left;
    if (left <= 0n) this.orders.delete(id);
    this.matcher.resize(id, left);
  }

  onBook(sides: Sides): void {
    this.refresh(sides);
    this.occasion = { kind: 'book', sides };
    this.matcher.onBook(sides);
    this.settle();
  }

  onTrade(price: number, amount: number): void {
    this.occasion = { kind: 'trade', price, left: BigInt(Math.round(Math.abs(amount) * 1e8)) };
    this.matcher.onTrade(price, amount);
    this.settle();
  }

  private fill(order: Resting, units: Units): Units {
    const known = this.orders.get(order.id);
    assert.ok(known?.order === order, 'an order that is gone');
    assert.ok(units > 0n && units <= known.left, 'more than is left');
    if (this.mode === 'queue') assert.equal(order.ahead, 0n, 'somebody stands before it');
    const filled = this.answer(order, units);
    this.account(order, filled);
    known.left -= filled;
    if (known.left === 0n || filled === 0n) this.orders.delete(order.id);
    return filled;
  }

  private account({ buy, price }: Resting, filled: Units): void {
    const { occasion } = this;
    assert.ok(occasion !== undefined);
    this.count(occasion.kind === 'trade' ? 'byTrade' : 'byBook', filled);
    if (occasion.kind === 'trade') {
      assert.ok(this.isMet(occasion.price, price, buy), 'a trade that did not reach the price');
      if (this.mode !== 'optimistic') assert.ok((occasion.left -= filled) >= 0n, 'more than the trade had');
    } else if (this.mode === 'optimistic') {
      const best = [...shownOn(occasion.sides, !buy).keys()][0];
      assert.ok(best !== undefined && this.isMet(best, price, buy), 'a book that did not reach the price');
    } else this.spendWithin(!buy, price, filled);
  }

  /** Is this the price of an order, or through it? */
  private isMet(met: number, price: number, buy: boolean): boolean {
    return met === price ? this.mode !== 'pessimistic' : buy ? met < price : met > price;
  }

  private spendWithin(bids: boolean, limit: number, units: Units): void {
    let left = units;
    const levels = [...this.side(bids)].sort(([a], [b]) => (bids ? b - a : a - b));
    for (const [price, budget] of levels) {
      if (!this.isMet(price, limit, !bids)) break;
      const part = least(left, budget.left);
      this.spend(bids, price, part);
      left -= part;
    }
    assert.equal(left, 0n, 'more than the book shows');
  }

  private spend(bids: boolean, price: number, units: Units): void {
    const budget = this.side(bids).get(price);
    assert.ok(budget !== undefined && (budget.left -= units) >= 0n, 'more than the level shows');
  }

  /** A level that shows another amount gives all of it; one that is gone gives nothing. */
  private refresh(sides: Sides): void {
    for (const bids of [true, false]) {
      const shown = shownOn(sides, bids);
      const budgets = this.side(bids);
      const worst = [...shown.keys()].at(-1);
      for (const price of budgets.keys()) {
        const isUnseen = !this.isWhole && (worst === undefined || (bids ? price < worst : price > worst));
        if (!shown.has(price) && !isUnseen) budgets.delete(price);
      }
      for (const [price, units] of shown) if (budgets.get(price)?.shown !== units) budgets.set(price, { shown: units, left: units });
    }
  }

  private settle(): void {
    this.occasion = undefined;
    for (const known of this.orders.values()) {
      const { order, ahead, left } = known;
      assert.equal(order.left, left);
      assert.ok(order.ahead === undefined ? ahead === undefined : order.ahead >= 0n && (ahead === undefined || order.ahead <= ahead), 'its place became worse');
      known.ahead = order.ahead;
    }
    assert.equal(this.matcher.size, this.orders.size);
  }

  private side(bids: boolean): Map<number, Budget> {
    return bids ? this.budgets.bids : this.budgets.asks;
  }

  private count(how: 'byTrade' | 'byBook' | 'byTaker', units: Units): void {
    this.seen[how]++;
    this.seen.units += units;
    if (units === 0n) this.seen.refused++;
  }
}

import type { Precision } from '../../core/channel';
import type { Level } from '../../core/level';
import { Side } from '../../core/side';

/** Both sides of a book, as deep as it is known. */
export interface Sides {
  readonly bids: Side;
  readonly asks: Side;
}

/** Amounts are counted in whole units of 1e-8, so that sums are exact. */
export const UNIT = 1e8;

/** How many orders and units came to (or left) one price. `units` and `count` may be negative; `period` is 0 in trading. */
export interface Flow {
  readonly bid: boolean;
  readonly price: number;
  readonly period: number;
  readonly units: number;
  readonly count: number;
}

const DIGITS: Readonly<Record<Precision, number>> = { P0: 5, P1: 4, P2: 3, P3: 2, P4: 1, R0: 5 };

/** One precision of a book: what rests at each rounded price, kept from the flow of orders (bitfinex-v2.md 3.3). */
export class Ladder implements Sides {
  readonly bids = new Side(true, false);
  readonly asks = new Side(false, false);
  private readonly sums = new Map<string, { units: number; count: number }>();
  private readonly digits: number;

  constructor(
    precision: Precision,
    private readonly funding: boolean,
  ) {
    this.digits = DIGITS[precision];
  }

  /** Bids are rounded down and asks up, so an aggregated book is never better than the true one. */
  change({ bid, price, period, units, count }: Flow): void {
    const rounded = significant(price, this.digits, !bid);
    const key = `${bid} ${rounded} ${period}`;
    const sum = this.sums.get(key) ?? { units: 0, count: 0 };
    sum.units += units;
    sum.count += count;
    const side = bid ? this.bids : this.asks;
    const level = levelOf(rounded, signed(sum.units, bid, this.funding), sum.count, period);
    if (sum.count > 0) {
      this.sums.set(key, sum);
      side.put(level);
    } else {
      this.sums.delete(key);
      side.remove(level);
    }
  }

  clear(): void {
    this.sums.clear();
    this.bids.clear();
    this.asks.clear();
  }
}

/** An amount as the wire has it: trading bids positive, funding bids negative. */
export const signed = (units: number, bid: boolean, funding: boolean): number => (bid === funding ? -units : units) / UNIT;

/** A level of an aggregated book. */
export const levelOf = (price: number, amount: number, count: number, period: number): Level => ({
  price,
  amount,
  count,
  tie: period,
  period,
  key: price,
});

/** The price cut to so many significant digits, or rounded up to them. Decimal text, because 0.1 has no exact double. */
export function significant(price: number, digits: number, up: boolean): number {
  const [mantissa = '', exponent = '0'] = price.toExponential().split('e');
  const all = mantissa.replace('.', '');
  if (all.length <= digits) return price;
  const kept = Number(all.slice(0, digits)) + (up && /[1-9]/.test(all.slice(digits)) ? 1 : 0);
  return Number(`${kept}e${Number(exponent) - digits + 1}`);
}

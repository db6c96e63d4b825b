import type { Precision } from '../../core/channel';
import type { Level } from '../../core/level';
import { Side } from '../../core/side';
import { Ladder, signed, UNIT, type Sides } from './ladder';

/** One resting order; `count` is 1 and `tie` its id, so that orders of one price stand by age. */
export interface Order extends Level {
  units: number;
  readonly bid: boolean;
}

/** One fill: what a taker took from one resting order. */
export interface Fill {
  readonly price: number;
  readonly units: number;
  readonly period: number;
}

/**
 * The orders of one synthetic market, and every precision of its book that somebody asked for. All liquidity enters by
 * `add` and leaves by `cancel` or `take`: so trades consume the book, and all precisions agree.
 */
export class OrderFlow {
  readonly bids = new Side(true, true);
  readonly asks = new Side(false, true);
  private readonly ladders = new Map<Precision, Ladder>();

  constructor(private readonly funding: boolean) {}

  /** The book in this precision; made when first asked for, kept from then on. */
  sides(precision: Precision): Sides {
    if (precision === 'R0') return this;
    let ladder = this.ladders.get(precision);
    if (ladder === undefined) {
      ladder = new Ladder(precision, this.funding);
      for (const order of [...this.bids.levels, ...this.asks.levels] as Order[]) ladder.change({ ...order, count: 1 });
      this.ladders.set(precision, ladder);
    }
    return ladder;
  }

  add(id: number, bid: boolean, price: number, units: number, period: number): void {
    const amount = signed(units, bid, this.funding);
    const order: Order = { price, amount, count: 1, tie: id, period, key: id, units, bid };
    this.side(bid).put(order);
    this.tell(order, units, 1);
  }

  cancel(order: Order): void {
    this.side(order.bid).remove(order);
    this.tell(order, -order.units, -1);
  }

  /** Takes from the best orders of the other side, not beyond the limit price. A remainder below `dust` goes too. */
  take(buy: boolean, limit: number, wanted: number, dust: number): Fill[] {
    const { levels } = this.side(!buy);
    const fills: Fill[] = [];
    let left = wanted;
    while (left > 0 && levels.length > LEFT_ALONE) {
      const order = levels[0] as Order;
      if (buy ? order.price > limit : order.price < limit) break;
      const units = order.units - left < dust ? order.units : left;
      this.fill(order, units);
      fills.push({ price: order.price, units, period: order.period });
      left -= units;
    }
    return fills;
  }

  private fill(order: Order, units: number): void {
    if (units === order.units) return this.cancel(order);
    order.units -= units;
    order.amount = signed(order.units, order.bid, this.funding);
    this.tell(order, -units, 0);
  }

  private tell({ bid, price, period }: Order, units: number, count: number): void {
    for (const ladder of this.ladders.values()) ladder.change({ bid, price, period, units, count });
  }

  private side(bid: boolean): Side {
    return bid ? this.bids : this.asks;
  }
}

/** No taker empties a side. */
const LEFT_ALONE = 5;

/** The least remainder of a partly filled order, units, where dust is not wanted: 1e-6. */
export const NO_DUST = UNIT / 1e6;


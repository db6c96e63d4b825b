import type { Level } from '../../../core/level';
import type { Units } from '../account/money';
import { shownFrom } from './shown-side';

/** A resting limit order, as its market sees it. The matcher keeps `left` and `ahead` up to date. */
export interface Resting {
  readonly id: number;
  readonly buy: boolean;
  price: number;
  /** What is still to be filled, unsigned. */
  left: Units;
  /** How much of others must trade at its price before it; `undefined` until its price is within what is shown. */
  ahead: Units | undefined;
}

/** Our orders at one price, the oldest first. Each has its own count of what others have before it. */
export class RestingLevel {
  readonly orders: Resting[] = [];
  /** What the one level here showed when all orders had seen it; 0: nothing stands before any of them. */
  private seen: number | undefined;

  constructor(readonly price: number) {}

  add(order: Resting): void {
    this.orders.push(order);
    this.seen = undefined;
  }

  /** Looks at a changed book, in which this price stands (or would stand) at this place: nobody has more before him than is shown. */
  look(levels: readonly Level[], place: number): void {
    const amount = levels[place]?.price === this.price ? (levels[place] as Level).amount : 0;
    // most levels stay as they are from one event to the next
    if (amount === this.seen) return;
    const isSeveral = levels[place + 1]?.price === this.price;
    const shown = shownFrom(levels, place, this.price);
    for (const order of this.orders) if (order.ahead === undefined || order.ahead > shown) order.ahead = shown;
    this.seen = isSeveral ? undefined : amount;
  }

  /** The market is beyond this price, so all that stood before us is gone. */
  pass(): void {
    if (this.seen === 0) return;
    for (const order of this.orders) order.ahead = 0n;
    this.seen = 0;
  }
}

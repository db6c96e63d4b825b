import { Side } from '../../../src/shared/core/side';
import type { Sides } from '../../../src/shared/simulator/markets/ladder';

/** Price and amount, the amount without sign. */
export type Shown = readonly [price: number, amount: number];

/** A book as a market has it: asks are negative. `raw`: each level is two orders. */
export function bookOf(bids: readonly Shown[], asks: readonly Shown[] = [], raw = false): Sides {
  const sides = { bids: new Side(true, raw), asks: new Side(false, raw) };
  for (const [price, amount] of bids) put(sides.bids, price, amount, raw);
  for (const [price, amount] of asks) put(sides.asks, price, -amount, raw);
  return sides;
}

function put(side: Side, price: number, amount: number, raw: boolean): void {
  if (!raw) return side.put({ price, amount, count: 1, tie: 0, period: 0, key: price });
  const first = Math.trunc(amount * 4e7) / 1e8;
  for (const [at, part] of [first, amount - first].entries()) {
    const id = Math.round(price * 1000) * 2 + at;
    side.put({ price, amount: Number(part.toFixed(8)), count: 1, tie: id, period: 0, key: id });
  }
}

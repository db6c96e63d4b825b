import { costOf, sizeOf, type Units } from './money';
import type { Position } from './position';
import type { Prices } from '../funds/prices';

/** What a position is worth at the last price, unsigned, quote currency; without a price what it cost. */
export function valueOf({ symbol, amount, cost }: Position, prices: Prices): Units {
  const last = prices.last(symbol);
  return last === undefined ? sizeOf(cost) : costOf(sizeOf(amount), last);
}

/** Unrealised profit at the last price, quote currency; `undefined` without a price. */
export function profitOf({ symbol, amount, cost }: Position, prices: Prices): Units | undefined {
  const last = prices.last(symbol);
  return last === undefined ? undefined : costOf(amount, last) - cost;
}

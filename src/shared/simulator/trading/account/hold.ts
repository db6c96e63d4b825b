import { codesOf } from '../../../core/symbol';
import { costAtMost, sizeOf, type Units } from './money';
import { isBuy, type Order, type WalletType } from './order';

/** What is set aside for an order. */
export interface Hold {
  readonly wallet: WalletType;
  readonly currency: string;
  readonly units: Units;
}

/**
 * What an open order from the exchange wallet holds: what it sells, or what it may cost at most. The stop leg of an OCO
 * pair holds nothing, for the limit leg holds enough for both. What orders on margin and of derivatives reserve depends on
 * the position: see `reserve.ts`.
 */
export function holdOf(order: Order): Hold | undefined {
  const { symbol, spot, remaining, placedId, holdPrice, stage } = order;
  if (!spot || stage === 'closed' || placedId !== null) return undefined;
  const [base, quote] = codesOf(symbol.slice(1));
  const size = sizeOf(remaining);
  return isBuy(order) ? { wallet: 'exchange', currency: quote, units: costAtMost(size, holdPrice) } : { wallet: 'exchange', currency: base, units: size };
}

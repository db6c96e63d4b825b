import { codesOf } from '../../core/symbol';
import { costAtMost, sizeOf, type Units } from './money';
import { isBuy, isDerivative, type Order, type WalletType } from './order';

/** What is set aside for an order or a position. */
export interface Hold {
  readonly wallet: WalletType;
  readonly currency: string;
  readonly units: Units;
}

/**
 * What an open order holds. From the exchange wallet: what it sells, or what it may cost at most. Of a derivative: the
 * collateral for its leverage. A margin order holds nothing of its own: it counts against the tradable balance.
 * The stop leg of an OCO pair holds nothing either, for the limit leg holds enough for both.
 */
export function holdOf(order: Order): Hold | undefined {
  const { symbol, spot, remaining, placedId, holdPrice, lev, stage } = order;
  if (stage === 'closed' || placedId !== null) return undefined;
  const [base, quote] = codesOf(symbol.slice(1));
  const size = sizeOf(remaining);
  if (spot) return isBuy(order) ? { wallet: 'exchange', currency: quote, units: costAtMost(size, holdPrice) } : { wallet: 'exchange', currency: base, units: size };
  if (!isDerivative(symbol)) return undefined;
  return { wallet: 'margin', currency: quote, units: costAtMost(size, holdPrice) / BigInt(lev) };
}

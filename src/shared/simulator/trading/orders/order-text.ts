import { codesOf } from '../../../core/symbol';
import { textOf, type Units } from '../account/money';
import { isBuy, type Order } from '../account/order';
import { typeName } from '../account/rows';

/** `exchange limit buy order for 0.001 BTC`, as the exchange's notifications have it (bitfinex-v2.md 6.2). */
export function orderText(order: Order, units: Units): string {
  const [base] = codesOf(order.symbol.slice(1));
  return `${typeName(order).toLowerCase()} ${isBuy(order) ? 'buy' : 'sell'} order for ${textOf(units)} ${base}`;
}

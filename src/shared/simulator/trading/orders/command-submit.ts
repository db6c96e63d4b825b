import type { CommandHost } from './command-host';
import type { Order } from '../account/order';
import { orderText } from './order-text';
import { isRefusal } from './order-wish';
import { readWish } from './read-wish';
import { accepted, declined, type Reply } from './reply';
import { orderRow } from '../account/rows';

/** `on`: a new order, or an OCO pair. */
export function submit({ trading, account, now }: CommandHost, payload: unknown): Reply {
  const wish = readWish(payload, { symbols: trading.symbols, limitsOf: (symbol) => trading.limitsOf(symbol), now });
  const orders = isRefusal(wish) ? wish : trading.submit(account, wish);
  if (isRefusal(orders)) return declined('on-req', orders, payload);
  const [first] = orders as readonly [Order];
  return accepted('on-req', `Submitting ${orderText(first, first.amount)}.`, orders.map(orderRow));
}

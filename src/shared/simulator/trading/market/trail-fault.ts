import type { Order } from '../account/order';
import { refused, type Refusal } from '../orders/order-wish';
import { trailStart } from './trail-start';

/** No price is 0 or less, so a sale whose trigger would stand there is refused. `last`: the last price. */
export function trailFault(order: Order, last: number | undefined): Refusal | undefined {
  const isBelow = order.type === 'TRAILING STOP' && last !== undefined && trailStart(order, last) <= 0;
  return isBelow ? refused('price_trailing: invalid', 10020) : undefined;
}

import type { CommandHost } from './command-host';
import { findOrder } from './find-order';
import { sizeOf } from '../account/money';
import { orderText } from './order-text';
import { isRefusal } from './order-wish';
import { readChange } from './read-change';
import { accepted, declined, type Reply } from './reply';
import { orderRow } from '../account/rows';

/** `ou`: the order, named as for a cancel, becomes another one. The reply shows it as it is to be. */
export function update({ trading, account, now }: CommandHost, payload: unknown): Reply {
  const order = findOrder(account, payload);
  if (isRefusal(order)) return declined('ou-req', order, payload);
  const wish = readChange(payload, order, now, trading.limitsOf(order.symbol));
  const changed = isRefusal(wish) ? wish : trading.change(account, order, wish);
  if (isRefusal(changed)) return declined('ou-req', changed, payload);
  return accepted('ou-req', `Submitting update to ${orderText(changed, sizeOf(changed.remaining))}.`, [orderRow(changed)]);
}

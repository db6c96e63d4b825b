import type { PairLimits } from '../../../wire/conf';
import { isDerivative, ORDER_FLAGS, type ChangeWish, type Order } from '../account/order';
import { changeOf } from './order-change';
import { OrderFields } from './order-fields';
import { refused, type Refusal } from './order-wish';
import { ID_END, MOST_LEVERAGE } from './read-wish';
import { flagFault, priceFault, sizeFault } from './wish-rules';

/** What an order is, it stays: these flags cannot be changed. */
const FIXED = ORDER_FLAGS.close | ORDER_FLAGS.oco;

type Read<Name extends keyof ChangeWish> = { readonly [K in Name]: ChangeWish[K] | undefined };

/** Reads an update as the socket's `ou` and REST's `order/update` have it (bitfinex-v2.md 6.1): what is not named stays. `now`: UTC ms. */
export function readChange(payload: unknown, order: Order, now: number, limits?: PairLimits): ChangeWish | Refusal {
  const fields = new OrderFields(payload);
  const read = { ...readPrices(fields, order), ...readOthers(fields, order, now), ...readAmounts(fields) };
  const wish: ChangeWish = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
  return fields.refusal ?? faultOf(order, wish, limits) ?? wish;
}

/** Only the prices that the order has: others are passed over. */
function readPrices(fields: OrderFields, { type, triggered }: Order): Read<'price' | 'auxLimit' | 'trailing'> {
  const price = type === 'MARKET' || type === 'TRAILING STOP' ? undefined : fields.price('price');
  const auxLimit = type === 'STOP LIMIT' ? fields.price('price_aux_limit') : undefined;
  const trailing = type === 'TRAILING STOP' ? fields.price('price_trailing') : undefined;
  // a stop limit that was hit is a limit order
  return type === 'STOP LIMIT' && triggered ? { price: undefined, auxLimit: price, trailing } : { price, auxLimit, trailing };
}

const readOthers = (fields: OrderFields, { symbol }: Order, now: number): Read<'flags' | 'tif' | 'gid' | 'lev' | 'meta'> => ({
  flags: fields.flags('flags'),
  tif: fields.timeAfter(now, 'tif'),
  gid: fields.integer('gid', 0, ID_END),
  lev: isDerivative(symbol) ? fields.integer('lev', 1, MOST_LEVERAGE + 1) : undefined,
  meta: fields.object('meta'),
});

/** A client names the new rest or the difference; who names both means the first. */
function readAmounts(fields: OrderFields): Read<'remaining' | 'delta'> {
  const remaining = fields.amount('amount');
  return { remaining, delta: remaining === undefined ? fields.amount('delta') : undefined };
}

function faultOf(order: Order, wish: ChangeWish, limits: PairLimits | undefined): Refusal | undefined {
  const change = changeOf(order, wish, undefined);
  if (change === undefined) return refused('amount: invalid');
  const changed = { ...order, ...change };
  if ((changed.flags & FIXED) !== (order.flags & FIXED)) return refused('flags: invalid', 10020);
  const resized = change.remaining === undefined ? undefined : sizeFault({ ...changed, amount: changed.remaining }, limits);
  return priceFault(changed) ?? flagFault(changed) ?? resized;
}

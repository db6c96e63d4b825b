import type { Order } from '../account/order';
import { OrderFields } from './order-fields';
import { refused, type Refusal } from './order-wish';
import type { PaperAccount } from '../account/paper-account';
import { ID_END } from './read-wish';
import { readUtc } from '../account/utc-time';

const DAY = 86_400_000;

const NOT_FOUND = refused('Order not found.');

/** The open order that a client means: by its id, or by its cid and the UTC day of its making (bitfinex-v2.md 6.1). */
export function findOrder({ state }: Pick<PaperAccount, 'state'>, payload: unknown): Order | Refusal {
  const fields = new OrderFields(payload);
  const isById = fields.has('id') || !fields.has('cid');
  const id = isById ? readId(fields) : readCid(fields);
  if (fields.refusal !== undefined || id === undefined) return fields.refusal ?? refused('id: invalid', 10020);
  const found = isById ? state.orders.get(id) : byCid(state.orders.values(), id, fields.text('cid_date'));
  return found ?? NOT_FOUND;
}

const readId = (fields: OrderFields): number | undefined => fields.integer('id', 1, Number.MAX_SAFE_INTEGER);

function readCid(fields: OrderFields): number | undefined {
  if (readDay(fields.value('cid_date')) === undefined) fields.refuse('cid_date');
  return fields.integer('cid', 0, ID_END);
}

/** A bare date, as it is given. */
export const readDay = (given: unknown): string | undefined => (typeof given === 'string' && given.length === 10 && readUtc(given) !== undefined ? given : undefined);

/** The newest open order of that cid and day: cids may be given more than once (bitfinex-v2.md 6.1). */
function byCid(orders: Iterable<Order>, cid: number, day: string): Order | undefined {
  const from = readUtc(day) as number;
  let newest: Order | undefined;
  for (const order of orders) if (order.cid === cid && order.createdAt >= from && order.createdAt < from + DAY) newest = order;
  return newest;
}

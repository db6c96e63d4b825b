import { byCid, readDay } from './find-order';
import type { Order } from './order';
import { OrderFields } from './order-fields';
import { refused, type Refusal } from './order-wish';
import type { PaperAccount } from './paper-account';

type Choice = (order: Order) => boolean;

/**
 * The open orders that a client means by `{"id":[..]}`, `{"cid":[[cid, date],..]}`, `{"gid":[..]}` or `{"all":1}`, each
 * once (bitfinex-v2.md 6.1). What is not open is passed over.
 */
export function findOrders({ state }: PaperAccount, payload: unknown): readonly Order[] | Refusal {
  const fields = new OrderFields(payload);
  const orders = [...state.orders.values()];
  const choices = [chosenById(fields), chosenByGid(fields), chosenByCid(fields, orders), chosenAll(fields)].filter((choice) => choice !== undefined);
  if (fields.refusal !== undefined) return fields.refusal;
  if (choices.length === 0) return refused('input: invalid', 10020);
  return orders.filter((order) => choices.some((choice) => choice(order)));
}

function chosenById(fields: OrderFields): Choice | undefined {
  const ids = readIds(fields, 'id');
  return ids && (({ id }) => ids.has(id));
}

function chosenByGid(fields: OrderFields): Choice | undefined {
  const gids = readIds(fields, 'gid');
  return gids && (({ gid }) => gid !== null && gids.has(gid));
}

function chosenByCid(fields: OrderFields, orders: readonly Order[]): Choice | undefined {
  if (!fields.has('cid')) return undefined;
  const given = fields.value('cid');
  const pairs = Array.isArray(given) ? given.map(readPair) : [undefined];
  if (pairs.includes(undefined)) return fields.refuse('cid');
  const found = new Set(pairs.map((pair) => pair && byCid(orders, ...pair)));
  return (order) => found.has(order);
}

function chosenAll(fields: OrderFields): Choice | undefined {
  return fields.integer('all', 0, 2) === 1 ? () => true : undefined;
}

/** A list of ids, or a single one. */
function readIds(fields: OrderFields, name: string): ReadonlySet<number> | undefined {
  if (!fields.has(name)) return undefined;
  const ids = [fields.value(name)].flat().map(Number);
  return ids.every((id) => Number.isSafeInteger(id)) ? new Set(ids) : fields.refuse(name);
}

function readPair(given: unknown): [cid: number, day: string] | undefined {
  const [cid, date] = Array.isArray(given) ? (given as unknown[]) : [];
  const day = readDay(date);
  return day !== undefined && Number.isSafeInteger(Number(cid)) ? [Number(cid), day] : undefined;
}

import { numberOf } from '../../../wire/keys';
import { readDay } from './find-order';
import type { Order } from '../account/order';
import { OrderFields } from './order-fields';
import { refused, type Refusal } from './order-wish';
import type { PaperAccount } from '../account/paper-account';
import { dayOf } from '../account/utc-time';

type Choice = (order: Order) => boolean;

/** Ids, gids or cids in one call: nowhere documented, and more than anybody may place in 5 minutes. */
const MOST = 1000;

/**
 * The open orders that a client means by `{"id":[..]}`, `{"cid":[[cid, date],..]}`, `{"gid":[..]}` or `{"all":1}`, each
 * once (bitfinex-v2.md 6.1). What is not open is passed over.
 */
export function findOrders({ state }: Pick<PaperAccount, 'state'>, payload: unknown): readonly Order[] | Refusal {
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

/** Of several orders with one cid and day the newest: cids may be given more than once (bitfinex-v2.md 6.1). */
function chosenByCid(fields: OrderFields, orders: readonly Order[]): Choice | undefined {
  if (!fields.has('cid')) return undefined;
  const given = fields.value('cid');
  const names = Array.isArray(given) && given.length <= MOST ? given.map(readPair) : [undefined];
  if (names.includes(undefined)) return fields.refuse('cid');
  const newest = new Map(orders.map((order) => [nameOf(order.cid, dayOf(order.createdAt)), order]));
  const found = new Set(names.map((name) => newest.get(name as string)));
  return (order) => found.has(order);
}

const nameOf = (cid: number, day: string): string => `${cid} ${day}`;

function chosenAll(fields: OrderFields): Choice | undefined {
  return fields.integer('all', 0, 2) === 1 ? () => true : undefined;
}

/** A list of ids, or a single one. */
function readIds(fields: OrderFields, name: string): ReadonlySet<number> | undefined {
  if (!fields.has(name)) return undefined;
  const ids = [fields.value(name)].flat().map(numberOf);
  return ids.length <= MOST && ids.every((id): id is number => Number.isSafeInteger(id)) ? new Set(ids) : fields.refuse(name);
}

/** `[cid, date]`, as {@link nameOf} has it. */
function readPair(given: unknown): string | undefined {
  const [cid, date] = Array.isArray(given) ? (given as unknown[]) : [];
  const [number, day] = [numberOf(cid), readDay(date)];
  return day !== undefined && Number.isSafeInteger(number) ? nameOf(number as number, day) : undefined;
}

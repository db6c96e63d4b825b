import { orderReply } from '../../../wire/order';
import { OrderFields } from './order-fields';
import type { Refusal } from './order-wish';

/** What came of a command (bitfinex-v2.md 6.2, 8.6). */
export interface Reply {
  /** `on-req`, `ou-req`, `oc-req`, `oc_multi-req`, `ox_multi-req`. */
  readonly type: string;
  readonly status: 'SUCCESS' | 'ERROR';
  /** For people. */
  readonly text: string;
  /** Of an error: what REST says (10001, 10020, 20060). */
  readonly code: number | null;
  /** Order rows; of a refused command what it echoes. */
  readonly orders: readonly (readonly unknown[])[];
  /** Of `ox_multi` one for each operation: the socket tells each of them before the whole. */
  readonly parts?: readonly Reply[];
}

/** Accepted for processing: what becomes of it the account hears later. */
export const accepted = (type: string, text: string, orders: Reply['orders']): Reply => ({ type, status: 'SUCCESS', text, code: null, orders });

/** A refusal, with what its command is told by: cid or id (bitfinex-v2.md 6.2). */
export const declined = (type: string, { text, code = 10001 }: Refusal, payload: unknown): Reply => ({ type, status: 'ERROR', text, code, orders: [ECHOES[type]?.(new OrderFields(payload)) ?? []] });

/** A row of 32 columns, null where nothing is known. */
const NOTHING = Object.fromEntries(Object.keys(orderReply.columns).map((name) => [name, null]));

const row = (known: Readonly<Record<string, unknown>>): unknown[] => [...orderReply.encode({ ...NOTHING, notify: false, ...known })];

const ECHOES: Readonly<Record<string, (fields: OrderFields) => unknown[]>> = {
  'on-req': echoOfOrder,
  'ou-req': echoOfId,
  'oc-req': echoOfId,
};

function echoOfOrder(fields: OrderFields): unknown[] {
  return row({
    gid: fields.echo('gid'),
    clientOrderId: fields.echo('cid'),
    symbol: fields.text('symbol') || null,
    remaining: fields.echo('amount'),
    type: fields.text('type') || null,
    flags: fields.echo('flags') ?? 0,
    price: fields.echo('price'),
    priceTrailing: fields.echo('price_trailing') ?? 0,
    priceAuxLimit: fields.echo('price_aux_limit') ?? 0,
    hidden: false,
  });
}

function echoOfId(fields: OrderFields): unknown[] {
  return row({ id: fields.echo('id'), clientOrderId: fields.echo('cid') });
}

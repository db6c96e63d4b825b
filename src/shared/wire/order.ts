import { any, flag, integer, loose, nullable, number, sparse, table, text, type RowOf } from './row';

/**
 * Order (bitfinex-v2.md 5.2, 32 fields): `os`, `on`, `ou`, `oc` and the REST order lists. Times in ms.
 * Amounts are signed, unlike ccxt's: + buys, - sells. `remaining` is 0 once filled, so the side is read from `amount`.
 * `type` and `status` are the exchange's words; nothing here interprets them.
 */
export const order = table(
  'order',
  {
    id: integer(0),
    gid: nullable(loose(integer(1))),
    clientOrderId: nullable(loose(integer(2))),
    symbol: text(3),
    timestamp: nullable(integer(4)),
    lastUpdateTimestamp: nullable(integer(5)),
    remaining: number(6),
    amount: number(7),
    type: text(8),
    typePrev: nullable(text(9)),
    /** when the exchange cancels it, ms */
    mtsTif: nullable(integer(10)),
    /** sum of the order flags (bitfinex-v2.md 6.3) */
    flags: nullable(loose(integer(12))),
    status: text(13),
    /** limit price, or the stop price of stop types */
    price: nullable(number(16)),
    average: nullable(number(17)),
    /** distance of a trailing stop */
    priceTrailing: nullable(number(18)),
    /** limit price of a stop-limit */
    priceAuxLimit: nullable(number(19)),
    notify: nullable(flag(23)),
    hidden: nullable(flag(24)),
    /** the other leg of an OCO pair */
    placedId: nullable(integer(25)),
    routing: nullable(text(28)),
    /** an object, a JSON text in old rows, or null */
    meta: any(31),
  },
  32,
);
/** A decoded row of {@link order}. */
export type Order = RowOf<typeof order>;

/**
 * The order inside a notification (bitfinex-v2.md 6.2): any field may be null, and rows before 2019 end early. A refusal
 * must not be lost because its echo is incomplete: `clientOrderId` and `id` are what a reply is matched by.
 */
export const orderReply = table('order reply', sparse(order.columns));
/** A decoded row of {@link orderReply}. */
export type OrderReply = RowOf<typeof orderReply>;

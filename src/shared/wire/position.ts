import { any, integer, nullable, number, table, text, type RowOf } from './row';

/**
 * Position (bitfinex-v2.md 5.3, 20 fields): `ps`, `pn`, `pu`, `pc` and the REST lists. `amount` > 0 is long, < 0 short.
 * The four calculated fields are null in a snapshot, until the exchange has worked them out. Times in ms.
 */
export const position = table(
  'position',
  {
    symbol: text(0),
    status: text(1),
    amount: number(2),
    entryPrice: number(3),
    /** funding paid so far */
    marginFunding: nullable(number(4)),
    /** 0 daily, 1 term */
    marginFundingType: nullable(integer(5)),
    unrealizedPnl: nullable(number(6)),
    /** `unrealizedPnl` in percent of the position's value, as the exchange sends it */
    percentage: nullable(number(7)),
    liquidationPrice: nullable(number(8)),
    leverage: nullable(number(9)),
    id: nullable(integer(11)),
    timestamp: nullable(integer(12)),
    lastUpdateTimestamp: nullable(integer(13)),
    /** 0 margin, 1 derivative; null in audit rows means margin */
    type: nullable(integer(15)),
    collateral: nullable(number(17)),
    /** the least collateral before liquidation */
    maintenanceMargin: nullable(number(18)),
    /** an object or its JSON text: reason, order_id, liq_stage, trade_price, trade_amount */
    meta: any(19),
  },
  20,
);
/** A decoded row of {@link position}. */
export type Position = RowOf<typeof position>;

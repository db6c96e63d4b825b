import { alert as alertTable } from '../../../wire/alert';
import { ledger as ledgerTable } from '../../../wire/ledger';
import { order as orderTable } from '../../../wire/order';
import { ownTrade } from '../../../wire/own-trade';
import { wallet as walletTable } from '../../../wire/wallet';
import type { PriceAlert } from '../access/belongings';
import type { OwnTrade, Posting, Wallet } from './account-facts';
import { numberOf, sizeOf } from './money';
import { hasFlag, isDerivative, priceOf, type Order } from './order';

/** An order as every channel and answer has it (bitfinex-v2.md 5.2). */
export function orderRow(order: Order): unknown[] {
  const { triggered, spot, type } = order;
  const name = typeName(order);
  return orderTable.encode({
    id: order.id,
    gid: order.gid,
    clientOrderId: order.cid,
    symbol: order.symbol,
    timestamp: order.createdAt,
    lastUpdateTimestamp: order.updatedAt,
    remaining: numberOf(order.remaining),
    amount: numberOf(order.amount),
    type: name,
    typePrev: triggered ? prefixed(spot, type) : null,
    mtsTif: order.tif,
    flags: order.flags,
    status: order.status,
    price: priceOf(order),
    average: averageOf(order),
    priceTrailing: order.trailing,
    priceAuxLimit: triggered ? 0 : order.auxLimit,
    notify: false,
    hidden: hasFlag(order, 'hidden'),
    placedId: order.placedId,
    routing: 'API>BFX',
    meta: metaOf(order),
  });
}

const prefixed = (spot: boolean, type: string): string => (spot ? `EXCHANGE ${type}` : type);

/** What it is now: a stop that was hit is a market or a limit order. */
export function typeName({ spot, type, triggered }: Pick<Order, 'spot' | 'type' | 'triggered'>): string {
  if (!triggered) return prefixed(spot, type);
  return prefixed(spot, type === 'STOP LIMIT' ? 'LIMIT' : 'MARKET');
}

/** Average price of what was filled, 0 before. */
export function averageOf({ amount, remaining, filledCost }: Pick<Order, 'amount' | 'remaining' | 'filledCost'>): number {
  const filled = sizeOf(amount - remaining);
  return filled === 0n ? 0 : numberOf((filledCost * 100_000_000n) / filled);
}

/** What the client gave, and what the exchange adds: post-only, leverage, and where it came from (bitfinex-v2.md 5.2). */
function metaOf(order: Order): unknown {
  const { meta, symbol, lev } = order;
  return { ...(meta === null ? {} : (JSON.parse(meta) as object)), ...(hasFlag(order, 'postOnly') ? { $F7: 1 } : {}), ...(isDerivative(symbol) ? { $F33: lev } : {}), source: 'api' };
}

/** A trade of the account; the fee comes in the second message about it only (bitfinex-v2.md 5.4). */
export function ownTradeRow({ id, symbol, at, order, orderPrice, units, price, maker, fee, feeCurrency }: OwnTrade, withFee: boolean): unknown[] {
  return ownTrade.encode({
    id,
    symbol,
    timestamp: at,
    order: order.id,
    amount: numberOf(units),
    price,
    type: typeName(order),
    orderPrice,
    maker: maker ? 1 : -1,
    fee: withFee ? numberOf(fee) : null,
    feeCurrency: withFee ? feeCurrency : null,
    clientOrderId: order.cid,
  });
}

/** A wallet; `available` is null where it was not worked out yet (bitfinex-v2.md 5.5). */
export const walletRow = ({ type, currency, total, last }: Wallet, available: bigint | null): unknown[] =>
  walletTable.encode({
    type,
    currency,
    total: numberOf(total),
    unsettledInterest: 0,
    free: available === null ? null : numberOf(available),
    description: last?.description ?? null,
    meta: last?.meta ?? null,
  });

/** A ledger entry (bitfinex-v2.md 8.4). */
export const ledgerRow = ({ id, currency, wallet, at, units, after, description }: Posting): unknown[] =>
  ledgerTable.encode({ id, currency, wallet, timestamp: at, amount: numberOf(units), after: numberOf(after), description });

/** A price alert (bitfinex-v2.md 8.2). */
export const alertRow = ({ symbol, price, count }: PriceAlert): unknown[] => alertTable.encode({ key: `price:${symbol}:${price}`, type: 'price', symbol, price, count });

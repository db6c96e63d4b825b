import type { PairLimits } from '../../../wire/conf';
import { hasFlag, isDerivative, ORDER_TYPES, type OrderType } from '../account/order';
import { OrderFields } from './order-fields';
import type { OrderWish, Refusal } from './order-wish';
import { faultOf } from './wish-rules';

/** What an order is checked against. */
export interface WishContext {
  readonly symbols: readonly string[];
  /** What is given of the sizes and margins of a symbol. */
  limitsOf?(symbol: string): PairLimits | undefined;
  /** UTC ms. */
  readonly now: number;
}

/** cids and gids are shorter than 45 bits (bitfinex-v2.md 6.1). */
export const ID_END = 2 ** 45;

/** Leverage of derivatives (bitfinex-v2.md 6.1). */
export const MOST_LEVERAGE = 100;
export const DEFAULT_LEVERAGE = 10;

/** Reads a new order as the socket's `on` and REST's `order/submit` have it (bitfinex-v2.md 6.1, 6.7). */
export function readWish(payload: unknown, context: WishContext): OrderWish | Refusal {
  const fields = new OrderFields(payload);
  const symbol = readSymbol(fields, context.symbols);
  const { type, spot } = readType(fields);
  const amount = fields.amount('amount') ?? fields.refuse('amount') ?? 0n;
  const rest = readRest(fields, symbol, context.now);
  const wish = { symbol, type, spot, amount, ...readPrices(fields, type, hasFlag(rest, 'oco')), ...rest };
  return fields.refusal ?? faultOf(wish, context.limitsOf?.(symbol)) ?? wish;
}

function readSymbol(fields: OrderFields, symbols: readonly string[]): string {
  const symbol = fields.text('symbol');
  if (!symbol.startsWith('t') || !symbols.includes(symbol)) fields.refuse('symbol');
  return symbol;
}

function readType(fields: OrderFields): { type: OrderType; spot: boolean } {
  const [, prefix, name] = /^(EXCHANGE )?(.*)$/s.exec(fields.text('type')) ?? [];
  const type = ORDER_TYPES.find((one) => one === name);
  if (type === undefined) fields.refuse('type');
  return { type: type ?? 'LIMIT', spot: prefix !== undefined };
}

/** Only the prices that the type has (bitfinex-v2.md 6.4): others are passed over, as by the exchange. */
function readPrices(fields: OrderFields, type: OrderType, isOco: boolean): Pick<OrderWish, 'price' | 'auxLimit' | 'trailing' | 'ocoStop'> {
  const priceIf = (isNeeded: boolean, name: string): number => (isNeeded ? (fields.price(name) ?? 0) : 0);
  return {
    price: priceIf(type !== 'MARKET' && type !== 'TRAILING STOP', 'price'),
    auxLimit: priceIf(type === 'STOP LIMIT', 'price_aux_limit'),
    trailing: priceIf(type === 'TRAILING STOP', 'price_trailing'),
    ocoStop: priceIf(isOco, 'price_oco_stop'),
  };
}

function readRest(fields: OrderFields, symbol: string, now: number): Pick<OrderWish, 'cid' | 'cidOco' | 'gid' | 'flags' | 'lev' | 'tif' | 'meta'> {
  const lev = fields.integer('lev', 1, MOST_LEVERAGE + 1);
  return {
    cid: fields.integer('cid', 0, ID_END) ?? null,
    cidOco: fields.integer('cid_oco', 0, ID_END) ?? null,
    gid: fields.integer('gid', 0, ID_END) ?? null,
    flags: fields.flags('flags') ?? 0,
    lev: isDerivative(symbol) ? (lev ?? DEFAULT_LEVERAGE) : 1,
    tif: fields.timeAfter(now, 'tif') ?? null,
    meta: fields.object('meta') ?? null,
  };
}

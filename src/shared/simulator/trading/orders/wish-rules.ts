import { codesOf } from '../../../core/symbol';
import type { PairLimits } from '../../../wire/conf';
import { isMarginable, orderSizes } from '../../markets/conf';
import { readUnits, sizeOf } from '../account/money';
import { hasFlag, isDerivative } from '../account/order';
import { refused, type OrderWish, type Refusal } from './order-wish';

type Rule<Of extends keyof OrderWish> = (wish: Pick<OrderWish, Of>, limits?: PairLimits) => Refusal | undefined;

/** An order comes from the exchange wallet or is on margin; a perpetual has no spot, and not every pair has margin trading. */
export const walletFault: Rule<'symbol' | 'spot'> = ({ symbol, spot }, limits) => {
  if (isDerivative(symbol)) return spot ? refused('type: invalid', 10020) : undefined;
  return spot || isMarginable(symbol.slice(1), limits) ? undefined : refused('This pair cannot be traded on margin.');
};

/** Each type has the prices that it needs (bitfinex-v2.md 6.4). */
export const priceFault: Rule<'type' | 'price' | 'auxLimit' | 'trailing'> = ({ type, price, auxLimit, trailing }) => {
  if (type === 'TRAILING STOP') return trailing > 0 ? undefined : refused('price_trailing: invalid', 10020);
  if (type !== 'MARKET' && price <= 0) return refused('Invalid price.');
  return type === 'STOP LIMIT' && auxLimit <= 0 ? refused('price_aux_limit: invalid', 10020) : undefined;
};

/** Closing and reducing is for positions, post-only for what can rest, and an OCO pair begins with a limit order. */
export const flagFault: Rule<'type' | 'spot' | 'flags'> = (wish) => {
  const { type, spot } = wish;
  const canRest = type === 'LIMIT' || type === 'STOP LIMIT';
  const isFaulty = (spot && (hasFlag(wish, 'close') || hasFlag(wish, 'reduceOnly'))) || (hasFlag(wish, 'postOnly') && !canRest) || (hasFlag(wish, 'oco') && type !== 'LIMIT');
  return isFaulty ? refused('flags: invalid', 10020) : undefined;
};

/** The stop of an OCO pair lies beyond the limit: above it for a buy, below it for a sell. */
export const ocoFault: Rule<'flags' | 'amount' | 'price' | 'ocoStop'> = (wish) => {
  const { amount, price, ocoStop } = wish;
  const isBeyond = ocoStop > 0 && (amount > 0n ? ocoStop > price : ocoStop < price);
  return hasFlag(wish, 'oco') && !isBeyond ? refused('price_oco_stop: invalid', 10020) : undefined;
};

/** As `pub:info:pair` has it. Who closes a position closes it all, whatever its size is. */
export const sizeFault: Rule<'symbol' | 'amount' | 'flags'> = (wish, limits) => {
  const pair = wish.symbol.slice(1);
  const { least, greatest } = orderSizes(pair, limits);
  const size = sizeOf(wish.amount);
  const of = `size for ${codesOf(pair).join('/')} is`;
  if (size < (readUnits(least) ?? 0n) && !hasFlag(wish, 'close')) return refused(`Invalid order: minimum ${of} ${least}`);
  return size > (readUnits(greatest) ?? 0n) ? refused(`Invalid order: maximum ${of} ${greatest}`) : undefined;
};

const RULES = [walletFault, priceFault, flagFault, ocoFault, sizeFault];

/** The first rule of the exchange that the order breaks (bitfinex-v2.md 6.7). */
export function faultOf(wish: OrderWish, limits?: PairLimits): Refusal | undefined {
  for (const rule of RULES) {
    const fault = rule(wish, limits);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

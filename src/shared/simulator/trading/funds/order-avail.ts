import { codesOf } from '../../../core/symbol';
import { marginRoom } from './margin-room';
import { ONE, sizeOf, unitsOf, type Units } from '../account/money';
import { isDerivative } from '../account/order';
import type { Valuation } from './valuation';

export const AVAIL_TYPES = ['EXCHANGE', 'MARGIN', 'DERIV', 'FUNDING'] as const;

/** What is asked of `auth/calc/order/avail` (bitfinex-v2.md 8.2). */
export interface AvailQuestion {
  readonly symbol: string;
  readonly type: (typeof AVAIL_TYPES)[number];
  /** Does the order buy (offer: lend)? */
  readonly buy: boolean;
  /** Limit price; without one it is reckoned with the last price. */
  readonly rate: number | undefined;
  readonly lev: number;
}

/** The greatest order that the account can place, base currency, unsigned; `undefined` where there is none of the kind. `takerPpm`: what a derivative's fee takes. */
export function orderAvail(question: AvailQuestion, valuation: Valuation, takerPpm: number): Units | undefined {
  const { symbol, type, buy } = question;
  if (type === 'FUNDING') return within(valuation.state.available('funding', symbol.slice(1)));
  if ((type === 'DERIV') !== isDerivative(symbol)) return undefined;
  if (type === 'EXCHANGE' && !buy) return within(valuation.state.available('exchange', codesOf(symbol.slice(1))[0]));
  const price = priceOf(question, valuation);
  if (price === undefined || price <= 0) return undefined;
  if (type === 'MARGIN') return marginRoom(valuation, symbol, price)?.[buy ? 'buy' : 'sell'];
  return type === 'DERIV' ? availOfDerivative(question, valuation, price * (1 / question.lev + takerPpm / 1e6)) : spotPurchase(symbol, valuation, price);
}

/** Who sells on margin gets the better price, and his position is worth that. */
function priceOf({ symbol, buy, rate }: AvailQuestion, { prices }: Valuation): number | undefined {
  const last = prices.last(symbol);
  return rate === undefined || buy ? (rate ?? last) : Math.max(rate, last ?? 0);
}

function spotPurchase(symbol: string, { state }: Valuation, price: number): Units {
  const [, quote] = codesOf(symbol.slice(1));
  return (within(state.available('exchange', quote)) * ONE) / unitsOf(price);
}

/** What stands the other way can be closed for nothing; beyond it each coin takes its collateral and fee. */
function availOfDerivative({ symbol, buy }: AvailQuestion, { state }: Valuation, perCoin: number): Units {
  const [, quote] = codesOf(symbol.slice(1));
  const amount = state.positions.get(symbol)?.amount ?? 0n;
  const { buys, sells } = state.reserveOf(symbol);
  const against = amount > 0n === buy ? 0n : sizeOf(amount);
  const opening = (within(state.available('margin', quote)) * ONE) / unitsOf(perCoin);
  return opening + within(against - (buy ? buys : sells).units);
}

const within = (units: Units): Units => (units > 0n ? units : 0n);

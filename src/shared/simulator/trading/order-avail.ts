import { codesOf } from '../../core/symbol';
import { marginRoom } from './margin-room';
import { ONE, sizeOf, unitsOf, type Units } from './money';
import { isDerivative } from './order';
import type { Valuation } from './valuation';

/** What is asked of `auth/calc/order/avail` (bitfinex-v2.md 8.2). */
export interface AvailQuestion {
  readonly symbol: string;
  readonly type: 'EXCHANGE' | 'MARGIN' | 'DERIV' | 'FUNDING';
  /** Does the order buy (offer: lend)? */
  readonly buy: boolean;
  /** Limit price, if there is one. */
  readonly rate: number | undefined;
  readonly lev: number;
}

/** The greatest order that the account can place, base currency, unsigned; `undefined` where there is none of the kind. `takerPpm`: what a derivative's fee takes. */
export function orderAvail(question: AvailQuestion, valuation: Valuation, takerPpm: number): Units | undefined {
  const { symbol, type, buy } = question;
  const price = question.rate ?? valuation.prices.last(symbol);
  if (type === 'FUNDING') return within(valuation.state.available('funding', symbol.slice(1)));
  if (price === undefined || price <= 0 || (type === 'DERIV') !== isDerivative(symbol)) return undefined;
  if (type === 'MARGIN') return marginRoom(valuation, symbol, price)?.[buy ? 'buy' : 'sell'];
  return type === 'DERIV' ? availOfDerivative(question, valuation, price * (1 / question.lev + takerPpm / 1e6)) : availOfSpot(question, valuation, price);
}

function availOfSpot({ symbol, buy }: AvailQuestion, { state }: Valuation, price: number): Units {
  const [base, quote] = codesOf(symbol.slice(1));
  const free = (currency: string): Units => within(state.available('exchange', currency));
  return buy ? (free(quote) * ONE) / unitsOf(price) : free(base);
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

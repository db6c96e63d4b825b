import type { Level } from '../../core/level';
import { numberOf, textOf } from '../../wire/keys';
import { dollarsOf, lastPrices, rateOf } from '../markets/rates';
import { failed, json, type Handler } from './rest-answer';
import type { RestCall } from './rest-call';
import type { Reply } from '../trouble/rest-fault';
import type { MarketSource } from '../markets/source';

/** `calc/fx` and `calc/trade/avg`, both by POST. */
export const calc: Handler = ({ source }, [what, more], query, call) => {
  const given = inputsOf(call, query);
  if (what === 'fx' && more === undefined) return exchangeRate(source, textOf(given['ccy1']) ?? '', textOf(given['ccy2']) ?? '');
  return what === 'trade' && more === 'avg' ? average(source, given) : undefined;
};

/** The page of `calc/trade/avg` has its parameters in the query, that of `calc/fx` in the body; either is taken. */
function inputsOf({ body }: RestCall, query: URLSearchParams): Readonly<Record<string, unknown>> {
  return { ...Object.fromEntries(query), ...parsed(body) };
}

function parsed(body: string): object {
  try {
    return Object(JSON.parse(body)) as object;
  } catch {
    return {};
  }
}

function exchangeRate(source: MarketSource, from: string, to: string): Reply {
  const prices = lastPrices(source);
  const direct = from === to ? undefined : rateOf(prices, from, to);
  if (direct !== undefined) return json([direct]);
  const [worth, price] = [dollarsOf(prices, from), dollarsOf(prices, to)];
  return worth === undefined || price === undefined ? failed('ccy: invalid') : json([worth / price]);
}

/** What so much would cost on the book of now: a positive amount buys; of funding, up to a longest period. */
function average(source: MarketSource, given: Readonly<Record<string, unknown>>): Reply {
  const symbol = textOf(given['symbol']) ?? '';
  const amount = numberOf(given['amount']) ?? 0;
  const market = source.symbols.includes(symbol) ? source.market(symbol) : undefined;
  const sides = market?.sides('P0', 250);
  if (market === undefined || sides === undefined) return failed('symbol: invalid');
  if (amount === 0) return failed('amount: invalid');
  const longest = numberOf(given['period']) || Infinity;
  if (market.funding && longest === Infinity) return failed('period: invalid');
  const limit = numberOf(given['rate_limit']) || (amount > 0 ? Infinity : 0);
  const usable = ({ price, period }: Level): boolean => (amount > 0 ? price <= limit : price >= limit) && period <= longest;
  return json(filled((amount > 0 ? sides.asks : sides.bids).levels.filter(usable), amount));
}

/** Average price, and how much of the amount the levels hold. */
function filled(levels: readonly Level[], amount: number): [number, number] {
  let [left, cost] = [Math.abs(amount), 0];
  for (const level of levels) {
    const taken = Math.min(left, Math.abs(level.amount));
    left -= taken;
    cost += taken * level.price;
  }
  const done = Math.abs(amount) - left;
  return [done === 0 ? 0 : cost / done, Number((Math.sign(amount) * done).toFixed(8))];
}

import { readCandlesKey } from '../../core/candles-key';
import { BOOK_LENGTHS, PRECISIONS } from '../../core/channel';
import { INFO } from '../../wire/event';
import { rowOf } from '../sockets/book-window';
import { failed, json, marketWith, ranged, type Handler, type RestHost } from './rest-answer';
import type { Reply } from '../trouble/rest-fault';
import type { MarketSource } from '../markets/source';
import { newest } from '../markets/trade-log';

/** `ticker/tBTCUSD` */
export const ticker: Handler = ({ source }, [symbol = '']) => {
  const market = marketWith(source, symbol, 'ticker');
  return market === undefined ? failed('symbol: invalid') : json(market.ticker());
};

/** `tickers?symbols=`; unknown symbols are left out. */
export function tickers(source: MarketSource, wanted: string | null): Reply {
  if (wanted === null || wanted === '') return failed('symbols: invalid');
  const symbols = wanted === 'ALL' ? source.symbols : wanted.split(',');
  const rows = symbols.flatMap((symbol) => {
    const market = marketWith(source, symbol, 'ticker');
    return market === undefined ? [] : [[symbol, ...(market.ticker() ?? [])]];
  });
  return json(rows);
}

/** `trades/tBTCUSD/hist` */
export const trades: Handler = ({ source }, [symbol = '', what], query) => {
  if (what !== 'hist') return undefined;
  const market = marketWith(source, symbol, 'trades');
  return market === undefined ? failed('symbol: invalid') : ranged(query, { shown: 125, most: 10_000 }, (range) => market.trades.range(range));
};

/** `book/tBTCUSD/P0` */
export function book({ source, inMaintenance }: RestHost, [symbol = '', precision]: readonly string[], query: URLSearchParams): Reply {
  if (inMaintenance) return failed('maintenance', INFO.maintenanceStarted);
  const market = source.symbols.includes(symbol) ? source.market(symbol) : undefined;
  if (market === undefined) return failed('symbol: invalid');
  const known = PRECISIONS.find((one) => one === precision);
  const length = BOOK_LENGTHS.find((one) => String(one) === (query.get('len') ?? '25'));
  const sides = known && market.sides(known, length ?? 25);
  if (known === undefined || sides === undefined) return failed('prec: invalid');
  if (length === undefined) return failed('len: invalid');
  const shape = { raw: known === 'R0', funding: market.funding };
  return json([...sides.bids.levels.slice(0, length), ...sides.asks.levels.slice(0, length)].map((level) => rowOf(shape, level)));
}

/** `candles/trade:1m:tBTCUSD/hist` */
export const candles: Handler = ({ source, desk }, [key = '', what], query) => {
  if (what !== 'hist' && what !== 'last') return undefined;
  const subject = readCandlesKey(key);
  const market = subject && marketWith(source, subject.symbol, 'candles');
  if (subject === undefined || market === undefined) return failed('symbol: invalid');
  if (what === 'last') return json(desk.rows(market, subject, newest(1))[0] ?? []);
  return ranged(query, { shown: 100, most: 10_000 }, (range) => desk.rows(market, subject, range));
};

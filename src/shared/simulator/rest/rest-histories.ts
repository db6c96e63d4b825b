import { stats as statsTable } from '../../wire/stats';
import type { Bar } from '../markets/candles';
import { significant } from '../markets/ladder';
import { timeOf } from '../markets/liquidations';
import { failed, json, marketWith, ranged, type Handler, type RestHost } from './rest-answer';
import type { Reply } from '../trouble/rest-fault';
import type { Market } from '../markets/source';
import { readSeries, seriesRows, timesOf, valueAt } from '../markets/stats';
import { pastStatusRows, statusRow } from '../markets/status-row';
import { newest, pickRange, type Range } from '../markets/trade-log';

/** `tickers/hist?symbols=`: best bid and ask of each hour, trading pairs only. */
export function tickersHistory({ source }: RestHost, query: URLSearchParams): Reply {
  const wanted = query.get('symbols') ?? '';
  if (wanted === '') return failed('symbols: invalid');
  const symbols = wanted === 'ALL' ? source.symbols : wanted.split(',');
  const markets = symbols.flatMap((symbol) => (symbol.startsWith('t') ? (marketWith(source, symbol, 'candles') ?? []) : []));
  return ranged(query, { shown: 100, most: 250 }, (range) => {
    // each market's own range first: a year of all of them would take long
    const rows = markets.flatMap((market) => hourlyRows(market, range));
    return pickRange(rows.sort((a, b) => timeOfHour(a) - timeOfHour(b)), timeOfHour, range);
  });
}

const timeOfHour = (row: readonly unknown[]): number => row[12] as number;

const hourlyRows = ({ symbol, candles }: Market, range: Range): unknown[][] =>
  pickRange(candles.bars('1h'), ({ timestamp }) => timestamp, range).map(({ timestamp, open }) => [symbol, significant(open, 5, false), null, significant(open * 1.0001, 5, true), ...nulls(8), timestamp]);

const nulls = (count: number): null[] => Array.from({ length: count }, () => null);

/** `stats1/KEY/hist` and `/last`, which is one row not wrapped. */
export const stats: Handler = (host, [key = '', what], query) => {
  if (what !== 'hist' && what !== 'last') return undefined;
  const rowsOf = statsRows(host, key);
  if (typeof rowsOf === 'string') return failed(rowsOf);
  return what === 'last' ? json(rowsOf(newest(1))[0] ?? []) : ranged(query, { shown: 100, most: 10_000 }, rowsOf);
};

/** The rows of a key, or why there are none. */
function statsRows({ source, seed, now }: RestHost, key: string): string | ((range: Range) => unknown[][]) {
  const paired = /^vwap:1d:(t.+)$/.exec(key)?.[1];
  if (paired !== undefined) return averages(marketWith(source, paired, 'candles'));
  const series = readSeries(key);
  if (series === undefined) return 'key: invalid';
  return series.symbols.every((symbol) => source.symbols.includes(symbol)) ? (range) => seriesRows(series, seed, now, range) : 'symbol: invalid';
}

const averages = (market: Market | undefined): string | ((range: Range) => unknown[][]) =>
  market === undefined ? 'symbol: invalid' : (range) => pickRange(market.candles.bars('1D'), ({ timestamp }) => timestamp, range).map(averageRow);

const averageRow = ({ timestamp, high, low, close }: Bar): unknown[] => statsTable.encode({ timestamp, value: Number(((high + low + close) / 3).toPrecision(10)) });

/** `status/deriv?keys=` and `status/deriv/KEY/hist`. */
export const status: Handler = (host, [what, key, section], query) => {
  if (what !== 'deriv') return undefined;
  if (key === undefined) return derivatives(host, query.get('keys'));
  if (section !== 'hist') return undefined;
  const market = marketWith(host.source, key, 'status');
  return ranged(query, { shown: 100, most: 5000 }, (range) => (market === undefined ? [] : pickRange(pastStatusRows(market), ([time]) => time as number, range)));
};

/** An unknown key is no error: it is only absent from the answer (bitfinex-v2.md 7.3). */
function derivatives({ source, now }: RestHost, wanted: string | null): Reply {
  if (wanted === null || wanted === '') return failed('keys: invalid');
  const symbols = wanted === 'ALL' ? source.symbols : wanted.split(',');
  const rows = symbols.flatMap((symbol) => {
    const market = marketWith(source, symbol, 'status');
    return market === undefined ? [] : [[symbol, ...statusRow(market, now)]];
  });
  return json(rows);
}

/** `liquidations/hist`: each element is wrapped once more. */
export const liquidations: Handler = ({ liquidations, now }, [what], query) =>
  what === 'hist' ? ranged(query, { shown: 100, most: 500 }, (range) => pickRange(liquidations.rows(now), timeOf, range).map((row) => [row])) : undefined;

/** `funding/stats/fUSD/hist`, a row an hour. `sort` is no parameter of it. */
export const fundingStats: Handler = (host, [what, symbol = '', section], query) => {
  if (what !== 'stats' || section !== 'hist') return undefined;
  if (!symbol.startsWith('f') || marketWith(host.source, symbol, 'ticker') === undefined) return failed('symbol: invalid');
  const rowAt = fundingRowAt(host.seed, symbol);
  return ranged(query, { shown: 100, most: 250 }, (range) => timesOf(3_600_000, host.now, { ...range, oldestFirst: false }).map(rowAt));
};

function fundingRowAt(seed: number, symbol: string): (timestamp: number) => unknown[] {
  const at = (name: string, level: number, timestamp: number): number => valueAt({ key: `${name} ${symbol}`, spanMs: 3_600_000, level }, seed, timestamp);
  return (timestamp) => {
    const provided = at('provided', 3.9e8, timestamp);
    // the rate is a 365th of the daily one (bitfinex-v2.md 7.1)
    const rate = Number((at('frr', 0.00022, timestamp) / 365).toPrecision(6));
    return [timestamp, null, null, rate, at('period', 60, timestamp), null, null, provided, provided * 0.85, null, null, at('below', 2e7, timestamp)];
  };
}

import { readCandlesKey } from '../core/candles-key';
import { BOOK_LENGTHS, PRECISIONS } from '../core/channel';
import { INFO } from '../wire/event';
import { platform } from '../wire/platform';
import { errorRow } from '../wire/rest-error';
import { rowOf } from './book-window';
import type { CandleDesk } from './candle-desk';
import { confOf } from './conf';
import type { RestCall } from './rest-call';
import type { Reply } from './rest-fault';
import type { Market, MarketSource } from './source';
import { statusRow } from './status-row';
import { newest, type Range } from './trade-log';

/** What REST answers from: the same markets as the WebSocket. */
export interface RestHost {
  readonly source: MarketSource;
  readonly desk: CandleDesk;
  readonly inMaintenance: boolean;
  /** What `platform/status` says. */
  readonly isOperative: boolean;
  /** Bodies for signed paths. */
  readonly recorded: ReadonlyMap<string, string>;
  readonly now: number;
}

const json = (value: unknown, status = 200): Reply => ({ status, body: JSON.stringify(value) });

/** Application errors come as HTTP 500 with an array (bitfinex-v2.md 7.3). */
const failed = (text: string, code = 10020): Reply => json(errorRow.encode({ kind: 'error', code, text }), 500);

type Handler = (host: RestHost, parts: readonly string[], query: URLSearchParams) => Reply | undefined;

const HANDLERS: Readonly<Record<string, Handler>> = {
  platform: ({ isOperative }, [what]) => (what === 'status' ? json(platform.encode({ operative: isOperative })) : undefined),
  ticker: ({ source }, [symbol = '']) => {
    const market = marketWith(source, symbol, 'ticker');
    return market === undefined ? failed('symbol: invalid') : json(market.ticker());
  },
  tickers: ({ source }, _parts, query) => tickers(source, query.get('symbols')),
  trades: trades,
  book: book,
  candles: candles,
  status: (host, [what], query) => (what === 'deriv' ? derivatives(host, query.get('keys')) : undefined),
  conf: ({ source }, [keys = '']) => json(keys.split(',').map((key) => confOf(key, source.symbols))),
};

/** The answer to a call. */
export function answerRest(host: RestHost, { method, path, url, query }: RestCall): Reply {
  const [name = '', ...parts] = path.split('/');
  const handler = url.startsWith('/v2/') && Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  return handler?.(host, parts, new URLSearchParams(query)) ?? notFound(method, url.split('?')[0] as string);
}

const notFound = (method: string, path: string): Reply => ({
  status: 404,
  type: 'text/html; charset=utf-8',
  body: `<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${method} /api${path.replace(/[<>&"]/g, '')}</pre>\n</body>\n</html>\n`,
});

function marketWith(source: MarketSource, symbol: string, channel: 'ticker' | 'trades' | 'candles' | 'status'): Market | undefined {
  const market = source.symbols.includes(symbol) ? source.market(symbol) : undefined;
  return market?.has(channel) ? market : undefined;
}

/** Unknown symbols are left out. */
function tickers(source: MarketSource, wanted: string | null): Reply {
  if (wanted === null || wanted === '') return failed('symbols: invalid');
  const symbols = wanted === 'ALL' ? source.symbols : wanted.split(',');
  const rows = symbols.flatMap((symbol) => {
    const market = marketWith(source, symbol, 'ticker');
    return market === undefined ? [] : [[symbol, ...(market.ticker() ?? [])]];
  });
  return json(rows);
}

/** Zero and nonsense count as not given (bitfinex-v2.md 7). */
function rangeOf(query: URLSearchParams, shown: number): Range {
  const number = (name: string): number => Number(query.get(name)) || 0;
  return {
    start: number('start'),
    end: number('end') || Infinity,
    limit: Math.min(10_000, Math.max(0, Math.floor(number('limit'))) || shown),
    oldestFirst: number('sort') > 0,
  };
}

function trades({ source }: RestHost, [symbol = '', what]: readonly string[], query: URLSearchParams): Reply | undefined {
  if (what !== 'hist') return undefined;
  const market = marketWith(source, symbol, 'trades');
  return market === undefined ? failed('symbol: invalid') : json(market.trades.range(rangeOf(query, 125)));
}

function book({ source, inMaintenance }: RestHost, [symbol = '', precision]: readonly string[], query: URLSearchParams): Reply {
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

function candles({ source, desk }: RestHost, [key = '', what]: readonly string[], query: URLSearchParams): Reply | undefined {
  if (what !== 'hist' && what !== 'last') return undefined;
  const subject = readCandlesKey(key);
  const market = subject && marketWith(source, subject.symbol, 'candles');
  if (subject === undefined || market === undefined) return failed('symbol: invalid');
  if (what === 'last') return json(desk.rows(market, subject, newest(1))[0] ?? []);
  return json(desk.rows(market, subject, rangeOf(query, 100)));
}

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

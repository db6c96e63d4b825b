import { platform as platformTable } from '../../wire/platform';
import { confOf } from '../markets/conf';
import { json, type Handler, type RestHost } from './rest-answer';
import { answerSigned } from './rest-auth';
import { calc } from './rest-calc';
import type { RestCall } from './rest-call';
import type { Reply } from '../trouble/rest-fault';
import { fundingStats, liquidations, stats, status, tickersHistory } from './rest-histories';
import { book, candles, ticker, tickers, trades } from './rest-markets';
import { pulse, rankings } from './rest-people';

const GETS: Readonly<Record<string, Handler>> = {
  platform: ({ isOperative }, [what]) => (what === 'status' ? json(platformTable.encode({ operative: isOperative })) : undefined),
  ticker,
  tickers: (host, [what], query) => (what === undefined ? tickers(host.source, query.get('symbols')) : what === 'hist' ? tickersHistory(host, query) : undefined),
  trades,
  book,
  candles,
  stats1: stats,
  status,
  liquidations,
  funding: fundingStats,
  rankings,
  pulse,
  conf: ({ source }, [keys = '']) => json(keys.split(',').map((key) => confOf(key, source.symbols, (symbol) => source.limitsOf?.(symbol)))),
};

const POSTS: Readonly<Record<string, Handler>> = {
  calc,
  auth: (host, _parts, _query, call) => answerSigned(host, call),
};

/** The answer to a call. */
export function answerRest(host: RestHost, call: RestCall): Reply {
  const { method, path, url, query } = call;
  const handlers = method === 'GET' ? GETS : method === 'POST' ? POSTS : {};
  const [name = '', ...parts] = path.split('/');
  const handler = url.startsWith('/v2/') && Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  return handler?.(host, parts, new URLSearchParams(query), call) ?? notFound(method, url.split('?')[0] as string);
}

/** What an unknown path gets (bitfinex-v2.md 7.3). */
const notFound = (method: string, path: string): Reply => ({
  status: 404,
  type: 'text/html; charset=utf-8',
  body: `<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${method} /api${path.replace(/[<>&"]/g, '')}</pre>\n</body>\n</html>\n`,
});

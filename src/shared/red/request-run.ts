import { BitfinexError } from '../core/errors';
import { MOST_ROWS, Paging, type History, type Range } from '../core/paging';
import type { CallOptions, Params, Rest } from '../link/rest';
import { FieldError } from './fields';
import type { RequestCall } from './request-call';

/** A history whose rows say when they were, so that it can be read in pages. */
interface PagedPath {
  readonly path: RegExp;
  /** The most rows that the exchange gives at once. */
  readonly maxRows: number;
  /** The column with the time, UTC ms. */
  readonly timeAt: number;
  /** Does it know `sort`? */
  readonly sorts: boolean;
  /** Each row is wrapped once more. */
  readonly wrapped?: true;
}

/** Histories whose start and end are known to be about one column (bitfinex-v2.md 7 and 8.2); others are asked once, as they are. */
const PAGED: readonly PagedPath[] = [
  { path: /^tickers\/hist$/, maxRows: 250, timeAt: 12, sorts: true },
  { path: /^trades\/[^/]+\/hist$/, maxRows: 10_000, timeAt: 1, sorts: true },
  { path: /^(candles|stats1)\/[^/]+\/hist$/, maxRows: 10_000, timeAt: 0, sorts: true },
  { path: /^status\/deriv\/[^/]+\/hist$/, maxRows: 5_000, timeAt: 0, sorts: true },
  { path: /^liquidations\/hist$/, maxRows: 500, timeAt: 2, sorts: true, wrapped: true },
  { path: /^funding\/stats\/[^/]+\/hist$/, maxRows: 250, timeAt: 0, sorts: false },
  { path: /^auth\/r\/trades\/([^/]+\/)?hist$/, maxRows: 2_500, timeAt: 2, sorts: true },
  { path: /^auth\/r\/ledgers\/([^/]+\/)?hist$/, maxRows: 2_500, timeAt: 3, sorts: false },
  { path: /^auth\/r\/logins\/hist$/, maxRows: 250, timeAt: 2, sorts: false },
  { path: /^auth\/r\/audit\/hist$/, maxRows: 500, timeAt: 0, sorts: false },
];

type Ask = (params: Params) => Promise<unknown>;

/** Makes the call. A `limit` beyond what a history gives at once is read in pages. */
export async function runCall(rest: Rest, call: RequestCall, options: CallOptions): Promise<unknown> {
  if (call.kind === 'method') return rest.unified(call.method, call.args, options);
  const { method, path, params } = call;
  const ask: Ask = (asked) => (method === 'GET' ? rest.read(path, asked, options) : rest.post(path, asked, options));
  const paged = PAGED.find((one) => one.path.test(path));
  return paged === undefined || !(Number(params['limit']) > paged.maxRows) ? ask(params) : readPages(ask, params, paged);
}

async function readPages(ask: Ask, params: Params, { maxRows, timeAt, sorts, wrapped }: PagedPath): Promise<unknown[]> {
  const timeOf = (row: unknown): number => timeIn(wrapped === true ? (row as unknown[])[0] : row, timeAt);
  const history: History<unknown> = { maxRows, timeOf, keyOf: (row) => JSON.stringify(row) };
  const paging = new Paging(history, rangeOf(params, sorts));
  for (let range = paging.next; range !== undefined; range = paging.next) {
    const page = await ask({ ...params, ...range });
    if (!Array.isArray(page)) throw unusable('a list was expected');
    paging.take(page as unknown[]);
  }
  return paging.rows;
}

function rangeOf(params: Params, sorts: boolean): Range {
  const limit = Number(params['limit']);
  if (limit > MOST_ROWS) throw new FieldError('FIELD_INVALID', 'params.limit', `${limit} rows are more than ${MOST_ROWS}`);
  const time = (name: 'start' | 'end'): Range => (params[name] === undefined ? {} : { [name]: Number(params[name]) || 0 });
  return { ...time('start'), ...time('end'), limit: Math.floor(limit), ...(sorts && Number(params['sort']) === 1 ? { sort: 1 } : {}) };
}

function timeIn(row: unknown, at: number): number {
  const time = Array.isArray(row) ? (row as unknown[])[at] : undefined;
  if (typeof time === 'number') return time;
  throw unusable('a row says no time');
}

const unusable = (why: string): BitfinexError => new BitfinexError('ANSWER_UNUSABLE', `the exchange sent something that makes no sense (${why})`);

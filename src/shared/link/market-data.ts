import { attempt } from '../core/attempt';
import { Book } from '../core/book';
import { isFunding, type BookLength, type Precision } from '../core/channel';
import { BitfinexError } from '../core/errors';
import type { CandleItem, Dropped, LiquidationItem, TradeItem } from '../core/feed';
import { Paging, type History, type Range } from '../core/paging';
import { candle } from '../wire/candle';
import { RowError, type Codec } from '../wire/row';
import { derivativesStatus, liquidation, type DerivativesStatus } from '../wire/status';
import { fundingTicker, ticker, type FundingTicker, type Ticker } from '../wire/ticker';
import { fundingTrade, trade } from '../wire/trade';
import type { CallOptions, Params, Rest } from './rest';

export type { Range } from '../core/paging';

/** A ticker and the row that it came in, without the symbol in front: as the stream has it. */
export interface TickerItem {
  readonly id: string;
  readonly ticker: Ticker | FundingTicker;
  readonly info: readonly unknown[];
}

/** The state of a perpetual and the row that it came in, without the symbol in front: as the stream has it. */
export interface DerivativesItem {
  readonly id: string;
  readonly status: DerivativesStatus;
  readonly info: readonly unknown[];
}

/** Some of many: the exchange leaves out what it does not know. */
export interface Some<Item> {
  /** In the order asked for; of all, in the exchange's. */
  readonly found: Item[];
  /** The ids that have no usable row in the answer. */
  readonly missing: string[];
}

/** A longer list would not fit into a line of HTTP, so all are asked for. */
const MOST_IDS = 200;

/** The most rows at once (bitfinex-v2.md 7), when a row was and which rows are the same. */
const HISTORIES = {
  trades: { maxRows: 10_000, timeOf: ({ trade: { timestamp } }) => timestamp, keyOf: ({ trade: { id } }) => id } satisfies History<TradeItem>,
  candles: { maxRows: 10_000, timeOf: ({ candle: { timestamp } }) => timestamp, keyOf: ({ candle: { timestamp } }) => timestamp } satisfies History<CandleItem>,
  derivatives: { maxRows: 5_000, timeOf: ({ status: { timestamp } }) => timestamp, keyOf: ({ status: { timestamp } }) => timestamp } satisfies History<DerivativesItem>,
  // the id is that of the position, which may be liquidated in several steps
  liquidations: { maxRows: 500, timeOf: ({ liquidation: { timestamp } }) => timestamp, keyOf: ({ info }) => JSON.stringify(info) } satisfies History<LiquidationItem>,
};

/** Public data over REST, read through the same tables as the streams: both ways give one shape. Every method throws BitfinexError. */
export class MarketData {
  constructor(
    private readonly rest: Rest,
    private readonly options: CallOptions = {},
  ) {}

  /** The same reads, made otherwise. */
  with(options: CallOptions): MarketData {
    return new MarketData(this.rest, { ...this.options, ...options });
  }

  /** One ticker: its endpoint may be asked three times as often as that for many. */
  async ticker(id: string): Promise<TickerItem> {
    const info = await this.rows(`ticker/${id}`);
    return understood(() => ({ id, ticker: tickerTable(id).decode(info), info }));
  }

  /** Tickers of these ids, or of all; one call. */
  async tickers(ids: readonly string[] | 'ALL'): Promise<Some<TickerItem>> {
    const rows = await this.rows('tickers', { symbols: listed(ids) });
    return picked(ids, rows, (id, info) => ({ id, ticker: tickerTable(id).decode(info), info }));
  }

  /** Public trades in the order of `range.sort`. */
  trades(id: string, range: Range = {}): Promise<TradeItem[]> {
    const table = isFunding(id) ? fundingTrade : trade;
    return this.history(`trades/${id}/hist`, HISTORIES.trades, range, (info) => ({ trade: table.decode(info), info }));
  }

  /** The book as it is now. No checksum confirms it. */
  async book(id: string, precision: Precision, length: BookLength): Promise<Book> {
    const rows = await this.rows(`book/${id}/${precision}`, { len: length });
    const book = new Book(precision, isFunding(id));
    const fact = book.reset(rows);
    if (fact !== 'changed') throw unusable(`a book of ${id} that is ${fact}`);
    return book;
  }

  /** Candles of a key such as `trade:1m:tBTCUSD`, in the order of `range.sort`. */
  candles(key: string, range: Range = {}): Promise<CandleItem[]> {
    return this.history(`candles/${key}/hist`, HISTORIES.candles, range, (info) => ({ candle: candle.decode(info), info }));
  }

  /** The state of these perpetuals, or of all; one call. */
  async derivatives(ids: readonly string[] | 'ALL'): Promise<Some<DerivativesItem>> {
    const rows = await this.rows('status/deriv', { keys: listed(ids) });
    return picked(ids, rows, (id, info) => ({ id, status: derivativesStatus.decode(info), info }));
  }

  /** What the state of a perpetual was: a row for each minute. */
  derivativesHistory(id: string, range: Range = {}): Promise<DerivativesItem[]> {
    return this.history(`status/deriv/${id}/hist`, HISTORIES.derivatives, range, (info) => ({ id, status: derivativesStatus.decode(info), info }));
  }

  /** Liquidations of all perpetuals; the exchange allows three such calls a minute. */
  liquidations(range: Range = {}): Promise<LiquidationItem[]> {
    // REST wraps each row once more (bitfinex-v2.md 7.1)
    return this.history('liquidations/hist', HISTORIES.liquidations, range, ([row]) => ({ liquidation: liquidation.decode(row), info: row as readonly unknown[] }));
  }

  private async history<Item>(path: string, history: History<Item>, range: Range, read: (row: readonly unknown[]) => Item): Promise<Item[]> {
    const paging = new Paging(history, range);
    for (let ask = paging.next; ask !== undefined; ask = paging.next) {
      const rows = await this.rows(path, { ...ask });
      paging.take(understood(() => rows.map((row) => read(listOf(row)))));
    }
    return paging.rows;
  }

  private async rows(path: string, params: Params = {}): Promise<readonly unknown[]> {
    return listOf(await this.rest.read(path, params, this.options));
  }
}

const tickerTable = (id: string): Codec<Ticker | FundingTicker> => (isFunding(id) ? fundingTicker : ticker);

const listed = (ids: readonly string[] | 'ALL'): string => (ids === 'ALL' || ids.length > MOST_IDS ? 'ALL' : ids.join(','));

/**
 * The wanted ones among rows that begin with an id. A row that makes no sense counts as missing, so that a dead market
 * does not hide the others; where none makes sense, the answer is none.
 */
function picked<Item extends object>(ids: readonly string[] | 'ALL', rows: readonly unknown[], read: (id: string, info: readonly unknown[]) => Item): Some<Item> {
  const byId = new Map(rows.map((row) => listOf(row)).map(([id, ...info]) => [String(id), info]));
  const found: Item[] = [];
  const missing: string[] = [];
  let reason: string | undefined;
  for (const id of ids === 'ALL' ? byId.keys() : ids) {
    const info = byId.get(id);
    const item = info && attempt(() => read(id, info));
    if (item === undefined || isDropped(item)) {
      missing.push(id);
      reason ??= item?.reason;
    } else found.push(item);
  }
  if (found.length === 0 && reason !== undefined) throw unusable(reason);
  return { found, missing };
}

const isDropped = (item: object): item is Dropped => 'kind' in item && item.kind === 'dropped';

/** A row that does not fit its table is the exchange's trouble, not the user's. */
function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RowError ? unusable(error.message) : error;
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw unusable('a list was expected');
}

const unusable = (why: string): BitfinexError => new BitfinexError('ANSWER_UNUSABLE', `the exchange sent something that makes no sense (${why})`);

import { errorRow } from '../../wire/rest-error';
import type { CandleDesk } from '../markets/candle-desk';
import type { Liquidations } from '../markets/liquidations';
import type { RestCall } from './rest-call';
import type { Reply } from '../trouble/rest-fault';
import type { Market, MarketSource } from '../markets/source';
import type { Range } from '../markets/trade-log';
import type { PrivateSide } from '../trading/private-side';

/** What REST answers from: the same markets as the WebSocket. */
export interface RestHost {
  readonly source: MarketSource;
  readonly desk: CandleDesk;
  readonly liquidations: Liquidations;
  readonly seed: number;
  readonly inMaintenance: boolean;
  /** What `platform/status` says. */
  readonly isOperative: boolean;
  /** Bodies for signed paths. */
  readonly recorded: ReadonlyMap<string, string>;
  readonly accounts: PrivateSide;
  /** What is younger than this is not seen by signed reads, ms. */
  readonly readLagMs: number;
  readonly now: number;
}

/** Answers the calls below one name; `undefined`: there is no such path. */
export type Handler = (host: RestHost, parts: readonly string[], query: URLSearchParams, call: RestCall) => Reply | undefined;

/** A JSON answer. */
export const json = (value: unknown, status = 200): Reply => ({ status, body: JSON.stringify(value) });

/** Application errors come as HTTP 500 with an array (bitfinex-v2.md 7.3). */
export const failed = (text: string, code = 10020): Reply => json(errorRow.encode({ kind: 'error', code, text }), 500);

/** The symbol's market when it has such a channel. */
export function marketWith(source: MarketSource, symbol: string, channel: 'ticker' | 'trades' | 'candles' | 'status'): Market | undefined {
  const market = source.symbols.includes(symbol) ? source.market(symbol) : undefined;
  return market?.has(channel) ? market : undefined;
}

/** Rows shown unless said otherwise, and the most that can be asked for. */
export interface Page {
  readonly shown: number;
  readonly most: number;
}

/** Answers with the wanted range of a history; more than its maximum is refused, as the exchange does with `limit: invalid`. */
export function ranged(query: URLSearchParams, { shown, most }: Page, rowsOf: (range: Range) => readonly unknown[]): Reply {
  // zero and nonsense count as not given (bitfinex-v2.md 7)
  const number = (name: string): number => Number(query.get(name)) || 0;
  const limit = Math.max(0, Math.floor(number('limit'))) || shown;
  if (limit > most) return failed('limit: invalid');
  return json(rowsOf({ start: number('start'), end: number('end') || Infinity, limit, oldestFirst: number('sort') > 0 }));
}

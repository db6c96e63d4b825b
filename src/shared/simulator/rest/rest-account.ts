import { numberOf, type Source } from '../../wire/keys';
import { failed, ranged, type Page } from './rest-answer';
import type { Reply } from '../trouble/rest-fault';
import type { MarketSource } from '../markets/source';
import { pickRange } from '../markets/trade-log';
import type { Admission } from '../trading/access/key-ring';
import type { PaperAccount } from '../trading/account/paper-account';
import type { Access, Scope } from '../trading/access/permissions';
import type { PrivateSide } from '../trading/private-side';
import type { Valuation } from '../trading/funds/valuation';

/** A signed call that was let in. */
export interface AccountCall {
  readonly admission: Admission;
  readonly account: PaperAccount;
  readonly accounts: PrivateSide;
  readonly source: MarketSource;
  /** UTC ms. */
  readonly now: number;
  /** What is younger than this is not seen by reads, ms. */
  readonly readLagMs: number;
  readonly inMaintenance: boolean;
  /** What stands where the path has braces. */
  readonly parts: readonly string[];
  readonly body: Source;
  /** The body's texts and numbers, and the query's. */
  readonly query: URLSearchParams;
}

/** What is answered on one signed path, and what a key needs for it; without a scope any key will do. */
export interface AccountRoute {
  readonly scope: Scope | undefined;
  readonly access: Access;
  readonly answer: (call: AccountCall) => Reply;
}

/** Routes by path behind `auth/`; `{}` stands for anything. */
export type AccountRoutes = Readonly<Record<string, AccountRoute>>;

export const reads = (scope: Scope | undefined, answer: AccountRoute['answer']): AccountRoute => ({ scope, access: 'read', answer });
export const writes = (scope: Scope, answer: AccountRoute['answer']): AccountRoute => ({ scope, access: 'write', answer });

export const valuationOf = ({ account: { state }, accounts }: AccountCall): Valuation => ({ state, prices: accounts.trading.prices });

/** What a path that exists here only in name answers: it changes nothing. */
export const refusing = (text: string) => (): Reply => failed(text, 10001);

/** A history: where it comes from, how it is written, how much of it one call gets. */
export interface History<T> {
  readonly page: Page;
  /** Oldest first. */
  readonly list: readonly T[];
  readonly timeOf: (item: T) => number;
  readonly row: (item: T) => unknown;
  /** May the client ask for the oldest first? */
  readonly sorts?: boolean;
}

/** Answers with the wanted part of a history: both ends included, newest first, nothing younger than the read lag. */
export function historyOf<T>({ query, now, readLagMs }: AccountCall, { page, list, timeOf, row, sorts = false }: History<T>): Reply {
  const wish = new URLSearchParams(query);
  if (!sorts) wish.delete('sort');
  const seen = readLagMs === 0 ? list : list.filter((item) => timeOf(item) <= now - readLagMs);
  return ranged(wish, page, (range) => pickRange(seen, timeOf, range).map(row));
}

/** Ids that a call asks for: one, a list, or texts with commas; `undefined`: all. */
export function wantedIds({ body, query }: AccountCall): ReadonlySet<number> | undefined {
  const given = body['id'] ?? query.get('id')?.split(',');
  if (given === undefined) return undefined;
  return new Set((Array.isArray(given) ? given : [given]).map((id) => numberOf(id) ?? NaN));
}

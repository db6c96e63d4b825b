import { BitfinexError } from '../core/errors';

/** Paths that are answered with rows (bitfinex-v2.md 7.1 and 8.2); `last` and `info` answer with one. */
const LISTS = /\/(hist|snap|audit)$|^tickers$|^status\/deriv$|^book\/|^auth\/r\/(wallets|orders|positions|alerts|permissions|funding\/(offers|loans|credits|trades))(\/[^/]+)?$|^auth\/r\/order\/[^/]+\/trades$/;

/** A ticker has 10 numbers for a pair, and more for a currency (bitfinex-v2.md 3.1). */
const TICKER_LENGTH = 10;

/**
 * ccxt makes an empty list, or an empty ticker, of what is no answer at all: that must not look like one.
 * @throws BitfinexError ANSWER_UNUSABLE
 */
export function checkShape(path: string, body: unknown): void {
  if (!Array.isArray(body)) throw unusable('no list');
  if (LISTS.test(path) && !body.every(isRow)) throw unusable('a list with something else than rows in it');
  if (path.startsWith('ticker/') && !isTicker(body)) throw unusable('a ticker without its numbers');
}

const isRow = (row: unknown): boolean => Array.isArray(row) && row.length > 0;

const isTicker = (row: readonly unknown[]): boolean =>
  row.length >= TICKER_LENGTH && row.every((value) => value === null || typeof value === 'number') && row.some((value) => typeof value === 'number');

const unusable = (what: string): BitfinexError => new BitfinexError('ANSWER_UNUSABLE', `the exchange answered with ${what}`);

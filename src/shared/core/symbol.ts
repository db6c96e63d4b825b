import { distance } from 'fastest-levenshtein';
import { exchangeCurrency, unifiedCurrency } from './currency';
import { BitfinexError } from './errors';

/** What the exchange lists, by its own ids (`tBTCUSD`, `fUSD`). */
export type SymbolIds = ReadonlySet<string>;

/** `tBTCUSD` -> `BTC/USD`, `tBTCF0:USTF0` -> `BTC/USDT:USDT`; a funding currency stays `fUSD`. */
export function unifiedSymbol(id: string): string {
  if (id.startsWith('f')) return id;
  const [base, quote] = codesOf(id.slice(1));
  const pair = `${unifiedCurrency(base)}/${unifiedCurrency(quote)}`;
  return base.endsWith('F0') ? `${pair}:${unifiedCurrency(quote)}` : pair;
}

/**
 * The exchange's id for a symbol in any accepted spelling: `BTC/USD`, `BTCUSD`, `tBTCUSD`, `DOGE:USD`, `BTC/USDT:USDT`,
 * `fUSD`. With the exchange's list at hand an unknown one is refused with the nearest names; without it (not reachable)
 * only a spelling that can mean one thing passes, and the exchange has the last word.
 * @throws BitfinexError SYMBOL_UNKNOWN
 */
export function resolveSymbol(text: string, listed?: SymbolIds): string {
  const spelled = text.trim();
  const candidates = candidatesFor(spelled);
  if (listed === undefined) {
    const [only] = candidates;
    if (only !== undefined) return only;
    throw new BitfinexError('SYMBOL_UNKNOWN', `"${shorten(text)}" is no symbol`);
  }
  const found = candidates.find((id) => listed.has(id)) ?? withoutSeparator(spelled, listed);
  if (found !== undefined) return found;
  throw new BitfinexError('SYMBOL_UNKNOWN', `"${shorten(text)}" is not a symbol of this exchange${suggestion(spelled, listed)}`);
}

/** Splits the text of a dialog: symbols separated by commas, semicolons or white space, each once. */
export const splitSymbols = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))];

/** The ids that a spelling can mean. The exchange knows upper case only; a text all in lower case is taken for it. */
function candidatesFor(spelled: string): string[] {
  const isLower = spelled === spelled.toLowerCase();
  return [idFor(spelled), isLower ? idFor(spelled.toUpperCase()) : undefined].filter((id) => id !== undefined);
}

function idFor(spelled: string): string | undefined {
  if (/^f[A-Z0-9]{2,}$/.test(spelled) || /^t([A-Z0-9]{6}|[A-Z0-9]{2,}:[A-Z0-9]{2,})$/.test(spelled)) return spelled;
  const unified = /^([A-Z0-9]{2,})\/([A-Z0-9]{2,})(?::([A-Z0-9]{2,}))?$/.exec(spelled);
  if (unified !== null) return idOfPair(unified[1] as string, unified[2] as string, unified[3]);
  return /^([A-Z0-9]{6}|[A-Z0-9]{2,}:[A-Z0-9]{2,})$/.test(spelled) ? `t${spelled}` : undefined;
}

/** A perpetual names its settlement: `BTC/USDT:USDT`. */
function idOfPair(base: string, quote: string, settle: string | undefined): string | undefined {
  if (settle !== undefined) return settle === quote ? `t${exchangeCurrency(base)}F0:${exchangeCurrency(quote)}F0` : undefined;
  const [left, right] = [exchangeCurrency(base), exchangeCurrency(quote)];
  // a colon as soon as either code is longer than three: BTC:EURQ too (bitfinex-v2.md 1.3)
  return left.length === 3 && right.length === 3 ? `t${left}${right}` : `t${left}:${right}`;
}

/** `DOGEUSD`: only the exchange's list can say where the base ends, and only if one listed pair reads like that. */
function withoutSeparator(spelled: string, listed: SymbolIds): string | undefined {
  const bare = spelled.toUpperCase();
  const matching = [...listed].filter((id) => id.startsWith('t') && id.slice(1).replace(':', '') === bare);
  return matching.length === 1 ? matching[0] : undefined;
}

function suggestion(spelled: string, listed: SymbolIds): string {
  const near = nearestSymbols(spelled, listed);
  return near.length === 0 ? '' : ` (nearest: ${near.join(', ')})`;
}

/** Up to three listed symbols that read most like the text, as people write them. */
export function nearestSymbols(spelled: string, listed: SymbolIds): string[] {
  const wanted = bareLetters(spelled);
  // who writes a pair does not mean a funding currency
  const letter = /^f[A-Z0-9]+$/.test(spelled) ? 'f' : 't';
  return [...listed]
    // a name that nobody could write is no help, whatever else it holds
    .filter((id) => id.startsWith(letter) && idFor(id) === id)
    .map((id) => ({ name: unifiedSymbol(id), apart: Math.min(distance(wanted, bareLetters(id.slice(1))), distance(wanted, bareLetters(unifiedSymbol(id)))) }))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, 3)
    .filter(({ apart }) => apart <= 3)
    .map(({ name }) => name);
}

const bareLetters = (text: string): string => text.slice(0, 40).toUpperCase().replace(/[^A-Z0-9]/g, '');
const shorten = (text: string): string => text.slice(0, 40);

/** The exchange's codes of a pair without its `t` (bitfinex-v2.md 1.3). */
export function codesOf(pair: string): [string, string] {
  const colon = pair.indexOf(':');
  return colon < 0 ? [pair.slice(0, 3), pair.slice(3)] : [pair.slice(0, colon), pair.slice(colon + 1)];
}

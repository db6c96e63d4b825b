import { BitfinexError } from '../core/errors';
import { FieldError } from './fields';

/** A path of the exchange with what stood behind its question mark. */
export interface RequestPath {
  /** Without `/v2/`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What paths of the exchange are made of: no blank, no escape, no second slash. */
const PATH = /^[\w.:,-]+(\/[\w.:,-]+)*$/;
const DOTS = /(^|\/)\.+(\/|$)/;

/** All that writes lies below this, and nothing else does (bitfinex-v2.md 8.2). */
const WRITES = /(^|\/)auth\/w(\/|$)/;

/** A list of all symbols has about 4,000 characters. */
const LONGEST = 8_000;

/**
 * Reads a path as people write it: `ticker/tBTCUSD`, `/v2/ticker/tBTCUSD`, `tickers?symbols=ALL`.
 * @throws BitfinexError WRITE_CLOSED for what writes, however it is spelled; FieldError for what is no path of the exchange
 */
export function readPath(text: string, field: string): RequestPath {
  if (text.length > LONGEST) throw wrong(field, `of ${text.length} characters is too long`);
  const [address = '', query = ''] = text.split(/\?(.*)/s);
  if (WRITES.test(plainest(address))) throw new BitfinexError('WRITE_CLOSED', `${field}: ${shown(text)} would change something at the exchange`);
  const path = address.replace(/^\/?(v2\/)?/, '').replace(/%3a/gi, ':').replace(/%2c/gi, ',');
  if (!PATH.test(path) || DOTS.test(path)) throw wrong(field, `${shown(text)} is no path of the exchange, such as ticker/tBTCUSD (without host)`);
  // in another case it would not be signed
  if (/^auth\b/i.test(path) && !path.startsWith('auth/')) throw wrong(field, `${shown(text)} is not how the exchange writes it: auth/ in lower case`);
  return { path, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** What a careless reader might make of a path: unescaped, without what is invisible, in one case, with its dots resolved. */
function plainest(address: string): string {
  let plain = address;
  // who escapes twice means to be unescaped twice
  for (let before = ''; before !== plain; ) {
    before = plain;
    plain = plain.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  }
  const parts: string[] = [];
  for (const part of plain.replace(/[\s\p{C}]/gu, '').toLowerCase().split(/[/\\]/)) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 80));

const wrong = (field: string, what: string): FieldError => new FieldError('FIELD_INVALID', field, what);

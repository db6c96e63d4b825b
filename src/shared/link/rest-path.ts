import { plainWords } from '../core/answer';
import { BitfinexError } from '../core/errors';
import type { Params } from './rest';

/** No blank, no dot-dot, no query, no other host: a path may come from a message. */
const PATH = /^[\w.:,-]+(\/[\w.:,-]+)*$/;
const LONGEST = 1_000;
const DOTS = /(^|\/)\.+(\/|$)/;

/** Signed paths that only read; every other signed one may change something. */
const READS = /^auth\/(r|calc)\//;

/** @throws BitfinexError FIELD_INVALID for what is no path of the exchange */
export function checkPath(path: string): void {
  if (typeof path === 'string' && path.length <= LONGEST && PATH.test(path) && !DOTS.test(path)) return;
  throw new BitfinexError('FIELD_INVALID', `path: "${plainWords(String(path).slice(0, 80))}" is no path such as ticker/tBTCUSD (without /v2/, query or host)`);
}

export const isSigned = (path: string): boolean => /^auth(\/|$)/.test(path);

export const isWrite = (path: string): boolean => isSigned(path) && !READS.test(path);

/** @throws BitfinexError WRITE_CLOSED */
export function refuseWrite(path: string): void {
  if (isWrite(path)) throw new BitfinexError('WRITE_CLOSED', `path: "${path}" would change something at the exchange`);
}

/**
 * Parameters as a query, `?` included; those that are not given are left out.
 * @throws BitfinexError FIELD_INVALID for a value that has no text form
 */
export function queryOf(params: Params): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  const query = given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(name, value))}`).join('&');
  return query === '' ? '' : `?${query}`;
}

/**
 * Parameters as a body.
 * @throws BitfinexError FIELD_INVALID for what JSON cannot say
 */
export function bodyOf(params: Params): string {
  try {
    return JSON.stringify(params);
  } catch {
    throw new BitfinexError('FIELD_INVALID', 'params: cannot be written as JSON');
  }
}

function textOf(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => textOf(name, one)).join(',');
  if (typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  throw new BitfinexError('FIELD_INVALID', `params.${plainWords(name.slice(0, 40))}: must be a text, a number, true, false or a list of those`);
}

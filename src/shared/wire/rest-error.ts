import { integer, literal, nullable, table, text, type RowOf } from './row';

/** Error body of REST (bitfinex-v2.md 7.3, 8.6): `["error",CODE,TEXT]`. */
export const errorRow = table('error', { kind: literal(0, 'error'), code: nullable(integer(1)), text: text(2) });
/** A decoded row of {@link errorRow}. */
export type ErrorRow = RowOf<typeof errorRow>;

/** What the exchange said instead of an answer. `code` is missing where it sent none. */
export interface RestError {
  readonly code?: number;
  readonly text: string;
}

/**
 * The error in a REST body, or `undefined` where the body is an answer. Three forms: the error row, the rate limit's
 * `{"error":"ERR_RATE_LIMIT"}`, and the front-end's `{"code":503,"error":...}`. Never throws.
 */
export function readRestError(body: unknown): RestError | undefined {
  if (Array.isArray(body)) return body[0] === 'error' ? made(body[1], body[2]) : undefined;
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'error')) return undefined;
  const { code, error } = body as { code?: unknown; error: unknown };
  return made(code, error);
}

function made(code: unknown, words: unknown): RestError {
  // several texts are joined; anything else says nothing
  const parts = Array.isArray(words) ? words : [words];
  const said = parts.filter((part) => typeof part === 'string').join(', ');
  return Number.isSafeInteger(code) ? { code: code as number, text: said } : { text: said };
}

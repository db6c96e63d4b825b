/**
 * Reading keys of event objects. Objects may grow and change type without notice (bitfinex-v2.md 1.2), so a key of the wrong
 * type counts as absent.
 */

export type Source = Readonly<Record<string, unknown>>;

/** The text, or `undefined`. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The finite number; codes have been texts in old announcements, so a numeric text counts (bitfinex-v2.md 2.6). */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The integer within 2^53, or `undefined`. */
export const integerOf = (value: unknown): number | undefined => (Number.isSafeInteger(value) ? (value as number) : undefined);

/** `{[key]: value}`, or nothing where the value is absent: optional properties stay absent instead of `undefined`. */
export function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** What the object holds beside these keys, as it came; absent when that is nothing. */
export function restOf(source: Source, known: readonly string[]): { rest?: Source } {
  const others = Object.entries(source).filter(([key]) => !known.includes(key));
  return others.length === 0 ? {} : { rest: Object.fromEntries(others) };
}

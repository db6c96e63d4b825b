/** Coins and money in whole units of 1e-8, so that sums are exact. */
export type Units = bigint;

/** One coin, one dollar. */
export const ONE: Units = 100_000_000n;

/** The units of a number that has at most 8 decimals: a price, an amount of a book. */
export const unitsOf = (value: number): Units => BigInt(Math.round(value * 1e8));

/** The units of a decimal text or number of a client; `undefined` for what is none. The 9th decimal is rounded (bitfinex-v2.md 9). */
export function readUnits(given: unknown): Units | undefined {
  const text = typeof given === 'number' ? plain(given) : typeof given === 'string' ? given.trim() : '';
  const [, sign, whole = '', part = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (sign === undefined || whole + part === '' || whole.length > 15) return undefined;
  const kept = BigInt(`${whole || '0'}${part.slice(0, 8).padEnd(8, '0')}`) + (Number(part[8] ?? '0') >= 5 ? 1n : 0n);
  return sign === '-' ? -kept : kept;
}

const plain = (value: number): string => (Number.isFinite(value) && Math.abs(value) < 1e15 ? value.toFixed(9) : '');

/** As a number of the wire: exact up to 90 million. */
export const numberOf = (units: Units): number => Number(units) / 1e8;

/** Plain decimal text: `0.5`, `-12`. */
export function textOf(units: Units): string {
  const size = units < 0n ? -units : units;
  const part = String(size % ONE).padStart(8, '0').replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${size / ONE}${part === '' ? '' : `.${part}`}`;
}

/** What so much costs at this price: cut to 8 decimals, toward zero. */
export const costOf = (units: Units, price: number): Units => (units * unitsOf(price)) / ONE;

/** So many units by a rate or a part: what they are worth in dollars, a fifth of them. Cut to 8 decimals, toward zero. */
export const timesOf = (units: Units, factor: number): Units => costOf(units, factor);

/** {@link costOf}, rounded up: what must be set aside so that no fill can cost more. */
export const costAtMost = (units: Units, price: number): Units => (units * unitsOf(price) + ONE - 1n) / ONE;

export const sizeOf = (units: Units): Units => (units < 0n ? -units : units);

export const least = (...several: readonly Units[]): Units => several.reduce((a, b) => (a < b ? a : b));

import assert from 'node:assert/strict';

/** Whole units of 1e-8: nothing of money is ever a sum of floats. */
export type Exact = bigint;

const ONE = 100_000_000n;

/** The units of a number of the wire, read from its decimal text. @throws AssertionError for one with more than 8 decimals: noise */
export function exact(value: unknown): Exact {
  if (Number.isSafeInteger(value)) return BigInt(value as number) * ONE;
  const [, sign, whole = '', part = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  assert.notEqual(sign, undefined, `${String(value)} is no number`);
  const shift = 8 - part.length + Number(power);
  const digits = BigInt(whole + part);
  const scale = 10n ** BigInt(Math.abs(shift));
  assert.ok(shift >= 0 || digits % scale === 0n, `${String(value)} has more than 8 decimals`);
  const size = shift >= 0 ? digits * scale : digits / scale;
  return sign === '-' ? -size : size;
}

/** So much at this price, cut to 8 decimals toward zero. */
export const cost = (units: Exact, price: Exact): Exact => (units * price) / ONE;

/** What one costs, of so many that cost so much in all, cut likewise. */
export const average = (whole: Exact, units: Exact): Exact => (whole * ONE) / units;

export const size = (units: Exact): Exact => (units < 0n ? -units : units);

export const atLeast = (units: Exact, least: Exact): Exact => (units > least ? units : least);

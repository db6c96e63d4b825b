import { significant } from '../../markets/ladder';
import { isShallow } from '../../shallow';
import { readUnits, type Units } from '../account/money';
import { ALL_FLAGS } from '../account/order';
import { refused, type Refusal } from './order-wish';
import { readUtc } from '../account/utc-time';

/** No exponent (bitfinex-v2.md 9). */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Below this an amount is dust (bitfinex-v2.md 5.9). */
const DUST = 'RSN_DUST (amount is less than 0.00000001)';

/** Their faults are 10001, all other names 10020 (bitfinex-v2.md 8.6). */
const VALUES: readonly string[] = ['amount', 'price', 'delta'];

/** The longest object that an order can carry, characters of JSON: nowhere documented. */
const OBJECT = 4096;

/** Prices have at most 5 significant digits and 8 decimals (bitfinex-v2.md 9). */
const DIGITS = 5;
const DECIMALS = 8;

/** No price is ever as high as this, and amounts of money stay exact below it. */
const PRICE_END = 1e12;

/**
 * The fields of an order as a client sent them: numbers or decimal texts; `null` is as good as nothing. What cannot be is
 * remembered as a refusal, the first one counts.
 */
export class OrderFields {
  refusal: Refusal | undefined;
  private readonly given: Readonly<Record<string, unknown>>;

  constructor(payload: unknown) {
    this.given = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  refuse(name: string): undefined {
    this.refusal ??= refused(`${name}: invalid`, VALUES.includes(name) ? undefined : 10020);
    return undefined;
  }

  text(name: string): string {
    const value = this.value(name);
    return typeof value === 'string' ? value : '';
  }

  /** A signed amount that is not 0. */
  amount(name: string): Units | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const units = readUnits(value);
    if (units === undefined || numberIn(value) === 0) return this.refuse(name);
    if (units === 0n) this.refusal ??= refused(DUST);
    return units;
  }

  /** A price with the digits that the exchange keeps; the rest is cut. Zero and less are read too. */
  price(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const price = numberIn(value);
    return price === undefined || price >= PRICE_END ? this.refuse(name) : cut(price);
  }

  /** An integer from `from` to below `end`. */
  integer(name: string, from: number, end: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = numberIn(value);
    return Number.isSafeInteger(number) && (number as number) >= from && (number as number) < end ? number : this.refuse(name);
  }

  /** A sum of the flags that there are. */
  flags(name: string): number | undefined {
    const flags = this.integer(name, 0, ALL_FLAGS + 1);
    return flags === undefined || (flags & ~ALL_FLAGS) === 0 ? flags : this.refuse(name);
  }

  /** A time to come, UTC ms. */
  timeAfter(now: number, name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const at = typeof value === 'string' ? readUtc(value) : undefined;
    return at === undefined || at <= now ? this.refuse(name) : at;
  }

  /** An object, as JSON text that is not too long. */
  object(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const text = typeof value === 'object' && !Array.isArray(value) && isShallow(value) ? JSON.stringify(value) : undefined;
    return text !== undefined && text.length <= OBJECT ? text : this.refuse(name);
  }

  /** What is there, whatever it is. */
  value(name: string): unknown {
    return Object.hasOwn(this.given, name) ? (this.given[name] ?? undefined) : undefined;
  }

  /** A number for an echo, where it is one. */
  echo(name: string): number | null {
    return numberIn(this.value(name)) ?? null;
  }
}

/** A number, or one written as a decimal text. */
function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function cut(price: number): number {
  if (price <= 0) return price;
  const digits = Math.min(DIGITS, DECIMALS + 1 + Number(price.toExponential().split('e')[1]));
  return digits < 1 ? 0 : significant(price, digits, false);
}

import { numberOf, type Units } from './money';
import type { Order } from './order';

/** An order that closes a position (bitfinex-v2.md 5.9). */
export const CLOSING = 'ACTIVE (note:POSCLOSE)';

/** Earlier fills that a status still tells. */
const TOLD = 10;

/** `EXECUTED @ 15980.0(-0.5): was PARTIALLY FILLED @ 15980.0(-0.5)` (bitfinex-v2.md 5.9): the newest fill first. */
export function filledStatus({ remaining, status, forced }: Pick<Order, 'remaining' | 'status' | 'forced'>, units: Units, price: number): string {
  const done = forced === true ? 'FORCED EXECUTED' : 'EXECUTED';
  const head = `${remaining === 0n ? done : 'PARTIALLY FILLED'} @ ${decimal(price)}(${decimal(numberOf(units))})`;
  const note = ` was ${CLOSING}`;
  const earlier = status.replace(note, '').split(': was ').filter((one) => one.startsWith('PARTIALLY FILLED')).slice(0, TOLD);
  return [head, ...earlier].join(': was ') + (status.includes(CLOSING) ? note : '');
}

/** `CANCELED was: PARTIALLY FILLED @ 15980.0(-0.5)`, or the word alone where nothing was filled. */
export function closedStatus({ status }: Pick<Order, 'status'>, word: string): string {
  return status === 'ACTIVE' ? word : `${word} was: ${status}`;
}

/** Numbers as the exchange's texts have them: never without a decimal, never with an exponent. */
export function decimal(value: number): string {
  const text = Math.abs(value) < 1e-6 ? value.toFixed(8).replace(/0+$/, '') : String(value);
  return text.includes('.') ? (text.endsWith('.') ? `${text}0` : text) : `${text}.0`;
}

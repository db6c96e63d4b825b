import type { Source } from '../../../wire/keys';
import { numberOf, readUnits } from '../account/money';
import { AVAIL_TYPES, type AvailQuestion } from './order-avail';
import { refused, type Refusal } from '../orders/order-wish';
import { DEFAULT_LEVERAGE, MOST_LEVERAGE } from '../orders/read-wish';

/** Reads the body of `calc/order/avail` (bitfinex-v2.md 8.2). */
export function readAvail(body: Source, symbols: readonly string[]): AvailQuestion | Refusal {
  const { symbol, dir = 1, lev = DEFAULT_LEVERAGE } = body;
  const type = AVAIL_TYPES.find((one) => one === body['type']);
  if (typeof symbol !== 'string' || !symbols.includes(symbol)) return refused('symbol: invalid', 10020);
  if (type === undefined || symbol.startsWith('f') !== (type === 'FUNDING')) return refused('type: invalid', 10020);
  const rate = numberOf(readUnits(body['rate']) ?? 0n);
  if (rate <= 0 && (body['rate'] ?? undefined) !== undefined) return refused('rate: invalid', 10020);
  if (![1, -1].includes(Number(dir))) return refused('dir: invalid', 10020);
  if (!Number.isSafeInteger(Number(lev)) || Number(lev) < 1 || Number(lev) > MOST_LEVERAGE) return refused('lev: invalid', 10020);
  return { symbol, type, buy: Number(dir) === 1, rate: rate > 0 ? rate : undefined, lev: Number(lev) };
}

import type { Source } from '../../../wire/keys';
import { numberOf, readUnits } from '../account/money';
import { AVAIL_TYPES, type AvailQuestion } from './order-avail';
import { OrderFields } from '../orders/order-fields';
import { refused, type Refusal } from '../orders/order-wish';
import { DEFAULT_LEVERAGE, MOST_LEVERAGE } from '../orders/read-wish';

/** Reads the body of `calc/order/avail` (bitfinex-v2.md 8.2). */
export function readAvail(body: Source, symbols: readonly string[]): AvailQuestion | Refusal {
  const { symbol } = body;
  const type = AVAIL_TYPES.find((one) => one === body['type']);
  if (typeof symbol !== 'string' || !symbols.includes(symbol)) return refused('symbol: invalid', 10020);
  if (type === undefined || symbol.startsWith('f') !== (type === 'FUNDING')) return refused('type: invalid', 10020);
  const rate = numberOf(readUnits(body['rate']) ?? 0n);
  if (rate <= 0 && (body['rate'] ?? undefined) !== undefined) return refused('rate: invalid', 10020);
  const fields = new OrderFields(body);
  const dir = (fields.integer('dir', -1, 2) ?? 1) || fields.refuse('dir');
  const lev = fields.integer('lev', 1, MOST_LEVERAGE + 1) ?? DEFAULT_LEVERAGE;
  return fields.refusal ?? { symbol, type, buy: dir === 1, rate: rate > 0 ? rate : undefined, lev };
}

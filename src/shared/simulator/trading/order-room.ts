import type { Source } from '../../wire/keys';
import { codesOf } from '../../core/symbol';
import { marginRoom } from './margin-room';
import { ONE, readUnits, type Units } from './money';
import { isDerivative } from './order';
import { refused, type Refusal } from './order-wish';
import type { Valuation } from './valuation';

/** What is asked: an order of this kind and direction, at this price. */
interface RoomQuestion {
  readonly symbol: string;
  readonly buy: boolean;
  /** Price, in units of 1e-8. */
  readonly rate: Units;
  readonly lev: bigint;
}

type Room = (question: RoomQuestion, valuation: Valuation) => Units | undefined;

/** How great an order may be, by its type; `undefined` for a symbol that has no such orders. */
const ROOMS: Readonly<Record<string, Room>> = {
  EXCHANGE({ symbol, buy, rate }, { state }) {
    const [base, quote] = codesOf(symbol.slice(1));
    return buy ? (state.available('exchange', quote) * ONE) / rate : state.available('exchange', base);
  },
  // at the last price, whatever rate is asked for
  MARGIN({ symbol, buy }, valuation) {
    const room = marginRoom(valuation, symbol);
    return buy ? room?.buy : room?.sell;
  },
  DERIV({ symbol, rate, lev }, { state }) {
    const [, quote] = codesOf(symbol.slice(1));
    return isDerivative(symbol) ? (state.available('margin', quote) * lev * ONE) / rate : undefined;
  },
  FUNDING: ({ symbol }, { state }) => state.available('funding', symbol.slice(1)),
};

const DEFAULT_LEVERAGE = 10;

/** What is available for an order or offer (bitfinex-v2.md 8.2, `calc/order/avail`), base currency, unsigned. */
export function orderRoom(body: Source, symbols: readonly string[], valuation: Valuation): Units | Refusal {
  const { symbol, type, dir = 1, lev = DEFAULT_LEVERAGE } = body;
  if (typeof symbol !== 'string' || !symbols.includes(symbol)) return refused('symbol: invalid', 10020);
  const room = typeof type === 'string' && Object.hasOwn(ROOMS, type) ? ROOMS[type] : undefined;
  if (room === undefined || symbol.startsWith('f') !== (type === 'FUNDING')) return refused('type: invalid', 10020);
  const rate = type === 'FUNDING' ? ONE : (readUnits(body['rate']) ?? 0n);
  if (rate <= 0n) return refused('rate: invalid', 10020);
  if (![1, -1].includes(Number(dir))) return refused('dir: invalid', 10020);
  if (!Number.isSafeInteger(Number(lev)) || Number(lev) < 1 || Number(lev) > 100) return refused('lev: invalid', 10020);
  return room({ symbol, buy: Number(dir) === 1, rate, lev: BigInt(Number(lev)) }, valuation) ?? refused('symbol: invalid', 10020);
}

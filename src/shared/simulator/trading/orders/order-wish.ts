import type { Units } from '../account/money';
import type { OrderType } from '../account/order';

/** An order as a client wants it, read and checked: nothing of it is of the wrong type, and its symbol exists. */
export interface OrderWish {
  readonly symbol: string;
  readonly type: OrderType;
  readonly spot: boolean;
  /** Signed. */
  readonly amount: Units;
  /** Limit, or the trigger of stop types; 0 where the type has none. */
  readonly price: number;
  readonly auxLimit: number;
  readonly trailing: number;
  /** Trigger of the other leg of an OCO pair, else 0. */
  readonly ocoStop: number;
  readonly flags: number;
  readonly tif: number | null;
  readonly lev: number;
  readonly cid: number | null;
  readonly cidOco: number | null;
  readonly gid: number | null;
  readonly meta: string | null;
}

/** Why something is not done, in the exchange's words. */
export interface Refusal {
  readonly kind: 'refused';
  readonly text: string;
  /** 10001 unless it is something else (bitfinex-v2.md 8.6). */
  readonly code?: number;
}

export const refused = (text: string, code = 10001): Refusal => ({ kind: 'refused', text, code });

export const isRefusal = (value: object): value is Refusal => 'kind' in value && value.kind === 'refused';

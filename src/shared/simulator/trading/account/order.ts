import { codesOf } from '../../../core/symbol';
import type { Units } from './money';

/** The wallets of an account. Derivatives take their collateral from `margin`, in `USTF0`. */
export const WALLETS = ['exchange', 'margin', 'funding'] as const;
export type WalletType = (typeof WALLETS)[number];

/** Names one wallet of an account. */
export const walletKey = (type: WalletType, currency: string): string => `${type} ${currency}`;

/** Order types without the `EXCHANGE ` that marks the exchange wallet (bitfinex-v2.md 6.4). */
export const ORDER_TYPES = ['LIMIT', 'MARKET', 'STOP', 'STOP LIMIT', 'TRAILING STOP', 'FOK', 'IOC'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

/** Order flags (bitfinex-v2.md 6.3). */
export const ORDER_FLAGS = { hidden: 64, close: 512, reduceOnly: 1024, postOnly: 4096, oco: 16384, noVarRates: 524288 } as const;

/** All of them: whoever names another one is refused. */
export const ALL_FLAGS = Object.values(ORDER_FLAGS).reduce((sum, flag) => sum | flag, 0);

/** One order of an account: what the exchange knows of it, in exact amounts. */
export interface Order {
  readonly id: number;
  readonly symbol: string;
  readonly cid: number;
  gid: number | null;
  /** As it was submitted; after a stop was hit see `triggered`. */
  readonly type: OrderType;
  /** From the exchange wallet (`EXCHANGE LIMIT`), else on margin or, by its symbol, a derivative. */
  readonly spot: boolean;
  /** Signed: + buys. */
  amount: Units;
  /** Signed, 0 when filled. */
  remaining: Units;
  /** Limit price; of stop types the trigger. 0 of a market order. */
  price: number;
  /** Limit of a stop limit, else 0. */
  auxLimit: number;
  /** Distance of a trailing stop, else 0. */
  trailing: number;
  flags: number;
  /** When the exchange cancels it, UTC ms. */
  tif: number | null;
  /** Of derivatives: 1 to 100. */
  lev: number;
  /** JSON text of what the client gave, or null. */
  meta: string | null;
  /** The other leg of an OCO pair. */
  readonly placedId: number | null;
  readonly createdAt: number;
  updatedAt: number;
  /** The exchange's words: `ACTIVE`, `PARTIALLY FILLED @ 29993.0(0.1)`, ... */
  status: string;
  /** On its way (acknowledged, funds are held), in the market, or over. */
  stage: 'arriving' | 'working' | 'closed';
  /** A stop that was hit: it is a market or limit order since. */
  triggered: boolean;
  /** What was paid or got so far for the filled part, quote currency, unsigned. */
  filledCost: Units;
  /** For a buy from the exchange wallet and a derivative: the price for which funds are held; else 0. */
  holdPrice: number;
  /** The exchange's own: it closes a position that has too little behind it. */
  readonly forced?: true;
  /** What was asked for and has not come to the market yet, the oldest first. */
  asked?: readonly Ask[];
  /** How much of others stands before it at its price; `undefined` while its price lies outside of what is shown. Not part of the account. */
  ahead?: Units | undefined;
}

/** What a client wants changed, read and checked. */
export interface ChangeWish extends Partial<Pick<Order, 'price' | 'auxLimit' | 'trailing' | 'flags' | 'tif' | 'gid' | 'lev' | 'meta'>> {
  /** What is still to be traded, signed. */
  readonly remaining?: Units;
  /** How much more, signed: what lessens an order has the other sign. */
  readonly delta?: Units;
}

/** An acknowledged command about an open order. */
export interface Ask {
  /** Of the same numbers as orders: what was asked for first has the lower one. */
  readonly number: number;
  /** `null`: its end. */
  readonly change: ChangeWish | null;
}

export const isBuy = ({ amount }: Pick<Order, 'amount'>): boolean => amount > 0n;

export const hasFlag = ({ flags }: Pick<Order, 'flags'>, flag: keyof typeof ORDER_FLAGS): boolean => (flags & ORDER_FLAGS[flag]) !== 0;

/** Does it wait for the last price to reach its trigger? */
export const isStop = ({ type, triggered }: Pick<Order, 'type' | 'triggered'>): boolean => !triggered && type.includes('STOP');

/** The limit beyond which it must not trade; `undefined`: any price. A stop limit's counts once it was hit. */
export function limitOf({ type, price, auxLimit }: Pick<Order, 'type' | 'price' | 'auxLimit'>): number | undefined {
  if (type === 'STOP LIMIT') return auxLimit;
  return type === 'LIMIT' || type === 'FOK' || type === 'IOC' ? price : undefined;
}

/** The price that it stands for now: a stop limit that was hit is a limit order with that price. */
export const priceOf = ({ triggered, type, auxLimit, price }: Pick<Order, 'triggered' | 'type' | 'auxLimit' | 'price'>): number => (triggered && type === 'STOP LIMIT' ? auxLimit : price);

/** A perpetual contract: `tBTCF0:USTF0`. */
export const isDerivative = (symbol: string): boolean => /F0:.*F0$/.test(symbol);

/** `tBTCF0:USTF0` -> `USTF0`. */
export const quoteOf = (symbol: string): string => codesOf(symbol.slice(1))[1];

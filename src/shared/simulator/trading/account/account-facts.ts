import type { Units } from './money';
import type { Order, WalletType } from './order';

/** One wallet: what is in it, and the last entry of its ledger. */
export interface Wallet {
  readonly type: WalletType;
  readonly currency: string;
  total: Units;
  last: { readonly description: string; readonly meta: Readonly<Record<string, unknown>> | null } | null;
}

/** One entry of the ledger; `category` as the exchange numbers them (bitfinex-v2.md 8.4). */
export interface Posting {
  readonly id: number;
  readonly at: number;
  readonly wallet: WalletType;
  readonly currency: string;
  readonly units: Units;
  /** What was in the wallet then. */
  readonly after: Units;
  readonly description: string;
  readonly category: number;
  readonly meta: Readonly<Record<string, unknown>> | null;
}

/** Money that came into the account or left it. */
export interface Movement {
  readonly id: number;
  readonly at: number;
  readonly currency: string;
  readonly units: Units;
}

/** A trade of the account; `fee` is negative: charged. */
export interface OwnTrade {
  readonly id: number;
  readonly symbol: string;
  readonly at: number;
  readonly order: Order;
  /** The order's price then: it may be changed since. */
  readonly orderPrice: number;
  readonly units: Units;
  readonly price: number;
  readonly maker: boolean;
  readonly fee: Units;
  readonly feeCurrency: string;
}

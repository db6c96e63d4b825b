import type { Units } from './money';
import type { Ask, Order, WalletType } from './order';

/** What may be changed of an open order; amounts signed. */
export type OrderChange = Partial<Pick<Order, 'amount' | 'remaining' | 'price' | 'auxLimit' | 'trailing' | 'flags' | 'tif' | 'gid' | 'lev' | 'meta' | 'holdPrice'>>;

/**
 * Everything that can happen to an account. Its state follows from these alone, in their order: what is written down of
 * them before an answer leaves is all that a restart needs. `at`: UTC ms.
 */
export type AccountEvent = { readonly at: number } & (
  /** Play money came, or went (negative). */
  | { readonly kind: 'moved'; readonly wallet: WalletType; readonly currency: string; readonly units: Units }
  | { readonly kind: 'transferred'; readonly from: WalletType; readonly to: WalletType; readonly currency: string; readonly currencyTo: string; readonly units: Units }
  /** Acknowledged: its funds are held, and it is on its way to the market. */
  | { readonly kind: 'accepted'; readonly order: Order }
  /** It stands in the market: in the book, or waiting for its trigger. */
  | { readonly kind: 'placed'; readonly id: number }
  | { readonly kind: 'triggered'; readonly id: number }
  /** The trigger of a trailing stop moved. */
  | { readonly kind: 'trailed'; readonly id: number; readonly price: number }
  /** `ask`: the number of what asked for it. */
  | { readonly kind: 'changed'; readonly id: number; readonly change: OrderChange; readonly ask?: number }
  /** Acknowledged: its end or its change is on its way to the market. */
  | { readonly kind: 'asked'; readonly id: number; readonly ask: Ask }
  /** What was asked for is not done, or without `ask` the order itself: it is as if it had never been. */
  | { readonly kind: 'dropped'; readonly id: number; readonly ask?: number }
  /** `units` signed as the order; `feePpm` millionths of what is received. */
  | { readonly kind: 'filled'; readonly id: number; readonly trade: number; readonly units: Units; readonly price: number; readonly maker: boolean; readonly feePpm: number }
  /** It ended unfilled or in part; `status` in the exchange's words. */
  | { readonly kind: 'closed'; readonly id: number; readonly status: string }
  /** The collateral of a derivative position was set. */
  | { readonly kind: 'collateral'; readonly symbol: string; readonly units: Units }
);

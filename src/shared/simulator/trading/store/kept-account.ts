import { AccountState } from '../account/account-state';
import type { Order } from '../account/order';
import type { Position } from '../account/position';

/** What is public of an account and no method: all that must be written down. */
type Facts = { readonly [Name in keyof AccountState as AccountState[Name] extends (...given: never[]) => unknown ? never : Name]: AccountState[Name] };

type Wallets = Facts['wallets'] extends Map<infer Key, infer Wallet> ? readonly (readonly [Key, Wallet])[] : never;

/**
 * An account as it is written down: lists instead of maps. Several may speak of one order (its trades do), so orders stand
 * in one list and everything else names them by id.
 */
export interface KeptAccount extends Omit<Facts, 'wallets' | 'orders' | 'positions' | 'closedOrders' | 'trades'> {
  readonly wallets: Wallets;
  readonly orders: readonly Order[];
  readonly open: readonly number[];
  readonly positions: readonly Position[];
  readonly closedOrders: readonly number[];
  readonly trades: readonly (Omit<Facts['trades'][number], 'order'> & { readonly order: number })[];
}

/** What an account is, to be written down at once: its lists are the living ones. */
export function keptAccount(state: AccountState): KeptAccount {
  const { wallets, orders, positions, closedOrders, closedPositions, trades, ledger, movements, lastId, lastLedgerId, createdAt } = state;
  const all = new Set([...orders.values(), ...closedOrders, ...trades.map(({ order }) => order)]);
  return {
    ...{ lastId, lastLedgerId, createdAt, wallets: [...wallets], positions: [...positions.values()], closedPositions, ledger, movements },
    orders: [...all],
    open: [...orders.keys()],
    closedOrders: closedOrders.map(({ id }) => id),
    trades: trades.map((trade) => ({ ...trade, order: trade.order.id })),
  };
}

/** The account that was written down. */
export function restoredAccount(kept: KeptAccount): AccountState {
  const state = new AccountState();
  const orders = new Map(kept.orders.map((order) => [order.id, order]));
  const order = (id: number): Order => orders.get(id) as Order;
  for (const [key, wallet] of kept.wallets) state.wallets.set(key, wallet);
  for (const id of kept.open) state.restore(order(id));
  for (const position of kept.positions) state.restorePosition(position);
  state.closedOrders.push(...kept.closedOrders.map(order));
  state.trades.push(...kept.trades.map((trade) => ({ ...trade, order: order(trade.order) })));
  state.closedPositions.push(...kept.closedPositions);
  state.ledger.push(...kept.ledger);
  state.movements.push(...kept.movements);
  const { lastId, lastLedgerId, ledger: [oldest] } = kept;
  // a file of before has no such time
  return Object.assign(state, { lastId, lastLedgerId, createdAt: kept.createdAt ?? oldest?.at });
}

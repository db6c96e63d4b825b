import type { PairLimits } from '../../wire/conf';
import type { LiquidationRow } from '../markets/liquidations';
import type { Luck } from '../luck';
import type { MarketSource } from '../markets/source';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account/account-event';
import { AccountState } from './account/account-state';
import type { Way } from './market/arrivals';
import { collateralFault } from './account/collateral';
import { Dealing, type DealingOptions } from './market/dealing';
import { Desk } from './desk';
import { lackOfFunds } from './funds/funds';
import { unitsOf, type Units } from './account/money';
import type { Ask, ChangeWish, Order, WalletType } from './account/order';
import { OrderMaker } from './orders/order-maker';
import { isRefusal, refused, type OrderWish, type Refusal } from './orders/order-wish';
import { PaperAccount, type PaperUser } from './account/paper-account';
import { pricesOf, type Prices } from './funds/prices';
import { trailFault } from './market/trail-fault';
import { isUsedCid } from './orders/used-cid';
import type { Valuation } from './funds/valuation';

/** How orders are handled. */
export interface TradingOptions extends Way, DealingOptions {
  /** Is a cid refused that the account used on the same UTC day before? The exchange only recommends unique ones (bitfinex-v2.md 6.1). */
  readonly uniqueCids: boolean;
}

/** The published fees of long: 0.1 % and 0.2 % (bitfinex-v2.md 9). */
export const TRADING: TradingOptions = { fillMode: 'queue', latencyMs: 150, jitterMs: 50, makerPpm: 1000, takerPpm: 2000, announcesAll: false, uniqueCids: false };

/** What trading needs of its exchange. */
export interface TradingHost {
  readonly clock: ScopedClock;
  readonly luck: Luck;
  readonly source: MarketSource;
  readonly options: TradingOptions;
  /** Nothing is matched meanwhile. */
  readonly isHalted: () => boolean;
  /** Writes an event down, before anybody hears of it. */
  readonly record: (user: PaperUser, event: AccountEvent) => void;
  /** Can it be written down? Always, where it is not said. */
  readonly canKeep?: () => boolean;
  /** Has what happens in the task written down as one. */
  readonly atOnce?: (task: () => void) => void;
  /** A position was liquidated: a row of the public feed. */
  readonly liquidated?: (row: LiquidationRow) => void;
}

/** What every new account has: enough to buy and to sell. */
export const STARTING_MONEY: readonly { readonly wallet: WalletType; readonly currency: string; readonly amount: number }[] = [
  { wallet: 'exchange', currency: 'USD', amount: 100_000 },
  { wallet: 'exchange', currency: 'BTC', amount: 1 },
  { wallet: 'margin', currency: 'USD', amount: 100_000 },
  { wallet: 'margin', currency: 'BTC', amount: 1 },
];

/** Nothing is promised that cannot be kept (bitfinex-v2.md 2.7). */
const NOT_READY = refused('server: not ready', 11000);

/** The trading side of the exchange: its accounts, and the markets where their orders are. */
export class Trading {
  readonly prices: Prices;
  private readonly maker: OrderMaker;
  private readonly desks = new Map<number, Desk>();
  private readonly dealing: Dealing;

  constructor(private readonly host: TradingHost) {
    this.prices = pricesOf(host.source);
    this.maker = new OrderMaker(host);
    this.dealing = new Dealing({
      ...host,
      maker: this.maker,
      accounts: () => this.accounts,
      valuationOf: (account) => this.valuationOf(account),
      commit: (account, event) => this.commit(account, event),
      liquidated: (row) => host.liquidated?.(row),
      priced: (symbol) => {
        for (const desk of this.desks.values()) desk.hearPrice(symbol);
      },
    });
  }

  /** What can be traded here. */
  get symbols(): readonly string[] {
    return this.host.source.symbols;
  }

  /** What the source says of orders of this symbol. */
  limitsOf(symbol: string): PairLimits | undefined {
    return this.host.source.limitsOf?.(symbol);
  }

  get accounts(): PaperAccount[] {
    return [...this.desks.values()].map(({ account }) => account);
  }

  account(userId: number): PaperAccount | undefined {
    return this.desks.get(userId)?.account;
  }

  /** A new account with its starting money. Ids up to `lastId` were its user's before. */
  open(user: PaperUser, lastId = 0): PaperAccount {
    const { atOnce = (task) => task() } = this.host;
    const account = this.add(user, Object.assign(new AccountState(), { lastId }));
    atOnce(() => {
      for (const { wallet, currency, amount } of STARTING_MONEY) this.deposit(account, wallet, currency, unitsOf(amount));
    });
    return account;
  }

  /** An account that was there before: its open orders take their places again, and nothing is made up for the time between. */
  resume(user: PaperUser, state: AccountState): PaperAccount {
    const account = this.add(user, state);
    this.maker.skipTo(state.lastId);
    const coming = [...state.orders.values()].flatMap((order) => this.dealing.resume(account, order));
    for (const [, come] of coming.sort(([a], [b]) => a - b)) this.later(account, come);
    this.dealing.watch(state.positions.keys());
    return account;
  }

  /** Gives an account up: its orders are cancelled, and the user has none. */
  dismiss(account: PaperAccount): void {
    const desk = this.deskOf(account);
    if (desk === undefined) return;
    const symbols = [...account.state.positions.keys()];
    this.cancelAll(account);
    desk.end();
    this.desks.delete(account.user.userId);
    this.dealing.forget(symbols);
  }

  deposit(account: PaperAccount, wallet: WalletType, currency: string, units: Units): void {
    this.commit(account, { kind: 'moved', at: this.host.clock.now(), wallet, currency, units });
  }

  /** Moves money between two wallets; on the way it may become the currency that derivatives take. @returns why not, in the exchange's words */
  transfer(account: PaperAccount, transfer: Omit<Extract<AccountEvent, { kind: 'transferred' }>, 'kind' | 'at'>): Refusal | undefined {
    if (!this.isReady(account)) return NOT_READY;
    this.commit(account, { kind: 'transferred', at: this.host.clock.now(), ...transfer });
    return undefined;
  }

  /**
   * Acknowledges an order, or both legs of an OCO pair: its funds are held and it is written down. It reaches the market a
   * little later.
   */
  submit(account: PaperAccount, wish: OrderWish): readonly Order[] | Refusal {
    if (this.host.options.uniqueCids && isUsedCid(account.state, wish.cid, this.host.clock.now())) return refused('cid: duplicate', 10020);
    const legs = this.maker.make(wish);
    const fault = trailFault(legs[0], this.prices.last(wish.symbol));
    if (fault !== undefined) return fault;
    const lack = lackOfFunds(legs[0], this.valuationOf(account));
    if (lack !== undefined) return refused(lack);
    for (const order of legs) this.commit(account, { kind: 'accepted', at: order.createdAt, order });
    if (!this.isReady(account)) return this.drop(account, legs);
    const accepted = legs.map(({ id }) => account.state.orders.get(id) as Order);
    for (const order of accepted) {
      this.later(account, () => this.dealing.arrive(account, order));
      this.dealing.expiry.watch(account, order);
    }
    return accepted;
  }

  /** Cancels an open order, a little later: it may be filled before. */
  cancel(account: PaperAccount, order: Order): void {
    this.ask(account, order, null);
  }

  /** Cancels all open orders here and now: the dead man's switch is in the exchange, nothing comes on a way. */
  cancelAll(account: PaperAccount): void {
    for (const order of [...account.state.orders.values()]) this.dealing.close(account, order, 'CANCELED');
  }

  /** Changes an open order, a little later; what it may cost more must be there now. @returns the order as it is to be */
  change(account: PaperAccount, order: Order, wish: ChangeWish): Order | Refusal {
    const changed = this.dealing.updates.judge(account, order, wish);
    if (isRefusal(changed)) return changed;
    const { number } = this.ask(account, order, wish);
    return this.isReady(account) ? changed : this.drop(account, [order], number);
  }

  /** Sets what stands for a derivative position. @returns why not, in the exchange's words */
  setCollateral(account: PaperAccount, symbol: string, units: Units): Refusal | undefined {
    const fault = collateralFault(symbol, units, this.valuationOf(account));
    if (fault !== undefined) return refused(fault, 10020);
    if (!this.isReady(account)) return NOT_READY;
    this.commit(account, { kind: 'collateral', at: this.host.clock.now(), symbol, units });
    return undefined;
  }

  /** Writes into every resting order how much of others stands before it now. */
  notePlaces(): void {
    this.dealing.notePlaces();
  }

  end(): void {
    this.dealing.end();
    for (const desk of this.desks.values()) desk.end();
  }

  private add(user: PaperUser, state: AccountState): PaperAccount {
    const account = new PaperAccount(user, state, (event) => this.host.record(user, event));
    this.desks.set(user.userId, new Desk(account, this.host, this.prices));
    return account;
  }

  /** Has it written down before it is acknowledged. */
  private ask(account: PaperAccount, order: Order, change: ChangeWish | null): Ask {
    const ask = { number: this.maker.nextId(), change };
    this.commit(account, { kind: 'asked', at: this.host.clock.now(), id: order.id, ask });
    this.later(account, () => this.dealing.carryOut(account, order, ask));
    return ask;
  }

  /** What could not be written down has not been. */
  private drop(account: PaperAccount, orders: readonly Order[], ask?: number): Refusal {
    for (const { id } of orders) this.commit(account, { kind: 'dropped', at: this.host.clock.now(), id, ...(ask === undefined ? {} : { ask }) });
    return NOT_READY;
  }

  /** Is it still an account, and is what it does kept? */
  private isReady(account: PaperAccount): boolean {
    return this.deskOf(account) !== undefined && this.host.canKeep?.() !== false;
  }

  /** Nothing happens to a dismissed account any more. */
  private commit(account: PaperAccount, event: AccountEvent): void {
    this.deskOf(account)?.commit(event);
  }

  /** None of an account that was dismissed, though its user may have another. */
  private deskOf(account: PaperAccount): Desk | undefined {
    const desk = this.desks.get(account.user.userId);
    return desk?.account === account ? desk : undefined;
  }

  private valuationOf({ state }: PaperAccount): Valuation {
    return { state, prices: this.prices };
  }

  private later(account: PaperAccount, come: () => void): void {
    this.deskOf(account)?.later(come);
  }
}

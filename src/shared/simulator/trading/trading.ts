import type { PairLimits } from '../../wire/conf';
import type { LiquidationRow } from '../liquidations';
import type { Luck } from '../luck';
import type { MarketSource } from '../source';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account-event';
import { AccountState } from './account-state';
import { Arrivals, type Way } from './arrivals';
import { collateralFault } from './collateral';
import { Dealing, type DealingOptions } from './dealing';
import { lackOfFunds } from './funds';
import { unitsOf, type Units } from './money';
import { Narrator } from './narrator';
import type { Order, WalletType } from './order';
import type { ChangeWish } from './order-change';
import { OrderMaker } from './order-maker';
import { isRefusal, refused, type OrderWish, type Refusal } from './order-wish';
import { PaperAccount, type PaperUser } from './paper-account';
import { pricesOf, type Prices } from './prices';
import { canStand, isLeftOver } from './unfinished';
import { isUsedCid } from './used-cid';
import type { Valuation } from './valuation';

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

interface Desk {
  readonly account: PaperAccount;
  readonly narrator: Narrator;
  readonly arrivals: Arrivals;
}

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

  /** A new account with its starting money. */
  open(user: PaperUser): PaperAccount {
    const { atOnce = (task) => task() } = this.host;
    const account = this.add(user, new AccountState());
    atOnce(() => {
      for (const { wallet, currency, amount } of STARTING_MONEY) this.deposit(account, wallet, currency, unitsOf(amount));
    });
    return account;
  }

  /** An account that was there before: its open orders take their places again, and nothing is made up for the time between. */
  resume(user: PaperUser, state: AccountState): PaperAccount {
    const account = this.add(user, state);
    this.maker.skipTo(state.lastId);
    for (const order of [...state.orders.values()]) this.resumeOrder(account, order);
    this.dealing.watch(state.positions.keys());
    return account;
  }

  /** Gives an account up: its orders are cancelled, and the user has none. */
  dismiss(account: PaperAccount): void {
    const { user, state } = account;
    const symbols = [...state.positions.keys()];
    for (const order of [...state.orders.values()]) this.dealing.close(account, order, 'CANCELED');
    this.deskOf(account).narrator.end();
    this.desks.delete(user.userId);
    this.dealing.forget(symbols);
  }

  deposit(account: PaperAccount, wallet: WalletType, currency: string, units: Units): void {
    this.commit(account, { kind: 'moved', at: this.host.clock.now(), wallet, currency, units });
  }

  /** Moves money between two wallets; on the way it may become the currency that derivatives take. */
  transfer(account: PaperAccount, transfer: Omit<Extract<AccountEvent, { kind: 'transferred' }>, 'kind' | 'at'>): void {
    this.commit(account, { kind: 'transferred', at: this.host.clock.now(), ...transfer });
  }

  /**
   * Acknowledges an order, or both legs of an OCO pair: its funds are held and it is written down. It reaches the market a
   * little later.
   */
  submit(account: PaperAccount, wish: OrderWish): readonly Order[] | Refusal {
    if (this.host.options.uniqueCids && isUsedCid(account.state, wish.cid, this.host.clock.now())) return refused('cid: duplicate', 10020);
    const legs = this.maker.make(wish);
    const lack = lackOfFunds(legs[0], this.valuationOf(account));
    if (lack !== undefined) return refused(lack);
    for (const order of legs) this.commit(account, { kind: 'accepted', at: order.createdAt, order });
    const accepted = legs.map(({ id }) => account.state.orders.get(id) as Order);
    for (const order of accepted) {
      this.arriveLater(account, order);
      this.dealing.expiry.watch(account, order);
    }
    return accepted;
  }

  /** Cancels an open order, a little later: it may be filled before. */
  cancel(account: PaperAccount, order: Order): void {
    this.deskOf(account).arrivals.later(() => this.dealing.close(account, order, 'CANCELED'));
  }

  /** Cancels all open orders here and now: the dead man's switch is in the exchange, nothing comes on a way. */
  cancelAll(account: PaperAccount): void {
    for (const order of [...account.state.orders.values()]) this.dealing.close(account, order, 'CANCELED');
  }

  /** Changes an open order, a little later; what it may cost more must be there now. @returns the order as it is to be */
  change(account: PaperAccount, order: Order, wish: ChangeWish): Order | Refusal {
    const changed = this.dealing.updates.judge(account, order, wish);
    if (!isRefusal(changed)) this.deskOf(account).arrivals.later(() => this.dealing.updates.make(account, order, wish));
    return changed;
  }

  /** Sets what stands for a derivative position. @returns why not, in the exchange's words */
  setCollateral(account: PaperAccount, symbol: string, units: Units): Refusal | undefined {
    const fault = collateralFault(symbol, units, this.valuationOf(account));
    if (fault !== undefined) return refused(fault, 10020);
    this.commit(account, { kind: 'collateral', at: this.host.clock.now(), symbol, units });
    return undefined;
  }

  /** Writes into every resting order how much of others stands before it now. */
  notePlaces(): void {
    this.dealing.notePlaces();
  }

  end(): void {
    this.dealing.end();
    for (const { narrator } of this.desks.values()) narrator.end();
  }

  private add(user: PaperUser, state: AccountState): PaperAccount {
    const { clock, luck, options, record } = this.host;
    const account = new PaperAccount(user, state, (event) => record(user, event));
    this.desks.set(user.userId, { account, narrator: new Narrator(account, this.prices, clock), arrivals: new Arrivals(clock, luck, options) });
    return account;
  }

  /** An open order of before; also what the end of the process has cut in two. */
  private resumeOrder(account: PaperAccount, order: Order): void {
    if (isLeftOver(account, order)) return this.commit(account, { kind: 'closed', at: this.host.clock.now(), id: order.id, status: 'CANCELED' });
    if (order.stage === 'arriving' || !canStand(order)) this.arriveLater(account, order);
    else this.dealing.resume(account, order);
    this.dealing.expiry.watch(account, order);
  }

  /** Makes an event true, has it written down, and tells the account's clients. */
  private commit(account: PaperAccount, event: AccountEvent): void {
    const isKnown = 'id' in event && account.state.orders.get(event.id)?.stage === 'working';
    this.deskOf(account).narrator.tell(event, account.apply(event), isKnown);
  }

  private deskOf({ user }: PaperAccount): Desk {
    return this.desks.get(user.userId) as Desk;
  }

  private valuationOf({ state }: PaperAccount): Valuation {
    return { state, prices: this.prices };
  }

  private arriveLater(account: PaperAccount, order: Order): void {
    this.deskOf(account).arrivals.later(() => this.dealing.arrive(account, order));
  }
}

import type { Luck } from '../luck';
import type { MarketSource } from '../source';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account-event';
import { AccountState } from './account-state';
import { Arrivals, type Way } from './arrivals';
import { affordable, lackOfFunds } from './funds';
import type { FillMode } from './matcher';
import { unitsOf, type Units } from './money';
import { Narrator } from './narrator';
import { hasFlag, isBuy, type Order, type WalletType } from './order';
import { changeOf, keepsPlace, type ChangeWish } from './order-change';
import { OrderMaker } from './order-maker';
import { isRefusal, refused, type OrderWish, type Refusal } from './order-wish';
import { PaperAccount, type PaperUser } from './paper-account';
import { Pit, type PitHost } from './pit';
import { pricesOf, type Prices } from './prices';

/** How orders are handled. */
export interface TradingOptions extends Way {
  readonly fillMode: FillMode;
  /** Millionths of what is received. */
  readonly makerPpm: number;
  readonly takerPpm: number;
  /** Is an order that is filled at once announced by `on` first? The exchange does not (bitfinex-v2.md 5.10). */
  readonly announcesAll: boolean;
}

/** The published fees of long: 0.1 % and 0.2 % (bitfinex-v2.md 9). */
export const TRADING: TradingOptions = { fillMode: 'queue', latencyMs: 150, jitterMs: 50, makerPpm: 1000, takerPpm: 2000, announcesAll: false };

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
}

/** What every new account has: enough to buy and to sell. */
export const STARTING_MONEY: readonly { readonly wallet: WalletType; readonly currency: string; readonly amount: number }[] = [
  { wallet: 'exchange', currency: 'USD', amount: 100_000 },
  { wallet: 'exchange', currency: 'BTC', amount: 1 },
  { wallet: 'margin', currency: 'USD', amount: 100_000 },
  { wallet: 'margin', currency: 'BTC', amount: 1 },
];

/** A time in force is looked at this often, ms: it may have been changed, and no timer holds more than 24 days. */
const LOOK_MS = 3_600_000;

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
  private readonly pits = new Map<string, Pit>();
  private readonly pitHost: PitHost;

  constructor(private readonly host: TradingHost) {
    this.prices = pricesOf(host.source);
    this.maker = new OrderMaker(host);
    this.pitHost = {
      announcesAll: host.options.announcesAll,
      isHalted: host.isHalted,
      fill: (...fill) => this.fill(...fill),
      close: (...closed) => this.close(...closed),
      placed: (account, { id }) => this.commit(account, { kind: 'placed', at: host.clock.now(), id }),
      triggered: (account, order) => this.trigger(account, order),
      trailed: (account, { id }, price) => this.commit(account, { kind: 'trailed', at: host.clock.now(), id, price }),
      traded: () => undefined,
    };
  }

  /** What can be traded here. */
  get symbols(): readonly string[] {
    return this.host.source.symbols;
  }

  get accounts(): PaperAccount[] {
    return [...this.desks.values()].map(({ account }) => account);
  }

  account(userId: number): PaperAccount | undefined {
    return this.desks.get(userId)?.account;
  }

  /** A new account with its starting money. */
  open(user: PaperUser): PaperAccount {
    const account = this.add(user, new AccountState());
    for (const { wallet, currency, amount } of STARTING_MONEY) this.deposit(account, wallet, currency, unitsOf(amount));
    return account;
  }

  /** An account that was there before: its open orders take their places again, and nothing is made up for the time between. */
  resume(user: PaperUser, state: AccountState): PaperAccount {
    const account = this.add(user, state);
    this.maker.skipTo(state.lastId);
    for (const order of state.orders.values()) {
      if (order.stage === 'arriving') this.arriveLater(account, order);
      else this.pitOf(order.symbol)?.resume(account, order);
      this.expire(account, order);
    }
    return account;
  }

  deposit(account: PaperAccount, wallet: WalletType, currency: string, units: Units): void {
    this.commit(account, { kind: 'moved', at: this.host.clock.now(), wallet, currency, units });
  }

  /**
   * Acknowledges an order, or both legs of an OCO pair: its funds are held and it is written down. It reaches the market a
   * little later.
   */
  submit(account: PaperAccount, wish: OrderWish): readonly Order[] | Refusal {
    const legs = this.maker.make(wish);
    const lack = lackOfFunds(legs[0], this.valuationOf(account));
    if (lack !== undefined) return refused(lack);
    for (const order of legs) this.commit(account, { kind: 'accepted', at: order.createdAt, order });
    const accepted = legs.map(({ id }) => account.state.orders.get(id) as Order);
    for (const order of accepted) {
      this.arriveLater(account, order);
      this.expire(account, order);
    }
    return accepted;
  }

  /** Cancels an open order, a little later: it may be filled before. */
  cancel(account: PaperAccount, order: Order): void {
    this.deskOf(account).arrivals.later(() => this.close(account, order, 'CANCELED'));
  }

  /** Changes an open order, a little later; what it may cost more must be there now. @returns the order as it is to be */
  change(account: PaperAccount, order: Order, wish: ChangeWish): Order | Refusal {
    const changed = this.changed(account, order, wish);
    if (!isRefusal(changed)) this.deskOf(account).arrivals.later(() => this.makeChange(account, order, wish));
    return changed;
  }

  /** Writes into every resting order how much of others stands before it now. */
  notePlaces(): void {
    for (const pit of this.pits.values()) pit.notePlaces();
  }

  end(): void {
    for (const pit of this.pits.values()) pit.end();
    for (const { narrator } of this.desks.values()) narrator.end();
    this.pits.clear();
  }

  private add(user: PaperUser, state: AccountState): PaperAccount {
    const { clock, luck, options, record } = this.host;
    const account = new PaperAccount(user, state, (event) => record(user, event));
    this.desks.set(user.userId, { account, narrator: new Narrator(account, this.prices, clock), arrivals: new Arrivals(clock, luck, options) });
    return account;
  }

  /** Makes an event true, has it written down, and tells the account's clients. */
  private commit(account: PaperAccount, event: AccountEvent): void {
    const isKnown = 'id' in event && account.state.orders.get(event.id)?.stage === 'working';
    this.deskOf(account).narrator.tell(event, account.apply(event), isKnown);
  }

  private deskOf({ user }: PaperAccount): Desk {
    return this.desks.get(user.userId) as Desk;
  }

  private valuationOf({ state }: PaperAccount): { state: AccountState; prices: Prices } {
    return { state, prices: this.prices };
  }

  private arriveLater(account: PaperAccount, order: Order): void {
    this.deskOf(account).arrivals.later(() => this.arrive(account, order));
  }

  private arrive(account: PaperAccount, order: Order): void {
    if (order.stage !== 'closed') this.pitOf(order.symbol)?.arrive(account, order);
    this.dropIfEmpty(order.symbol);
  }

  private changed(account: PaperAccount, order: Order, wish: ChangeWish): Order | Refusal {
    const change = changeOf(order, wish);
    if (change === undefined) return refused('amount: invalid');
    const changed = { ...order, ...change };
    const priced = { ...changed, holdPrice: this.maker.holdPrice(changed) };
    const lack = lackOfFunds(priced, this.valuationOf(account), order);
    return lack === undefined ? priced : refused(lack);
  }

  /** Meanwhile it may have been filled, and the money may be gone: then it stays as it is. */
  private makeChange(account: PaperAccount, order: Order, wish: ChangeWish): void {
    if (order.stage === 'closed') return;
    const change = changeOf(order, wish);
    if (change === undefined) return this.close(account, order, 'CANCELED');
    const changed = this.changed(account, order, wish);
    if (isRefusal(changed)) return;
    const keeps = keepsPlace(order, change);
    this.commit(account, { kind: 'changed', at: this.host.clock.now(), id: order.id, change: { ...change, holdPrice: changed.holdPrice } });
    this.expire(account, order);
    if (keeps) return this.pits.get(order.symbol)?.resize(order);
    this.pits.get(order.symbol)?.remove(order.id);
    order.ahead = undefined;
    this.arrive(account, order);
  }

  private close(account: PaperAccount, order: Order, word: string): void {
    if (order.stage === 'closed') return;
    this.commit(account, { kind: 'closed', at: this.host.clock.now(), id: order.id, status: word });
    this.leave(order);
    this.closeSibling(account, order);
  }

  /** The other leg of an OCO pair ends with the first fill, the trigger or the end of this one. */
  private closeSibling(account: PaperAccount, order: Order): void {
    if (!hasFlag(order, 'oco')) return;
    for (const other of account.state.orders.values()) if (other.placedId === order.id || other.id === order.placedId) this.close(account, other, 'CANCELED');
  }

  private fill(account: PaperAccount, order: Order, price: number, offered: Units, isMaker: boolean): Units {
    const { makerPpm, takerPpm } = this.host.options;
    // a hidden order pays as a taker
    const feePpm = isMaker && !hasFlag(order, 'hidden') ? makerPpm : takerPpm;
    const units = affordable(order, { units: offered, price, feePpm }, this.valuationOf(account));
    if (units <= 0n) return 0n;
    this.commit(account, { kind: 'filled', at: this.host.clock.now(), id: order.id, trade: this.maker.nextId(), units: isBuy(order) ? units : -units, price, maker: isMaker, feePpm });
    if (order.remaining === 0n) this.leave(order);
    this.closeSibling(account, order);
    return units;
  }

  private trigger(account: PaperAccount, order: Order): void {
    this.commit(account, { kind: 'triggered', at: this.host.clock.now(), id: order.id });
    this.closeSibling(account, order);
  }

  private leave({ symbol, id }: Order): void {
    this.pits.get(symbol)?.remove(id);
    this.dropIfEmpty(symbol);
  }

  private pitOf(symbol: string): Pit | undefined {
    const known = this.pits.get(symbol);
    const market = known === undefined ? this.host.source.market(symbol) : undefined;
    if (market === undefined) return known;
    const pit = new Pit(market, this.host.options.fillMode, this.pitHost);
    this.pits.set(symbol, pit);
    return pit;
  }

  /** A market where nobody has anything is not watched. */
  private dropIfEmpty(symbol: string): void {
    const pit = this.pits.get(symbol);
    if (pit === undefined || pit.size > 0 || this.accounts.some(({ state }) => state.positions.has(symbol))) return;
    pit.end();
    this.pits.delete(symbol);
  }

  private expire(account: PaperAccount, order: Order): void {
    const { clock } = this.host;
    const { tif } = order;
    if (tif === null || order.stage === 'closed') return;
    const left = tif - clock.now();
    if (left <= 0) return this.close(account, order, 'CANCELED');
    clock.after(Math.min(left, LOOK_MS), () => order.tif === tif && this.expire(account, order));
  }
}

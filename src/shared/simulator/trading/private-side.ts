import { AccountGate, type AccountLimits } from '../account-limits';
import type { LiquidationRow } from '../markets/liquidations';
import { Luck } from '../luck';
import type { MarketSource } from '../markets/source';
import type { Trouble } from '../trouble/trouble';
import type { ScopedClock } from '../wall-clock';
import type { AccountStore } from './store/account-store';
import { Bells, type Listener } from './access/bells';
import type { Belongings } from './access/belongings';
import { KeyRing } from './access/key-ring';
import type { PaperAccount, PaperUser } from './account/paper-account';
import type { AccountGiven } from './access/paper-keys';
import { Trading, TRADING, type TradingOptions } from './trading';
import { UserRecords } from './access/user-records';

/** What the private side of an exchange is made of. */
export interface PrivateSideHost {
  readonly clock: ScopedClock;
  readonly seed: number;
  readonly source: MarketSource;
  readonly trouble: Trouble;
  readonly limits: AccountLimits;
  readonly accounts: readonly AccountGiven[];
  readonly options: Partial<TradingOptions>;
  readonly store: AccountStore;
}

/** All that needs a key: accounts, their orders, and who may come in. Its two doors are the sockets and REST. */
export class PrivateSide {
  readonly trading: Trading;
  readonly keys: KeyRing;
  readonly gate: AccountGate;
  readonly options: TradingOptions;
  private readonly records = new Map<number, UserRecords>();
  private readonly bells: Bells;

  constructor(private readonly host: PrivateSideHost) {
    const { clock, seed, source, trouble, store } = host;
    this.options = { ...TRADING, ...host.options };
    const record: AccountStore['record'] = (user, event) => store.record(user, event);
    const keeping = { record, canKeep: () => store.canKeep(), atOnce: (task: () => void) => store.atOnce(task) };
    const { options } = this;
    const liquidated = (row: LiquidationRow): void => trouble.liquidate(row);
    this.trading = new Trading({ clock, luck: new Luck(seed, 'trading'), source, options, isHalted: () => trouble.inMaintenance, liquidated, ...keeping });
    this.keys = new KeyRing({ accounts: host.accounts, store, takeFailure: () => trouble.takeAuthFailure() });
    this.gate = new AccountGate(host.limits, clock);
    this.bells = new Bells({ source, now: () => clock.now(), listeners: () => this.listeners(), guard: (task) => clock.guard(task) });
  }

  /** Takes up the accounts that were left: their orders take their places in the markets again. */
  begin(): void {
    const { clock, store } = this.host;
    const { trading } = this;
    store.begin({
      clock,
      stateOf: (userId) => (trading.account(userId) as PaperAccount).state,
      priceOf: (symbol) => trading.prices.last(symbol),
      notePlaces: () => trading.notePlaces(),
    });
    for (const { user } of this.host.accounts) {
      const state = store.resume(user);
      if (state !== undefined) this.trading.resume(user, state);
      if (store.belongings(user) !== undefined) this.recordsOf(user);
    }
    this.bells.look();
  }

  /** The user's account, opened with its starting money when it is used for the first time: until then it costs nothing. */
  accountOf(user: PaperUser): PaperAccount {
    return this.trading.account(user.userId) ?? this.trading.open(user);
  }

  /** A new account with its starting money in place of the old one. Keys and their nonces stay. */
  reset(user: PaperUser): void {
    const { store } = this.host;
    const old = this.trading.account(user.userId);
    store.atOnce(() => {
      if (old !== undefined) this.trading.dismiss(old);
      store.forget(user);
      this.records.delete(user.userId);
      // ids never come twice
      this.trading.open(user, old?.state.lastId);
    });
    this.bells.look();
  }

  /** UTC ms. */
  get now(): number {
    return this.host.clock.now();
  }

  /** Maintenance: nothing is matched and no order is taken. */
  get isHalted(): boolean {
    return this.host.trouble.inMaintenance;
  }

  /** Alerts, settings, logins of a user. */
  recordsOf(user: PaperUser): UserRecords {
    const { store } = this.host;
    const keep = (belongings: Belongings): void => {
      store.keepBelongings(user, belongings);
      this.bells.look();
    };
    const known = this.records.get(user.userId) ?? new UserRecords(keep, store.belongings(user));
    this.records.set(user.userId, known);
    return known;
  }

  /** Who may have alerts. */
  private listeners(): Listener[] {
    return [...this.records].map(([userId, records]) => ({ records, tell: (type, payload) => this.trading.account(userId)?.tell(type, payload) }));
  }

  end(): void {
    this.bells.end();
    this.host.store.end();
    this.trading.end();
  }
}

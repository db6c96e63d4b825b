import { Luck } from '../../../src/shared/simulator/luck';
import type { MarketSource } from '../../../src/shared/simulator/markets/source';
import type { AccountEvent } from '../../../src/shared/simulator/trading/account/account-event';
import { AccountState } from '../../../src/shared/simulator/trading/account/account-state';
import { runCommand } from '../../../src/shared/simulator/trading/orders/commands';
import { exactJson, parseExact } from '../../../src/shared/simulator/trading/store/exact-json';
import { keptAccount, restoredAccount, type KeptAccount } from '../../../src/shared/simulator/trading/store/kept-account';
import { positionRow } from '../../../src/shared/simulator/trading/funds/margin';
import type { PaperAccount } from '../../../src/shared/simulator/trading/account/paper-account';
import type { Reply } from '../../../src/shared/simulator/trading/orders/reply';
import { ledgerRow, orderRow, ownTradeRow, walletRow } from '../../../src/shared/simulator/trading/account/rows';
import { spendable } from '../../../src/shared/simulator/trading/funds/spendable';
import { Trading, TRADING } from '../../../src/shared/simulator/trading/trading';
import { ScopedClock } from '../../../src/shared/simulator/wall-clock';
import type { Clock } from '../../../src/shared/core/clock';

type Rows = readonly (readonly unknown[])[];

/** The shared world of branches. */
export interface BranchHost {
  readonly clock: Clock;
  readonly source: MarketSource;
  readonly isHalted: () => boolean;
}

const USER = { userId: 1, name: 'paper' };

/** One course of an account on markets that others may watch as well: the exchange as it is, or as it was started again. */
export class Branch {
  readonly trading: Trading;
  readonly account: PaperAccount;
  /** All that was written down. */
  readonly events: AccountEvent[] = [];
  /** Ids of orders that were acknowledged, the oldest first. */
  readonly ids: number[] = [];
  /** What its account's clients heard and nobody took yet, as text. */
  private frames: string[] = [];
  private readonly names = new Map<string, string>();

  /** @param before the branch that this one is a restart of */
  constructor(
    private readonly host: BranchHost,
    before?: Branch,
  ) {
    const { clock, source, isHalted } = host;
    const options = { ...TRADING, jitterMs: 0 };
    this.trading = new Trading({ clock: new ScopedClock(clock), luck: new Luck(1, 'trading'), source, options, isHalted, record: (_, event) => void this.events.push(event) });
    this.account = before === undefined ? this.trading.open(USER) : this.trading.resume(USER, before.written());
    this.ids.push(...(before?.ids ?? []));
    this.account.listeners.add((type, payload) => void this.frames.push(JSON.stringify([0, type, payload])));
  }

  /** A command of its client. */
  say(type: string, payload: unknown): Reply {
    const reply = runCommand({ trading: this.trading, account: this.account, now: this.host.clock.now(), isHalted: this.host.isHalted() }, type, payload);
    if (type === 'on' && reply.status === 'SUCCESS') this.ids.push(...reply.orders.map(([id]) => id as number));
    return reply;
  }

  /** What was heard since the last time. */
  take(): string[] {
    const frames = this.frames;
    this.frames = [];
    return frames;
  }

  /** The same text whatever numbers the exchange chose for its ids: the first that is named here is 1. */
  named(text: string): string {
    return text.replace(/\b21\d{10}\b/g, (id) => {
      const name = this.names.get(id) ?? `#${this.names.size + 1}`;
      this.names.set(id, name);
      return name;
    });
  }

  /** From here on ids are named anew. */
  rename(): void {
    this.names.clear();
  }

  /** What is there now, as the exchange answers it to whoever asks. */
  get standing(): Readonly<Record<'wallets' | 'orders' | 'positions', Rows>> {
    const { state } = this.account;
    const valuation = { state, prices: this.trading.prices };
    return asRead({
      wallets: [...state.wallets.values()].map((wallet) => walletRow(wallet, spendable(valuation, wallet.type, wallet.currency))),
      orders: [...state.orders.values()].map(orderRow),
      positions: [...state.positions.values()].map((position) => positionRow(position, undefined)),
    });
  }

  /** What was, likewise. */
  get histories(): Readonly<Record<'ledger' | 'trades' | 'past', Rows>> {
    const { ledger, trades, closedOrders } = this.account.state;
    return asRead({ ledger: ledger.map(ledgerRow), trades: trades.map((trade) => ownTradeRow(trade, true)), past: closedOrders.map(orderRow) });
  }

  /** The account, once written down and read again. */
  private written(): AccountState {
    this.trading.notePlaces();
    return restoredAccount(parseExact(exactJson(keptAccount(this.account.state))) as KeptAccount);
  }

  /** All of the account, as text; `ahead` belongs to its market. */
  get dump(): string {
    return dumpOf(this.account.state);
  }

  /** The account that follows from what was written down alone. */
  get replayed(): string {
    const state = new AccountState();
    for (const event of this.events) state.apply(event);
    return dumpOf(state);
  }

  end(): void {
    this.trading.end();
  }
}

/** As it comes out of the text that it is sent as. */
const asRead = <T>(rows: T): T => JSON.parse(JSON.stringify(rows)) as T;

const dumpOf = (state: AccountState): string => exactJson(keptAccount(state)).replace(/,"ahead":"[^"]*"/g, '');

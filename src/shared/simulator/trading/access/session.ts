import { notification } from '../../../wire/notification';
import { RATE_LIMITED } from '../../account-limits';
import { RollingCount } from '../../rolling-count';
import { isShallow } from '../../shallow';
import type { ScopedClock } from '../../wall-clock';
import { runAdmitted } from '../orders/admitted-command';
import { answerCalc } from '../funds/calc';
import type { Admission } from './key-ring';
import { balanceRow, positionRow } from '../funds/margin';
import { noticeRow } from '../orders/notice';
import type { PaperAccount } from '../account/paper-account';
import { positionTalk } from '../funds/position-talk';
import type { PrivateSide } from '../private-side';
import { orderRow, walletRow } from '../account/rows';
import { SessionFilter } from './session-filter';
import { spendable } from '../funds/spendable';
import type { Valuation } from '../funds/valuation';

/** How late the available balances come after the snapshots: seconds on the exchange (bitfinex-v2.md 5.5), ms. */
const SETTLED_MS = 250;

const HEARTBEAT_MS = 15_000;

/** `calc` inputs of one client in a second (bitfinex-v2.md 6.8). */
const CALCULATIONS = 8;

/** Inputs of orders (bitfinex-v2.md 6.1), and of funding, which this exchange does not trade. */
const ORDER_INPUTS = ['on', 'ou', 'oc', 'oc_multi', 'ox_multi'];
const FUNDING_INPUTS = ['fon', 'foc', 'foc_all', 'fa', 'fk'];

/** The dead man's switch (bitfinex-v2.md 6.5). */
const CANCELS_ALL = 4;

/** What whoever would lend is told. */
export const NO_FUNDING = 'Funding is not traded on this exchange.';

/** What a client wishes when it logs in (bitfinex-v2.md 2.9). */
export interface SessionWish {
  /** 4: all orders of the account are cancelled when this socket drops. */
  readonly dms?: number;
  readonly filter?: readonly string[];
}

/** What a session needs of its socket and its exchange. */
export interface SessionHost {
  readonly clock: ScopedClock;
  readonly accounts: PrivateSide;
  /** Sends a message of channel 0. */
  readonly send: (type: string, payload: unknown) => void;
  readonly beat: () => void;
  /** Says that an input makes no sense. */
  readonly refuse: (code: number, text: string) => void;
}

/** What an authenticated socket is told, and what is done for it. */
export class Session {
  private readonly filter: SessionFilter;
  private readonly calculations: RollingCount;
  private readonly stops: (() => void)[] = [];

  constructor(
    readonly account: PaperAccount,
    private readonly admission: Admission,
    private readonly wish: SessionWish,
    private readonly host: SessionHost,
  ) {
    this.filter = new SessionFilter(wish.filter, admission.caps);
    this.calculations = new RollingCount(CALCULATIONS, 1000, host.clock);
  }

  /** Snapshots in the exchange's order (bitfinex-v2.md 2.9), and from then on whatever happens. */
  begin(): void {
    const { state, listeners } = this.account;
    const { clock, beat } = this.host;
    this.snapshot('ps', [...state.positions.values()].map((position) => positionRow(position, undefined)));
    this.snapshot('ws', [...state.wallets.values()].map((wallet) => walletRow(wallet, null)));
    this.snapshot('os', [...state.orders.values()].map(orderRow));
    for (const funding of ['fos', 'fcs', 'fls']) this.snapshot(funding, []);
    listeners.add(this.tell);
    this.stops.push(() => listeners.delete(this.tell), clock.every(HEARTBEAT_MS, beat), clock.after(SETTLED_MS, () => this.settle()));
  }

  /** The socket is gone. */
  end(): void {
    for (const stop of this.stops) stop();
    if (this.wish.dms === CANCELS_ALL) this.host.accounts.trading.cancelAll(this.account);
  }

  /** An input of channel 0 (bitfinex-v2.md 6). */
  hear(type: string, messageId: number | null, payload: unknown): void {
    if (ORDER_INPUTS.includes(type)) return this.command(type, payload);
    if (type === 'calc') return this.calculate(payload);
    if (type === 'n') return this.broadcast(messageId, payload);
    if (FUNDING_INPUTS.includes(type)) return this.notify({ type: `${type}-req`, info: null, status: 'ERROR', text: NO_FUNDING });
    this.host.refuse(10000, `input: invalid (${type.slice(0, 40)})`);
  }

  /** The reply; of several operations each one's before the whole. */
  private command(type: string, payload: unknown): void {
    const { accounts, clock } = this.host;
    const reply = runAdmitted(accounts, { admission: this.admission, account: this.account, type, payload });
    for (const one of [...(reply.parts ?? []), reply]) this.tell('n', noticeRow(one, 'socket', clock.now()));
  }

  private calculate(requests: unknown): void {
    if (!this.calculations.admits()) return this.host.refuse(RATE_LIMITED.code, RATE_LIMITED.text);
    for (const [type, payload] of answerCalc(this.valuation, requests)) this.tell(type, payload);
  }

  private notify(notice: { readonly type: string; readonly info: unknown; readonly status: string; readonly text: string | null }): void {
    this.tell('n', notification.encode({ time: this.host.clock.now(), messageId: null, code: null, ...notice }));
  }

  private snapshot(type: string, rows: readonly unknown[]): void {
    if (this.filter.letsSnapshot(type)) this.host.send(type, rows.filter((row) => this.filter.lets(type, row)));
  }

  private readonly tell = (type: string, payload: unknown): void => {
    if (this.filter.lets(type, payload)) this.host.send(type, payload);
  };

  /** The wallets again, now with what is available, the positions with their figures, and what everything is worth. */
  private settle(): void {
    const { valuation } = this;
    for (const wallet of valuation.state.wallets.values()) this.tell('wu', walletRow(wallet, spendable(valuation, wallet.type, wallet.currency)));
    for (const [type, payload] of positionTalk(valuation, valuation.state.positions.keys())) this.tell(type, payload);
    this.tell('bu', balanceRow(valuation));
  }

  private get valuation(): Valuation {
    return { state: this.account.state, prices: this.host.accounts.trading.prices };
  }

  /** A message of one session of a user to all of them: `{"type":"ucm-NAME","info":...}` (bitfinex-v2.md 6.1). */
  private broadcast(messageId: number | null, payload: unknown): void {
    const { type, info } = (typeof payload === 'object' && payload !== null ? payload : {}) as { type?: unknown; info?: unknown };
    if (typeof type !== 'string' || !type.startsWith('ucm')) return this.host.refuse(10001, 'type: invalid');
    if (!isShallow(info)) return this.host.refuse(10001, 'info: invalid');
    this.account.tell('n', notification.encode({ time: this.host.clock.now(), type, messageId, info: info ?? null, code: null, status: 'SUCCESS', text: null }));
  }
}

import type { LiquidationRow } from '../../markets/liquidations';
import type { MarketSource } from '../../markets/source';
import type { ScopedClock } from '../../wall-clock';
import type { AccountEvent } from '../account/account-event';
import { Execution, type ExecutionOptions } from './execution';
import { Expiry } from './expiry';
import { Liquidation } from '../funds/liquidation';
import type { FillMode } from './matcher';
import type { Ask, Order } from '../account/order';
import type { OrderMaker } from '../orders/order-maker';
import type { PaperAccount } from '../account/paper-account';
import { Pits } from './pits';
import type { Position } from '../account/position';
import { canStand, isLeftOver } from './unfinished';
import { Updates } from './updates';
import type { Valuation } from '../funds/valuation';

/** How orders are dealt with in their markets. */
export interface DealingOptions extends ExecutionOptions {
  readonly fillMode: FillMode;
}

/** What dealing needs of its exchange. */
export interface DealingHost {
  readonly clock: ScopedClock;
  readonly source: MarketSource;
  readonly options: DealingOptions;
  readonly maker: OrderMaker;
  readonly accounts: () => readonly PaperAccount[];
  readonly valuationOf: (account: PaperAccount) => Valuation;
  /** Makes an event true, has it written down, and tells the account's clients. */
  readonly commit: (account: PaperAccount, event: AccountEvent) => void;
  /** Nothing is matched meanwhile. */
  readonly isHalted: () => boolean;
  /** Hears of positions that the exchange closed. */
  readonly liquidated: (row: LiquidationRow) => void;
  /** There is another last price. */
  readonly priced: (symbol: string) => void;
}

/** What is on its way, and the number under which it was asked for. */
export type Coming = readonly [number: number, come: () => void];

/** What happens in the markets to the orders and positions of all accounts. */
export class Dealing {
  readonly expiry: Expiry;
  readonly updates: Updates;
  private readonly pits: Pits;
  private readonly execution: Execution;
  private readonly liquidation: Liquidation;

  constructor(private readonly host: DealingHost) {
    const { clock, source, options, maker, accounts, isHalted } = host;
    const close = (...closed: Parameters<Dealing['close']>): void => this.close(...closed);
    const common = { ...host, now: () => clock.now(), holdPrice: (order: Order) => maker.holdPrice(order), close };
    this.execution = new Execution({
      ...common,
      nextId: () => maker.nextId(),
      leave: (order) => {
        this.pits.remove(order);
        this.expiry.forget(order);
      },
      traded: (symbol) => {
        this.liquidation.look(symbol);
        host.priced(symbol);
      },
      filled: (account, order) => this.liquidation.cancelUncovered(account, order.symbol),
      idle: (symbol) => this.pits.dropIfIdle(symbol),
      isHalted,
      guard: (task) => clock.guard(task),
    });
    this.pits = new Pits({ source, fillMode: options.fillMode, isHeld: (symbol) => accounts().some(({ state }) => state.positions.has(symbol)) }, this.execution);
    this.liquidation = new Liquidation({ ...common, force: (account, position) => this.force(account, position), announce: host.liquidated });
    this.expiry = new Expiry(clock, close);
    this.updates = new Updates({
      ...common,
      resize: (order) => this.pits.resize(order),
      enterAgain: (account, order) => this.enterAgain(account, order),
      watch: (account, order) => this.expiry.watch(account, order),
    });
  }

  /** An acknowledged order comes to its market, unless it is over by now. */
  arrive(account: PaperAccount, order: Order): void {
    if (order.stage !== 'closed') this.pits.open(order.symbol)?.arrive(account, order);
    this.pits.dropIfIdle(order.symbol);
  }

  /** What was asked for comes to its market, unless the order is over by now. */
  carryOut(account: PaperAccount, order: Order, ask: Ask): void {
    const { number, change } = ask;
    if (order.asked?.includes(ask) !== true) return;
    if (change === null) this.close(account, order, 'CANCELED');
    else this.updates.make(account, order, change, number);
  }

  /** An order of before a restart takes its place again; also what the end of the process has cut in two. @returns what of it is on its way */
  resume(account: PaperAccount, order: Order): Coming[] {
    if (isLeftOver(account, order)) this.host.commit(account, { kind: 'closed', at: this.host.clock.now(), id: order.id, status: 'CANCELED' });
    if (order.stage === 'closed') return [];
    const isComing = order.stage === 'arriving' || !canStand(order);
    if (!isComing) this.pits.open(order.symbol)?.resume(account, order);
    this.expiry.watch(account, order);
    const asked = (order.asked ?? []).map((ask): Coming => [ask.number, () => this.carryOut(account, order, ask)]);
    return isComing ? [[order.id, () => this.arrive(account, order)], ...asked] : asked;
  }

  /** Markets of positions are watched, for they may be liquidated. */
  watch(symbols: Iterable<string>): void {
    for (const symbol of symbols) this.pits.open(symbol);
  }

  /** Those where nobody has anything any more are left. */
  forget(symbols: Iterable<string>): void {
    for (const symbol of symbols) this.pits.dropIfIdle(symbol);
  }

  /** Ends an order with this word of the exchange, unless it is over. */
  close(account: PaperAccount, order: Order, word: string): void {
    this.execution.close(account, order, word);
  }

  /** Writes into every resting order how much of others stands before it now. */
  notePlaces(): void {
    this.pits.notePlaces();
  }

  end(): void {
    this.pits.end();
  }

  /** Closes a position at once, as far as its market goes; `undefined`: its market shows nothing for it now. */
  private force(account: PaperAccount, position: Position): Order | undefined {
    if (this.pits.open(position.symbol)?.hasOffers(position.amount < 0n) !== true) return undefined;
    const order = this.host.maker.forced(position);
    this.host.commit(account, { kind: 'accepted', at: order.createdAt, order });
    const forced = account.state.orders.get(order.id) as Order;
    this.arrive(account, forced);
    return forced;
  }

  /** Who changed what he is there for goes to the back. */
  private enterAgain(account: PaperAccount, order: Order): void {
    this.pits.remove(order);
    order.ahead = undefined;
    this.arrive(account, order);
  }
}

import type { AccountEvent } from '../account/account-event';
import { affordable } from '../funds/funds';
import { least, sizeOf, type Units } from '../account/money';
import { hasFlag, isBuy, type Order } from '../account/order';
import type { PaperAccount } from '../account/paper-account';
import type { PitHost } from './pit';
import { reduceFault, reducible } from './reducing';
import type { Valuation } from '../funds/valuation';

/** What fills cost, and how they are announced. */
export interface ExecutionOptions {
  /** Millionths of what is received. */
  readonly makerPpm: number;
  readonly takerPpm: number;
  /** Is an order that is filled at once announced by `on` first? The exchange does not (bitfinex-v2.md 5.10). */
  readonly announcesAll: boolean;
}

/** What execution needs of its exchange. */
export interface ExecutionHost {
  readonly options: ExecutionOptions;
  readonly now: () => number;
  readonly nextId: () => number;
  readonly isHalted: () => boolean;
  /** Runs what a market causes. */
  readonly guard: (task: () => void) => void;
  /** The price for which an order holds funds when it stands for itself. */
  readonly holdPrice: (order: Order) => number;
  readonly valuationOf: (account: PaperAccount) => Valuation;
  /** Makes an event true, has it written down, and tells the account's clients. */
  readonly commit: (account: PaperAccount, event: AccountEvent) => void;
  /** The order is over: its market forgets it. */
  readonly leave: (order: Order) => void;
  readonly traded: (symbol: string) => void;
  /** The account's funds and position are others now, and the order took all that it could for the moment. */
  readonly filled: (account: PaperAccount, order: Order) => void;
  readonly idle: (symbol: string) => void;
}

/** What the markets do to accounts: fills, ends, triggers, and what follows from them. */
export class Execution implements PitHost {
  readonly announcesAll: boolean;

  constructor(private readonly host: ExecutionHost) {
    this.announcesAll = host.options.announcesAll;
  }

  guard(task: () => void): void {
    this.host.guard(task);
  }

  isHalted(): boolean {
    return this.host.isHalted();
  }

  traded(symbol: string): void {
    this.host.traded(symbol);
  }

  idle(symbol: string): void {
    this.host.idle(symbol);
  }

  placed(account: PaperAccount, { id }: Order): void {
    this.commit(account, { kind: 'placed', id });
  }

  trailed(account: PaperAccount, { id }: Order, price: number): void {
    this.commit(account, { kind: 'trailed', id, price });
  }

  triggered(account: PaperAccount, order: Order): void {
    this.commit(account, { kind: 'triggered', id: order.id });
    this.endSibling(account, order);
  }

  /** An order that closes a position becomes as large as it is, whatever its client said. */
  admit(account: PaperAccount, order: Order): boolean {
    const position = account.state.positions.get(order.symbol);
    const fault = reduceFault(order, position);
    if (fault !== undefined) this.close(account, order, fault);
    else if (hasFlag(order, 'close') && position !== undefined && order.remaining !== -position.amount) this.resize(account, order, -position.amount);
    return fault === undefined;
  }

  fill(account: PaperAccount, order: Order, price: number, offered: Units, isMaker: boolean): Units {
    const { makerPpm, takerPpm } = this.host.options;
    // a hidden order pays as a taker
    const feePpm = isMaker && !hasFlag(order, 'hidden') ? makerPpm : takerPpm;
    const position = account.state.positions.get(order.symbol);
    const open = least(offered, reducible(order, position));
    const units = affordable(order, { units: open, price, feePpm }, this.host.valuationOf(account));
    const shortWord = open < offered ? (reduceFault(order, position) ?? 'CANCELED') : order.spot ? 'INSUFFICIENT BALANCE (G1)' : 'INSUFFICIENT MARGIN';
    if (units > 0n) this.trade(account, order, { units: isBuy(order) ? units : -units, price, maker: isMaker, feePpm });
    if (units < offered) this.close(account, order, shortWord);
    return units > 0n ? units : 0n;
  }

  taken(account: PaperAccount, order: Order): void {
    this.host.filled(account, order);
  }

  canFill(account: PaperAccount, order: Order, price: number): boolean {
    const units = sizeOf(order.remaining);
    const open = least(units, reducible(order, account.state.positions.get(order.symbol)));
    return affordable(order, { units: open, price, feePpm: this.host.options.takerPpm }, this.host.valuationOf(account)) >= units;
  }

  close(account: PaperAccount, order: Order, word: string): void {
    if (order.stage === 'closed') return;
    this.end(account, order, word);
    this.endSibling(account, order);
  }

  private end(account: PaperAccount, order: Order, word: string): void {
    this.commit(account, { kind: 'closed', id: order.id, status: word });
    this.host.leave(order);
  }

  private trade(account: PaperAccount, order: Order, fill: Pick<Extract<AccountEvent, { kind: 'filled' }>, 'units' | 'price' | 'maker' | 'feePpm'>): void {
    this.commit(account, { kind: 'filled', id: order.id, trade: this.host.nextId(), ...fill });
    if (order.remaining === 0n) this.host.leave(order);
    this.endSibling(account, order);
    if (fill.maker) this.host.filled(account, order);
  }

  private resize(account: PaperAccount, { id, amount, remaining: before }: Order, remaining: Units): void {
    this.commit(account, { kind: 'changed', id, change: { remaining, amount: amount - before + remaining } });
  }

  /** The other leg of an OCO pair ends with the first fill, the trigger or the end of this one. */
  private endSibling(account: PaperAccount, order: Order): void {
    if (!hasFlag(order, 'oco')) return;
    const other = siblingOf(account, order);
    if (other === undefined) return;
    this.end(account, other, 'CANCELED');
    // the limit leg held enough for both
    const holdPrice = this.host.holdPrice(order);
    if (order.stage !== 'closed' && holdPrice < order.holdPrice) this.commit(account, { kind: 'changed', id: order.id, change: { holdPrice } });
  }

  private commit(account: PaperAccount, event: WithoutTime<AccountEvent>): void {
    this.host.commit(account, { ...event, at: this.host.now() });
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

/** The other leg of an OCO pair, while it is open. */
export function siblingOf({ state }: PaperAccount, { id, placedId }: Order): Order | undefined {
  if (placedId !== null) return state.orders.get(placedId);
  return [...state.orders.values()].find((other) => other.placedId === id);
}

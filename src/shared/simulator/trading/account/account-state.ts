import type { AccountEvent } from './account-event';
import type { Movement, OwnTrade, Posting, Wallet } from './account-facts';
import { NO_EFFECTS, type Effects } from './effects';
import { exchangeEntries, feeEntry, insuranceEntry, movedEntry, realisedEntry, transferEntries, type Entry } from './entries';
import { costOf, sizeOf, type Units } from './money';
import { keep } from './keep';
import { isDerivative, priceOf, quoteOf, walletKey, type Order, type WalletType } from './order';
import { netted, type Netting, type Position, type PositionChange } from './position';
import type { Reserve } from '../funds/reserve';
import { Reserves } from '../funds/reserves';
import { closedStatus, filledStatus } from './status-text';

export type { Movement, OwnTrade, Posting, Wallet };

type Filled = Extract<AccountEvent, { kind: 'filled' }>;

/**
 * An account: wallets, orders, positions and what became of them. It follows from its events alone: {@link apply} is the
 * only thing that changes it, and the same events make the same account.
 */
export class AccountState {
  readonly wallets = new Map<string, Wallet>();
  /** Open ones, by id. */
  readonly orders = new Map<number, Order>();
  readonly positions = new Map<string, Position>();
  readonly closedOrders: Order[] = [];
  readonly closedPositions: Position[] = [];
  readonly trades: OwnTrade[] = [];
  readonly ledger: Posting[] = [];
  readonly movements: Movement[] = [];
  lastId = 0;
  lastLedgerId = 0;
  /** When the first money came, UTC ms: the ledger forgets. */
  createdAt: number | undefined;
  private readonly reserves = new Reserves(this.positions);

  /** How much of a wallet's total is not held for orders and derivative positions. */
  available(type: WalletType, currency: string): Units {
    return (this.wallets.get(walletKey(type, currency))?.total ?? 0n) - this.held(type, currency);
  }

  /** How much of it is held. */
  held(type: WalletType, currency: string): Units {
    return this.reserves.held(type, currency);
  }

  /** What the open orders of a symbol may do to its position: those on margin, and of derivatives. */
  reserveOf(symbol: string): Reserve {
    return this.reserves.of(symbol);
  }

  /** Symbols with a position, or with an order that may make one. */
  tradedSymbols(): Set<string> {
    return this.reserves.symbols;
  }

  /** Makes the event true. @throws Error for one that does not fit: an order that is not open */
  apply(event: AccountEvent): Effects {
    switch (event.kind) {
      case 'moved':
        return { ...NO_EFFECTS, postings: [this.move(event)] };
      case 'transferred':
        return { ...NO_EFFECTS, postings: this.postAll(event.at, transferEntries(event)) };
      case 'accepted':
        return this.accept(event.order);
      case 'asked':
        return this.ask(event);
      case 'dropped':
        return this.drop(event);
      case 'filled':
        return this.fill(event);
      case 'collateral':
        return this.setCollateral(event);
      default:
        return this.amend(event);
    }
  }

  /** Takes an order in that is open already: from a snapshot. */
  restore(order: Order): void {
    this.orders.set(order.id, order);
    this.reserves.count(order, 1n);
  }

  /** Takes a position in that is open already, with its collateral: from a snapshot. */
  restorePosition(position: Position): void {
    this.positions.set(position.symbol, position);
  }

  private accept(order: Order): Effects {
    this.lastId = Math.max(this.lastId, order.id);
    this.orders.set(order.id, { ...order });
    return { ...NO_EFFECTS, order: this.open(order.id), held: this.reserves.count(order, 1n) };
  }

  /** Nothing of the order is another yet. */
  private ask({ id, ask }: Extract<AccountEvent, { kind: 'asked' }>): Effects {
    const order = this.open(id);
    this.lastId = Math.max(this.lastId, ask.number);
    order.asked = [...(order.asked ?? []), ask];
    return NO_EFFECTS;
  }

  private drop({ id, ask }: Extract<AccountEvent, { kind: 'dropped' }>): Effects {
    const order = this.open(id);
    if (ask !== undefined) return strike(order, ask);
    this.orders.delete(id);
    return { ...NO_EFFECTS, held: this.reserves.count(order, -1n) };
  }

  /** Everything that changes an order but fills nothing. */
  private amend(event: Extract<AccountEvent, { kind: 'placed' | 'triggered' | 'trailed' | 'changed' | 'closed' }>): Effects {
    const order = this.open(event.id);
    const held = this.reserved(order, () => {
      order.updatedAt = event.at;
      switch (event.kind) {
        case 'placed':
          return void (order.stage = 'working');
        case 'triggered':
          return void (order.triggered = true);
        case 'trailed':
          return void (order.price = event.price);
        case 'changed':
          strike(order, event.ask);
          return void Object.assign(order, event.change);
        case 'closed':
          order.status = closedStatus(order, event.status);
          return this.close(order);
      }
    });
    return { ...NO_EFFECTS, order, held };
  }

  private fill(event: Filled): Effects {
    const order = this.open(event.id);
    this.lastId = Math.max(this.lastId, event.trade);
    const held = this.reserved(order, () => this.count(order, event));
    const { postings, positions } = order.spot ? this.exchange(order, event) : this.trade(order, event);
    const trade = this.note(order, event);
    return { order, trade, postings, positions, held };
  }

  /** So much of the order is filled now. */
  private count(order: Order, { units, price, at }: Filled): void {
    order.remaining -= units;
    order.filledCost += costOf(sizeOf(units), price);
    order.updatedAt = at;
    order.status = filledStatus(order, units, price);
    if (order.remaining === 0n) this.close(order);
  }

  private note(order: Order, event: Filled): OwnTrade {
    const { trade: id, at, units, price, maker } = event;
    const { units: fee, currency: feeCurrency } = feeEntry(order, event);
    const trade = { id, symbol: order.symbol, at, order, orderPrice: priceOf(order), units, price, maker, fee, feeCurrency };
    keep(this.trades, trade);
    return trade;
  }

  private exchange(order: Order, event: Filled): Pick<Effects, 'postings' | 'positions'> {
    return { postings: this.postAll(event.at, [...exchangeEntries(order, event), feeEntry(order, event)]), positions: [] };
  }

  /** A trade on margin: the position changes, and what was won or lost comes into the margin wallet. */
  private trade(order: Order, event: Filled): Pick<Effects, 'postings' | 'positions'> {
    const netting = netted(this.positions.get(order.symbol), { ...event, symbol: order.symbol, order: order.id, lev: order.lev, forced: order.forced === true });
    for (const change of netting.changes) this.setPosition(change);
    const isClosed = netting.changes[0]?.change === 'closed';
    const fee = feeEntry(order, event);
    const entries = [realisedEntry(order, event, netting.realised, isClosed), insuranceEntry(order, event, this.insured(order, netting, fee)), fee];
    return { postings: this.postAll(event.at, entries), positions: netting.changes };
  }

  private setPosition({ change, position }: PositionChange): void {
    if (change !== 'closed') return void this.positions.set(position.symbol, position);
    this.positions.delete(position.symbol);
    keep(this.closedPositions, position);
  }

  /** What a derivative lost beyond its collateral, and the fee where nothing but the collateral of others is left. */
  private insured({ symbol }: Order, { realised, freed }: Netting, fee: Entry): Units {
    if (!isDerivative(symbol) || freed === 0n) return 0n;
    const total = this.wallets.get(walletKey('margin', quoteOf(symbol)))?.total ?? 0n;
    const [beyond, short] = [-realised - freed, this.reserves.collateral(quoteOf(symbol)) - total - realised - fee.units];
    const most = beyond > short ? beyond : short;
    return most > 0n ? most : 0n;
  }

  private move(event: Extract<AccountEvent, { kind: 'moved' }>): Posting {
    const posting = this.post(event.at, movedEntry(event));
    keep(this.movements, { id: posting.id, at: event.at, currency: event.currency, units: event.units });
    return posting;
  }

  private setCollateral({ symbol, units, at }: Extract<AccountEvent, { kind: 'collateral' }>): Effects {
    const before = this.positions.get(symbol);
    if (before === undefined) throw new Error(`no position in ${symbol}`);
    const position = { ...before, collateral: units, updatedAt: at };
    this.positions.set(symbol, position);
    return { ...NO_EFFECTS, held: [walletKey('margin', quoteOf(symbol))], positions: [{ change: 'update', position }] };
  }

  /** Books what is not nothing. */
  private postAll(at: number, entries: readonly Entry[]): Posting[] {
    return entries.filter(({ units }) => units !== 0n).map((entry) => this.post(at, entry));
  }

  private post(at: number, entry: Entry): Posting {
    const key = walletKey(entry.wallet, entry.currency);
    const wallet = this.wallets.get(key) ?? { type: entry.wallet, currency: entry.currency, total: 0n, last: null };
    this.wallets.set(key, wallet);
    wallet.total += entry.units;
    wallet.last = { description: entry.description, meta: entry.meta };
    const posting = { ...entry, at, id: ++this.lastLedgerId, after: wallet.total };
    this.createdAt ??= at;
    keep(this.ledger, posting);
    return posting;
  }

  private open(id: number): Order {
    const order = this.orders.get(id);
    if (order === undefined) throw new Error(`order ${id} is not open`);
    return order;
  }

  private close(order: Order): void {
    order.stage = 'closed';
    delete order.asked;
    this.orders.delete(order.id);
    keep(this.closedOrders, order);
  }

  /** Changes an order, and what is set aside for it. @returns the wallets of which the held part may have changed */
  private reserved(order: Order, change: () => void): string[] {
    const before = this.reserves.count(order, -1n);
    change();
    return [...new Set([...before, ...this.reserves.count(order, 1n)])];
  }
}

/** What was asked for is not on its way any more. */
function strike(order: Order, ask: number | undefined): Effects {
  if (ask !== undefined && order.asked !== undefined) order.asked = order.asked.filter(({ number }) => number !== ask);
  return NO_EFFECTS;
}

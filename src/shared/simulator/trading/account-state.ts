import { codesOf } from '../../core/symbol';
import type { AccountEvent } from './account-event';
import { holdOf, type Hold } from './hold';
import { costOf, sizeOf, textOf, type Units } from './money';
import { isDerivative, type Order, type WalletType } from './order';
import { netted, type Position, type PositionChange } from './position';
import { closedStatus, filledStatus } from './status-text';

/** One wallet: what is in it, and the last entry of its ledger. */
export interface Wallet {
  readonly type: WalletType;
  readonly currency: string;
  total: Units;
  last: { readonly description: string; readonly meta: Readonly<Record<string, unknown>> | null } | null;
}

/** One entry of the ledger; `category` as the exchange numbers them (bitfinex-v2.md 8.4). */
export interface Posting {
  readonly id: number;
  readonly at: number;
  readonly wallet: WalletType;
  readonly currency: string;
  readonly units: Units;
  readonly after: Units;
  readonly description: string;
  readonly category: number;
}

/** Money that came into the account or left it. */
export interface Movement {
  readonly id: number;
  readonly at: number;
  readonly currency: string;
  readonly units: Units;
}

/** A trade of the account; `fee` is negative: charged. */
export interface OwnTrade {
  readonly id: number;
  readonly symbol: string;
  readonly at: number;
  readonly order: Order;
  readonly units: Units;
  readonly price: number;
  readonly maker: boolean;
  readonly fee: Units;
  readonly feeCurrency: string;
}

/** What an event did, for whoever tells the account's clients. */
export interface Effects {
  readonly order?: Order;
  readonly trade?: OwnTrade;
  readonly postings: readonly Posting[];
  readonly position?: PositionChange;
  /** Wallets of which more or less is held than before, without any entry in the ledger. */
  readonly held: readonly string[];
}

/** Ledger categories that occur here (bitfinex-v2.md 8.4). */
const CATEGORY = { exchange: 5, position: 22, settlement: 31, transfer: 51, deposit: 101, withdrawal: 104, fee: 201 } as const;

/** Entries kept of each history: as many as the exchange hands out in one call. */
const KEPT = 2500;

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
  private readonly holds = new Map<string, Units>();

  /** How much of a wallet's total is not held for orders and positions. */
  available(type: WalletType, currency: string): Units {
    const key = walletKey(type, currency);
    return (this.wallets.get(key)?.total ?? 0n) - (this.holds.get(key) ?? 0n);
  }

  /** How much of it is held. */
  held(type: WalletType, currency: string): Units {
    return this.holds.get(walletKey(type, currency)) ?? 0n;
  }

  /** Makes the event true. @throws Error for one that does not fit: an order that is not open */
  apply(event: AccountEvent): Effects {
    switch (event.kind) {
      case 'moved':
        return { postings: this.move(event), held: [] };
      case 'transferred':
        return { postings: this.transfer(event), held: [] };
      case 'accepted':
        return this.accept(event.order);
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
    this.hold(holdOf(order), 1n);
  }

  /** The same for a position. */
  restorePosition(position: Position): void {
    this.positions.set(position.symbol, position);
    this.hold(collateralOf(position), 1n);
  }

  private accept(order: Order): Effects {
    this.lastId = Math.max(this.lastId, order.id);
    this.orders.set(order.id, { ...order });
    return { order: this.open(order.id), postings: [], held: this.hold(holdOf(order), 1n) };
  }

  /** Everything that changes an order but fills nothing. */
  private amend(event: Extract<AccountEvent, { kind: 'placed' | 'triggered' | 'trailed' | 'changed' | 'closed' }>): Effects {
    const order = this.open(event.id);
    const held = this.reheld(order, () => {
      order.updatedAt = event.at;
      switch (event.kind) {
        case 'placed':
          return void (order.stage = 'working');
        case 'triggered':
          return void (order.triggered = true);
        case 'trailed':
          return void (order.price = event.price);
        case 'changed':
          return void Object.assign(order, event.change);
        case 'closed':
          order.status = closedStatus(order, event.status);
          return this.close(order);
      }
    });
    return { order, postings: [], held };
  }

  private fill(event: Extract<AccountEvent, { kind: 'filled' }>): Effects {
    const order = this.open(event.id);
    const { units, price, trade: id, at } = event;
    this.lastId = Math.max(this.lastId, id);
    const postings: Posting[] = [];
    let position: PositionChange | undefined;
    let trade: OwnTrade | undefined;
    const held = this.reheld(order, () => {
      order.remaining -= units;
      order.filledCost += costOf(sizeOf(units), price);
      order.updatedAt = at;
      order.status = filledStatus(order, units, price);
      if (!order.spot) ({ position } = this.trade(order, event, postings));
      else this.exchange(order, event, postings);
      const { fee, feeCurrency } = this.charge(order, event, postings);
      trade = { id, symbol: order.symbol, at, order, units, price, maker: event.maker, fee: -fee, feeCurrency };
      keep(this.trades, trade);
      if (order.remaining === 0n) this.close(order);
    });
    return { order, ...(trade === undefined ? {} : { trade }), postings, held, ...(position === undefined ? {} : { position }) };
  }

  /** Both legs of a trade from the exchange wallet. */
  private exchange({ symbol, id, cid, gid }: Order, { units, price, at }: { units: Units; price: number; at: number }, postings: Posting[]): void {
    const [base, quote] = codesOf(symbol.slice(1));
    const cost = costOf(sizeOf(units), price);
    const description = `Exchange ${textOf(sizeOf(units))} ${base} for ${quote} @ ${price}`;
    const meta = { reason: 'TRADE', order_id: id, order_id_oppo: null, trade_price: String(price), trade_amount: textOf(units), order_cid: cid, order_gid: gid };
    const entry = { at, wallet: 'exchange', description, category: CATEGORY.exchange } as const;
    postings.push(this.post({ ...entry, currency: base, units }, meta));
    postings.push(this.post({ ...entry, currency: quote, units: units > 0n ? -cost : cost }, meta));
  }

  /** A trade on margin: the position changes, and what was won or lost comes into the margin wallet. */
  private trade({ symbol, id }: Order, { units, price, at, trade }: { units: Units; price: number; at: number; trade: number }, postings: Posting[]): { position: PositionChange } {
    const [, quote] = codesOf(symbol.slice(1));
    const before = this.positions.get(symbol);
    const change = netted(before, { symbol, units, price, at, id: trade, order: id });
    this.hold(collateralOf(before), -1n);
    if (change.position.amount === 0n) {
      this.positions.delete(symbol);
      keep(this.closedPositions, change.position);
    } else {
      this.positions.set(symbol, change.position);
      this.hold(collateralOf(change.position), 1n);
    }
    if (change.realised !== 0n) {
      const description = `Position ${change.change === 'closed' ? 'closed' : 'modified'} @ ${price} (TRADE) on wallet margin`;
      postings.push(this.post({ at, wallet: 'margin', currency: quote, units: change.realised, description, category: CATEGORY.position }, null));
    }
    return { position: change };
  }

  /** The fee, in what was received; on margin in the quote currency, for there nothing else changes hands. */
  private charge({ symbol, spot }: Order, { units, price, feePpm, at }: { units: Units; price: number; feePpm: number; at: number }, postings: Posting[]): { fee: Units; feeCurrency: string } {
    const [base, quote] = codesOf(symbol.slice(1));
    const inBase = spot && units > 0n;
    const fee = ((inBase ? units : costOf(sizeOf(units), price)) * BigInt(feePpm)) / 1_000_000n;
    const feeCurrency = inBase ? base : quote;
    const wallet = spot ? 'exchange' : 'margin';
    const description = `Trading fees for ${textOf(sizeOf(units))} ${base} (${symbol.slice(1)}) @ ${price} on BFX (${feePpm / 10_000}%) on wallet ${wallet}`;
    if (fee !== 0n) postings.push(this.post({ at, wallet, currency: feeCurrency, units: -fee, description, category: CATEGORY.fee }, null));
    return { fee, feeCurrency };
  }

  private move({ wallet, currency, units, at }: { wallet: WalletType; currency: string; units: Units; at: number }): Posting[] {
    const isDeposit = units > 0n;
    const posting = this.post({ at, wallet, currency, units, description: `${isDeposit ? 'Deposit' : 'Withdrawal'} (PAPER) on wallet ${wallet}`, category: isDeposit ? CATEGORY.deposit : CATEGORY.withdrawal }, null);
    keep(this.movements, { id: posting.id, at, currency, units });
    return [posting];
  }

  private transfer({ from, to, currency, currencyTo, units, at }: Extract<AccountEvent, { kind: 'transferred' }>): Posting[] {
    const description = `Transfer of ${textOf(units)} ${currency} from wallet ${from} to ${to}`;
    const entry = { at, description, category: CATEGORY.transfer };
    return [this.post({ ...entry, wallet: from, currency, units: -units }, null), this.post({ ...entry, wallet: to, currency: currencyTo, units }, null)];
  }

  private setCollateral({ symbol, units, at }: Extract<AccountEvent, { kind: 'collateral' }>): Effects {
    const before = this.positions.get(symbol);
    if (before === undefined) throw new Error(`no position in ${symbol}`);
    const position = { ...before, collateral: units, updatedAt: at };
    this.hold(collateralOf(before), -1n);
    this.positions.set(symbol, position);
    const held = this.hold(collateralOf(position), 1n);
    return { postings: [], held, position: { change: 'update', position, realised: 0n } };
  }

  private post(entry: Omit<Posting, 'id' | 'after'>, meta: Readonly<Record<string, unknown>> | null): Posting {
    const key = walletKey(entry.wallet, entry.currency);
    const wallet = this.wallets.get(key) ?? { type: entry.wallet, currency: entry.currency, total: 0n, last: null };
    this.wallets.set(key, wallet);
    wallet.total += entry.units;
    wallet.last = { description: entry.description, meta };
    const posting = { ...entry, id: ++this.lastLedgerId, after: wallet.total };
    keep(this.ledger, posting);
    return posting;
  }

  lastLedgerId = 0;

  private open(id: number): Order {
    const order = this.orders.get(id);
    if (order === undefined) throw new Error(`order ${id} is not open`);
    return order;
  }

  private close(order: Order): void {
    order.stage = 'closed';
    this.orders.delete(order.id);
    keep(this.closedOrders, order);
  }

  /** Changes an order, and what is held for it. @returns the wallets of which the held part changed */
  private reheld(order: Order, change: () => void): string[] {
    const before = this.hold(holdOf(order), -1n);
    change();
    return [...new Set([...before, ...this.hold(holdOf(order), 1n)])];
  }

  private hold(hold: Hold | undefined, sign: Units): string[] {
    if (hold === undefined || hold.units === 0n) return [];
    const key = walletKey(hold.wallet, hold.currency);
    this.holds.set(key, (this.holds.get(key) ?? 0n) + sign * hold.units);
    return [key];
  }
}

/** The collateral of a derivative position is held in the margin wallet. */
function collateralOf(position: Position | undefined): Hold | undefined {
  if (position === undefined || !isDerivative(position.symbol)) return undefined;
  return { wallet: 'margin', currency: codesOf(position.symbol.slice(1))[1], units: position.collateral };
}

export const walletKey = (type: WalletType, currency: string): string => `${type} ${currency}`;

function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT * 1.2) list.splice(0, list.length - KEPT);
}

import type { Stop } from '../../core/clock';
import { Side } from '../../core/side';
import type { Sides } from '../ladder';
import type { Market, MarketEvent } from '../source';
import { Matcher, type FillMode, type Resting } from './matcher';
import { sizeOf, type Units } from './money';
import { hasFlag, isBuy, isStop, limitOf, type Order } from './order';
import type { PaperAccount } from './paper-account';
import { Triggers } from './triggers';

/** What the pit does to accounts. */
export interface PitHost {
  /** Fills so much of an order. @returns what was filled: less than offered when the account cannot take more */
  fill(account: PaperAccount, order: Order, price: number, units: Units, maker: boolean): Units;
  /** It ends here, with this word of the exchange. */
  close(account: PaperAccount, order: Order, word: string): void;
  placed(account: PaperAccount, order: Order): void;
  triggered(account: PaperAccount, order: Order): void;
  trailed(account: PaperAccount, order: Order, price: number): void;
  /** A trade was printed: accounts with positions look at them. */
  traded(symbol: string): void;
  /** Nothing is matched: maintenance. */
  isHalted(): boolean;
  /** Is an order announced before it is filled at once? */
  readonly announcesAll: boolean;
}

/** The deepest book that the exchange shows. */
const DEPTH = 250;

interface Member {
  readonly account: PaperAccount;
  readonly order: Order;
  /** As the matcher has it, once it rests. */
  resting?: Resting;
}

/** One market's orders of all accounts: what arrives meets the visible book, what rests waits its turn, stops wait for the last price. */
export class Pit {
  private readonly members = new Map<number, Member>();
  private readonly matcher: Matcher;
  private readonly triggers = new Triggers();
  private readonly leave: Stop;

  constructor(
    private readonly market: Market,
    mode: FillMode,
    private readonly host: PitHost,
  ) {
    this.matcher = new Matcher(mode, (resting, units) => this.fillResting(resting, units));
    this.leave = market.follow((event) => this.hear(event));
  }

  get size(): number {
    return this.members.size;
  }

  end(): void {
    this.leave();
  }

  /** An order reaches the market, for the first time or changed. */
  arrive(account: PaperAccount, order: Order): void {
    this.members.set(order.id, { account, order });
    if (isStop(order)) this.wait(account, order);
    else this.execute(account, order);
  }

  /** An order that was in the market before a restart takes its place again. */
  resume(account: PaperAccount, order: Order): void {
    this.members.set(order.id, { account, order });
    if (isStop(order)) this.triggers.add(order.id, isBuy(order), order.price, order.trailing);
    else this.rest(order);
  }

  /** Takes an order out of the market; its account knows. */
  remove(id: number): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.members.delete(id);
    this.matcher.remove(id);
    this.triggers.remove(id);
  }

  /** Writes into the orders what the matcher knows of their places. */
  notePlaces(): void {
    for (const { order, resting } of this.members.values()) if (resting !== undefined) order.ahead = resting.ahead;
  }

  /** It became smaller and keeps its place. */
  resize(order: Order): void {
    this.matcher.resize(order.id, sizeOf(order.remaining));
  }

  private wait(account: PaperAccount, order: Order): void {
    const { id, price, trailing, stage } = order;
    this.triggers.add(id, isBuy(order), price, trailing);
    if (stage === 'arriving') this.host.placed(account, order);
    const last = this.market.trades.last?.[3];
    // a trigger that was passed already fires at once
    if (last !== undefined && trailing === 0 && (isBuy(order) ? last >= price : last <= price)) this.fire(id);
  }

  /** It takes what it can; what is left rests or ends, as its type has it. */
  private execute(account: PaperAccount, order: Order): void {
    const sides = this.sides();
    const limit = limitOf(order);
    const buy = isBuy(order);
    const units = sizeOf(order.remaining);
    const isPostOnly = hasFlag(order, 'postOnly') && !order.triggered;
    if (isPostOnly && this.matcher.takeable(sides, buy, limit) > 0n) return this.host.close(account, order, 'POSTONLY CANCELED');
    if (order.type === 'FOK' && this.matcher.takeable(sides, buy, limit) < units) return this.host.close(account, order, 'FILLORKILL CANCELED');
    if (this.host.announcesAll && order.stage === 'arriving') this.host.placed(account, order);
    let isShort = false;
    this.matcher.take(sides, { buy, limit, units }, (price, offered) => {
      const filled = order.stage === 'closed' ? 0n : this.host.fill(account, order, price, offered, false);
      isShort ||= filled < offered;
      return filled;
    });
    if (order.stage === 'closed') return;
    if (isShort) return this.host.close(account, order, order.spot ? 'INSUFFICIENT BALANCE (G1)' : 'INSUFFICIENT MARGIN');
    if (order.type === 'IOC') return this.host.close(account, order, 'IOC CANCELED');
    if (limit === undefined) return this.host.close(account, order, 'CANCELED');
    if (order.stage === 'arriving') this.host.placed(account, order);
    this.rest(order);
  }

  private rest(order: Order): void {
    const resting = { id: order.id, buy: isBuy(order), price: limitOf(order) as number, left: sizeOf(order.remaining), ahead: order.ahead };
    this.matcher.add(resting, this.sides());
    order.ahead = resting.ahead;
    const member = this.members.get(order.id);
    if (member !== undefined) member.resting = resting;
  }

  private fillResting(resting: Resting, units: Units): Units {
    const member = this.members.get(resting.id);
    if (member === undefined) return 0n;
    const { account, order } = member;
    const filled = this.host.fill(account, order, resting.price, units, true);
    order.ahead = resting.ahead;
    if (filled < units && order.stage !== 'closed') this.host.close(account, order, order.spot ? 'INSUFFICIENT BALANCE (G1)' : 'INSUFFICIENT MARGIN');
    return filled;
  }

  private hear(event: MarketEvent): void {
    if (this.host.isHalted()) return;
    if (event.kind === 'book') this.matcher.onBook(this.sides());
    // each trade is told twice
    if (event.kind !== 'trade' || event.type !== 'te') return;
    const [, , amount = 0, price = 0] = event.row;
    this.matcher.onTrade(price, amount);
    const { fired, moved } = this.triggers.onTrade(price);
    for (const { id, price: stop } of moved) this.move(id, stop);
    for (const id of fired) this.fire(id);
    this.host.traded(this.market.symbol);
  }

  private move(id: number, price: number): void {
    const member = this.members.get(id);
    if (member !== undefined) this.host.trailed(member.account, member.order, price);
  }

  private fire(id: number): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.triggers.remove(id);
    this.host.triggered(member.account, member.order);
    if (member.order.stage !== 'closed') this.execute(member.account, member.order);
  }

  private sides(): Sides {
    return this.market.sides('P0', DEPTH) ?? { bids: new Side(true, false), asks: new Side(false, false) };
  }
}

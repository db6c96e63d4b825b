import type { Stop } from '../../../core/clock';
import { Side } from '../../../core/side';
import type { Sides } from '../../markets/ladder';
import type { Market, MarketEvent } from '../../markets/source';
import { Matcher, type FillMode, type Resting } from './matcher';
import { sizeOf, type Units } from '../account/money';
import { hasFlag, isBuy, isStop, limitOf, type Order } from '../account/order';
import type { PaperAccount } from '../account/paper-account';
import { trailStart } from './trail-start';
import { Triggers } from './triggers';

/** What the pit does to accounts. */
export interface PitHost {
  /** May it go on to trade? One that is only for a position may not without it, and is over then. */
  admit(account: PaperAccount, order: Order): boolean;
  /** Fills so much of an order. @returns what was filled: less than offered where the account cannot take more, and then the order is over */
  fill(account: PaperAccount, order: Order, price: number, units: Units, maker: boolean): Units;
  /** It took what it could for now. */
  taken(account: PaperAccount, order: Order): void;
  /** Could all of it be filled at this price? */
  canFill(account: PaperAccount, order: Order, price: number): boolean;
  /** It ends here, with this word of the exchange. */
  close(account: PaperAccount, order: Order, word: string): void;
  placed(account: PaperAccount, order: Order): void;
  triggered(account: PaperAccount, order: Order): void;
  trailed(account: PaperAccount, order: Order, price: number): void;
  /** A trade was printed: accounts with positions look at them. */
  traded(symbol: string): void;
  /** Nothing is left here of anybody. */
  idle(symbol: string): void;
  /** Nothing is matched: maintenance. */
  isHalted(): boolean;
  /** Runs what a market causes: what goes wrong there must not stop the market. */
  guard(task: () => void): void;
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

/**
 * One market's orders of all accounts: what arrives meets the visible book, what rests waits its turn, stops wait for the
 * last price. While the market cannot be relied on, or the exchange is halted, nothing of it happens: who arrives waits.
 */
export class Pit {
  private readonly members = new Map<number, Member>();
  /** Those who came while nothing is matched, the oldest first. */
  private readonly waiting = new Set<Member>();
  private readonly matcher: Matcher;
  private readonly triggers = new Triggers();
  private readonly leave: Stop;
  /** Something may have happened while nothing was matched. */
  private wasShut: boolean;

  constructor(
    private readonly market: Market,
    mode: FillMode,
    private readonly host: PitHost,
  ) {
    this.matcher = new Matcher(mode, (resting, units) => this.fillResting(resting, units), market.isWhole);
    this.leave = market.follow((event) => host.guard(() => this.hear(event)), true);
    this.wasShut = this.isShut;
  }

  /** Nobody has anything here, and nothing is remembered as taken. */
  get isIdle(): boolean {
    return this.members.size === 0 && this.matcher.isIdle;
  }

  end(): void {
    this.leave();
  }

  /** Is anything shown that a market order could get? */
  hasOffers(buy: boolean): boolean {
    return this.matcher.takeable(this.sides(), buy, undefined) > 0n;
  }

  /** An order reaches the market, for the first time or changed. */
  arrive(account: PaperAccount, order: Order): void {
    const member: Member = { account, order };
    this.members.set(order.id, member);
    this.waiting.add(member);
    if (!this.isShut) this.admitWaiting();
    else if (isStop(order) || order.type === 'LIMIT') this.announce(member);
  }

  /** An order that was in the market before a restart takes its place again. */
  resume(account: PaperAccount, order: Order): void {
    const member: Member = { account, order };
    this.members.set(order.id, member);
    if (isStop(order)) this.triggers.add(order.id, isBuy(order), order.price, order.trailing);
    else this.rest(member);
  }

  /** Takes an order out of the market; its account knows. */
  remove(id: number): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.members.delete(id);
    this.waiting.delete(member);
    this.matcher.remove(id);
    this.triggers.remove(id);
  }

  /** It became smaller and keeps its place. */
  resize(order: Order): void {
    this.matcher.resize(order.id, sizeOf(order.remaining));
  }

  /** Writes into the orders what the matcher knows of their places. */
  notePlaces(): void {
    for (const { order, resting } of this.members.values()) if (resting !== undefined) order.ahead = resting.ahead;
  }

  private get isShut(): boolean {
    return this.host.isHalted() || this.market.isStale === true;
  }

  private enter(member: Member): void {
    if (isStop(member.order)) this.wait(member);
    else this.execute(member);
  }

  private announce({ account, order }: Member): void {
    if (order.stage === 'arriving') this.host.placed(account, order);
  }

  private wait(member: Member): void {
    const { account, order } = member;
    const last = this.market.trades.last?.[3];
    if (order.type === 'TRAILING STOP' && order.price === 0) this.host.trailed(account, order, trailStart(order, last));
    this.triggers.add(order.id, isBuy(order), order.price, order.trailing);
    this.announce(member);
    // a trigger that was passed already fires at once
    if (last !== undefined && (isBuy(order) ? last >= order.price : last <= order.price)) this.fire(order.id);
  }

  /** It takes what it can; what is left rests or ends, as its type has it. */
  private execute(member: Member): void {
    const { account, order } = member;
    if (!this.host.admit(account, order)) return;
    const sides = this.sides();
    const refusal = this.refusalOf(member, sides);
    if (refusal !== undefined) return this.host.close(account, order, refusal);
    if (this.host.announcesAll) this.announce(member);
    this.take(member, sides);
    this.host.taken(account, order);
    if (order.stage === 'closed') return;
    const end = order.type === 'IOC' ? 'IOC CANCELED' : limitOf(order) === undefined ? 'CANCELED' : undefined;
    if (end !== undefined) return this.host.close(account, order, end);
    this.announce(member);
    this.rest(member);
  }

  private refusalOf({ account, order }: Member, sides: Sides): string | undefined {
    const takeable = (): Units => this.matcher.takeable(sides, isBuy(order), limitOf(order));
    if (hasFlag(order, 'postOnly') && takeable() > 0n) return 'POSTONLY CANCELED';
    if (order.type !== 'FOK') return undefined;
    const prices = [limitOf(order) ?? 0, (isBuy(order) ? sides.asks : sides.bids).levels[0]?.price ?? 0];
    const isFillable = takeable() >= sizeOf(order.remaining) && prices.every((price) => this.host.canFill(account, order, price));
    return isFillable ? undefined : 'FILLORKILL CANCELED';
  }

  private take({ account, order }: Member, sides: Sides): void {
    const wanted = { buy: isBuy(order), limit: limitOf(order), units: sizeOf(order.remaining) };
    this.matcher.take(sides, wanted, (price, offered) => (order.stage === 'closed' ? 0n : this.host.fill(account, order, price, offered, false)));
  }

  private rest(member: Member): void {
    const { order } = member;
    const resting = { id: order.id, buy: isBuy(order), price: limitOf(order) as number, left: sizeOf(order.remaining), ahead: order.ahead };
    this.matcher.add(resting, this.sides());
    order.ahead = resting.ahead;
    member.resting = resting;
  }

  private fillResting(resting: Resting, units: Units): Units {
    const member = this.members.get(resting.id);
    if (member === undefined) return 0n;
    const { account, order } = member;
    order.ahead = resting.ahead;
    return this.host.fill(account, order, resting.price, units, true);
  }

  private hear(event: MarketEvent): void {
    if (this.isShut) return void (this.wasShut = true);
    if (this.wasShut) this.reopen();
    this.admitWaiting();
    if (event.kind === 'book') this.matcher.onBook(this.sides());
    // each trade is told twice
    if (event.kind === 'trade' && event.type === 'te') this.hearTrade(event.row);
    if (this.isIdle) this.host.idle(this.market.symbol);
  }

  private admitWaiting(): void {
    for (const member of [...this.waiting]) {
      if (this.waiting.delete(member)) this.enter(member);
    }
  }

  private hearTrade([, , amount = 0, price = 0]: readonly number[]): void {
    this.matcher.onTrade(price, amount);
    this.hearLast(price);
  }

  /** What was traded meanwhile fills nobody, but it made a price. */
  private reopen(): void {
    this.wasShut = false;
    const last = this.market.trades.last?.[3];
    if (last !== undefined) this.hearLast(last);
  }

  /** The last price: stops and positions hang on it. */
  private hearLast(price: number): void {
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
    if (member.order.stage !== 'closed') this.execute(member);
  }

  private sides(): Sides {
    return this.market.sides('P0', DEPTH) ?? { bids: new Side(true, false), asks: new Side(false, false) };
  }
}

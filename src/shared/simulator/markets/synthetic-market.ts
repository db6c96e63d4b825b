import { isFunding, type Precision } from '../../core/channel';
import type { Stop } from '../../core/clock';
import { Candles } from './candles';
import { endingAt, makeHistory, makeOldHours } from './history';
import { PERIODS, type Instrument } from './instruments';
import { significant, UNIT, type Sides } from './ladder';
import { Luck } from '../luck';
import { NO_DUST, OrderFlow, type Fill, type Order } from './order-flow';
import type { Market, MarketEvent } from './source';
import { tickerRow } from './ticker-row';
import { TradeLog } from './trade-log';

/** The most orders that one move of the fair price sweeps away in one step. */
const SWEPT = 4;

/** How often those who stand there are quick enough to withdraw. */
const WITHDRAWN = 0.85;

/**
 * One synthetic market: a fair price walks, orders come, go and are taken. All it does follows from its seed, the number
 * of its steps and the shocks between them; time only dates its trades.
 */
export class SyntheticMarket implements Market {
  readonly symbol: string;
  readonly funding: boolean;
  /** All its orders are shown. */
  readonly isWhole = true;
  readonly trades = new TradeLog();
  readonly candles: Candles;
  private readonly luck: Luck;
  private readonly orders: OrderFlow;
  private readonly listeners = new Set<(event: MarketEvent) => void>();
  private readonly patient = new Set<(event: MarketEvent) => void>();
  private fair: number;
  private orderId: number;
  private tradeId: number;
  private now: number;
  /** A shock on its way: what each step multiplies the fair price by, and how many of them are left. */
  private shocked = { factor: 1, steps: 0 };

  constructor(
    private readonly instrument: Instrument,
    seed: number,
    private readonly dust: boolean,
    now: number,
    /** Where its past ends; default: wherever its luck leads. */
    price?: number,
    /** Somebody follows it who wants to know at once. */
    private readonly hurry: () => void = () => undefined,
  ) {
    this.now = now;
    this.symbol = instrument.symbol;
    this.funding = isFunding(instrument.symbol);
    this.luck = new Luck(seed, instrument.symbol);
    this.orders = new OrderFlow(this.funding);
    const history = endingAt(price, makeHistory(instrument, this.luck, now, false));
    this.candles = new Candles({
      minutes: () => endingAt(price, makeHistory(instrument, new Luck(seed, instrument.symbol), now, true)).minutes,
      hours: (first) => makeOldHours(instrument, seed, first),
    });
    this.remember(history.trades);
    this.fair = history.price;
    this.tradeId = history.nextId;
    this.orderId = 80_000_000_000 + this.luck.below(1_000_000_000);
    for (let at = 0; at < instrument.depth * 2; at++) this.addOrder(at % 2 === 0);
  }

  get followed(): boolean {
    return this.listeners.size > 0;
  }

  /** Does anybody follow it who wants to know at once? */
  get isWatched(): boolean {
    return this.listeners.size > this.patient.size;
  }

  has(channel: string): boolean {
    return channel !== 'status' || /F0:.*F0$/.test(this.symbol);
  }

  sides(precision: Precision): Sides {
    return this.orders.sides(precision);
  }

  isRecorded(): boolean {
    return false;
  }

  ticker(): readonly unknown[] {
    return tickerRow(this, this.now);
  }

  follow(listener: (event: MarketEvent) => void, isPatient = false): Stop {
    this.listeners.add(listener);
    if (isPatient) this.patient.add(listener);
    else this.hurry();
    return () => {
      this.listeners.delete(listener);
      this.patient.delete(listener);
    };
  }

  /** One step of the market. */
  step(now: number): void {
    this.now = now;
    this.walk();
    if (this.shocked.steps > 0) this.rush();
    this.trade();
    this.reorder();
    if (this.luck.chance(0.6)) this.reorder();
    this.tell({ kind: 'book' });
  }

  /** Tells a market that wakes what time it is; nothing else changes. */
  date(now: number): void {
    this.now = now;
  }

  /** Multiplies the fair price by this within the next steps, as many as are usual in `overMs`. Those who stand on the way are passed. */
  shock(factor: number, overMs: number): void {
    const steps = Math.max(1, Math.ceil(overMs / this.instrument.stepMs));
    this.shocked = { factor: factor ** (1 / steps), steps };
  }

  /** One step of a shock: most of those whom the price passes withdraw, the others are taken, and as many follow it. */
  private rush(): void {
    const { factor } = this.shocked;
    this.shocked.steps--;
    this.fair *= factor;
    const falls = factor < 1;
    const { bids, asks } = this.orders;
    const [passed, left] = falls ? [bids, asks] : [asks, bids];
    const orders = (passed.levels as Order[]).filter(({ price }) => (falls ? price > this.fair : price < this.fair));
    for (const order of orders) {
      this.addOrder(falls);
      if (this.luck.chance(WITHDRAWN)) this.withdraw(order);
    }
    this.take(!falls, this.fair, orders.reduce((sum, { units }) => sum + units, 0));
    // on the other side the farthest come nearer
    for (let at = 0; at < orders.length; at++) {
      this.withdraw(left.levels.at(-1) as Order);
      this.addOrder(!falls);
    }
  }

  /** No side is left empty. */
  private withdraw(order: Order): void {
    const { bids, asks } = this.orders;
    if ((order.bid ? bids : asks).levels.length > SWEPT * 2) this.orders.cancel(order);
  }

  private walk(): void {
    const { luck, instrument } = this;
    const deviation = 0.0004 * Math.sqrt(instrument.stepMs / 60_000);
    this.fair *= Math.exp(luck.normal() * deviation);
    // a sparse jump, about one in two or three minutes
    if (luck.chance(instrument.stepMs / 150_000)) this.fair *= 1 + luck.between(0.0004, 0.002) * (luck.chance(0.5) ? 1 : -1);
  }

  /** Whoever stands on the wrong side of the fair price is taken; besides, somebody trades for reasons of his own. */
  private trade(): void {
    const { bids, asks } = this.orders;
    const ask = asks.levels[0]?.price ?? Infinity;
    const bid = bids.levels[0]?.price ?? 0;
    if (ask < this.fair) return this.sweep(true, asks.levels as Order[]);
    if (bid > this.fair) return this.sweep(false, bids.levels as Order[]);
    if (!this.luck.chance(this.instrument.tradeChance)) return;
    const buy = this.luck.chance(0.5);
    this.take(buy, buy ? ask * 1.001 : bid * 0.999, this.amount(0.5));
  }

  /** The fair price has passed these orders: most are withdrawn in time, some are taken. */
  private sweep(buy: boolean, orders: readonly Order[]): void {
    const passed = orders.slice(0, 1 + this.luck.below(SWEPT)).filter(({ price }) => (buy ? price < this.fair : price > this.fair));
    if (!this.luck.chance(WITHDRAWN)) return this.take(buy, this.fair, passed.reduce((sum, { units }) => sum + units, 0));
    if (orders.length > SWEPT * 2) for (const order of passed) this.orders.cancel(order);
  }

  private take(buy: boolean, limit: number, units: number): void {
    const rows = this.orders.take(buy, limit, units, this.dust ? 1 : NO_DUST).map((fill) => this.tradeRow(buy, fill));
    const [te, tu] = this.funding ? ['fte', 'ftu'] : ['te', 'tu'];
    this.remember(rows);
    for (const type of [te, tu] as string[]) for (const row of rows) this.tell({ kind: 'trade', type, row });
  }

  private tradeRow(buy: boolean, { price, units, period }: Fill): number[] {
    this.tradeId += 1 + this.luck.below(4);
    const row = [this.tradeId, this.now, (buy ? units : -units) / UNIT, price];
    return this.funding ? [...row, period] : row;
  }

  private remember(trades: readonly (readonly number[])[]): void {
    for (const row of trades) {
      this.trades.add(row);
      this.candles.addTrade(row);
    }
  }

  /** An order comes or goes; the thinner side is refilled. */
  private reorder(): void {
    const { luck, instrument, orders } = this;
    const short = instrument.depth * 2 - orders.bids.levels.length - orders.asks.levels.length;
    if (luck.chance(short > 0 ? 0.8 : 0.4)) {
      const thinner = orders.bids.levels.length < orders.asks.levels.length;
      this.addOrder(luck.chance(0.7) ? thinner : !thinner);
      return;
    }
    const { levels } = luck.chance(0.5) ? orders.bids : orders.asks;
    // near orders change more often than far ones
    const at = Math.floor(levels.length * luck.next() ** 3);
    if (levels.length > 10) orders.cancel(levels[at] as Order);
  }

  private addOrder(bid: boolean): void {
    const { luck, orders } = this;
    const far = luck.chance(0.25) ? luck.between(0, 0.015) : luck.exponential() * 0.0007;
    const wanted = significant(this.fair * (bid ? 1 - 0.00003 - far : 1 + 0.00003 + far), 5, !bid);
    const opposite = (bid ? orders.asks : orders.bids).levels[0]?.price;
    if (opposite !== undefined && (bid ? wanted >= opposite : wanted <= opposite)) return;
    this.orderId += 1 + luck.below(900);
    orders.add(this.orderId, bid, wanted, this.amount(1), this.funding ? luck.pick(bid ? [2, 30] : PERIODS) : 0);
  }

  /** Units of an order: many odd amounts, some round ones, and now and then dust such as 7e-7. */
  private amount(scale: number): number {
    const { luck } = this;
    if (this.dust && luck.chance(0.004)) return 1 + luck.below(99);
    const units = Math.max(NO_DUST * 2, Math.round(this.instrument.size * scale * luck.exponential() * UNIT));
    if (!luck.chance(0.25)) return units;
    const grain = 10 ** (Math.floor(Math.log10(units)) - 1);
    return Math.round(units / grain) * grain;
  }

  private tell(event: MarketEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}

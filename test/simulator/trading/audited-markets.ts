import type { Clock } from '../../../src/shared/core/clock';
import { Luck } from '../../../src/shared/simulator/luck';
import type { MarketSource } from '../../../src/shared/simulator/markets/source';
import { GivenMarket, givenSource, type GivenLevel } from './given-market';
import { MARKETS } from './history-steps';
import type { ShownLiquidity } from './shown-liquidity';

/** The markets of a history: whatever they show and print is told to the auditor first. */
export class AuditedMarkets {
  readonly source: MarketSource;
  private readonly markets: readonly GivenMarket[];
  /** Where the middle of each book is, ticks. */
  private readonly middles: number[] = MARKETS.map(({ middle }) => middle);
  /** Steps until a market can be relied on again. */
  private readonly staleFor: number[] = MARKETS.map(() => 0);

  /** `hear`: what a market caused is to be heard before the next one moves. */
  constructor(
    clock: Clock,
    private readonly audited: ShownLiquidity,
    private readonly hear: () => void,
  ) {
    this.markets = MARKETS.map(({ symbol }) => new GivenMarket(symbol, clock));
    this.source = givenSource(this.markets);
  }

  priceAt(at: number, offset: number): number {
    const { tick, digits } = MARKETS[at] as (typeof MARKETS)[number];
    return Number((((this.middles[at] as number) + offset) * tick).toFixed(digits));
  }

  amountOf(at: number, lots: number): number {
    return Number((lots * (MARKETS[at] as (typeof MARKETS)[number]).lot).toFixed(8));
  }

  /** The middle moves by so many ticks, and there are four levels on each side, of so many lots and `more`. */
  show(at: number, { by = 0, salt, more = 0 }: { by?: number; salt: number; more?: number }): void {
    const luck = new Luck(salt, 'book');
    const levels = (side: 1 | -1): GivenLevel[] => [1, 2, 3, 4].map((away) => [this.priceAt(at, side * away), this.amountOf(at, 1 + luck.below(120) + more)]);
    this.middles[at] = (this.middles[at] as number) + by;
    const book = { bids: levels(-1), asks: levels(1) };
    this.audited.shows(this.market(at).symbol, book);
    this.market(at).show(book);
    this.hear();
  }

  print(at: number, offset: number, lots: number): void {
    this.audited.prints(this.market(at).symbol, this.amountOf(at, lots));
    this.market(at).print(this.priceAt(at, offset), this.amountOf(at, lots));
    this.hear();
  }

  /** All at once it is another price, and a trade was at it. */
  jump(at: number, percent: number, salt: number): void {
    const middle = this.middles[at] as number;
    const { middle: first } = MARKETS[at] as (typeof MARKETS)[number];
    const moved = Math.min(Math.max(Math.round((middle * (100 + percent)) / 100), first / 2), first * 2);
    this.show(at, { by: moved - middle, salt });
    this.print(at, 0, percent);
  }

  /** For so many steps it cannot be relied on. */
  loseSight(at: number, steps: number): void {
    this.staleFor[at] = steps;
    this.turn(at, true);
  }

  /** A step is over. */
  step(): void {
    this.staleFor.forEach((left, at) => {
      this.staleFor[at] = Math.max(0, left - 1);
      if (left === 1) this.turn(at, false);
    });
  }

  /** All of them can be relied on, and show what they show. */
  calm(): void {
    this.markets.forEach((_, at) => {
      this.staleFor[at] = 0;
      this.turn(at, false);
    });
  }

  /** The book is told again when it can be relied on. */
  private turn(at: number, isStale: boolean): void {
    const market = this.market(at);
    const side = (one: 'bids' | 'asks'): GivenLevel[] => market.sides()[one].levels.map(({ price, amount }) => [price, Math.abs(amount)]);
    if (!isStale) this.audited.shows(market.symbol, { bids: side('bids'), asks: side('asks') });
    market.turn(isStale);
    this.hear();
  }

  private market(at: number): GivenMarket {
    return this.markets[at] as GivenMarket;
  }
}

import { isFunding } from '../../../src/shared/core/channel';
import type { Clock, Stop } from '../../../src/shared/core/clock';
import { Side } from '../../../src/shared/core/side';
import { Candles } from '../../../src/shared/simulator/markets/candles';
import { levelOf } from '../../../src/shared/simulator/markets/ladder';
import type { Market, MarketEvent, MarketSource } from '../../../src/shared/simulator/markets/source';
import { TradeLog } from '../../../src/shared/simulator/markets/trade-log';

/** A price and how much is there, unsigned. */
export type GivenLevel = readonly [price: number, size: number];

/** A market whose book and trades a test gives by hand: nothing happens in it by itself. */
export class GivenMarket implements Market {
  readonly funding: boolean;
  readonly trades = new TradeLog();
  readonly candles = new Candles();
  isStale = false;
  readonly isWhole = true;
  private readonly bids = new Side(true, false);
  private readonly asks = new Side(false, false);
  private readonly listeners = new Set<(event: MarketEvent) => void>();
  private lastTrade = 0;

  constructor(
    readonly symbol: string,
    private readonly clock: Clock,
  ) {
    this.funding = isFunding(symbol);
  }

  /** How many follow it now. */
  get followers(): number {
    return this.listeners.size;
  }

  /** From now on the book is just this; a side that is not named stays as it was. Followers hear of it. */
  show({ bids, asks }: { bids?: readonly GivenLevel[]; asks?: readonly GivenLevel[] }): void {
    if (bids !== undefined) fill(this.bids, bids, 1);
    if (asks !== undefined) fill(this.asks, asks, -1);
    this.tell({ kind: 'book' });
  }

  /** A trade of others: a positive amount was bought by its taker. The book is not touched. */
  print(price: number, amount: number): void {
    const row = [++this.lastTrade, this.clock.now(), amount, price];
    this.trades.add(row);
    this.candles.addTrade(row);
    for (const type of ['te', 'tu']) this.tell({ kind: 'trade', type, row });
  }

  /** It can no longer be relied on, or again: the latter with a look at the book. */
  turn(isStale: boolean, reason = 'the test says so'): void {
    this.isStale = isStale;
    this.tell({ kind: 'stale', stale: isStale, reason: isStale ? reason : undefined });
    if (!isStale) this.tell({ kind: 'book' });
  }

  has(): boolean {
    return true;
  }

  sides(): { bids: Side; asks: Side } {
    return { bids: this.bids, asks: this.asks };
  }

  isRecorded(): boolean {
    return false;
  }

  ticker(): undefined {
    return undefined;
  }

  follow(listener: (event: MarketEvent) => void): Stop {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private tell(event: MarketEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}

function fill(side: Side, levels: readonly GivenLevel[], sign: number): void {
  side.clear();
  for (const [price, size] of levels) side.put(levelOf(price, sign * size, 1, 0));
}

/** A source of just these markets. */
export function givenSource(markets: readonly GivenMarket[]): MarketSource {
  return {
    symbols: markets.map(({ symbol }) => symbol),
    checksumEvery: Infinity,
    recordsTicker: () => false,
    market: (symbol) => markets.find((market) => market.symbol === symbol),
    start: () => undefined,
    pause: () => undefined,
    stop: () => undefined,
  };
}

import type { Stop } from '../../core/clock';
import { liquidation, type Liquidation } from '../../wire/status';
import { significant, UNIT } from './ladder';
import { Luck } from '../luck';
import type { Market, MarketSource } from './source';

/** A liquidation as the wire has it. */
export type LiquidationRow = readonly unknown[];

/** At most one position falls in so many ms: about three a minute. */
const SLOT_MS = 5000;
const CHANCE = 0.25;

/** How far back the exchange remembers when it is first asked. */
const REMEMBERED_MS = 12 * 3_600_000;

/**
 * Positions of the perpetuals that are liquidated: each is told twice, when it is triggered and when it is sold. Which, when
 * and how much follows from the seed and the time; the price is the market's own of the minute before.
 */
export class Liquidations {
  private list: LiquidationRow[] = [];
  /** The next slot to be made. */
  private slot: number | undefined;
  private readonly followers = new Set<(row: LiquidationRow) => void>();

  constructor(
    private readonly source: MarketSource,
    private readonly seed: number,
  ) {}

  /** All that happened until now, oldest first. */
  rows(now: number): readonly LiquidationRow[] {
    const end = Math.floor(now / SLOT_MS);
    const isFirst = this.slot === undefined;
    const made: LiquidationRow[] = [];
    for (let slot = this.slot ?? Math.floor((now - REMEMBERED_MS) / SLOT_MS); slot < end; slot++) made.push(...this.make(slot));
    this.slot = end;
    this.take(made, !isFirst);
    return this.list;
  }

  /** One that somebody wants. */
  add(row: LiquidationRow): void {
    this.take([row], true);
  }

  /** Hears of each row when it happens. */
  follow(follower: (row: LiquidationRow) => void): Stop {
    this.followers.add(follower);
    return () => void this.followers.delete(follower);
  }

  private take(rows: readonly LiquidationRow[], isNews: boolean): void {
    if (rows.length === 0) return;
    this.list = [...this.list, ...rows].sort((a, b) => timeOf(a) - timeOf(b)).slice(-KEPT);
    if (isNews) for (const row of rows) for (const follower of [...this.followers]) follower(row);
  }

  /** What happens in a slot is known at its end. */
  private make(slot: number): LiquidationRow[] {
    const luck = new Luck(this.seed, `liquidation ${slot}`);
    const perpetuals = this.source.symbols.filter((symbol) => /F0:\w+F0$/.test(symbol));
    if (perpetuals.length === 0 || !luck.chance(CHANCE)) return [];
    const market = this.source.market(luck.pick(perpetuals));
    return market === undefined ? [] : rowsOf(market, slot, luck);
  }
}

/** REST hands out 500; as many again are kept. */
const KEPT = 1000;

/** When it happened; the exchange writes fractions of a millisecond too. */
export const timeOf = (row: LiquidationRow): number => row[2] as number;

function rowsOf(market: Market, slot: number, luck: Luck): LiquidationRow[] {
  const timestamp = slot * SLOT_MS + luck.below(SLOT_MS - 2500) + (luck.chance(0.3) ? luck.below(1000) / 1000 : 0);
  const price = market.candles.before(timestamp)?.close;
  if (price === undefined) return [];
  const isLong = luck.chance(0.5);
  const units = Math.max(1, Math.round((luck.exponential() * 20_000 * UNIT) / price));
  // a long position falls when the price has fallen below where it was opened
  const entryPrice = significant(price * (isLong ? luck.between(1.01, 1.08) : luck.between(0.92, 0.99)), 6, isLong);
  const trigger: Liquidation = { kind: 'pos', id: slot, timestamp, symbol: market.symbol, amount: ((isLong ? 1 : -1) * units) / UNIT, entryPrice, isMatch: false, isMarketSold: false, price: null };
  const match = { ...trigger, timestamp: timestamp + 200 + luck.below(2000), isMatch: true, isMarketSold: luck.chance(0.8), price };
  return [trigger, match].map((fields) => liquidation.encode(fields));
}

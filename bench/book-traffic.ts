import { crc32 } from '../src/shared/core/crc32';
import type { Luck } from './luck';

type Row = readonly [price: number, count: number, amount: number];

interface Level {
  tick: number;
  count: number;
  amount: number;
}

/** `sign` is 1 for bids and -1 for asks: the better level has the larger `sign * tick`. */
interface Side {
  readonly sign: 1 | -1;
  readonly levels: Level[];
}

const CHECKSUM_LEVELS = 25;

/**
 * A book that changes as recorded ones did (April 2021: half of the rows change a level, a quarter bring one, mostly near
 * the top, a quarter take one), and stays as long as its window: what enters pushes the last one out, what leaves lets
 * one in.
 */
export class BookTraffic {
  private readonly bids: Side = { sign: 1, levels: [] };
  private readonly asks: Side = { sign: -1, levels: [] };

  constructor(
    private readonly luck: Luck,
    private readonly length: number,
    private readonly decimals: number,
    middle: number,
  ) {
    for (const side of [this.bids, this.asks]) {
      const first = middle - side.sign * 5;
      for (let at = 0; at < length; at++) side.levels.push(this.level(first - side.sign * at * 4));
    }
  }

  snapshot(): Row[] {
    return [this.bids, this.asks].flatMap((side) => side.levels.map((level) => this.row(side, level)));
  }

  /** What happens next: one row, or two where the window moves. */
  next(): Row[] {
    const side = this.luck.next() < 0.5 ? this.bids : this.asks;
    const dice = this.luck.next();
    if (dice < 0.34) return this.bring(side) ?? this.change(side);
    return dice < 0.68 ? this.change(side) : this.take(side);
  }

  /** Of the best 25 levels a side, taken in turns, as the exchange computes it. */
  checksum(): number {
    const words: string[] = [];
    for (let at = 0; at < Math.min(CHECKSUM_LEVELS, this.length); at++) {
      for (const side of [this.bids, this.asks]) {
        const [price, , amount] = this.row(side, side.levels[at] as Level);
        words.push(`${price}:${amount}`);
      }
    }
    return crc32(words.join(':'));
  }

  private change(side: Side): Row[] {
    const { tick } = side.levels[this.luck.below(this.length)] as Level;
    const level = this.level(tick);
    side.levels[side.levels.findIndex((other) => other.tick === tick)] = level;
    return [this.row(side, level)];
  }

  /** A new level between two others, where there is room. */
  private bring(side: Side): Row[] | undefined {
    const at = this.nearTop();
    const other = side === this.bids ? this.asks : this.bids;
    const better = ((at === 0 ? other : side).levels[Math.max(0, at - 1)] as Level).tick;
    const worse = (side.levels[at] as Level).tick;
    if (Math.abs(better - worse) < 2) return undefined;
    const level = this.level(worse + side.sign * (1 + this.luck.below(Math.abs(better - worse) - 1)));
    side.levels.splice(at, 0, level);
    return [this.row(side, level), this.gone(side, side.levels.pop() as Level)];
  }

  /** A level leaves, and the window shows one more at its end. */
  private take(side: Side): Row[] {
    const [level] = side.levels.splice(this.nearTop(), 1) as [Level];
    const last = this.level((side.levels.at(-1) as Level).tick - side.sign * (1 + this.luck.below(7)));
    side.levels.push(last);
    return [this.gone(side, level), this.row(side, last)];
  }

  private nearTop(): number {
    return Math.floor(this.luck.next() ** 3 * this.length);
  }

  private level(tick: number): Level {
    return { tick, count: 1 + this.luck.below(4), amount: this.luck.amount() };
  }

  private row({ sign }: Side, { tick, count, amount }: Level): Row {
    return [this.price(tick), count, sign * amount];
  }

  private gone({ sign }: Side, { tick }: Level): Row {
    return [this.price(tick), 0, sign];
  }

  private price(tick: number): number {
    return Number((tick / 10 ** this.decimals).toFixed(this.decimals));
  }
}

import assert from 'node:assert/strict';
import { exact, size, type Exact } from './exact';

interface Fill {
  /** Signed. */
  readonly units: Exact;
  readonly price: Exact;
  readonly isMaker: boolean;
}

type Levels = readonly (readonly [price: number, size: number])[];

/** One level of a book, and how much of it was taken since it showed this amount. */
interface Level {
  readonly shown: Exact;
  taken: Exact;
}

/** What markets showed and printed: nothing of it may be filled twice. */
export class ShownLiquidity {
  private readonly levels = new Map<string, Map<Exact, Level>>();
  /** What resting orders may still be filled with. */
  private readonly room = new Map<string, Exact>();

  /** The book of a symbol is just this now, and resting orders may meet no more than all of it. */
  shows(symbol: string, { bids, asks }: { readonly bids: Levels; readonly asks: Levels }): void {
    this.put(`${symbol} bid`, bids);
    this.put(`${symbol} ask`, asks);
    this.isQuiet();
    this.room.set(symbol, [...bids, ...asks].reduce((sum, [, amount]) => sum + exact(amount), 0n));
  }

  /** So much was printed: resting orders may have all of it and no more. */
  prints(symbol: string, amount: number): void {
    this.isQuiet();
    this.room.set(symbol, size(exact(amount)));
  }

  /** Neither a book nor a trade came: nobody who rests is filled. */
  isQuiet(): void {
    this.room.clear();
  }

  /** A fill was told. @throws AssertionError where there was not so much */
  took(symbol: string, { units, price, isMaker }: Fill): void {
    if (isMaker) return this.meet(symbol, size(units));
    const level = this.levels.get(`${symbol} ${units > 0n ? 'ask' : 'bid'}`)?.get(price);
    assert.ok(level !== undefined, `${symbol}: nothing was shown at ${price}`);
    level.taken += size(units);
    assert.ok(level.taken <= level.shown, `${symbol}: ${level.taken} taken at ${price} of ${level.shown}`);
  }

  private meet(symbol: string, units: Exact): void {
    const left = (this.room.get(symbol) ?? 0n) - units;
    assert.ok(left >= 0n, `${symbol}: resting orders got ${-left} more than there was`);
    this.room.set(symbol, left);
  }

  private put(key: string, levels: Levels): void {
    const before = this.levels.get(key);
    const now = levels.map(([price, amount]): [Exact, Level] => {
      const [at, shown] = [exact(price), exact(amount)];
      const known = before?.get(at);
      return [at, known?.shown === shown ? known : { shown, taken: 0n }];
    });
    this.levels.set(key, new Map(now));
  }
}

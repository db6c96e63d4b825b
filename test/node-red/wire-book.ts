import { checksumOf as crcOf } from './collector/crc.cjs';

/** `[price, amount]`, raw books `[price, amount, id]`; the amount is positive on both sides. */
export type Sides = { bids: number[][]; asks: number[][] };

export const checksumOf: (sides: Sides, raw: boolean) => number = crcOf;

/** A trading book from the wire's rows, written apart from the package so that it can judge it. */
export class WireBook {
  private readonly bids: number[][] = [];
  private readonly asks: number[][] = [];

  constructor(private readonly raw: boolean) {}

  reset(rows: readonly (readonly number[])[]): void {
    this.bids.length = 0;
    this.asks.length = 0;
    for (const row of rows) this.apply(row);
  }

  /** `[price, count, amount]`, a count of 0 deletes; raw `[id, price, amount]`, a price of 0 deletes. */
  apply(row: readonly number[]): void {
    const [first, second, amount] = row as [number, number, number];
    const price = this.raw ? second : first;
    const level = this.raw ? [price, Math.abs(amount), first] : [price, Math.abs(amount)];
    const side = amount > 0 ? this.bids : this.asks;
    const at = side.findIndex((known) => this.keyOf(known) === first);
    if (at >= 0) side.splice(at, 1);
    if (second === 0) return;
    const sign = amount > 0 ? -1 : 1;
    const before = (known: number[]): boolean => sign * (known[0] as number) < sign * price || (known[0] === price && this.raw && (known[2] as number) < first);
    let place = 0;
    while (place < side.length && before(side[place] as number[])) place++;
    side.splice(place, 0, level);
  }

  sides(): Sides {
    return { bids: this.bids, asks: this.asks };
  }

  clone(): WireBook {
    const copy = new WireBook(this.raw);
    copy.bids.push(...this.bids);
    copy.asks.push(...this.asks);
    return copy;
  }

  private keyOf(level: readonly number[]): number {
    return (this.raw ? level[2] : level[0]) as number;
  }
}

/** Luck that repeats (mulberry32): the same seed gives the same frames in every run. */
export class Luck {
  constructor(private state: number) {}

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** Many small, few large; never 0. */
  amount(): number {
    return Number((1e-8 - Math.log(1 - this.next())).toFixed(8));
  }
}

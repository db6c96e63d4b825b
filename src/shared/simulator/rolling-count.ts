import type { Clock } from '../core/clock';

/** Counts what was allowed in any stretch of so many ms. What is refused does not count. */
export class RollingCount {
  private readonly times: { readonly at: number; readonly count: number }[] = [];
  private sum = 0;

  constructor(
    private readonly most: number,
    private readonly perMs: number,
    private readonly clock: Clock,
  ) {}

  /** Are so many more allowed now? Then they count, all of them; otherwise none. */
  admits(count = 1): boolean {
    if (this.most === Infinity) return true;
    const now = this.clock.monotonic();
    while (this.times[0] !== undefined && this.times[0].at <= now - this.perMs) this.sum -= this.times.shift()?.count ?? 0;
    if (this.sum + count > this.most) return false;
    this.times.push({ at: now, count });
    this.sum += count;
    return true;
  }
}

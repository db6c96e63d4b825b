import type { Limit } from './limits';

/** Starts travel at different speeds, so what left over 60 s may arrive within 59.5: keep a little apart. */
const MARGIN_MS = 500;

/** A sliding window on monotonic time: admits at most `max` starts in any `perMs`. */
export class SlidingWindow {
  private readonly starts: number[] = [];
  private heldUntil = -Infinity;

  constructor(private readonly limit: Limit) {}

  /** Milliseconds until the next start is allowed; 0 = now. */
  waitMs(now: number): number {
    this.forget(now);
    const oldest = this.starts[0];
    const free = oldest === undefined || this.starts.length < this.limit.max ? now : oldest + this.limit.perMs + MARGIN_MS;
    return Math.max(0, free - now, this.heldUntil - now);
  }

  /** Admits nothing before `until`: the exchange has said so. */
  hold(until: number): void {
    this.heldUntil = Math.max(this.heldUntil, until);
  }

  /** Counts a start. */
  take(now: number): void {
    this.starts.push(now);
  }

  /** Starts that still count. */
  used(now: number): number {
    this.forget(now);
    return this.starts.length;
  }

  private forget(now: number): void {
    const from = now - this.limit.perMs - MARGIN_MS;
    while (this.starts.length > 0 && (this.starts[0] as number) <= from) this.starts.shift();
  }
}

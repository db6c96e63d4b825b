import type { Limit } from './limits';

/** Starts travel at different speeds, so what left over 60 s may arrive within 59.5: keep a little apart. */
const MARGIN_MS = 500;

/** A sliding window on monotonic time: admits at most `max` starts in any `perMs`. */
export class SlidingWindow {
  private readonly starts: number[] = [];
  private heldUntil = -Infinity;

  constructor(private readonly limit: Limit) {}

  /** Milliseconds until the next start is allowed, when so many others go before it; 0 = now. */
  waitMs(now: number, ahead = 0): number {
    this.forget(now);
    return this.startAt(this.starts.length + ahead, Math.max(now, this.heldUntil)) - now;
  }

  /** Admits nothing before `until`: the exchange has said so. */
  hold(until: number): void {
    this.heldUntil = Math.max(this.heldUntil, until);
  }

  /** Milliseconds that are left of a {@link hold}. */
  heldMs(now: number): number {
    return Math.max(0, this.heldUntil - now);
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

  /** When the start with this number was, or may be: once the one `max` places before it counts no more. */
  private startAt(index: number, soonest: number): number {
    if (index < 0) return -Infinity;
    return this.starts[index] ?? Math.max(soonest, this.startAt(index - this.limit.max, soonest) + this.limit.perMs + MARGIN_MS);
  }

  private forget(now: number): void {
    const from = now - this.limit.perMs - MARGIN_MS;
    while (this.starts.length > 0 && (this.starts[0] as number) <= from) this.starts.shift();
  }
}

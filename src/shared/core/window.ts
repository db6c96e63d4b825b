import type { Limit } from './limits';

/** Starts travel at different speeds, so what left over 60 s may arrive within 59.5: keep a little apart. */
const MARGIN_MS = 500;

/** A start that was admitted. It counts as if it left now, until it does. */
export interface Start {
  /** It leaves: from then on it counts as of that moment. Only the first call of either does anything. */
  leave(now: number): void;
  /** It never leaves, and counts nothing. */
  giveBack(): void;
}

/** What counts nothing anyway. */
export const NO_START: Start = { leave: () => undefined, giveBack: () => undefined };

/** A sliding window on monotonic time: admits at most `max` starts in any `perMs`. */
export class SlidingWindow {
  private readonly starts: number[] = [];
  /** Admitted, but not on their way yet. */
  private pending = 0;
  private heldUntil = -Infinity;

  constructor(private readonly limit: Limit) {}

  /** Milliseconds until the next start is allowed, when so many others go before it; 0 = now. */
  waitMs(now: number, ahead = 0): number {
    this.forget(now);
    return this.startAt(this.starts.length + this.pending + ahead, now) - now;
  }

  /** Admits nothing before `until`: the exchange has said so. */
  hold(until: number): void {
    this.heldUntil = Math.max(this.heldUntil, until);
  }

  /** Milliseconds that are left of a {@link hold}. */
  heldMs(now: number): number {
    return Math.max(0, this.heldUntil - now);
  }

  /** Counts a start that leaves now. */
  take(now: number): void {
    this.starts.push(now);
  }

  /** Counts a start that leaves later. */
  reserve(): Start {
    this.pending++;
    let isPending = true;
    const end = (settle?: () => void): void => {
      if (!isPending) return;
      isPending = false;
      this.pending--;
      settle?.();
    };
    return { leave: (now) => end(() => this.take(now)), giveBack: () => end() };
  }

  /** Starts that still count. */
  used(now: number): number {
    this.forget(now);
    return this.starts.length + this.pending;
  }

  /** When the start with this number was, or may be: once the one `max` places before it counts no more. */
  private startAt(index: number, now: number): number {
    if (index < 0) return -Infinity;
    if (index < this.starts.length + this.pending) return this.starts[index] ?? now;
    return Math.max(now, this.heldUntil, this.startAt(index - this.limit.max, now) + this.limit.perMs + MARGIN_MS);
  }

  private forget(now: number): void {
    const from = now - this.limit.perMs - MARGIN_MS;
    while (this.starts.length > 0 && (this.starts[0] as number) <= from) this.starts.shift();
  }
}

import type { Luck } from '../../luck';
import type { ScopedClock } from '../../wall-clock';

/** How long it takes from the acknowledgement to the market: `latencyMs`, more or less by the jitter. */
export interface Way {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** What one account asked for and has not reached the market yet: it comes there in the order in which it was asked for. */
export class Arrivals {
  private readonly coming: (() => void)[] = [];

  constructor(
    private readonly clock: ScopedClock,
    private readonly luck: Luck,
    private readonly way: Way,
  ) {}

  /** Runs the task when a way is over: of those on it, whichever comes takes the oldest task. */
  later(task: () => void): void {
    const { latencyMs, jitterMs } = this.way;
    // whole milliseconds, for the times of events follow from them
    const wayMs = Math.round(latencyMs + jitterMs * (2 * this.luck.next() - 1));
    this.coming.push(task);
    this.clock.after(Math.max(0, wayMs), () => this.coming.shift()?.());
  }
}

import type { Luck } from '../luck';
import type { ScopedClock } from '../wall-clock';

/** How long it takes from the acknowledgement to the market: `latencyMs`, more or less by the jitter. */
export interface Way {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** What one account asked for and has not reached the market yet: it comes there in the order in which it was asked for. */
export class Arrivals {
  private readonly coming: (() => void)[] = [];
  private comesAt = -Infinity;

  constructor(
    private readonly clock: ScopedClock,
    private readonly luck: Luck,
    private readonly way: Way,
  ) {}

  /** Runs the task when its way is over, never before an earlier one. */
  later(task: () => void): void {
    const now = this.clock.monotonic();
    const { latencyMs, jitterMs } = this.way;
    // whole milliseconds: the times of events follow from them
    const way = Math.round(latencyMs + jitterMs * (2 * this.luck.next() - 1));
    this.comesAt = Math.max(this.comesAt, now + Math.max(0, way));
    this.coming.push(task);
    // two timers of one moment may come in any order: whichever comes takes the oldest task
    this.clock.after(this.comesAt - now, () => this.coming.shift()?.());
  }
}

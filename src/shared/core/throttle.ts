import type { Clock, Stop } from './clock';

/**
 * Conflation: lets the first news through at once and then at most one in `intervalMs`, always with the newest state,
 * because `emit` runs when its time has come and not when the news did. An interval of 0 lets everything through.
 */
export class Throttle {
  private ranAt = -Infinity;
  private waiting: Stop | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly emit: () => void,
  ) {}

  /** Something changed. */
  poke(): void {
    if (this.intervalMs === 0) return this.emit();
    if (this.waiting !== undefined) return;
    const waitMs = this.ranAt + this.intervalMs - this.clock.monotonic();
    if (waitMs <= 0) return this.run();
    this.waiting = this.clock.after(waitMs, () => this.run());
  }

  /** What waits will not be said. */
  cancel(): void {
    this.waiting?.();
    this.waiting = undefined;
  }

  private run(): void {
    this.waiting = undefined;
    this.ranAt = this.clock.monotonic();
    this.emit();
  }
}

import type { Clock, Stop } from '../core/clock';

/** Real time. Its timers never keep the process alive: who wants the exchange to live on (the CLIs) holds it alive himself. */
export const wallClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(waitMs, task) {
    const timer = setTimeout(task, waitMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/**
 * The clock of one exchange: its waiting tasks can all be called off at once, so that a stopped exchange leaves nothing
 * behind, and the time that it says may be wrong, as any computer's may. A task that throws ends no process when there is
 * somebody to hear of it.
 */
export class ScopedClock implements Clock {
  private readonly waiting = new Set<Stop>();
  private ended = false;
  private skewMs = 0;

  constructor(
    private readonly clock: Clock,
    /** Hears what a task threw; without it the task's error goes its way. */
    private readonly fault?: (error: Error) => void,
  ) {}

  now = (): number => this.clock.now() + this.skewMs;
  monotonic = (): number => this.clock.monotonic();
  random = (): number => this.clock.random();

  after = (waitMs: number, task: () => void): Stop => {
    if (this.ended) return () => undefined;
    const stop = (): void => {
      this.waiting.delete(stop);
      cancel();
    };
    const cancel = this.clock.after(waitMs, () => {
      this.waiting.delete(stop);
      this.guard(task);
    });
    this.waiting.add(stop);
    return stop;
  };

  /** Runs the task again and again, `waitMs` after its end, until stopped. */
  every(waitMs: number, task: () => void): Stop {
    let stop: Stop = () => undefined;
    let ended = false;
    const again = (): void => {
      try {
        task();
      } finally {
        if (!ended) stop = this.after(waitMs, again);
      }
    };
    stop = this.after(waitMs, again);
    return () => {
      ended = true;
      stop();
    };
  }

  /** Runs a task now, as one that it waited for. */
  guard(task: () => void): void {
    if (this.fault === undefined) return task();
    try {
      task();
    } catch (error) {
      this.fault(error as Error);
    }
  }

  /** From now on it says so much more (or less) than the time; intervals stay what they are. */
  skew(ms: number): void {
    this.skewMs = ms;
  }

  end(): void {
    this.ended = true;
    for (const stop of [...this.waiting]) stop();
  }
}

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

/** A clock whose waiting tasks can all be called off at once, so that a stopped exchange leaves nothing behind. */
export class ScopedClock implements Clock {
  private readonly waiting = new Set<Stop>();
  private ended = false;

  constructor(private readonly clock: Clock) {}

  now = (): number => this.clock.now();
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
      task();
    });
    this.waiting.add(stop);
    return stop;
  };

  /** Runs the task again and again, `waitMs` after its end, until stopped. */
  every(waitMs: number, task: () => void): Stop {
    let stop: Stop = () => undefined;
    let ended = false;
    const again = (): void => {
      task();
      if (!ended) stop = this.after(waitMs, again);
    };
    stop = this.after(waitMs, again);
    return () => {
      ended = true;
      stop();
    };
  }

  end(): void {
    this.ended = true;
    for (const stop of [...this.waiting]) stop();
  }
}

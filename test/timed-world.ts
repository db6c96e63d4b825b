import type { Clock, Stop } from '../src/shared/core/clock';

const real = { now: Date.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
const LONGEST_MS = 2 ** 31 - 1;

interface Task {
  readonly at: number;
  readonly isOwn: boolean;
  readonly run: () => void;
}

/**
 * A process whose whole time stands in the hand of the test: our timers, those of libraries, and a wall clock that may
 * jump. Promises are run to their end between any two timers, as the event loop does.
 */
export class TimedWorld implements Clock {
  private elapsed = 0;
  private jumped = 0;
  private tasks: Task[] = [];
  /** The most timers of ours that ever waited at once. */
  mostTimers = 0;

  monotonic = (): number => this.elapsed;
  now = (): number => Date.UTC(2026, 0, 1) + this.elapsed + this.jumped;
  random = (): number => 0.5;
  after = (waitMs: number, run: () => void): Stop => this.add(waitMs, run, true);

  /** From now on libraries live in this world too. */
  begin(): this {
    const stops = new Map<unknown, Stop>();
    Date.now = this.now;
    globalThis.setTimeout = ((run: () => void, waitMs = 0) => {
      // Node.js runs what is longer at once
      const timer = { ref: () => timer, unref: () => timer };
      stops.set(timer, this.add(waitMs > LONGEST_MS ? 1 : Math.max(1, waitMs), run, false));
      return timer;
    }) as never;
    globalThis.clearTimeout = ((timer: unknown) => stops.get(timer)?.()) as never;
    return this;
  }

  end(): void {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.now;
  }

  /** The wall clock is set; monotonic time goes on. */
  setWallClock(byMs: number): void {
    this.jumped += byMs;
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    await promises();
    for (let due = this.next(end); due !== undefined; due = this.next(end)) {
      this.elapsed = Math.max(this.elapsed, due.at);
      due.run();
      await promises();
    }
    this.elapsed = end;
  }

  /** The process stands still: what falls due meanwhile runs late. */
  oversleep(ms: number): void {
    this.elapsed += ms;
  }

  /** Timers that wait: ours, and those of libraries. */
  get timers(): { own: number; foreign: number } {
    const own = this.tasks.filter(({ isOwn }) => isOwn).length;
    return { own, foreign: this.tasks.length - own };
  }

  private next(end: number): Task | undefined {
    const [first, ...others] = this.tasks;
    if (first === undefined) return undefined;
    const due = others.reduce((found, task) => (task.at < found.at ? task : found), first);
    if (due.at > end) return undefined;
    this.tasks.splice(this.tasks.indexOf(due), 1);
    return due;
  }

  private add(waitMs: number, run: () => void, isOwn: boolean): Stop {
    const task = { at: this.elapsed + waitMs, isOwn, run };
    this.tasks.push(task);
    this.mostTimers = Math.max(this.mostTimers, this.timers.own);
    return () => {
      const at = this.tasks.indexOf(task);
      if (at >= 0) this.tasks.splice(at, 1);
    };
  }
}

const promises = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

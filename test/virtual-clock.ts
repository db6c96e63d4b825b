import type { Clock, Stop } from '../src/shared/core/clock';

/** A clock that stands until a test moves it; due tasks run in order of their time. Luck comes from a fixed sequence. */
export class VirtualClock implements Clock {
  private elapsed = 0;
  private seed = 1;
  private readonly tasks = new Set<{ at: number; task: () => void }>();

  constructor(private readonly epoch = Date.UTC(2026, 0, 1)) {}

  now = (): number => this.epoch + this.elapsed;
  monotonic = (): number => this.elapsed;

  after = (waitMs: number, task: () => void): Stop => {
    const entry = { at: this.elapsed + Math.max(0, waitMs), task };
    this.tasks.add(entry);
    return () => void this.tasks.delete(entry);
  };

  random = (): number => {
    this.seed = (this.seed * 48271) % 2147483647;
    return (this.seed - 1) / 2147483646;
  };

  /** How many tasks wait. */
  get waiting(): number {
    return this.tasks.size;
  }

  /** The process stands still: time passes, and what fell due meanwhile runs late and all at once. */
  oversleep(ms: number): void {
    this.elapsed += ms;
    this.advance(0);
  }

  /** Moves time forward, running what falls due on the way. */
  advance(ms: number): void {
    const end = this.elapsed + ms;
    for (;;) {
      const due = [...this.tasks].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.tasks.delete(due);
      this.elapsed = Math.max(this.elapsed, due.at);
      due.task();
    }
    this.elapsed = end;
  }
}

import Bottleneck from 'bottleneck';
import type { Clock } from '../core/clock';
import { LIMITS, type LimitName } from '../core/limits';
import { SlidingWindow } from '../core/window';

/** Who goes first when the budget is short. */
export const PRIORITY = { cancel: 0, order: 2, read: 5, background: 8 } as const;
/** How urgent a start is. */
export type Priority = keyof typeof PRIORITY;

/** How a start is asked for. */
export interface Admission {
  /** Default `read`. */
  readonly priority?: Priority;
  /** Where it is counted: the row's own lane, or one of its endpoints' (`limitOf`). */
  readonly lane?: string;
  /** Asked when its turn comes: `false` counts nothing. */
  readonly isWanted?: () => boolean;
  /** Gives a waiting start up; it then fails with the signal's reason and counts nothing. */
  readonly signal?: AbortSignal;
  /** Called once when the start has to wait, with about how many ms. */
  readonly onWait?: (waitMs: number) => void;
}

/** What is left of one limit. */
export interface Budget {
  readonly limit: LimitName;
  readonly max: number;
  readonly perMs: number;
  readonly used: number;
  readonly waiting: number;
  /** Until the next start is allowed. */
  readonly waitMs: number;
}

/** A wall clock that went back by this much has stopped Bottleneck's timers. */
const JUMP_MS = 1_000;

/**
 * The one limiter of a set of addresses. Bottleneck queues by priority; a sliding window on monotonic time admits, for
 * Bottleneck's own reservoir lets twice its number through at its edges (reliability.md, decision 6).
 */
export class Limiter {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly clock: Clock) {}

  /** Resolves when one start of this limit is allowed; it counts from then on, if it is still wanted by then. */
  async admit(name: LimitName, { priority = 'read', lane = name, isWanted = () => true }: Admission = {}): Promise<void> {
    await this.lane(name, lane).admit(priority, isWanted);
  }

  /** The exchange asks for a pause (HTTP 429): nothing of this limit starts for so long. */
  hold(name: LimitName, ms: number): void {
    this.lane(name).hold(ms);
  }

  /** Would a start have to wait now? */
  isShort(name: LimitName): boolean {
    return this.lane(name).budget(name).waitMs > 0;
  }

  budget(): Budget[] {
    return (Object.keys(LIMITS) as LimitName[]).map((name) => this.lane(name).budget(name));
  }

  private lane(name: LimitName, key: string = name): Lane {
    const known = this.lanes.get(key);
    if (known !== undefined) return known;
    const lane = new Lane(this.clock, new SlidingWindow(LIMITS[name]));
    this.lanes.set(key, lane);
    return lane;
  }
}

class Lane {
  private queue = new Bottleneck({ maxConcurrent: 1 });
  private waiting = 0;
  private watching = false;
  private drift: number;

  constructor(
    private readonly clock: Clock,
    private readonly window: SlidingWindow,
  ) {
    this.drift = this.wallDrift();
  }

  hold(ms: number): void {
    this.window.hold(this.clock.monotonic() + ms);
  }

  async admit(priority: Priority, isWanted: () => boolean): Promise<void> {
    this.waiting++;
    if (!this.watching) this.watchWallClock();
    try {
      while (!(await this.queued(priority, isWanted)));
    } finally {
      this.waiting--;
    }
  }

  budget(limit: LimitName): Budget {
    const now = this.clock.monotonic();
    const { max, perMs } = LIMITS[limit];
    return { limit, max, perMs, used: this.window.used(now), waiting: this.waiting, waitMs: this.window.waitMs(now) };
  }

  /** `false` when the queue was rebuilt meanwhile: queue up again. */
  private async queued(priority: Priority, isWanted: () => boolean): Promise<boolean> {
    const queue = this.queue;
    try {
      await queue.schedule({ priority: PRIORITY[priority] }, () => this.windowOpens(isWanted));
      return true;
    } catch (error) {
      if (this.queue !== queue) return false;
      throw error;
    }
  }

  private async windowOpens(isWanted: () => boolean): Promise<void> {
    for (let waitMs = this.window.waitMs(this.clock.monotonic()); waitMs > 0; waitMs = this.window.waitMs(this.clock.monotonic())) {
      await new Promise<void>((resolve) => this.clock.after(waitMs, resolve));
    }
    if (isWanted()) this.window.take(this.clock.monotonic());
  }

  /** Bottleneck counts in wall-clock time: after a jump back its timers would stand still, so it is made anew. */
  private watchWallClock(): void {
    const drift = this.wallDrift();
    if (drift < this.drift - JUMP_MS) this.rebuild();
    this.drift = drift;
    this.watching = this.waiting > 0;
    if (this.watching) this.clock.after(JUMP_MS, () => this.watchWallClock());
  }

  private rebuild(): void {
    const stopped = this.queue;
    this.queue = new Bottleneck({ maxConcurrent: 1 });
    void stopped.stop({ dropWaitingJobs: true });
  }

  private wallDrift(): number {
    return this.clock.now() - this.clock.monotonic();
  }
}

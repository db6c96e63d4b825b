import Bottleneck from 'bottleneck';
import type { Clock, Stop } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { NO_START, type SlidingWindow, type Start } from '../core/window';

/** One start that is asked for. */
export interface Asked {
  /** Lower goes first. */
  readonly urgency: number;
  /** Asked when its turn comes: `false` counts nothing. */
  readonly isWanted: () => boolean;
  readonly signal: AbortSignal | undefined;
  readonly onWait: ((waitMs: number) => void) | undefined;
}

interface Waiter extends Asked {
  readonly since: number;
  start(start: Start): void;
  fail(reason: unknown): void;
}

/**
 * A turn comes within milliseconds, or Bottleneck stands still: it reads the wall clock, and one that was set back by two
 * weeks makes it wait for two weeks.
 */
const STUCK_MS = 1_000;

/**
 * Lets the starts of one lane through, one by one, as its window allows. Bottleneck hands out the turns; who goes is
 * decided when the window opens, so that a cancel which comes while others wait still goes first.
 */
export class Turnstile {
  /** In the order of their coming. */
  private readonly waiters = new Set<Waiter>();
  private queue = newQueue();
  /** In the queue; a turn belongs to nobody, so one that was given up is taken by the next. */
  private turns = 0;
  /** For the window to open, or for a turn that does not come. Runs as long as a turn is out. */
  private timer: Stop | undefined;
  /** The window may have opened before its time. */
  private lookAgain: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    readonly window: SlidingWindow,
    /** More may not wait. */
    private readonly maxWaiting: number,
    /** Hears how long a start has waited. */
    private readonly waited: (ms: number) => void,
  ) {}

  get waiting(): number {
    return this.waiters.size;
  }

  /** Nothing waits, nothing counts, nothing is held. */
  get isIdle(): boolean {
    const now = this.clock.monotonic();
    return this.waiters.size === 0 && this.window.used(now) === 0 && this.window.heldMs(now) === 0;
  }

  /** Milliseconds that a start of this urgency would have to wait now. */
  waitMs(urgency: number): number {
    const ahead = [...this.waiters].filter((other) => other.urgency <= urgency).length;
    return this.window.waitMs(this.clock.monotonic(), ahead);
  }

  /** @throws BitfinexError RATE_LIMITED when too many wait already */
  async admit(asked: Asked): Promise<Start> {
    asked.signal?.throwIfAborted();
    if (this.waiters.size === 0 && this.waitMs(asked.urgency) === 0) return this.count(asked);
    this.makeRoom(asked);
    asked.onWait?.(this.waitMs(asked.urgency));
    return new Promise((resolve, reject) => this.queueUp(asked, resolve, reject));
  }

  private queueUp(asked: Asked, resolve: (start: Start) => void, reject: (reason: unknown) => void): void {
    const { signal } = asked;
    const end = (settle: () => void): void => {
      this.waiters.delete(waiter);
      signal?.removeEventListener('abort', giveUp);
      settle();
    };
    const waiter: Waiter = { ...asked, since: this.clock.monotonic(), start: (start) => end(() => resolve(start)), fail: (reason) => end(() => reject(reason)) };
    const giveUp = (): void => waiter.fail(signal?.reason);
    signal?.addEventListener('abort', giveUp);
    this.waiters.add(waiter);
    this.askForTurns();
  }

  /** Whoever is more urgent takes the place of the last of the least urgent. */
  private makeRoom(asked: Asked): void {
    if (this.waiters.size < this.maxWaiting) return;
    const last = [...this.waiters].reduce((found, other) => (other.urgency >= found.urgency ? other : found));
    const retryAt = this.clock.now() + this.waitMs(last.urgency);
    const refusal = new BitfinexError('RATE_LIMITED', `${this.maxWaiting} calls wait for this limit already`, { retryAt });
    if (last.urgency <= asked.urgency) throw refusal;
    last.fail(refusal);
  }

  private askForTurns(): void {
    const { queue } = this;
    for (; this.turns < this.waiters.size; this.turns++) void queue.schedule(() => this.turn(queue));
    if (this.turns > 0) this.timer ??= this.clock.after(STUCK_MS, () => this.rebuild());
  }

  private async turn(queue: Bottleneck): Promise<void> {
    if (queue !== this.queue) return;
    this.timer?.();
    this.timer = undefined;
    await this.opening();
    this.turns--;
    const [first, ...others] = this.waiters;
    const next = others.reduce((found, other) => (found !== undefined && other.urgency < found.urgency ? other : found), first);
    if (next !== undefined) this.letThrough(next);
    this.askForTurns();
  }

  /** Until the window is open, or nobody waits any more. A hold may come meanwhile. */
  private async opening(): Promise<void> {
    for (;;) {
      const waitMs = this.window.waitMs(this.clock.monotonic());
      if (waitMs <= 0 || this.waiters.size === 0) return;
      await new Promise<void>((resolve) => {
        this.lookAgain = resolve;
        this.timer = this.clock.after(waitMs, resolve);
      });
      this.timer?.();
      this.timer = undefined;
    }
  }

  private letThrough(next: Waiter): void {
    this.waited(this.clock.monotonic() - next.since);
    next.start(this.count(next));
  }

  private count({ isWanted }: Asked): Start {
    if (!isWanted()) return NO_START;
    const start = this.window.reserve();
    const giveBack = (): void => {
      start.giveBack();
      this.lookAgain();
    };
    return { ...start, giveBack };
  }

  private rebuild(): void {
    const stopped = this.queue;
    this.queue = newQueue();
    this.turns = 0;
    this.timer = undefined;
    void stopped.stop({ dropWaitingJobs: true });
    this.askForTurns();
  }
}

/** One turn after the other; those of a queue that was given up are forgotten. */
const newQueue = (): Bottleneck => new Bottleneck({ maxConcurrent: 1, rejectOnDrop: false });

import type { Clock } from '../core/clock';
import { LIMITS, type Limit, type LimitName } from '../core/limits';
import { SlidingWindow, type Start } from '../core/window';
import { Turnstile } from './turnstile';

/** Who goes first when the budget is short: the lower number. */
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
  readonly signal?: AbortSignal | undefined;
  /** Called once when the start has to wait, with about how many ms. */
  readonly onWait?: ((waitMs: number) => void) | undefined;
}

/** What is left of one limit; of a limit for each endpoint, in the lane that has least left. */
export interface Budget {
  readonly limit: LimitName;
  readonly max: number;
  readonly perMs: number;
  readonly used: number;
  readonly waiting: number;
  /** Until the next start is allowed. */
  readonly waitMs: number;
  /** Of that, because the exchange asked for a pause. */
  readonly heldMs: number;
  /** Starts that had to wait, in all lanes since the start, and for how long together. */
  readonly waits: number;
  readonly waitedMs: number;
}

/** So many calls may wait in a lane: the next could start in minutes only, and is better told at once. */
const MAX_WAITING = 200;

/** Paths come from users too: what goes beyond shares the lane of its row. */
const MAX_LANES = 200;

/**
 * The one limiter of a set of addresses. A sliding window on monotonic time admits, for Bottleneck's own reservoir lets
 * twice its number through at its edges (reliability.md, decision 6). One window for a row of the table, or for each
 * endpoint that the row covers.
 */
export class Limiter {
  private readonly lanes = new Map<string, { limit: LimitName; turnstile: Turnstile }>();
  private readonly waits = new Map<LimitName, { count: number; ms: number }>();

  constructor(private readonly clock: Clock) {}

  /**
   * Resolves when one start of this limit is allowed and leaves at once, if it is still wanted by then.
   * @throws BitfinexError RATE_LIMITED when too many wait already
   */
  async admit(limit: LimitName, admission: Admission = {}): Promise<void> {
    (await this.reserve(limit, admission)).leave(this.clock.monotonic());
  }

  /**
   * The same for a start that leaves later: it has to be told when it does, or that it never will.
   * @throws BitfinexError RATE_LIMITED when too many wait already
   */
  async reserve(limit: LimitName, { priority = 'read', lane = limit, isWanted = () => true, signal, onWait }: Admission = {}): Promise<Start> {
    // what is asked for and taken back in one breath counts nothing
    await undefined;
    return this.turnstile(limit, lane).admit({ urgency: PRIORITY[priority], isWanted, signal, onWait });
  }

  /** The exchange asks for a pause (HTTP 429): nothing of this lane starts for so long. */
  hold(limit: LimitName, ms: number, lane: string = limit): void {
    this.turnstile(limit, lane).window.hold(this.clock.monotonic() + ms);
  }

  /** Milliseconds until this lane may start anything, because the exchange asked for a pause; 0 = no pause. */
  heldMs(limit: LimitName, lane: string = limit): number {
    return this.known(limit, lane)?.window.heldMs(this.clock.monotonic()) ?? 0;
  }

  /** About how many ms a start would have to wait now, those that wait already included. */
  waitMs(limit: LimitName, lane: string = limit, priority: Priority = 'read'): number {
    return this.known(limit, lane)?.waitMs(PRIORITY[priority]) ?? 0;
  }

  /** Would a start have to wait now? */
  isShort(limit: LimitName, lane: string = limit): boolean {
    return this.waitMs(limit, lane) > 0;
  }

  /** Every row of the table. */
  budget(): Budget[] {
    return (Object.keys(LIMITS) as LimitName[]).map((limit) => this.budgetOf(limit));
  }

  private budgetOf(limit: LimitName): Budget {
    const { max, perMs } = LIMITS[limit];
    const now = this.clock.monotonic();
    const lanes = [...this.lanes.values()].filter((lane) => lane.limit === limit).map(({ turnstile: { window, waiting } }) => ({ used: window.used(now), waiting, waitMs: window.waitMs(now), heldMs: window.heldMs(now) }));
    const nothing = { used: 0, waiting: 0, waitMs: 0, heldMs: 0 };
    const worst = lanes.reduce((found, lane) => (isWorse(lane, found) ? lane : found), nothing);
    const { count, ms } = this.waits.get(limit) ?? { count: 0, ms: 0 };
    return { limit, max, perMs, ...worst, waits: count, waitedMs: ms };
  }

  /** An endpoint whose starts were counted in its row's lane has none of its own until that lane is idle. */
  private known(limit: LimitName, lane: string): Turnstile | undefined {
    return (this.lanes.get(lane) ?? this.lanes.get(limit))?.turnstile;
  }

  private turnstile(limit: LimitName, lane: string): Turnstile {
    const known = this.lanes.get(lane);
    if (known !== undefined) return known.turnstile;
    if (lane !== limit && !this.hasRoomFor(limit)) return this.turnstile(limit, limit);
    const row: Limit = LIMITS[limit];
    // sockets and subscriptions are bounded by what is wanted
    const maxWaiting = row.path === undefined ? Infinity : MAX_WAITING;
    const turnstile = new Turnstile(this.clock, new SlidingWindow(row), maxWaiting, (ms) => this.waited(limit, ms));
    this.lanes.set(lane, { limit, turnstile });
    return turnstile;
  }

  /** Forgets idle lanes when there are too many. */
  private hasRoomFor(limit: LimitName): boolean {
    if (this.lanes.size >= MAX_LANES) for (const [lane, { turnstile }] of this.lanes) if (turnstile.isIdle) this.lanes.delete(lane);
    return this.lanes.size < MAX_LANES && this.lanes.get(limit)?.turnstile.isIdle !== false;
  }

  private waited(limit: LimitName, ms: number): void {
    const { count, ms: before } = this.waits.get(limit) ?? { count: 0, ms: 0 };
    this.waits.set(limit, { count: count + 1, ms: before + ms });
  }
}

const isWorse = (one: Pick<Budget, 'used' | 'waitMs' | 'waiting'>, other: typeof one): boolean =>
  one.waitMs !== other.waitMs ? one.waitMs > other.waitMs : one.waiting !== other.waiting ? one.waiting > other.waiting : one.used > other.used;

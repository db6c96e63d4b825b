import { attempt } from '../core/attempt';
import type { Clock, Stop } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { Maintenance, type PlatformChange, type PlatformState, type Sighting } from '../core/maintenance';
import type { RestOutcome } from '../core/rest-counts';
import { INFO } from '../wire/event';
import { platform } from '../wire/platform';
import type { Grace } from './grace';
import type { Rest } from './rest';

/** The streams of the exchange that is watched. */
export interface Streams {
  /** Sockets that are up. */
  readonly openLines: number;
  /** Channels that are wanted. */
  readonly channels: number;
  /** Every one of them is live and proven. */
  readonly isSettled: boolean;
  /** Maintenance begins, or everything is to be asked for anew. */
  maintain(on: boolean): void;
}

/** What the watch works with. */
export interface WatchPorts {
  readonly clock: Clock;
  readonly grace: Grace;
  readonly rest: Pick<Rest, 'read'>;
  readonly streams: Streams;
  /** Tells the person who reads the log. */
  report(text: string): void;
}

/** Hears each change of the exchange's state. */
export type PlatformFollower = (change: PlatformChange) => void;

const PATH = 'platform/status';

/** For the whole poll, all its tries included. */
const POLL_MS = 10_000;

/** How soon a channel's proof is noticed when nothing else is missing. */
const LOOK_MS = 250;

/** What was known longer ago than this, and watched by nobody since, is forgotten. */
const STALE_MS = 60_000;

/**
 * The state of one exchange as a whole, for everybody who uses it: takes every witness to the pure {@link Maintenance},
 * polls while somebody needs it, and closes and reopens the streams.
 */
export class PlatformWatch {
  private machine = new Maintenance();
  private last: PlatformChange | undefined;
  private readonly followers = new Set<PlatformFollower>();
  /** The grace of a deploy after the last follower left. */
  private leaving: Stop | undefined;
  private heardAt = -Infinity;
  private timer: Stop = () => undefined;
  private looking: Stop = () => undefined;
  /** The poll in flight. */
  private polling: AbortController | undefined;
  private ended = false;

  constructor(private readonly ports: WatchPorts) {}

  /** `undefined` until the first witness. */
  get state(): PlatformState | undefined {
    return this.machine.state;
  }

  /** How the present state came about. */
  get present(): PlatformChange | undefined {
    return this.last;
  }

  /** Hears every change from now on, and keeps the poll going. What is left is kept through a deploy. */
  watch(follower: PlatformFollower): Stop {
    if (!this.isNeeded) this.forget();
    this.leaving?.();
    this.leaving = undefined;
    this.followers.add(follower);
    this.plan();
    return () => {
      if (!this.followers.delete(follower) || this.followers.size > 0 || this.ended) return;
      this.leaving = this.ports.grace.afterGrace(() => {
        this.leaving = undefined;
        this.plan();
      });
    };
  }

  /** What the lines say or show. */
  hear(sighting: Sighting): void {
    // what the loss of the lines means is worth a poll only to who watches
    if (this.ended || (sighting.kind === 'lost' && !this.isWatched)) return;
    this.take(sighting);
    this.plan();
  }

  /** What the answers to other REST calls say. */
  hearRest({ path, httpStatus, code }: Pick<RestOutcome, 'path' | 'httpStatus' | 'code'>): void {
    if (path === PATH) return;
    if (httpStatus === 503) this.hear({ kind: 'refused', as: 'unavailable' });
    else if (code === 'MAINTENANCE') this.hear({ kind: 'refused', as: 'maintenance' });
  }

  end(): void {
    this.ended = true;
    this.leaving?.();
    this.timer();
    this.looking();
    this.polling?.abort();
    this.followers.clear();
  }

  private get isWatched(): boolean {
    return this.followers.size > 0 || this.leaving !== undefined;
  }

  private get isNeeded(): boolean {
    return this.isWatched || this.ports.streams.channels > 0;
  }

  /** Nobody has looked for long: the next answer is the first. */
  private forget(): void {
    if (this.ports.clock.monotonic() - this.heardAt < STALE_MS) return;
    this.machine = new Maintenance();
    this.last = undefined;
    this.ports.streams.maintain(false);
  }

  private take(sighting: Sighting): void {
    const { clock, streams } = this.ports;
    const { machine } = this;
    const wasClosed = machine.closesStreams;
    this.heardAt = clock.monotonic();
    const change = machine.hear(sighting, { at: this.heardAt, now: clock.now(), lines: streams.openLines, settled: streams.isSettled });
    if (machine.closesStreams !== wasClosed) streams.maintain(machine.closesStreams);
    if (change !== undefined) this.tell(change);
    // there may be no stream that has to prove anything
    if (wasClosed && !machine.closesStreams) this.take({ kind: 'looked' });
  }

  private tell(change: PlatformChange): void {
    this.last = change;
    this.ports.report(`platform: ${change.state} (${change.reason})`);
    for (const follower of [...this.followers]) follower(change);
  }

  /** What comes next by itself: a poll, and a look at the streams. */
  private plan(): void {
    const { clock } = this.ports;
    this.timer();
    this.looking();
    if (this.ended) return;
    if (this.machine.awaitsStreams) this.looking = clock.after(LOOK_MS, () => this.hear({ kind: 'looked' }));
    if (this.polling !== undefined || !this.isNeeded) return;
    const waitMs = this.machine.pollDueAt(this.isWatched) - clock.monotonic();
    if (waitMs < Infinity) this.timer = clock.after(Math.max(0, waitMs), () => void this.poll());
  }

  private async poll(): Promise<void> {
    const { clock } = this.ports;
    const askedAt = clock.monotonic();
    const { machine } = this;
    machine.polled(askedAt, clock.random());
    const said = await this.ask();
    this.polling = undefined;
    if (this.ended) return;
    if (machine === this.machine && said !== 'not asked') this.take(said === 'no answer' ? { kind: 'unanswered' } : { kind: 'status', via: 'poll', operative: said === 'operative', askedAt });
    this.plan();
  }

  private async ask(): Promise<'operative' | 'maintenance' | 'no answer' | 'not asked'> {
    const { clock, rest } = this.ports;
    const polling = (this.polling = new AbortController());
    const stop = clock.after(POLL_MS, () => polling.abort());
    let waits = false;
    try {
      const row = await rest.read(PATH, {}, { priority: 'background', signal: polling.signal, onWait: () => (waits = true) });
      const status = attempt(() => platform.decode(row));
      return 'kind' in status ? 'no answer' : status.operative ? 'operative' : 'maintenance';
    } catch (error) {
      if (error instanceof BitfinexError && error.exchangeCode === INFO.maintenanceStarted) return 'maintenance';
      // a limit of our own says nothing about the exchange
      return waits || (error instanceof BitfinexError && error.code === 'RATE_LIMITED') ? 'not asked' : 'no answer';
    } finally {
      stop();
    }
  }
}

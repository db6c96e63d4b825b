import { backoffMs, STABLE_MS } from '../core/backoff';
import type { Clock, Stop } from '../core/clock';
import { Pulse } from '../core/pulse';
import { FLAGS } from '../wire/event';
import { readFrame, type Frame } from '../wire/frame';
import { conf } from '../wire/request';
import type { Limiter } from './limiter';
import type { Line, OpenLine } from './socket';

/** Checksums to verify, sequence numbers to notice a loss, the exchange's time for messages. */
const WANTED_FLAGS = FLAGS.checksum + FLAGS.sequence + FLAGS.timestamp;

/** `info` and the answer to `conf` each come within a round trip; this is generous. */
const STEP_MS = 15_000;

/** What one connection needs from its pool. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly limiter: Limiter;
  /** Admits new sockets of the whole process, for an exchange counts by address and not by account. */
  readonly connects: Limiter;
  readonly openLine: OpenLine;
  /** The address; asked for each attempt, for an embedded exchange may have to start first. */
  url(): Promise<string>;
  /** Tells the person who reads the log. */
  report(text: string): void;
}

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** The connection waits for the limiter, or tries to open. */
  trying(phase: 'waiting' | 'connecting'): void;
  /** The exchange greets with its state; the line began to open at `openedAt`, monotonic ms. */
  greeted(operative: boolean, openedAt: number): void;
  /** `info` and `conf` are through: channels may be asked for. */
  ready(): void;
  /** Every frame after that, and info codes before. */
  frame(frame: Frame, now: number): void;
  /** The line is gone; the next attempt is under way already. */
  lost(reason: string): void;
}

/** One connection that keeps coming back, with exponential backoff and inside the limiter, until it is ended. */
export class Connection {
  readonly pulse: Pulse;
  /** Grows with every line, so that what was meant for an old one is not sent on a new one. */
  epoch = 0;
  private line: Line | undefined;
  private isReady = false;
  private ended = false;
  private tries = 0;
  private openedAt = 0;
  private readyAt = 0;
  private timer: Stop = () => undefined;

  constructor(
    private readonly context: ConnectionContext,
    private readonly events: ConnectionEvents,
  ) {
    this.pulse = new Pulse(context.clock.monotonic());
    void this.attempt();
  }

  /** `waiting` for the next attempt or for the limiter. */
  get state(): 'open' | 'opening' | 'waiting' {
    return this.line === undefined ? 'waiting' : this.isReady ? 'open' : 'opening';
  }

  send(text: string): boolean {
    return this.isReady && this.line !== undefined && this.line.send(text);
  }

  /** Cuts the line; a new one is opened. */
  cut(reason: string, waitAtLeastMs = 0): void {
    if (this.line === undefined) return;
    this.line.end();
    this.down(reason, waitAtLeastMs);
  }

  end(): void {
    this.ended = true;
    this.timer();
    this.line?.end();
    this.line = undefined;
  }

  /** Is the open line silent for too long? Before it is ready, step timers watch. */
  isSilent(now: number): boolean {
    return this.isReady && this.pulse.isStale(now);
  }

  private async attempt(): Promise<void> {
    const { clock, connects } = this.context;
    if (connects.isShort('connect')) this.events.trying('waiting');
    await connects.admit('connect', { isWanted: () => !this.ended });
    if (this.ended) return;
    this.events.trying('connecting');
    try {
      const url = await this.context.url();
      if (!this.ended) this.open(url);
    } catch (error) {
      if (!this.ended) this.timer = clock.after(0, () => this.down(textOf(error)));
    }
  }

  private open(url: string): void {
    const epoch = ++this.epoch;
    this.openedAt = this.context.clock.monotonic();
    const isCurrent = (): boolean => epoch === this.epoch && !this.ended;
    this.line = this.context.openLine(url, {
      opened: () => isCurrent() && this.step('the exchange did not greet'),
      text: (data) => isCurrent() && this.receive(readFrame(data)),
      closed: (reason, retryAfterMs) => isCurrent() && this.refused(reason, retryAfterMs),
    });
  }

  /** The next step must come in time. */
  private step(failure: string): void {
    this.timer();
    this.timer = this.context.clock.after(STEP_MS, () => this.cut(failure));
  }

  private receive(frame: Frame): void {
    if (!this.isReady) return this.greet(frame);
    const now = this.context.clock.monotonic();
    this.pulse.beat(now);
    this.events.frame(frame, now);
  }

  /** `info` (version 2), then our `conf`, then its answer: only then is the line ready. */
  private greet(frame: Frame): void {
    if (frame.kind === 'info' && frame.code !== undefined) return this.events.frame(frame, this.context.clock.monotonic());
    if (frame.kind === 'info' && frame.version !== undefined) {
      if (frame.version !== 2) return this.cut(`the exchange speaks version ${frame.version}, not 2`, STABLE_MS);
      this.step('the exchange did not answer conf');
      this.line?.send(conf(WANTED_FLAGS));
      if (frame.operative !== undefined) this.events.greeted(frame.operative, this.openedAt);
    }
    if (frame.kind !== 'conf') return;
    if (!frame.ok) return this.cut('the exchange refused conf', STABLE_MS);
    this.timer();
    this.isReady = true;
    this.readyAt = this.context.clock.monotonic();
    this.pulse.beat(this.readyAt);
    this.context.report('connected');
    this.events.ready();
  }

  /** Closed, or never opened. When the exchange asks for a pause, every line waits. */
  private refused(reason: string, retryAfterMs: number): void {
    if (retryAfterMs > 0) this.context.connects.hold('connect', retryAfterMs);
    this.down(reason, retryAfterMs);
  }

  private down(reason: string, waitAtLeastMs = 0): void {
    const { clock } = this.context;
    if (this.isReady && clock.monotonic() - this.readyAt > STABLE_MS) this.tries = 0;
    this.epoch++;
    this.line = undefined;
    this.isReady = false;
    this.timer();
    const waitMs = Math.max(waitAtLeastMs, backoffMs(this.tries++, clock.random()));
    this.timer = clock.after(waitMs, () => void this.attempt());
    this.context.report(`not connected: ${reason}; next attempt in ${(waitMs / 1000).toFixed(1)} s`);
    this.events.lost(reason);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

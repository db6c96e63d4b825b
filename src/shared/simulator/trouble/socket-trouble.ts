import type { Clock, Stop } from '../../core/clock';
import { encodeEvent, INFO } from '../../wire/event';
import type { FrameFault, PrivateFrame } from './frame-fault';
import type { Line } from '../sockets/line';
import { Spells, type Spell } from './spell';

/** Which frames of channel 0 go wrong, and how many of them. */
export interface FrameWish {
  /** The frame's type (`on`, `te`, `wu`), or the frame is one that this picks (`replyTo('on')`); default: every one. */
  readonly on?: string | ((frame: PrivateFrame) => boolean);
  /** Default 1; `Infinity` until stopped. */
  readonly times?: number;
  /** Told of each hit, before it shows. */
  readonly onHit?: () => void;
}

/** What a restarting server's sockets have left, ms. */
const RESTART_MS = 1000;

/** What sockets suffer on command. */
export class SocketTrouble {
  readonly lines = new Map<number, Line>();
  private refusedUntil = -Infinity;
  private slowness: readonly [ms: number, jitterMs: number] = [0, 0];
  private ackMs: () => number = () => 0;
  private early = false;
  private readonly silenced = new Set<string>();
  private readonly swallowed = new Map<number, number>();
  private readonly frames = new Spells<PrivateFrame, FrameFault>();

  constructor(protected readonly clock: Clock) {}

  /** Drops sockets: without a closing handshake (1006), or with this close code. */
  dropSockets(code?: number): number {
    const lines = [...this.lines.values()];
    for (const line of lines) line.drop(code);
    return lines.length;
  }

  /** The sockets of now stay open, but nothing is sent, read or answered on them. New ones are well. */
  halfOpen(): number {
    for (const line of this.lines.values()) line.halfOpen();
    return this.lines.size;
  }

  /** Drops those that are half open. */
  dropHalfOpen(): void {
    for (const line of this.lines.values()) if (line.deaf) line.drop();
  }

  /** For so many ms, or until stopped, no connection is accepted: the socket is destroyed before the upgrade, REST likewise. */
  refuse(ms: number): Stop {
    this.refusedUntil = this.clock.monotonic() + ms;
    return () => void (this.refusedUntil = -Infinity);
  }

  /** The servers of the present sockets restart: 20051 (bitfinex-v2.md 2.6), and a moment later they are closed with 1012. */
  restart(afterMs = RESTART_MS): Stop {
    const told = [...this.lines.values()];
    this.info(INFO.stopping, 'Restarting, please reconnect');
    return this.clock.after(afterMs, () => told.forEach((line) => line.drop(1012)));
  }

  /** Tells all sockets, or one (by its number in the log), an info code: 20051 (restart: reconnect), 20060, 20061. Nothing else changes. */
  info(code: number, text = '', connection?: number): void {
    this.sendRaw(JSON.stringify(encodeEvent({ kind: 'info', code, text })), connection);
  }

  /** Sends a text frame as it is, to all sockets or to one (by its number in the log). */
  sendRaw(data: string | Buffer, connection?: number): void {
    for (const line of this.lines.values()) if (connection === undefined || line.number === connection) line.send(data);
  }

  /** The next frame of each socket gets its sequence number and is not sent: a gap. */
  loseFrame(): void {
    for (const number of this.lines.keys()) this.swallowed.set(number, (this.swallowed.get(number) ?? 0) + 1);
  }

  /** The next frame of channel 0, or those that are wished, goes wrong: see `FRAME_FAULT`. */
  failFrame(fault: FrameFault, { on, times, onHit }: FrameWish = {}): Spell {
    const fits = typeof on === 'function' ? on : ({ type }: PrivateFrame): boolean => on === undefined || on === type;
    return this.frames.cast(fault, { fits, times, onHit });
  }

  /** Acknowledgements (and the data after them) come late by this much. */
  delayAcks(ms: number): Stop {
    this.ackMs = () => ms;
    return () => void (this.ackMs = () => 0);
  }

  /** Acknowledgements come in any order, within this time. */
  shuffleAcks(withinMs: number): Stop {
    this.ackMs = () => this.clock.random() * withinMs;
    return () => void (this.ackMs = () => 0);
  }

  /** A heartbeat of the new channel comes before its acknowledgement. */
  heartbeatBeforeAck(): Stop {
    this.early = true;
    return () => void (this.early = false);
  }

  /** Nothing more comes on this channel (`book tBTCUSD P0 F0 25`, `ticker tBTCUSD`), not even heartbeats. */
  silence(channel: string): Stop {
    this.silenced.add(channel);
    return () => void this.silenced.delete(channel);
  }

  /** Every frame to every socket is late by this much, and by up to `jitterMs` more, in order. */
  slow(ms: number, jitterMs = 0): Stop {
    this.slowness = [ms, jitterMs];
    for (const line of this.lines.values()) line.slow(ms, jitterMs);
    return () => void this.slow(0);
  }

  // what the exchange asks

  get refuses(): boolean {
    return this.clock.monotonic() < this.refusedUntil;
  }

  get ackDelayMs(): number {
    return this.ackMs();
  }

  get heartbeatsEarly(): boolean {
    return this.early;
  }

  isSilent(channel: string): boolean {
    return this.silenced.has(channel);
  }

  /** Is this connection's frame to be lost? Asked once for each. */
  swallows(connection: number): boolean {
    const left = this.swallowed.get(connection) ?? 0;
    if (left > 0) this.swallowed.set(connection, left - 1);
    return left > 0;
  }

  /** How this frame of channel 0 goes wrong. Asked once for each. */
  takeFrame(frame: PrivateFrame): FrameFault | undefined {
    return this.frames.take(frame);
  }

  /** A new socket suffers what was wanted for all. */
  adopt(line: Line): void {
    this.lines.set(line.number, line);
    line.slow(...this.slowness);
  }

  forget(line: Line): void {
    this.lines.delete(line.number);
    this.swallowed.delete(line.number);
  }
}

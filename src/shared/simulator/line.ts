import type { WebSocket } from 'ws';
import type { Clock } from '../core/clock';

/** A client that leaves more than this unread is dropped, bytes. */
const UNREAD = 32 * 1024 * 1024;

/** The sending side of one socket, with what may go wrong on the way to the client. */
export class Line {
  private isHalfOpen = false;
  private slowMs = 0;
  private readonly queue: { at: number; data: string | Buffer }[] = [];

  constructor(
    readonly number: number,
    private readonly socket: WebSocket,
    private readonly clock: Clock,
  ) {}

  /** Bytes that wait in the send buffer. */
  get backlog(): number {
    return this.socket.bufferedAmount;
  }

  get deaf(): boolean {
    return this.isHalfOpen;
  }

  send(data: string | Buffer): void {
    if (this.isHalfOpen) return;
    if (this.slowMs === 0 && this.queue.length === 0) return this.write(data);
    this.queue.push({ at: this.clock.monotonic() + this.slowMs, data });
    if (this.queue.length === 1) this.clock.after(this.slowMs, this.flush);
  }

  /** Answers a protocol ping, which a half-open line does not. */
  pong(data: Buffer): void {
    if (!this.isHalfOpen) this.socket.pong(data);
  }

  /** Every frame is late by this much from now on; they keep their order. */
  slow(ms: number): void {
    this.slowMs = ms;
  }

  /** The connection stays open and nothing comes through any more, in either direction. */
  halfOpen(): void {
    this.isHalfOpen = true;
    this.socket.pause();
  }

  /** Ends it without a closing handshake (the client sees 1006), or with one and this code. */
  drop(code?: number): void {
    if (code === undefined) this.socket.terminate();
    else this.socket.close(code);
  }

  private flush = (): void => {
    const now = this.clock.monotonic();
    while (this.queue[0] !== undefined && this.queue[0].at <= now) this.write((this.queue.shift() as { data: string | Buffer }).data);
    if (this.queue[0] !== undefined) this.clock.after(Math.max(1, this.queue[0].at - now), this.flush);
  };

  private write(data: string | Buffer): void {
    if (this.socket.readyState !== this.socket.OPEN || this.isHalfOpen) return;
    if (this.backlog > UNREAD) this.socket.terminate();
    else this.socket.send(data, { binary: false });
  }
}

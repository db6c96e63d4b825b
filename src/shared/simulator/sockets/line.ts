import type { WebSocket } from 'ws';
import type { Clock } from '../../core/clock';
import type { FrameFault, PrivateFrame } from '../trouble/frame-fault';

/** A client that leaves more than this unread is dropped, bytes. */
const UNREAD = 32 * 1024 * 1024;

/** The sending side of one socket, with what may go wrong on the way to the client. */
export class Line {
  private isHalfOpen = false;
  private slowMs = 0;
  private jitterMs = 0;
  private readonly queue: { at: number; data: string | Buffer }[] = [];
  /** Frames of channel 0 that let others pass. */
  private readonly held = new Set<{ readonly behind: string | undefined; readonly send: () => void }>();

  constructor(
    readonly number: number,
    private readonly socket: WebSocket,
    private readonly clock: Clock,
    private readonly faultOf: (frame: PrivateFrame) => FrameFault | undefined,
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
    const waitMs = this.slowMs + (this.jitterMs > 0 ? this.clock.random() * this.jitterMs : 0);
    if (waitMs === 0 && this.queue.length === 0) return this.write(data);
    // it waits behind what was sent before: TCP keeps the order however late it is
    this.queue.push({ at: this.clock.monotonic() + waitMs, data });
    if (this.queue.length === 1) this.clock.after(waitMs, this.flush);
  }

  /** Sends a frame of channel 0, for which faults of its own may be wanted. `type` is the frame's, `auth` for the answer to a login. */
  sendPrivate(type: string, text: string): void {
    const fault = this.faultOf({ type, text, connection: this.number });
    if (fault?.kind === 'lost') return;
    if (fault?.kind === 'cut') return this.drop();
    if (fault?.kind === 'late') return this.hold(text, fault.ms, fault.behind);
    this.send(text);
    if (fault?.kind === 'doubled') this.send(text);
    for (const { behind, send } of [...this.held]) if (behind === type || behind === 'any') send();
  }

  /** Answers a protocol ping, which a half-open line does not. */
  pong(data: Buffer): void {
    if (!this.isHalfOpen) this.socket.pong(data);
  }

  /** Every frame is late by this much, and by up to `jitterMs` more, from now on; they keep their order. */
  slow(ms: number, jitterMs = 0): void {
    this.slowMs = ms;
    this.jitterMs = jitterMs;
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

  private hold(text: string, ms: number, behind: string | undefined): void {
    const send = (): void => {
      if (this.held.delete(waiting)) this.send(text);
      cancel();
    };
    const waiting = { behind, send };
    this.held.add(waiting);
    const cancel = this.clock.after(ms, send);
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

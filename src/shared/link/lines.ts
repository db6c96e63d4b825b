import { plainWords } from '../core/answer';
import { backoffMs } from '../core/backoff';
import { keyOfRequest } from '../core/channel';
import type { Stop } from '../core/clock';
import { Ledger, type LedgerCommand } from '../core/ledger';
import type { Sighting } from '../core/maintenance';
import { INFO, SUBSCRIBE_ERROR } from '../wire/event';
import type { ChannelFrame, Frame } from '../wire/frame';
import { subscribe, unsubscribe } from '../wire/request';
import type { ConnectionContext } from './connection';
import { Member } from './member';
import type { Stream, StreamState } from './stream';

/** Books were acknowledged after up to 12.9 s in a burst of 21 (bitfinex-v2.md 2.5); an unknown key gets no answer at all. */
const ANSWER_MS = 30_000;

/** These say that asking again is useless (bitfinex-v2.md 2.7); any other error may pass. */
const FINAL = new Set<number>([SUBSCRIBE_ERROR.failed, SUBSCRIBE_ERROR.unknownChannel, 10001, 10011, 10012, 10020]);

/** After an error that may pass the channel is asked for again this much later. */
const LATER_MS = 10_000;

/** Lines often die together: what one carried is not given to another that has only a moment left. */
const TOGETHER_MS = 100;

/** What is not a channel frame: answers to requests, and news about the whole line. */
type LineFrame = Exclude<Frame, ChannelFrame>;

/**
 * The sockets of a pool and what is subscribed on them. The ledger decides, this carries out: opens and closes, asks and
 * gives back within the limits, and takes every answer to the stream that it is about.
 */
export class Lines {
  readonly members = new Map<number, Member>();
  inMaintenance = false;
  private readonly ledger = new Ledger();
  private settling: Stop = () => undefined;

  constructor(
    private readonly context: ConnectionContext,
    /** The pool's streams by key. */
    private readonly streams: ReadonlyMap<string, Stream>,
    private readonly receive: (socket: number, frame: Frame, now: number) => void,
    /** Hears what is said or shown of the exchange as a whole. */
    private readonly ear: (sighting: Sighting) => void,
  ) {}

  want(key: string): void {
    this.ledger.want(key);
    this.settle();
  }

  unwant(key: string): void {
    this.ledger.unwant(key);
    this.settle();
  }

  end(): void {
    this.settling();
    for (const member of this.members.values()) member.end();
    this.members.clear();
  }

  /** Maintenance of the exchange: what comes is stale from now on. At its end everything is asked for anew, within the limits. */
  maintain(on: boolean): void {
    this.inMaintenance = on;
    for (const stream of this.streams.values()) {
      stream.inMaintenance = on;
      stream.isOverdue = false;
    }
    for (const stream of [...this.members.values()].flatMap(({ routes }) => [...routes.values()])) {
      if (on) stream.become('maintenance');
      else this.renew(stream, 'resyncing', 'maintenance ended');
    }
  }

  /** Gives the channel back and asks for it anew; after several faults in a row with growing pauses. */
  renew(stream: Stream, state: StreamState, reason: string): void {
    stream.restart();
    stream.become(state, reason);
    const command = this.ledger.renew(stream.key);
    if (command !== undefined) this.carryOut(command);
    if (stream.slowness === 0) return;
    const { clock } = this.context;
    this.ledger.unwant(stream.key);
    clock.after(backoffMs(stream.slowness, clock.random()), () => {
      if (this.streams.get(stream.key) === stream) this.want(stream.key);
    });
  }

  /** An event that came on this socket. */
  hear(socket: number, frame: LineFrame): void {
    const member = this.members.get(socket);
    if (member === undefined) return;
    switch (frame.kind) {
      case 'subscribed':
        return this.subscribed(socket, member, keyOfRequest(frame.request), frame.chanId);
      case 'unsubscribed':
        return this.unsubscribed(socket, member, frame.chanId);
      case 'error':
        return this.refused(socket, member, frame);
      case 'info':
        return this.informed(member, frame.code);
      case 'conf':
      case 'pong':
      case 'auth':
      case 'other':
      case 'malformed':
    }
  }

  private settle(): void {
    for (const command of this.ledger.next()) this.carryOut(command);
  }

  private carryOut(command: LedgerCommand): void {
    const { kind, socket } = command;
    switch (kind) {
      case 'open':
        return this.open(socket);
      case 'close':
        this.members.get(socket)?.end();
        this.members.delete(socket);
        return;
      case 'subscribe':
        void this.subscribe(socket, command.key);
        return;
      case 'unsubscribe':
        return this.unsubscribe(socket, command.chanId);
    }
  }

  private open(socket: number): void {
    const member = new Member(this.context, {
      trying: (phase) => this.tellUnplaced(phase),
      greeted: (operative, askedAt) => this.ear({ kind: 'status', via: 'connection', operative, askedAt }),
      ready: () => {
        this.ledger.opened(socket);
        this.settle();
      },
      frame: (frame, now) => this.receive(socket, frame, now),
      lost: (reason) => this.lost(socket, reason),
    });
    this.members.set(socket, member);
  }

  private async subscribe(socket: number, key: string): Promise<void> {
    const { limiter, clock } = this.context;
    const member = this.members.get(socket);
    const isCurrent = member?.sameLine();
    if (limiter.isShort('subscribe')) this.streams.get(key)?.become('waiting', 'subscribe');
    await limiter.admit('subscribe', { isWanted: () => isCurrent?.() === true });
    if (!isCurrent?.()) return;
    const stream = this.streams.get(key);
    if (stream === undefined || !member?.send(subscribe(stream.request))) return this.forget(socket, key);
    if (stream.state === 'waiting' || stream.state === 'offline') stream.become('connecting');
    member.await(key, clock.after(ANSWER_MS, () => this.overdue(socket, stream)));
  }

  private overdue(socket: number, stream: Stream): void {
    stream.isOverdue = true;
    this.forget(socket, stream.key);
  }

  private unsubscribe(socket: number, chanId: number): void {
    const member = this.members.get(socket);
    member?.routes.delete(chanId);
    if (!member?.send(unsubscribe(chanId))) return;
    // no confirmation: the id is lost for good, so its place is taken back
    member.await(leavingOf(chanId), this.context.clock.after(ANSWER_MS, () => this.unsubscribed(socket, member, chanId)));
  }

  /** The request was not answered, or never left: the ledger may ask again. */
  private forget(socket: number, key: string): void {
    this.members.get(socket)?.answered(key);
    this.ledger.forget(socket, key);
    this.settle();
  }

  private subscribed(socket: number, member: Member, key: string, chanId: number): void {
    member.answered(key);
    const stream = this.streams.get(key);
    if (this.ledger.subscribed(socket, key, chanId) && stream !== undefined) {
      const now = this.context.clock.monotonic();
      member.routes.set(chanId, stream);
      stream.acknowledged(now, now + ANSWER_MS);
    }
    this.settle();
  }

  private unsubscribed(socket: number, member: Member, chanId: number): void {
    member.answered(leavingOf(chanId));
    const taken = member.routes.get(chanId);
    member.routes.delete(chanId);
    this.ledger.unsubscribed(socket, chanId);
    // nobody asked for it: the exchange takes the channel away
    taken?.restart();
    taken?.become('resyncing', 'unsubscribed by the exchange');
    this.settle();
  }

  /** An error is about one request and never a reason to reconnect (bitfinex-v2.md 2.7). */
  private refused(socket: number, member: Member, { code, text, chanId, request }: Extract<Frame, { kind: 'error' }>): void {
    const key = keyOfRequest(request);
    const why = `${plainWords(text)} (${code})`;
    if (code === SUBSCRIBE_ERROR.unsubscribeFailed || code === SUBSCRIBE_ERROR.notSubscribed) return chanId === undefined ? undefined : this.unsubscribed(socket, member, chanId);
    if (!member.answered(key)) return;
    if (code === SUBSCRIBE_ERROR.duplicate && chanId !== undefined) return this.takeOver(socket, member, key, chanId);
    if (code === SUBSCRIBE_ERROR.limit && member.routes.size > 0) this.ledger.full(socket, key);
    else if (FINAL.has(code)) {
      this.ledger.refuse(socket, key);
      this.streams.get(key)?.become('refused', why);
    } else {
      this.streams.get(key)?.become('waiting', why);
      member.await(key, this.context.clock.after(LATER_MS, () => this.forget(socket, key)));
    }
    this.settle();
  }

  /** Already subscribed under that id, with its snapshot gone by: take it, and ask for a new snapshot. */
  private takeOver(socket: number, member: Member, key: string, chanId: number): void {
    this.subscribed(socket, member, key, chanId);
    const stream = this.streams.get(key);
    if (stream !== undefined) this.renew(stream, 'resyncing', 'subscribed already');
  }

  private informed(member: Member, code: number | undefined): void {
    if (code === undefined) return;
    this.ear({ kind: 'info', code });
    if (code === INFO.stopping) member.cut('the exchange restarts');
  }

  private lost(socket: number, reason: string): void {
    for (const stream of this.members.get(socket)?.clear() ?? []) {
      stream.restart();
      stream.become('offline', reason);
    }
    this.ledger.lost(socket);
    this.tellUnplaced('offline', reason);
    this.settling();
    this.settling = this.context.clock.after(TOGETHER_MS, () => this.settle());
    this.ear({ kind: 'lost' });
  }

  /** Streams that are on no line share the fate of the line that is being opened. */
  private tellUnplaced(state: StreamState, reason = ''): void {
    for (const stream of this.streams.values()) {
      const waitsForOther = stream.state === 'refused' || stream.state === 'unverified';
      if (!waitsForOther && !this.ledger.isPlaced(stream.key)) stream.become(state, reason);
    }
  }
}

/** The confirmation of an unsubscription is awaited like an answer. */
const leavingOf = (chanId: number): string => `unsubscribed ${chanId}`;

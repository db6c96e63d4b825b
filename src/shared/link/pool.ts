import { backoffMs } from '../core/backoff';
import { keyOfRequest, channelKey, isVerifiable, type Channel } from '../core/channel';
import type { Stop } from '../core/clock';
import type { Dropped, Fault } from '../core/feed';
import { Ledger, type LedgerCommand } from '../core/ledger';
import { Watch, WATCH_MS } from '../core/pulse';
import { INFO, SUBSCRIBE_ERROR } from '../wire/event';
import type { ChannelFrame, Frame } from '../wire/frame';
import { subscribe, unsubscribe } from '../wire/request';
import type { ConnectionContext } from './connection';
import type { Grace } from './grace';
import { Member } from './member';
import { Stream, type Follower, type FollowOptions, type StreamState } from './stream';

/** Books were acknowledged after up to 12.9 s in a burst of 21 (bitfinex-v2.md 2.5); an unknown key gets no answer at all. */
const ANSWER_MS = 30_000;

/** Ends a following: after the grace of a deploy, or at once when the user asked for it. */
export type Leave = (when: 'after-grace' | 'at-once') => void;

/** Counted since the start of the pool. */
export interface PoolCounts {
  frames: number;
  malformed: number;
  dropped: number;
  faults: number;
  losses: number;
  gaps: number;
}

/**
 * The one pool of a set of addresses: as few sockets as the channels need, one channel for one set of parameters,
 * whoever asks. What to do is the ledger's decision; the pool carries it out and takes each frame to its stream.
 */
export class Pool {
  readonly counts: PoolCounts = { frames: 0, malformed: 0, dropped: 0, faults: 0, losses: 0, gaps: 0 };
  private readonly ledger = new Ledger();
  private readonly streams = new Map<string, Stream>();
  private readonly members = new Map<number, Member>();
  private readonly leaving = new Map<string, Stop>();
  private watching: Stop = () => undefined;

  constructor(
    private readonly context: ConnectionContext,
    private readonly grace: Grace,
  ) {}

  /** Follows a channel; the first follower subscribes it, the last one that leaves gives it back. */
  follow(channel: Channel, follower: Follower, options: FollowOptions = {}): Leave {
    const stream = this.streams.get(channelKey(channel)) ?? this.begin(channel);
    this.leaving.get(stream.key)?.();
    this.leaving.delete(stream.key);
    const stop = stream.follow(follower, options);
    this.ledger.want(stream.key);
    this.settle();
    return (when) => {
      stop();
      if (stream.isFollowed) return;
      if (when === 'at-once') this.abandon(stream);
      else if (!this.leaving.has(stream.key)) this.leaving.set(stream.key, this.grace.afterGrace(() => this.abandon(stream)));
    };
  }

  get sockets(): number {
    return this.members.size;
  }

  /** Channels that are wanted, those kept during a deploy included. */
  get channels(): number {
    return this.streams.size;
  }

  /** Cuts everything at once. */
  end(): void {
    for (const stop of this.leaving.values()) stop();
    for (const member of this.members.values()) member.end();
    this.watching();
    this.leaving.clear();
    this.members.clear();
    this.streams.clear();
  }

  private begin(channel: Channel): Stream {
    const stream = new Stream(channel, this.now());
    if (this.streams.size === 0) this.watch(new Watch(this.now()));
    this.streams.set(stream.key, stream);
    return stream;
  }

  private abandon(stream: Stream): void {
    this.leaving.delete(stream.key);
    if (stream.isFollowed || this.streams.get(stream.key) !== stream) return;
    this.streams.delete(stream.key);
    this.ledger.unwant(stream.key);
    this.settle();
    if (this.streams.size === 0) this.watching();
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
    this.members.set(
      socket,
      new Member(this.context, {
        trying: (phase) => this.tellUnplaced(phase),
        ready: () => {
          this.ledger.opened(socket);
          this.settle();
        },
        frame: (frame, now) => this.receive(socket, frame, now),
        lost: (reason) => this.lost(socket, reason),
      }),
    );
  }

  private async subscribe(socket: number, key: string): Promise<void> {
    const { limiter, clock } = this.context;
    const member = this.members.get(socket);
    const isCurrent = member?.sameLine();
    if (limiter.isShort('subscribe')) this.streams.get(key)?.become('waiting', 'subscribe');
    await limiter.admit('subscribe');
    if (!isCurrent?.()) return;
    const stream = this.streams.get(key);
    if (stream === undefined || !member?.send(subscribe(stream.request))) return this.forget(socket, key);
    if (stream.state === 'waiting' || stream.state === 'offline') stream.become('connecting');
    member.await(key, clock.after(ANSWER_MS, () => this.forget(socket, key)));
  }

  private unsubscribe(socket: number, chanId: number): void {
    const member = this.members.get(socket);
    member?.routes.delete(chanId);
    if (!member?.send(unsubscribe(chanId))) return;
    const isCurrent = member.sameLine();
    // no confirmation: the id is lost for good, so its place is taken back
    this.context.clock.after(ANSWER_MS, () => {
      if (isCurrent() && this.ledger.unsubscribed(socket, chanId) !== undefined) this.settle();
    });
  }

  /** The request was not answered, or never left: the ledger may ask again. */
  private forget(socket: number, key: string): void {
    this.members.get(socket)?.answered(key);
    this.ledger.forget(socket, key);
    this.settle();
  }

  /** The whole way of a frame: socket, channel id, stream, followers. */
  private receive(socket: number, frame: Frame, now: number): void {
    this.counts.frames++;
    const member = this.members.get(socket);
    if (member === undefined) return;
    if (!isChannelFrame(frame)) return this.receiveEvent(socket, member, frame);
    if (member.skipped(frame.sequence)) this.gap(member);
    // a heartbeat may come before the acknowledgement of its channel, data after the last user left
    const stream = member.routes.get(frame.chanId);
    const problem = stream?.receive(frame, now);
    if (problem !== undefined) this.handle(stream as Stream, problem);
  }

  private receiveEvent(socket: number, member: Member, frame: Exclude<Frame, ChannelFrame>): void {
    switch (frame.kind) {
      case 'subscribed':
        return this.subscribed(socket, member, keyOfRequest(frame.request), frame.chanId);
      case 'unsubscribed':
        return this.unsubscribed(socket, member, frame.chanId);
      case 'error':
        return this.refused(socket, member, frame);
      case 'info':
        return this.informed(member, frame.code);
      case 'malformed':
        this.counts.malformed++;
        return;
      case 'conf':
      case 'pong':
      case 'auth':
      case 'other':
    }
  }

  private subscribed(socket: number, member: Member, key: string, chanId: number): void {
    member.answered(key);
    const stream = this.streams.get(key);
    if (this.ledger.subscribed(socket, key, chanId) && stream !== undefined) {
      member.routes.set(chanId, stream);
      stream.inMaintenance = member.inMaintenance;
      stream.pulse.beat(this.now());
      stream.snapshotDue = this.now() + ANSWER_MS;
    }
    this.settle();
  }

  private unsubscribed(socket: number, member: Member, chanId: number): void {
    member.routes.delete(chanId);
    this.ledger.unsubscribed(socket, chanId);
    this.settle();
  }

  /** An error is about one request and never a reason to reconnect (bitfinex-v2.md 2.7). */
  private refused(socket: number, member: Member, { code, text, chanId, request }: Extract<Frame, { kind: 'error' }>): void {
    const key = keyOfRequest(request);
    if (code === SUBSCRIBE_ERROR.unsubscribeFailed || code === SUBSCRIBE_ERROR.notSubscribed) {
      if (chanId !== undefined) this.unsubscribed(socket, member, chanId);
      return;
    }
    if (!member.answered(key)) return;
    if (code === SUBSCRIBE_ERROR.duplicate && chanId !== undefined) {
      // already subscribed under that id, with its snapshot gone by: take it over and ask for a new one
      this.subscribed(socket, member, key, chanId);
      const stream = this.streams.get(key);
      return stream === undefined ? undefined : this.renew(stream, 'resyncing', text);
    }
    if (code === SUBSCRIBE_ERROR.limit) this.ledger.full(socket, key);
    else {
      this.ledger.refuse(socket, key);
      this.streams.get(key)?.become('refused', `${text} (${code})`);
    }
    this.settle();
  }

  private informed(member: Member, code: number | undefined): void {
    if (code === INFO.stopping) return member.cut('the exchange restarts');
    if (code !== INFO.maintenanceStarted && code !== INFO.maintenanceEnded) return;
    member.inMaintenance = code === INFO.maintenanceStarted;
    for (const stream of [...member.routes.values()]) {
      stream.inMaintenance = member.inMaintenance;
      if (member.inMaintenance) stream.become('maintenance');
      else this.renew(stream, 'resyncing', 'maintenance ended');
    }
  }

  private handle(stream: Stream, problem: Fault | Dropped): void {
    if (problem.kind === 'dropped') {
      this.counts.dropped++;
      return;
    }
    this.counts.faults++;
    this.renew(stream, stream.slowness > 0 ? 'unverified' : 'resyncing', problem.reason);
  }

  /** Something was lost on this line. Checksums find it; only what no checksum covers must be asked for anew. */
  private gap(member: Member): void {
    this.counts.gaps++;
    for (const stream of [...member.routes.values()]) {
      const { channel } = stream;
      if (channel.channel === 'book' && !isVerifiable(channel.symbol, channel.length)) this.renew(stream, 'resyncing', 'gap');
    }
  }

  /** Gives the channel back and asks for it anew; after several faults in a row with growing pauses. */
  private renew(stream: Stream, state: StreamState, reason: string): void {
    stream.restart();
    stream.become(state, reason);
    const command = this.ledger.renew(stream.key);
    if (command !== undefined) this.carryOut(command);
    if (stream.slowness === 0) return;
    const { clock } = this.context;
    this.ledger.unwant(stream.key);
    clock.after(backoffMs(stream.slowness, clock.random()), () => {
      if (this.streams.get(stream.key) !== stream) return;
      this.ledger.want(stream.key);
      this.settle();
    });
  }

  private lost(socket: number, reason: string): void {
    this.counts.losses++;
    for (const stream of this.members.get(socket)?.clear() ?? []) {
      stream.restart();
      stream.become('offline', reason);
    }
    this.ledger.lost(socket);
    this.tellUnplaced('offline', reason);
    this.settle();
  }

  /** Streams that are on no line share the fate of the line that is being opened. */
  private tellUnplaced(state: StreamState, reason = ''): void {
    const placed = new Set([...this.members.values()].flatMap(({ routes }) => [...routes.values()]));
    for (const stream of this.streams.values()) if (!placed.has(stream) && stream.state !== 'refused') stream.become(state, reason);
  }

  private watch(watch: Watch): void {
    this.watching = this.context.clock.after(WATCH_MS, () => {
      this.look(watch);
      this.watch(watch);
    });
  }

  private look(watch: Watch): void {
    const now = this.now();
    const overslept = watch.look(now) > 0;
    for (const member of [...this.members.values()]) {
      if (overslept) member.forgive(now);
      else if (member.isSilent(now)) member.cut('no sign of life');
    }
    for (const member of this.members.values()) {
      for (const stream of [...member.routes.values()]) {
        if (stream.pulse.isStale(now)) this.renew(stream, 'stale', 'silent');
        else if (now > stream.snapshotDue) this.renew(stream, 'resyncing', 'no snapshot');
      }
    }
  }

  private now(): number {
    return this.context.clock.monotonic();
  }
}

const isChannelFrame = (frame: Frame): frame is ChannelFrame => 'sequence' in frame;

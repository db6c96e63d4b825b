import { CHECKSUM_LEVELS } from '../core/book';
import { channelKey, isVerifiable, type Channel } from '../core/channel';
import type { Stop } from '../core/clock';
import type { Dropped, Fault } from '../core/feed';
import type { Sighting } from '../core/maintenance';
import { Watch, WATCH_MS } from '../core/pulse';
import { tally } from '../core/tally';
import type { ChannelFrame, Frame } from '../wire/frame';
import type { ConnectionContext } from './connection';
import type { Grace } from './grace';
import { Lines } from './lines';
import type { Member } from './member';
import { Stream, type Follower, type FollowOptions, type StreamState } from './stream';

/**
 * Ends a following: after the grace of a deploy, or at once when the user asked for it. `held` = how much of the newest
 * news was not passed on; whoever comes back under the same name gets that again.
 */
export type Leave = (when: 'after-grace' | 'at-once', held?: number) => void;

const GAP_PAUSE_MS = 30_000;

/** Counted since the start of the pool. */
export interface PoolCounts {
  frames: number;
  malformed: number;
  dropped: number;
  faults: number;
  readonly faultsBy: Map<Fault['reason'], number>;
  losses: number;
  gaps: number;
}

/**
 * The one pool of a set of addresses: as few sockets as the channels need, one channel for one set of parameters,
 * whoever asks. It counts the followers of each stream, takes each frame to its stream, and watches for silence.
 */
export class Pool {
  readonly counts: PoolCounts = { frames: 0, malformed: 0, dropped: 0, faults: 0, faultsBy: new Map(), losses: 0, gaps: 0 };
  private readonly streams = new Map<string, Stream>();
  private readonly leaving = new Map<string, Stop>();
  private readonly lines: Lines;
  private watching: Stop = () => undefined;

  constructor(
    private readonly context: ConnectionContext,
    private readonly grace: Grace,
    /** Hears what the lines say or show of the exchange as a whole. */
    private readonly ear: (sighting: Sighting) => void = () => undefined,
  ) {
    this.lines = new Lines(
      context,
      this.streams,
      (socket, frame, now) => this.receive(socket, frame, now),
      (sighting) => this.heard(sighting),
    );
  }

  /** Follows a channel; the first follower subscribes it, the last one that leaves gives it back. */
  follow(channel: Channel, follower: Follower, options: FollowOptions = {}): Leave {
    const stream = this.streams.get(channelKey(channel)) ?? this.begin(channel);
    this.leaving.get(stream.key)?.();
    this.leaving.delete(stream.key);
    const stop = stream.follow(follower, options);
    this.lines.want(stream.key);
    return (when, held) => {
      stop(held);
      if (stream.isFollowed) return;
      if (when === 'at-once') this.abandon(stream);
      else if (!this.leaving.has(stream.key)) this.leaving.set(stream.key, this.grace.afterGrace(() => this.abandon(stream)));
    };
  }

  get sockets(): number {
    return this.lines.members.size;
  }

  /** Channels that are wanted, those kept during a deploy included. */
  get channels(): number {
    return this.streams.size;
  }

  /** How each socket is, and how many channels it carries. */
  get lineStates(): { state: Member['state'] | 'maintenance'; channels: number }[] {
    const { inMaintenance, members } = this.lines;
    return [...members.values()].map(({ state, routes }) => ({ state: inMaintenance && state === 'open' ? 'maintenance' : state, channels: routes.size }));
  }

  /** Sockets that are up. */
  get openLines(): number {
    return [...this.lines.members.values()].filter(({ state }) => state === 'open').length;
  }

  /** Is every followed channel live, with a verified snapshot where that is possible? Those that cannot be had do not count. */
  get isSettled(): boolean {
    const now = this.context.clock.monotonic();
    return [...this.streams.values()].every((stream) => stream.isSettled(now));
  }

  /** Maintenance of the whole exchange begins or ends. */
  maintain(on: boolean): void {
    this.lines.maintain(on);
  }

  /** How each wanted channel is. */
  get channelStates(): StreamState[] {
    return [...this.streams.values()].map(({ state }) => state);
  }

  /** Cuts everything at once. */
  end(): void {
    for (const stop of this.leaving.values()) stop();
    this.lines.end();
    this.watching();
    this.leaving.clear();
    this.streams.clear();
  }

  private begin(channel: Channel): Stream {
    const stream = new Stream(channel, this.context.clock);
    stream.inMaintenance = this.lines.inMaintenance;
    if (this.streams.size === 0) this.watch(new Watch(this.context.clock.monotonic()));
    this.streams.set(stream.key, stream);
    return stream;
  }

  private abandon(stream: Stream): void {
    this.leaving.get(stream.key)?.();
    this.leaving.delete(stream.key);
    if (stream.isFollowed || this.streams.get(stream.key) !== stream) return;
    this.streams.delete(stream.key);
    this.lines.unwant(stream.key);
    if (this.streams.size === 0) this.watching();
  }

  /** The whole way of a frame: socket, channel id, stream, followers. */
  private receive(socket: number, frame: Frame, now: number): void {
    this.counts.frames++;
    if (!isChannelFrame(frame)) {
      if (frame.kind === 'malformed') this.counts.malformed++;
      return this.lines.hear(socket, frame);
    }
    const member = this.lines.members.get(socket);
    if (member?.skipped(frame.sequence)) this.gap(member);
    // a heartbeat may come before the acknowledgement of its channel, data after the last user left
    const stream = member?.routes.get(frame.chanId);
    const problem = stream?.receive(frame, now);
    if (problem !== undefined) this.handle(stream as Stream, problem);
  }

  private handle(stream: Stream, problem: Fault | Dropped): void {
    if (problem.kind === 'dropped') {
      this.counts.dropped++;
      return;
    }
    this.counts.faults++;
    tally(this.counts.faultsBy, problem.reason);
    this.lines.renew(stream, stream.slowness > 0 ? 'unverified' : 'resyncing', problem.reason);
  }

  /**
   * Something was lost on this line. A checksum finds it in the best levels of a book, and the next ticker is a whole one;
   * what neither covers is asked for anew. Not more often than this, in case it is the counting that is wrong.
   */
  private gap(member: Member): void {
    this.counts.gaps++;
    const now = this.context.clock.monotonic();
    if (now - member.gapHandledAt < GAP_PAUSE_MS) return;
    member.gapHandledAt = now;
    for (const stream of [...member.routes.values()]) if (!isCovered(stream.channel)) this.lines.renew(stream, 'resyncing', 'gap');
  }

  private heard(sighting: Sighting): void {
    if (sighting.kind === 'lost') this.counts.losses++;
    this.ear(sighting);
  }

  private late(stream: Stream): void {
    stream.isOverdue = true;
    this.lines.renew(stream, 'resyncing', 'no snapshot');
  }

  private watch(watch: Watch): void {
    this.watching = this.context.clock.after(WATCH_MS, () => {
      this.look(watch);
      this.watch(watch);
    });
  }

  /** Cuts silent lines, renews silent channels and those whose snapshot never came. */
  private look(watch: Watch): void {
    const now = this.context.clock.monotonic();
    const overslept = watch.look(now) > 0;
    for (const member of [...this.lines.members.values()]) {
      if (overslept) member.forgive(now);
      else if (member.isSilent(now)) member.cut('no sign of life');
      // channels are silent for long in maintenance, and are asked for anew at its end
      if (this.lines.inMaintenance) continue;
      for (const stream of [...member.routes.values()]) {
        if (stream.pulse.isStale(now)) this.lines.renew(stream, 'stale', 'silent');
        else if (now > stream.snapshotDue) this.late(stream);
      }
    }
  }
}

/** Would a lost frame be noticed, or made good by the next one? A lost liquidation is lost whatever is asked for anew. */
const isCovered = (channel: Channel): boolean =>
  channel.channel === 'ticker' || channel.channel === 'status' || (channel.channel === 'book' && channel.length <= CHECKSUM_LEVELS && isVerifiable(channel.symbol, channel.length));

/** Asked for every frame: comparing words is quicker than looking for a property in ten shapes of objects. */
const isChannelFrame = (frame: Frame): frame is ChannelFrame => {
  const { kind } = frame;
  return kind === 'row' || kind === 'typed' || kind === 'checksum' || kind === 'heartbeat' || kind === 'rows';
};

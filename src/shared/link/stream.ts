import type { Clock } from '../core/clock';
import { beginsWithData, channelKey, isVerifiable, requestOf, type Channel } from '../core/channel';
import { BookFeed } from '../core/book-feed';
import type { Dropped, Fault, Feed, News } from '../core/feed';
import { Pulse } from '../core/pulse';
import { CandleFeed } from '../core/candle-feed';
import { DerivativesFeed, LiquidationsFeed } from '../core/status-feed';
import { TickerFeed } from '../core/ticker-feed';
import { TradesFeed } from '../core/trades-feed';
import type { ChannelFrame } from '../wire/frame';

/**
 * How a channel is: only `live` data is fresh. `unverified` has failed its checksum again and again and is asked for
 * slowly; `refused` will not come.
 */
export type StreamState = 'connecting' | 'waiting' | 'live' | 'resyncing' | 'stale' | 'offline' | 'maintenance' | 'unverified' | 'refused';

/** News of the channel, or a new state of it with its reason. */
export type StreamEvent = News | { readonly kind: 'state'; readonly state: StreamState; readonly reason: string };

/** Hears everything about one channel. */
export type Follower = (event: StreamEvent) => void;

/** A follower that came back continues where the one of the same name left. */
export interface FollowOptions {
  readonly name?: string;
}

/** This many faults in a row make the next try slow, and nothing unconfirmed leaves any more. */
const FAULTS_BEFORE_SLOW = 3;

/** Faults that lie further apart than this are not in a row. */
const FAULTS_APART_MS = 60_000;

/** A book that changes is confirmed within 8 s; on a still one no checksum comes at all (bitfinex-v2.md 4.1). */
const STILL_MS = 10_000;

/** Who is away for longer than any deploy takes is a newcomer again. */
const MARK_MS = 60_000;

/** Ends a following. `held` = how much of the newest news the follower has not passed on: it gets that again. */
export type StopFollowing = (held?: number) => void;

/** One channel, shared by everybody who follows it. */
export class Stream {
  readonly key: string;
  readonly request;
  readonly pulse: Pulse;
  state: StreamState = 'connecting';
  reason = '';
  /** Acknowledged, but its snapshot has not come: when it is overdue. */
  snapshotDue = Infinity;
  /** Of the whole exchange: what comes meanwhile is not to be trusted. */
  inMaintenance = false;
  /** Asked for, and no answer or no snapshot came in time: the exchange may not have it. */
  isOverdue = false;
  /** Since it was last asked for it was live, and confirmed where a checksum can confirm. */
  private proven = false;
  /** When a book that is not proven last changed. */
  private changedAt = -Infinity;
  private faults = 0;
  private faultAt = -Infinity;
  private readonly feed: Feed;
  private readonly verifiable: boolean;
  private readonly followers = new Set<Follower>();
  private readonly marks = new Map<string, { readonly at: number; readonly mark: number }>();

  constructor(
    readonly channel: Channel,
    private readonly clock: Clock,
  ) {
    this.key = channelKey(channel);
    this.request = requestOf(channel);
    this.feed = feedOf(channel);
    this.verifiable = channel.channel === 'book' && isVerifiable(channel.symbol, channel.length);
    this.pulse = new Pulse(clock.monotonic());
  }

  get isFollowed(): boolean {
    return this.followers.size > 0;
  }

  /** How many faults beyond the patience; 0 = the next try comes at once. */
  get slowness(): number {
    return Math.max(0, this.faults - FAULTS_BEFORE_SLOW + 1);
  }

  /** As well as it will be: live and proven, or one that cannot be had. */
  isSettled(now: number): boolean {
    if (this.state === 'live') return this.proven || now - this.changedAt > STILL_MS;
    return this.state === 'refused' || this.state === 'unverified' || this.isOverdue;
  }

  /** The newcomer hears the state first, then what the feed has. Answers what undoes exactly this. */
  follow(follower: Follower, { name }: FollowOptions): StopFollowing {
    this.followers.add(follower);
    follower({ kind: 'state', state: this.state, reason: this.reason });
    const welcome = this.holdsBack ? undefined : this.feed.welcome(this.markOf(name));
    if (welcome !== undefined) follower(welcome);
    return (held = 0) => {
      if (this.followers.delete(follower) && name !== undefined) this.marks.set(name, { at: this.clock.monotonic(), mark: this.feed.mark() - held });
    };
  }

  /** The hot path: frame to feed to followers. What is wrong is the pool's to handle. */
  receive(frame: ChannelFrame, now: number): Fault | Dropped | undefined {
    this.pulse.beat(now);
    const news = this.feed.receive(frame);
    if (news === undefined) return undefined;
    if (news.kind === 'fault') this.count(now);
    if (news.kind === 'fault' || news.kind === 'dropped') return news;
    if (news.kind === 'quiet') return this.revive();
    if (this.state !== 'live' || this.faults > 0 || !this.proven) return this.recover(news, now);
    this.tell(news);
    return undefined;
  }

  /** Subscribed: the snapshot must come by `dueAt`. A channel that has none is live from now on. */
  acknowledged(now: number, dueAt: number): void {
    this.pulse.beat(now);
    if (beginsWithData(this.channel)) this.snapshotDue = dueAt;
    else this.revive();
  }

  /** Says a state once. */
  become(state: StreamState, reason = ''): void {
    if (this.state === state && this.reason === reason) return;
    this.state = state;
    this.reason = reason;
    this.tell({ kind: 'state', state, reason });
  }

  /** The line was lost or the channel is asked for anew: what comes next is a new snapshot. */
  restart(): void {
    this.feed.restart();
    this.proven = false;
    this.snapshotDue = Infinity;
  }

  private markOf(name: string | undefined): number | undefined {
    const from = this.clock.monotonic() - MARK_MS;
    for (const [known, { at }] of this.marks) if (at < from) this.marks.delete(known);
    return name === undefined ? undefined : this.marks.get(name)?.mark;
  }

  private get holdsBack(): boolean {
    return this.verifiable && this.slowness > 0;
  }

  /** Data again: live, but after too many faults only from the first state that a checksum confirms. */
  private recover(news: News, now: number): undefined {
    const confirmed = news.kind === 'book' && news.verified === true;
    const held = this.holdsBack;
    if (held && !confirmed) {
      this.snapshotDue = Infinity;
      return;
    }
    if (confirmed) this.faults = 0;
    this.proven ||= confirmed;
    this.changedAt = now;
    this.revive();
    this.tell(held && news.kind === 'book' ? { ...news, changes: undefined } : news);
  }

  private revive(): undefined {
    this.snapshotDue = Infinity;
    this.isOverdue = false;
    this.proven ||= !this.verifiable;
    this.become(this.inMaintenance ? 'maintenance' : 'live');
  }

  /** What a checksum can confirm must be confirmed before its faults are forgotten; for the rest time must do. */
  private count(now: number): void {
    const apart = now - this.faultAt > FAULTS_APART_MS;
    this.faults = apart && !this.verifiable ? 1 : this.faults + 1;
    this.faultAt = now;
  }

  private tell(event: StreamEvent): void {
    for (const follower of this.followers) follower(event);
  }
}

function feedOf(channel: Channel): Feed {
  switch (channel.channel) {
    case 'ticker':
      return new TickerFeed(channel.symbol);
    case 'trades':
      return new TradesFeed(channel.symbol);
    case 'book':
      return new BookFeed(channel);
    case 'candles':
      return new CandleFeed();
    case 'status':
      return channel.key.startsWith('deriv:') ? new DerivativesFeed() : new LiquidationsFeed();
  }
}

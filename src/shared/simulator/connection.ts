import type { Clock, Stop } from '../core/clock';
import { encodeEvent, FLAGS, SUBSCRIBE_ERROR, type ChannelRequest, type EventFrame } from '../wire/event';
import type { Source } from '../wire/keys';
import { readRequest, type ClientFrame } from '../wire/request';
import type { AccountGate } from './account-limits';
import { readChannel, subjectOf, type PublicChannel, type Refusal } from './channels';
import type { Delivery } from './feed';
import type { Feeds } from './feeds';
import type { Line } from './line';
import type { Luck } from './luck';
import type { MarketSource } from './source';
import type { Trouble } from './trouble';

const HEARTBEAT_MS = 15_000;

/** What a connection needs of its exchange. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly luck: Luck;
  readonly source: MarketSource;
  readonly feeds: Feeds;
  readonly trouble: Trouble;
  readonly serverId: string;
  /** Channels that one socket may hold. */
  readonly channels: number;
  /** Counts logins and orders. */
  readonly accountGate: AccountGate;
}

interface Subscription {
  readonly channel: PublicChannel;
  readonly chanId: number;
  leave: Stop;
}

/** One client's socket: its flags, its sequence, its channels (bitfinex-v2.md 2). */
export class Connection {
  private flags = 0;
  private sequence = 0;
  private readonly subscriptions = new Map<number, Subscription>();
  /** When the client was last heard, monotonic ms. */
  heardAt: number;

  constructor(
    private readonly line: Line,
    private readonly host: ConnectionHost,
  ) {
    this.heardAt = host.clock.monotonic();
    this.tell({ kind: 'info', version: 2, serverId: host.serverId, operative: host.trouble.greetsOperative });
  }

  get isIdle(): boolean {
    return this.subscriptions.size === 0;
  }

  channelTexts(): string[] {
    return [...this.subscriptions.values()].map(({ channel }) => channel.text);
  }

  close(): void {
    for (const { leave } of this.subscriptions.values()) leave();
    this.subscriptions.clear();
  }

  /** Whatever the client sent. What is no JSON gets no answer (bitfinex-v2.md 2.7). */
  hear(text: string): void {
    if (this.line.deaf) return;
    this.heardAt = this.host.clock.monotonic();
    this.answer(readRequest(text));
  }

  private answer(frame: ClientFrame): void {
    switch (frame.kind) {
      case 'subscribe':
        return this.subscribe(frame.request, frame.rest);
      case 'unsubscribe':
        return this.unsubscribe(frame.chanId);
      case 'conf':
        this.flags = frame.flags;
        return this.tell({ kind: 'conf', ok: true, flags: frame.flags });
      case 'ping':
        return this.tell({ kind: 'pong', timestamp: this.host.clock.now(), ...(frame.cid === undefined ? {} : { cid: frame.cid }) });
      case 'auth':
        // this exchange has no accounts yet
        return this.tell({ kind: 'auth', ok: false, code: 10100, text: 'apikey: invalid' });
      case 'input':
        return this.refuse({}, 10100, 'auth: invalid');
      case 'other':
        return this.refuse({}, 10000, `event: invalid (${frame.event})`);
      case 'malformed':
        return;
    }
  }

  private subscribe(request: ChannelRequest, rest: Source | undefined): void {
    const { trouble, source } = this.host;
    const channel = readChannel(request, source);
    if (channel.kind === 'unanswered') return;
    const refusal = channel.kind === 'refused' ? { ...channel, chanId: undefined } : this.refusalOf(channel);
    const delayMs = trouble.ackDelayMs;
    const after = (task: () => void): unknown => (delayMs > 0 ? this.host.clock.after(delayMs, task) : task());
    if (refusal !== undefined) return void after(() => this.refuse(request, refusal.code, refusal.text, refusal.chanId, rest));
    this.accept(channel as PublicChannel, rest, after);
  }

  private refusalOf(channel: PublicChannel): (Omit<Refusal, 'kind'> & { chanId: number | undefined }) | undefined {
    const known = [...this.subscriptions.values()].find((one) => one.channel.text === channel.text);
    if (known !== undefined) return { code: SUBSCRIBE_ERROR.duplicate, text: 'subscribe: dup', chanId: known.chanId };
    if (this.subscriptions.size >= this.host.channels) return { code: SUBSCRIBE_ERROR.limit, text: 'subscribe: limit', chanId: undefined };
    return undefined;
  }

  private accept(channel: PublicChannel, rest: Source | undefined, after: (task: () => void) => unknown): void {
    const chanId = this.freeId();
    const subscription: Subscription = { channel, chanId, leave: () => undefined };
    this.subscriptions.set(chanId, subscription);
    if (this.host.trouble.heartbeatsEarly) this.send(chanId, '"hb"');
    after(() => {
      if (this.subscriptions.get(chanId) === subscription) this.begin(subscription, rest);
    });
  }

  /** Acknowledgement, snapshot, and from then on every change. */
  private begin(subscription: Subscription, rest: Source | undefined): void {
    const { channel, chanId } = subscription;
    const { clock, feeds, trouble } = this.host;
    // the reply holds the length as text even where a number was sent
    const echo = Object.fromEntries(Object.entries(rest ?? {}).filter(([key]) => key !== 'len'));
    this.tell({ kind: 'subscribed', chanId, request: channel.request, rest: { ...echo, ...subjectOf(channel.request) } });
    const feed = feeds.of(channel);
    const leave = feed.join((delivery) => this.deliver(chanId, channel, delivery));
    const snapshot = feed.snapshot();
    if (snapshot !== undefined) this.send(chanId, snapshot);
    let stopBeat: Stop = () => undefined;
    const beat = (): void => {
      if (!trouble.isSilent(channel.text)) this.send(chanId, '"hb"');
      stopBeat = clock.after(HEARTBEAT_MS, beat);
    };
    stopBeat = clock.after(HEARTBEAT_MS, beat);
    subscription.leave = () => {
      stopBeat();
      leave();
    };
  }

  private unsubscribe(chanId: number): void {
    const subscription = this.subscriptions.get(chanId);
    if (subscription === undefined) return this.tell({ kind: 'error', code: SUBSCRIBE_ERROR.unsubscribeFailed, text: 'unsubscribe: invalid', chanId, request: {} });
    subscription.leave();
    this.subscriptions.delete(chanId);
    this.tell({ kind: 'unsubscribed', ok: true, chanId });
  }

  private refuse(request: ChannelRequest, code: number, text: string, chanId?: number, rest?: Source): void {
    this.tell({ kind: 'error', code, text, request, ...(chanId === undefined ? {} : { chanId }), rest: { ...rest, ...subjectOf(request) } });
  }

  private deliver(chanId: number, channel: PublicChannel, delivery: Delivery): void {
    if (this.host.trouble.isSilent(channel.text)) return;
    if (delivery.kind === 'other') return this.send(chanId, delivery.payload);
    if (delivery.kind === 'checksum') return void (this.has(FLAGS.checksum) && this.send(chanId, delivery.payload));
    if (this.has(FLAGS.bulk)) return this.send(chanId, `[${delivery.rows.join(',')}]`);
    for (const row of delivery.rows) this.send(chanId, row);
  }

  /** One array frame; numbers and times go last (bitfinex-v2.md 2.4). */
  private send(chanId: number, payload: string): void {
    const sequence = ++this.sequence;
    if (this.host.trouble.swallows(this.line.number)) return;
    const numbered = this.has(FLAGS.sequence) ? `${payload},${sequence}` : payload;
    const dated = this.has(FLAGS.timestamp) ? `${numbered},${this.host.clock.now()}` : numbered;
    this.line.send(`[${chanId},${dated}]`);
  }

  private tell(event: Exclude<EventFrame, { kind: 'malformed' }>): void {
    this.line.send(JSON.stringify(encodeEvent(event)));
  }

  private has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  private freeId(): number {
    const id = 1 + this.host.luck.below(999_999);
    return this.subscriptions.has(id) ? this.freeId() : id;
  }
}

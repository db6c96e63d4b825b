import { randomUUID } from 'node:crypto';
import type { Stop } from '../../core/clock';
import { encodeEvent, FLAGS, SUBSCRIBE_ERROR, type ChannelRequest, type EventFrame } from '../../wire/event';
import { given, type Source } from '../../wire/keys';
import { readRequest, type AuthFrame, type ClientFrame } from '../../wire/request';
import { RATE_LIMITED } from '../account-limits';
import { readChannel, subjectOf, type PublicChannel, type Refusal } from './channels';
import type { Delivery } from './feed';
import type { Feeds } from './feeds';
import { FrameWriter } from './frame-writer';
import type { Line } from './line';
import type { Luck } from '../luck';
import { isShallow } from '../shallow';
import type { MarketSource } from '../markets/source';
import { socketPayload, type Admission } from '../trading/access/key-ring';
import { refused, type Refusal as Refused } from '../trading/orders/order-wish';
import type { PrivateSide } from '../trading/private-side';
import { Session } from '../trading/access/session';
import { UNKNOWN_ERROR } from '../trading/orders/unknown-error';
import type { Trouble } from '../trouble/trouble';
import type { ScopedClock } from '../wall-clock';

const HEARTBEAT_MS = 15_000;

/** What a connection needs of its exchange. */
export interface ConnectionHost {
  readonly clock: ScopedClock;
  readonly luck: Luck;
  readonly source: MarketSource;
  readonly feeds: Feeds;
  readonly trouble: Trouble;
  readonly serverId: string;
  /** Channels that one socket may hold. */
  readonly channels: number;
  readonly accounts: PrivateSide;
}

interface Subscription {
  readonly channel: PublicChannel;
  readonly chanId: number;
  leave: Stop;
}

/** One client's socket: its flags, its sequence, its channels (bitfinex-v2.md 2). */
export class Connection {
  private readonly writer: FrameWriter;
  private session: Session | undefined;
  private readonly subscriptions = new Map<number, Subscription>();
  /** When the client was last heard, monotonic ms. */
  heardAt: number;

  constructor(
    private readonly line: Line,
    private readonly host: ConnectionHost,
  ) {
    this.heardAt = host.clock.monotonic();
    this.writer = new FrameWriter(host.clock);
    this.tell({ kind: 'info', version: 2, serverId: host.serverId, operative: host.trouble.greetsOperative });
  }

  get isIdle(): boolean {
    return this.channelCount === 0;
  }

  /** Whose account it is logged in to. */
  get userId(): number | undefined {
    return this.session?.account.user.userId;
  }

  channelTexts(): string[] {
    return [...this.subscriptions.values()].map(({ channel }) => channel.text);
  }

  close(): void {
    for (const { leave } of this.subscriptions.values()) leave();
    this.subscriptions.clear();
    this.session?.end();
    this.session = undefined;
  }

  /** Whatever the client sent. What is no JSON gets no answer (bitfinex-v2.md 2.7). */
  hear(text: string): void {
    if (this.line.deaf) return;
    this.heardAt = this.host.clock.monotonic();
    try {
      this.answer(readRequest(text));
    } catch {
      // Node-RED, in whose process it runs, must live whatever a stranger sends
      this.refuse({}, UNKNOWN_ERROR.code, UNKNOWN_ERROR.text);
    }
  }

  private answer(frame: ClientFrame): void {
    switch (frame.kind) {
      case 'subscribe':
        // what is nested too deep could not be said again
        return isShallow(frame.rest) ? this.subscribe(frame.request, frame.rest) : this.refuse(frame.request, 10020, 'subscribe: invalid');
      case 'unsubscribe':
        return this.unsubscribe(frame.chanId);
      case 'conf':
        this.writer.flags = frame.flags;
        return this.tell({ kind: 'conf', ok: true, flags: frame.flags });
      case 'ping':
        return this.tell({ kind: 'pong', timestamp: this.host.clock.now(), ...(frame.cid === undefined ? {} : { cid: frame.cid }) });
      case 'auth':
        return this.login(frame);
      case 'input':
        return this.session === undefined ? this.refuse({}, 10100, 'auth: invalid') : this.session.hear(frame.type, frame.messageId, frame.payload);
      case 'other':
        return this.refuse({}, 10000, `event: invalid (${frame.event})`);
      case 'malformed':
        return;
    }
  }

  /** Who is refused may try again on the same socket (bitfinex-v2.md 2.9). */
  private login(frame: AuthFrame): void {
    if (this.session !== undefined) return this.refuse({}, 10100, 'auth: dup');
    const admission = this.admit(frame);
    const echo = given('subId', frame.subId);
    if (admission.kind === 'refused') return this.tellLogin({ kind: 'auth', ok: false, code: admission.code ?? 10100, text: admission.text, ...echo });
    const { user, caps, apiKey } = admission;
    const { clock, accounts } = this.host;
    this.session = new Session(accounts.accountOf(user), admission, frame, {
      clock,
      accounts,
      send: (type, payload) => this.sendPrivate(type, payload),
      beat: () => this.send(0, '"hb"'),
      refuse: (code, text) => this.refuse({}, code, text),
    });
    accounts.recordsOf(user).noteLogin(accounts.now, apiKey);
    this.tellLogin({ kind: 'auth', ok: true, userId: user.userId, authId: randomUUID(), caps, ...echo });
    this.session.begin();
  }

  private admit({ apiKey, authNonce: nonce, authPayload, authSig: signature }: AuthFrame): Admission | Refused {
    const { gate, keys } = this.host.accounts;
    if (!gate.admitsLogin()) return refused(RATE_LIMITED.text, RATE_LIMITED.code);
    return keys.admit({ apiKey, nonce, payload: socketPayload(authPayload, nonce), signature });
  }

  /** The account's own channel is one of those that a socket may have (bitfinex-v2.md 2.8). */
  private get channelCount(): number {
    return this.subscriptions.size + (this.session === undefined ? 0 : 1);
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
    if (this.channelCount >= this.host.channels) return { code: SUBSCRIBE_ERROR.limit, text: 'subscribe: limit', chanId: undefined };
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
    if (delivery.kind === 'checksum') return void (this.writer.has(FLAGS.checksum) && this.send(chanId, delivery.payload));
    if (this.writer.has(FLAGS.bulk)) return this.send(chanId, `[${delivery.rows.join(',')}]`);
    for (const row of delivery.rows) this.send(chanId, row);
  }

  private send(chanId: number, payload: string): void {
    const frame = this.writer.open(chanId, payload);
    if (!this.host.trouble.swallows(this.line.number)) this.line.send(frame);
  }

  private sendPrivate(type: string, payload: unknown): void {
    const frame = this.writer.closed(type, payload);
    if (!this.host.trouble.swallows(this.line.number)) this.line.sendPrivate(type, frame);
  }

  private tellLogin(event: Extract<EventFrame, { kind: 'auth' }>): void {
    this.line.sendPrivate('auth', JSON.stringify(encodeEvent(event)));
  }

  private tell(event: Exclude<EventFrame, { kind: 'malformed' }>): void {
    this.line.send(JSON.stringify(encodeEvent(event)));
  }

  private freeId(): number {
    const id = 1 + this.host.luck.below(999_999);
    return this.subscriptions.has(id) ? this.freeId() : id;
  }
}

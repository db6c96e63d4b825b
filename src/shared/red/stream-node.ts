import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { BitfinexError } from '../core/errors';
import { resolveSymbol, unifiedSymbol } from '../core/symbol';
import { systemClock } from '../link/clock';
import { hub } from '../link/hub';
import type { Leave } from '../link/pool';
import type { StreamEvent, StreamState } from '../link/stream';
import type { Venue } from '../link/venue';
import type { Account } from './account';
import { FieldError, listField, type Saved } from './fields';
import { readAction } from './action';
import type { Extra, StreamMessage } from './message';
import { shorten, statusKeyOf, StatusLight, STATUS, type StatusKey } from './status';
import type { StreamKind, View } from './stream-kind';

/** A config node of type bitfinex-account, as its users see it. */
export interface AccountNode extends Node {
  /** Throws the FieldError that its settings deserve. */
  readAccount(): Account;
}

/** One followed symbol. */
interface Followed {
  leave: Leave;
  readonly view: View;
  state: StreamState;
}

/** Registers a stream node: symbols from the dialog or by message, one view for each, an honest status. */
export function registerStream<Options>(RED: NodeAPI, type: string, kind: StreamKind<Options>): void {
  RED.nodes.registerType(type, function (this: Node, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    const stream = new StreamNode(RED, this, definition as unknown as Saved, kind);
    const dontStart = hub().whenStarted(() => stream.start());
    this.on('input', (message, send, done) => stream.input(message, send, done));
    this.on('close', (done: () => void) => {
      dontStart();
      stream.close();
      done();
    });
  });
}

class StreamNode<Options> {
  private readonly followed = new Map<string, Followed>();
  private readonly light: StatusLight;
  private venue: Venue | undefined;
  private account: Account | undefined;
  private options: Options | undefined;
  private release: () => void = () => undefined;
  private closed = false;
  /** What was asked for is done in order, the start first: each step may wait for the list of symbols. */
  private queue: Promise<void>;
  private begin: () => void = () => undefined;
  private shown = '';
  private readonly catalogue = new Map<string, string>();
  /** The field that cannot be used. */
  private problem: string | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly saved: Saved,
    private readonly kind: StreamKind<Options>,
  ) {
    this.light = new StatusLight(systemClock, ({ key, text }) => node.status({ ...STATUS[key], text }));
    this.queue = new Promise<void>((resolve) => (this.begin = resolve)).then(() => this.followSaved());
  }

  /** All nodes of the flow exist. */
  start(): void {
    this.begin();
  }

  private async followSaved(): Promise<void> {
    if (this.closed) return;
    try {
      this.open();
      // one wrong symbol must not silence the others
      for (const symbol of listField(this.saved, 'symbols')) await this.subscribe([symbol]).catch((error: unknown) => this.misconfigured(error));
    } catch (error) {
      this.misconfigured(error);
    }
    this.showState();
  }

  /** `subscribe`, `unsubscribe` and `list`, in the manner of the MQTT nodes. */
  input(message: NodeMessageInFlow, send: (answer: NodeMessageInFlow) => void, done: (error?: Error) => void): void {
    // nothing that goes wrong with one message may stop the next ones
    this.queue = this.queue.then(() => this.obey(message, send, done)).catch((error: unknown) => this.node.error(error as Error, message));
  }

  private async obey(message: NodeMessageInFlow, send: (answer: NodeMessageInFlow) => void, done: (error?: Error) => void): Promise<void> {
    if (this.closed) return done();
    try {
      const { action, symbols } = readAction(message as unknown as Saved);
      this.open();
      if (action === 'list') send({ ...message, payload: [...this.followed.keys()].map(unifiedSymbol) });
      else if (action === 'subscribe') await this.subscribe(symbols);
      else await this.unsubscribe(symbols);
      this.showState();
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  /** Never waits for the network: what is left behind lives through a deploy. */
  close(): void {
    this.closed = true;
    this.begin();
    for (const { leave, view } of this.followed.values()) leave('after-grace', view.close());
    this.followed.clear();
    this.release();
    this.light.end();
  }

  private open(): void {
    if (this.venue !== undefined) return;
    const id = String(this.saved['account'] ?? '');
    const accountNode = this.RED.nodes.getNode(id) as AccountNode | null;
    if (typeof accountNode?.readAccount !== 'function') throw new FieldError('ACCOUNT_MISSING', 'account', 'the account node is missing or disabled');
    this.options = this.kind.options(this.saved);
    this.account = accountNode.readAccount();
    const { venue, release } = hub().use(this.account.spec);
    this.venue = venue;
    this.release = release;
  }

  /** All or nothing: an unknown symbol changes nothing. */
  private async subscribe(symbols: readonly string[]): Promise<void> {
    const ids = await this.resolve(symbols);
    if (this.closed) return;
    const options = this.options as Options;
    const channels = ids.filter((id) => !this.followed.has(id)).map((id) => ({ id, channel: this.kind.channel(id, options) }));
    for (const { id, channel } of channels) this.follow(id, channel, options);
  }

  /** What is followed can be given up under the name it has here, whatever the exchange lists by now. */
  private async unsubscribe(symbols: readonly string[]): Promise<void> {
    const names = new Map([...this.followed.keys()].flatMap((id) => [[id, id], [unifiedSymbol(id), id]]));
    const known = symbols.flatMap((symbol) => names.get(symbol) ?? []);
    const others = await this.resolve(symbols.filter((symbol) => !names.has(symbol)));
    for (const id of [...known, ...others]) {
      const followed = this.followed.get(id);
      followed?.view.reset();
      followed?.leave('at-once');
      this.followed.delete(id);
    }
  }

  /** The exchange's ids, each once. */
  private async resolve(symbols: readonly string[]): Promise<string[]> {
    if (symbols.length === 0) return [];
    const listed = await this.venue?.symbols.get();
    return [...new Set(symbols.map((symbol) => resolveSymbol(symbol, listed)))];
  }

  private follow(id: string, channel: ReturnType<StreamKind<Options>['channel']>, options: Options): void {
    const symbol = unifiedSymbol(id);
    const view = this.kind.view(options, {
      clock: systemClock,
      symbol,
      send: (payload, extra) => this.send(followed, { symbol: id, channel: channel.channel }, payload, extra),
      show: (value) => this.showValue(value),
    });
    const followed: Followed = { view, state: 'connecting', leave: () => undefined };
    this.followed.set(id, followed);
    followed.leave = (this.venue as Venue).pool.follow(channel, (event) => this.hear(id, followed, event), { name: this.node.id });
  }

  private hear(id: string, followed: Followed, event: StreamEvent): void {
    try {
      if (event.kind !== 'state') return followed.view.news(event);
      followed.state = event.state;
      if (event.state !== 'live') followed.view.reset();
      if (event.state === 'refused') this.node.error(new BitfinexError('SUBSCRIBE_REFUSED', `${id}: ${event.reason}`), {});
      this.showState();
    } catch (error) {
      // a message that cannot be sent is this node's trouble, not that of the connection which all nodes share
      this.node.error(error as Error, {});
    }
  }

  private send({ state }: Followed, { symbol, channel }: { symbol: string; channel: string }, payload: unknown, extra: Extra = {}): void {
    const { name, spec } = this.account as Account;
    const message: StreamMessage = {
      topic: unifiedSymbol(symbol),
      payload,
      bitfinex: {
        symbol,
        channel,
        account: name,
        receivedAt: systemClock.now(),
        // what still comes during maintenance is not to be trusted
        state: state === 'live' ? 'live' : 'stale',
        ...(spec.isSimulated ? { simulated: true as const } : {}),
        ...extra,
      },
    };
    this.node.send(message as never);
  }

  private showValue(value: number | undefined): void {
    this.shown = this.followed.size === 1 && value !== undefined ? ` ${value}` : '';
    if (this.followed.size === 1) this.showState();
  }

  private showState(): void {
    if (this.closed) return;
    if (this.problem === 'account') return this.light.set({ key: 'noAccount', text: shorten(this.words('noAccount')) });
    if (this.problem !== undefined) return this.light.set({ key: 'misconfigured', text: shorten(this.RED._('status.misconfigured', { field: this.problem })) });
    const states = [...this.followed.values()].map(({ state }) => state);
    const key = statusKeyOf(states, this.account?.spec.isSimulated === true);
    const isLive = key === 'live' || key === 'simulated';
    this.light.set({ key, text: shorten(isLive ? this.words('live') + this.liveText() : this.words(key)) });
  }

  private liveText(): string {
    return this.followed.size > 1 ? ` (${this.followed.size})` : this.shown;
  }

  /** The status names the first wrong field until the node is deployed anew; each error goes to the Catch nodes. */
  private misconfigured(error: unknown): void {
    if (this.closed) return;
    const wrong = isUnknownSymbol(error) ? new FieldError('SYMBOL_UNKNOWN', 'symbols', error.what) : error;
    this.problem ??= wrong instanceof FieldError ? wrong.field : 'symbols';
    this.node.error(wrong as Error, {});
  }

  /** Asked for with every message: looking into the catalogue takes longer than making the message. */
  private words(key: StatusKey | 'live'): string {
    const known = this.catalogue.get(key);
    if (known !== undefined) return known;
    const words = this.RED._(`status.${key}`);
    this.catalogue.set(key, words);
    return words;
  }
}

const isUnknownSymbol = (error: unknown): error is BitfinexError => error instanceof BitfinexError && error.code === 'SYMBOL_UNKNOWN';

import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import { BitfinexError } from '../core/errors';
import { unifiedSymbol } from '../core/symbol';
import { systemClock } from '../link/clock';
import { hub } from '../link/hub';
import type { MarketData } from '../link/market-data';
import type { Leave } from '../link/pool';
import type { StreamEvent, StreamState } from '../link/stream';
import { openAccount, type OpenAccount } from './account-user';
import { readAction, type Action } from './action';
import { FieldError, listField, ofMessage, type Saved } from './fields';
import { followEither } from './follow-either';
import { originOf, type Extra, type StreamMessage } from './message';
import { NodeStatus } from './node-status';
import { readQuery } from './query';
import { statusKeyOf } from './status';
import { SYMBOLS, type GetAnswer, type Names, type StreamKind, type View } from './stream-kind';

type Send = (answer: NodeMessageInFlow) => void;

/** One followed symbol. */
interface Followed {
  leave: Leave;
  readonly view: View;
  state: StreamState;
  lacks?: boolean;
}

/** What is known once the account could be opened and the settings be read. */
interface Opened<Options> extends OpenAccount {
  readonly options: Options;
  readonly market: MarketData;
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
  private readonly status: NodeStatus;
  private readonly names: Names;
  private opened: Opened<Options> | undefined;
  private closed = false;
  /** Gives up what is being fetched. */
  private readonly closing = new AbortController();
  /** What was asked for is done in order, the start first: each step may wait for the list of symbols. */
  private queue: Promise<void>;
  private begin: () => void = () => undefined;
  private shown = '';

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly saved: Saved,
    private readonly kind: StreamKind<Options>,
  ) {
    this.names = kind.names ?? SYMBOLS;
    this.status = new NodeStatus(RED, node);
    this.queue = new Promise<void>((resolve) => (this.begin = resolve)).then(() => this.followSaved());
  }

  /** All nodes of the flow exist. */
  start(): void {
    this.begin();
  }

  private async followSaved(): Promise<void> {
    if (this.closed) return;
    try {
      const opened = this.open();
      // one wrong symbol must not silence the others
      for (const name of listField(this.saved, this.names.field)) await this.subscribe(opened, [name]).catch((error: unknown) => this.misconfigured(error));
    } catch (error) {
      this.misconfigured(error);
    }
    this.showState();
  }

  /** `subscribe`, `unsubscribe`, `list` and `get`, in the manner of the MQTT nodes. */
  input(message: NodeMessageInFlow, send: Send, done: (error?: Error) => void): void {
    // nothing that goes wrong with one message may stop the next ones, and what is told of one that cannot be copied is told without it
    this.queue = this.queue.then(() => this.obey(message, send, done)).catch((error: unknown) => this.node.error(error as Error, {}));
  }

  private async obey(message: NodeMessageInFlow, send: Send, done: (error?: Error) => void): Promise<void> {
    if (this.closed) return done();
    try {
      const action = readAction(message as unknown as Saved);
      const opened = this.open();
      // an answer of REST may take its time: what comes behind it does not wait
      if (action.action === 'get') {
        const end = (error?: unknown): void => done(this.closed || error === undefined ? undefined : ofMessage(error, this.names.field));
        return void this.get(opened, action, message, send).then(() => end(), end).catch((error: unknown) => this.node.error(error as Error, {}));
      }
      if (action.action === 'list') send({ ...message, payload: [...this.followed.keys()].map((id) => this.names.topic(id)) });
      else if (action.action === 'subscribe') await this.subscribe(opened, action.symbols);
      else await this.unsubscribe(opened, action.symbols);
      this.showState();
      done();
    } catch (error) {
      done(ofMessage(error, this.names.field));
    }
  }

  /** Never waits for the network: what is left behind lives through a deploy. */
  close(): void {
    this.closed = true;
    this.begin();
    this.closing.abort();
    for (const { leave, view } of this.followed.values()) leave('after-grace', view.close());
    this.followed.clear();
    this.opened?.release();
    this.status.end();
  }

  private open(): Opened<Options> {
    if (this.opened !== undefined) return this.opened;
    const options = this.kind.options(this.saved);
    const account = openAccount(this.RED, this.saved);
    return (this.opened = { ...account, options, market: account.venue.market.with({ signal: this.closing.signal }) });
  }

  /** All or nothing: an unknown symbol changes nothing. */
  private async subscribe(opened: Opened<Options>, symbols: readonly string[]): Promise<void> {
    const ids = await this.resolve(opened, symbols);
    if (this.closed) return;
    const channels = ids.filter((id) => !this.followed.has(id)).map((id) => ({ id, channel: this.kind.channel(id, opened.options) }));
    for (const { id, channel } of channels) this.follow(opened, id, channel);
  }

  /** What is followed can be given up under the name it has here, whatever the exchange lists by now. */
  private async unsubscribe(opened: Opened<Options>, symbols: readonly string[]): Promise<void> {
    const names = new Map([...this.followed.keys()].flatMap((id) => [[id, id], [this.names.topic(id), id]]));
    const known = symbols.flatMap((symbol) => names.get(symbol) ?? []);
    const others = await this.resolve(opened, symbols.filter((symbol) => !names.has(symbol)));
    for (const id of [...known, ...others]) {
      const followed = this.followed.get(id);
      followed?.view.reset();
      followed?.leave('at-once');
      this.followed.delete(id);
    }
  }

  private async get({ account, venue, options, market }: Opened<Options>, { symbols, single }: Action, message: NodeMessageInFlow, send: Send): Promise<void> {
    const query = readQuery(message.payload);
    const all = symbols.length === 1 && symbols[0] === 'ALL';
    const ids = all ? [] : await this.resolve({ venue }, symbols);
    const answers = await this.kind.get({
      ...{ ids, all, single: single && !all, query, options, market },
      get now() {
        return systemClock.now();
      },
    });
    if (this.closed) return;
    for (const answer of answers) send({ ...message, ...this.answer(account, answer) } as NodeMessageInFlow);
  }

  private answer(account: OpenAccount['account'], { id: symbol = 'ALL', payload, extra }: GetAnswer): StreamMessage {
    const origin = originOf(account, { symbol, channel: this.node.type.replace(/^bitfinex-|-stream$/g, ''), receivedAt: systemClock.now(), state: 'live' });
    return { topic: symbol === 'ALL' ? symbol : this.names.topic(symbol), payload, bitfinex: { ...origin, ...extra, requested: true } };
  }

  /** The exchange's ids, each once. */
  private async resolve({ venue }: Pick<OpenAccount, 'venue'>, symbols: readonly string[]): Promise<string[]> {
    if (symbols.length === 0) return [];
    const listed = (await venue.markets.get())?.ids;
    return [...new Set(symbols.map((symbol) => this.names.resolve(symbol, listed)))];
  }

  private follow({ venue, options, market }: Opened<Options>, id: string, channel: ReturnType<StreamKind<Options>['channel']>): void {
    const view = this.kind.view(options, {
      clock: systemClock,
      id,
      symbol: this.names.topic(id),
      market,
      send: (payload, extra, more) => this.send(followed, { symbol: id, channel: channel.channel }, { payload, ...more }, extra),
      show: (value) => this.showValue(value),
      lack: (lacks) => {
        followed.lacks = lacks;
        this.showState();
      },
      fail: (error) => this.closed || this.node.error(error as Error, {}),
    });
    const followed: Followed = { view, state: 'connecting', leave: () => undefined };
    this.followed.set(id, followed);
    followed.leave = followEither(venue.pool, channel, this.kind.instead?.(channel), (event) => this.hear(id, followed, event), { name: this.node.id });
  }

  private hear(id: string, followed: Followed, event: StreamEvent): void {
    try {
      if (event.kind !== 'state') return followed.view.news(event);
      followed.state = event.state;
      followed.view.state?.(event.state);
      if (event.state !== 'live') followed.view.reset();
      if (event.state === 'refused') this.node.error(new BitfinexError('SUBSCRIBE_REFUSED', `${id}: ${event.reason}`), {});
      this.showState();
    } catch (error) {
      // a message that cannot be sent is this node's trouble, not that of the connection which all nodes share
      this.node.error(error as Error, {});
    }
  }

  private send({ state }: Followed, { symbol, channel }: { symbol: string; channel: string }, content: { payload: unknown }, extra: Extra = {}): void {
    // what still comes during maintenance is not to be trusted
    const origin = originOf((this.opened as OpenAccount).account, { symbol, channel, receivedAt: systemClock.now(), state: state === 'live' ? 'live' : 'stale' });
    const topic = extra.symbol === undefined ? this.names.topic(symbol) : unifiedSymbol(extra.symbol);
    const message: StreamMessage = { topic, ...content, bitfinex: { ...origin, ...extra } };
    this.node.send(message as never);
  }

  private showValue(value: number | undefined): void {
    this.shown = this.followed.size === 1 && value !== undefined ? ` ${value}` : '';
    if (this.followed.size === 1) this.showState();
  }

  private showState(): void {
    if (this.closed) return;
    const states = [...this.followed.values()].map(({ state, lacks }) => (state === 'live' && lacks === true ? 'resyncing' : state));
    const key = statusKeyOf(states, this.opened?.account.spec.isSimulated === true);
    if (key !== 'live' && key !== 'simulated') return this.status.show(key);
    this.status.show(key, { words: 'live', suffix: this.followed.size > 1 ? ` (${this.followed.size})` : this.shown });
  }

  /** The status names the first wrong field until the node is deployed anew; each error goes to the Catch nodes. */
  private misconfigured(error: unknown): void {
    if (this.closed) return;
    const { field } = this.names;
    const wrong = isUnknownSymbol(error) ? new FieldError('SYMBOL_UNKNOWN', field, error.what) : error;
    this.status.misconfigured(wrong, field);
    this.node.error(wrong as Error, {});
  }
}

const isUnknownSymbol = (error: unknown): error is BitfinexError => error instanceof BitfinexError && error.code === 'SYMBOL_UNKNOWN';

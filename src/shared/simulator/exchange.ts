import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../core/clock';
import type { AccountLimits } from './account-limits';
import { accountActions } from './trouble/account-actions';
import { AdminPath } from './trouble/admin-path';
import { CandleDesk } from './markets/candle-desk';
import { Feeds } from './sockets/feeds';
import { Liquidations } from './markets/liquidations';
import { Log, type LogEntry } from './log';
import { Luck } from './luck';
import { RESET_WORD } from './reset-word';
import type { RestCall } from './rest/rest-call';
import { send } from './trouble/rest-fault';
import type { Breach, RestLimits } from './rest/rest-limits';
import { RestServer } from './rest/rest-server';
import { SocketServer } from './sockets/socket-server';
import type { MarketSource } from './markets/source';
import { strangerIn } from './stranger';
import { synthetic } from './markets/synthetic';
import { NO_STORE, type AccountStore } from './trading/store/account-store';
import type { PaperUser } from './trading/account/paper-account';
import { paperAccount, type AccountGiven } from './trading/access/paper-keys';
import { PrivateSide } from './trading/private-side';
import type { Trading, TradingOptions } from './trading/trading';
import { Trouble } from './trouble/trouble';
import { troubleActions } from './trouble/trouble-actions';
import { ScopedClock, wallClock } from './wall-clock';

/** What this exchange allows (bitfinex-v2.md 2.8). */
export interface ExchangeLimits extends AccountLimits {
  /** Channels on one socket; the next is refused with 10305. */
  readonly channels: number;
  /** New sockets within `perMs`; the next is answered with HTTP 429. Off (Infinity) unless set; the exchange has 20 in 60 s. */
  readonly connections: number;
  readonly perMs: number;
  /** A socket without a channel that says nothing is dropped after this time, ms. */
  readonly silentMs: number;
  /** Off unless set; `REAL_LIMITS` are the documented ones. */
  readonly rest?: RestLimits;
}

const LIMITS: ExchangeLimits = { channels: 25, connections: Infinity, perMs: 60_000, silentMs: 60_000, authConnections: Infinity, orders: Infinity };

/** How an exchange is started. */
export interface ExchangeOptions {
  /** What makes markets, channel ids and the rest repeat; default 1. */
  readonly seed?: number;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Default: synthetic markets of this seed. */
  readonly source?: MarketSource;
  readonly limits?: Partial<ExchangeLimits>;
  /** Accounts and their keys; default: one with the literal paper keys. */
  readonly accounts?: readonly AccountGiven[];
  /** How orders are handled; default `TRADING`. */
  readonly trading?: Partial<TradingOptions>;
  /** Where accounts are kept beyond the end of the exchange; default: nowhere. */
  readonly store?: AccountStore;
  /** Answers of signed reads, by path without `/v2/`: `auth/r/wallets`; whoever asks, with whatever key. */
  readonly recorded?: ReadonlyMap<string, string>;
  /** Hears what went wrong inside, which should be nothing: then the process lives on. Without it an error ends the process. */
  readonly fault?: (error: Error) => void;
  /** Can it be commanded on `/admin`, by whoever is on this computer? Default: no. */
  readonly admin?: boolean;
}

/** A key for whoever wants to use the exchange. */
export interface KeyShown {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly userId: number;
}

/** A running exchange. */
export interface Exchange {
  /** `http://127.0.0.1:PORT`, without `/v2` */
  readonly rest: string;
  /** `ws://127.0.0.1:PORT/ws/2` */
  readonly ws: string;
  /** The last things that clients did, oldest first. */
  readonly log: readonly LogEntry[];
  /** The last REST calls with headers and body, oldest first. */
  readonly calls: readonly RestCall[];
  /** Calls beyond the REST limits. */
  readonly breaches: readonly Breach[];
  readonly trouble: Trouble;
  /** Of its markets, as the exchange writes them. */
  readonly symbols: readonly string[];
  /** The keys of its accounts, the one that may do most first. */
  readonly keys: readonly KeyShown[];
  /** Whose accounts they are. */
  readonly users: readonly PaperUser[];
  readonly trading: Trading;
  /**
   * Gives a user a new account with its starting money; its sockets are closed, for what they know is of the old one.
   * @param confirmation `RESET_WORD`, typed by somebody @returns false, and nothing is done, for another word
   */
  reset(userId: number, confirmation: string): boolean;
  stop(): Promise<void>;
}

/** Starts an exchange on the loopback address. It never keeps the process alive. */
export async function startExchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const running = new RunningExchange(options);
  try {
    await running.start(options.port ?? 0);
  } catch (error) {
    // a source that has begun must not go on without an exchange
    await running.stop();
    throw error;
  }
  return running;
}

class RunningExchange implements Exchange {
  rest = '';
  ws = '';
  readonly trouble: Trouble;
  readonly keys: readonly KeyShown[];
  readonly users: readonly PaperUser[];
  private readonly clock: ScopedClock;
  private readonly source: MarketSource;
  private readonly record = new Log();
  readonly accounts: PrivateSide;
  private readonly restServer: RestServer;
  private readonly http: Server;
  private readonly sockets: SocketServer;
  private readonly admin: AdminPath | undefined;

  constructor({ seed = 1, clock = wallClock, limits, recorded = new Map(), admin = false, accounts = [paperAccount()], trading = {}, store = NO_STORE, fault, source = synthetic({ seed, prices: store.prices }) }: ExchangeOptions) {
    const allowed = { ...LIMITS, ...limits };
    this.clock = new ScopedClock(clock, fault);
    this.source = source;
    const desk = new CandleDesk(source);
    const liquidations = new Liquidations(source, seed);
    this.trouble = new Trouble({ clock: this.clock, source, desk, liquidations, hangUp: () => this.http.closeIdleConnections() });
    const feeds = new Feeds({ clock: this.clock, source, trouble: this.trouble.corruptions, desk, liquidations });
    this.accounts = new PrivateSide({ clock: this.clock, seed, source, trouble: this.trouble, limits: allowed, accounts, options: trading, store });
    this.users = accounts.map(({ user }) => user);
    this.keys = accounts.flatMap(({ user: { userId }, keys }) => keys.map(({ apiKey, apiSecret }) => ({ apiKey, apiSecret, userId })));
    const luck = new Luck(seed, 'channel ids');
    const connection = { clock: this.clock, luck, source, feeds, trouble: this.trouble, serverId: randomUUID(), channels: allowed.channels, accounts: this.accounts };
    this.sockets = new SocketServer({ connection, log: this.record, ...allowed });
    this.restServer = new RestServer({ clock: this.clock, source, desk, liquidations, seed, trouble: this.trouble, limits: allowed.rest, recorded, accounts: this.accounts });
    this.admin = admin ? new AdminPath({ ...troubleActions(this.trouble), ...accountActions(this) }) : undefined;
    this.http = createServer((request, response) => this.answer(request, response));
    this.http.on('upgrade', (request, socket, head) => this.sockets.upgrade(request, socket, head));
    this.http.on('connection', (socket) => void socket.unref());
  }

  get symbols(): readonly string[] {
    return this.source.symbols;
  }

  get trading(): Trading {
    return this.accounts.trading;
  }

  get log(): readonly LogEntry[] {
    return this.record.entries;
  }

  get calls(): readonly RestCall[] {
    return this.restServer.list;
  }

  get breaches(): readonly Breach[] {
    return this.restServer.breaches;
  }

  async start(port: number): Promise<void> {
    await this.source.start({ clock: this.clock, channels: () => this.sockets.channelTexts(), backlog: () => this.sockets.backlog() });
    this.accounts.begin();
    await new Promise<void>((done, fail) => {
      this.http.once('error', fail);
      this.http.listen(port, '127.0.0.1', done);
    });
    this.http.unref();
    const { port: bound } = this.http.address() as AddressInfo;
    this.rest = `http://127.0.0.1:${bound}`;
    this.ws = `ws://127.0.0.1:${bound}/ws/2`;
  }

  reset(userId: number, confirmation: string): boolean {
    const user = this.users.find((one) => one.userId === userId);
    if (user === undefined || confirmation !== RESET_WORD) return false;
    this.accounts.reset(user);
    this.sockets.drop(userId);
    return true;
  }

  async stop(): Promise<void> {
    this.clock.end();
    this.sockets.drop();
    this.accounts.end();
    await this.source.stop();
    const closed = new Promise<void>((done) => void this.http.close(() => done()));
    this.http.closeAllConnections();
    await closed;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    // before any trouble, which it must be able to end
    if (this.admin?.owns(request) === true) return this.admin.handle(request, response);
    this.record.add({ at: this.clock.now(), connection: 0, kind: 'request', text: `${request.method ?? ''} ${request.url ?? '/'}` });
    const stranger = strangerIn(request);
    if (stranger !== undefined) send(response, { status: 403, body: JSON.stringify({ error: stranger }) });
    else if (this.trouble.refuses) request.socket.destroy();
    else this.restServer.handle(request, response);
  }
}

import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { plainWords, type HttpAnswer } from '../core/answer';
import type { Clock } from '../core/clock';
import { agentFor, proxyFor, type ForAgent } from './proxy';

/** One HTTP request; the body goes out byte for byte, for it may be signed. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** For the whole answer, its last byte included. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** It goes out now: the line stands. */
  readonly onLeave?: () => void;
}

/** What became of it. */
export type HttpOutcome =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer; readonly bytes: number }
  | Lost;

/** No whole answer. */
export interface Lost {
  readonly kind: 'lost';
  readonly code: 'EXCHANGE_UNREACHABLE' | 'ANSWER_UNUSABLE';
  readonly why: string;
  /** The exchange may have got the request. */
  readonly hasLeft: boolean;
  /** The next try would end the same. */
  readonly isLasting: boolean;
}

/** All tickers are about 100 kB, 10 000 candles about 1 MB. The same bound holds after unpacking. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Connections are kept between calls; a free one is dropped after half a minute. Whoever sends bounds them: here nothing queues. */
const KEPT = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: 6, timeout: 30_000 };

/** To read what lies in the socket already. */
const CATCH_UP_MS = 100;

const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'node-red-bitfinex' };

/** Who answers is not who was asked: that does not pass within seconds. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

/** HTTP with bounds: one time limit over everything, bounded size, no redirect followed, proxies as Node-RED has them. */
export class Http {
  private readonly agents = new Map<string, Agent>();

  constructor(private readonly clock: Clock) {}

  /**
   * Sends once. Whatever happens is an outcome, but for the caller's own signal, whose reason is thrown.
   * @throws BitfinexError for a proxy that cannot be used
   */
  async send(call: HttpCall): Promise<HttpOutcome> {
    call.signal?.throwIfAborted();
    const attempt = new Attempt(call, this.agent(call.url));
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        stop();
        call.signal?.removeEventListener('abort', giveUp);
        attempt.drop();
        settle();
      };
      const giveUp = (): void => end(() => reject(call.signal?.reason));
      const late = (): void => end(() => resolve(attempt.lost(`nothing complete within ${call.limitMs / 1000} s`)));
      // a process that stood still meanwhile finds what has come only after its timers
      let stop = this.clock.after(call.limitMs, () => (stop = this.clock.after(CATCH_UP_MS, late)));
      call.signal?.addEventListener('abort', giveUp);
      attempt.run((outcome) => end(() => resolve(outcome)));
    });
  }

  /** Closes what is kept open. */
  end(): void {
    for (const agent of this.agents.values()) agent.destroy();
    this.agents.clear();
  }

  /** One for each way: the environment may name another proxy from one call to the next. */
  private agent(url: string): Agent {
    const way = `${new URL(url).protocol} ${proxyFor(url)?.href ?? ''}`;
    const agent = this.agents.get(way) ?? agentFor(url, KEPT);
    this.agents.set(way, agent);
    return agent;
  }
}

/** What the answer is not: readable. Trying again would bring the same. */
class Unreadable extends Error {}

/** One request with its answer. */
class Attempt {
  private request: ClientRequest | undefined;
  private hasLeft = false;
  private hasEnded = false;
  private isComplete = false;
  private readonly dropped = new AbortController();

  constructor(
    private readonly call: HttpCall,
    private readonly agent: Agent,
  ) {}

  /** Calls `end` at most once, and not after {@link drop}. */
  run(end: (outcome: HttpOutcome) => void): void {
    const tell = (outcome: HttpOutcome): void => {
      if (!this.hasEnded) end(outcome);
    };
    const fail = (error: unknown): void => tell(this.lost(reasonOf(error), error));
    try {
      const request = this.start();
      request.on('socket', (socket) => this.watch(socket));
      request.on('error', fail);
      request.on('response', (response) => void this.read(response).then(tell, fail));
      request.end(this.call.body);
      this.request = request;
    } catch (error) {
      fail(error);
    }
  }

  /** A connection whose answer was not read to its end is good for nothing. */
  drop(): void {
    this.hasEnded = true;
    if (this.isComplete) return;
    this.request?.destroy();
    this.dropped.abort();
  }

  lost(why: string, error?: unknown): Lost {
    const isUnreadable = error instanceof Unreadable;
    const { host } = new URL(this.call.url);
    return {
      kind: 'lost',
      code: isUnreadable ? 'ANSWER_UNUSABLE' : 'EXCHANGE_UNREACHABLE',
      why: isUnreadable ? `${host} answered ${why}` : `no answer from ${host} (${why})`,
      hasLeft: this.hasLeft,
      isLasting: isUnreadable || CERTIFICATE.test(why),
    };
  }

  private start(): ClientRequest {
    const { url, method, headers } = this.call;
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    const options: ForAgent = { method, agent: this.agent, headers: { ...HEADERS, ...headers }, dropped: this.dropped.signal };
    return request(url, options);
  }

  /** Nothing leaves before the line stands, and with TLS not before the other side has proved who it is. */
  private watch(socket: Socket & { secureConnecting?: boolean }): void {
    const left = (): void => {
      this.hasLeft = true;
      this.call.onLeave?.();
    };
    if (socket.secureConnecting === true) socket.once('secureConnect', left);
    else if (socket.connecting) socket.once('connect', left);
    else left();
  }

  private async read(response: IncomingMessage): Promise<HttpOutcome> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of unpacked(response) as AsyncIterable<Uint8Array>) {
      bytes += part.length;
      if (bytes > MAX_BYTES) throw new Unreadable(`more than ${MAX_BYTES / 1024 / 1024} MB`);
      parts.push(part);
    }
    this.isComplete = true;
    return { kind: 'answered', answer: { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString('utf8') }, bytes };
  }
}

function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return response;
  if (encoding !== 'gzip') throw new Unreadable(`encoded as "${plainWords(encoding.slice(0, 20))}", which was not asked for`);
  return pipeline(response, createGunzip(), () => undefined);
}

/** A code says it shorter than its message, and holds nothing of the request. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return String('code' in error && error.code !== undefined ? error.code : error.message).slice(0, 80);
}

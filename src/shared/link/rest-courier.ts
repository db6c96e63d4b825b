import { closedUntil, sortAnswer, unknown, type Answer, type Failure } from '../core/answer';
import type { Clock } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { limitOf } from '../core/limits';
import type { RestOutcome } from '../core/rest-counts';
import { againMs } from '../core/retry';
import { Http, type HttpOutcome } from './http';
import type { Limiter } from './limiter';
import { isLoopback } from './proxy';
import type { CallOptions } from './rest';
import { keyLines, usableKey, type ApiKey, type KeyLine, type KeyLines, type ReadKey } from './rest-key';
import { checkPath, isSigned, isWrite } from './rest-path';

/** What goes out, made anew for each try: a signature holds only once. */
export interface Outgoing {
  /** From `/v2/` on, with its query. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** One call. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** Without `/v2/` and query. */
  readonly path: string;
  /** Signs, where the path wants it. */
  readonly key: ReadKey;
  readonly options: CallOptions;
  prepare(): Outgoing;
}

/** What the courier works with. */
export interface CourierPorts {
  readonly clock: Clock;
  readonly limiter: Limiter;
  /** Without `/v2`; `auth` for signed calls, where that is another host. */
  addresses(): Promise<{ readonly rest: string; readonly auth?: string }>;
  /** Hears of every try. */
  hear?(outcome: RestOutcome): void;
  /** Default: those of the process. */
  readonly keys?: KeyLines;
}

/** Where one try goes. */
interface Target {
  readonly base: string;
  readonly key: ApiKey | undefined;
  /** 1 = the first. */
  readonly attempt: number;
  /** For its limit. */
  readonly waitedMs: number;
}

/** For the whole answer (reliability.md, decision 1 for writes). */
const READ_MS = 10_000;
const WRITE_MS = 5_000;

/** Carries calls: inside the limits, the signed ones of a key one after the other, reads more than once where that may help. */
export class Courier {
  private readonly http: Http;
  private readonly waiting = new Set<{ readonly lane: string; readonly gate: AbortController }>();

  constructor(private readonly ports: CourierPorts) {
    this.http = new Http(ports.clock);
  }

  /**
   * Answers the parsed body.
   * @throws BitfinexError, or the reason of the signal that gave the call up
   */
  async carry(call: Call): Promise<unknown> {
    checkPath(call.path);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.try(call, attempt);
      if (answer.kind === 'answer') return answer.body;
      const waitMs = isWrite(call.path) ? undefined : againMs(answer, attempt, this.ports.clock.random());
      if (waitMs === undefined) throw answer.error;
      await this.pause(waitMs, call.options.signal);
    }
  }

  /** The next nonce of this key. */
  nonce(key: ApiKey): number {
    return this.line(key).nonce();
  }

  /** Closes what is kept open. */
  end(): void {
    this.http.end();
  }

  /** The key's turn comes after the limit's: who waits for a limit holds up nobody else. */
  private async try(call: Call, attempt: number): Promise<Answer> {
    const key = isSigned(call.path) ? usableKey(call.key()) : undefined;
    const target: Target = { base: await this.base(key !== undefined), attempt, waitedMs: await this.admit(call), key };
    if (key === undefined) return this.send(call, target);
    return this.line(key).inTurn(() => this.send(call, target), call.options.priority, call.options.signal);
  }

  private line(key: ApiKey): KeyLine {
    return (this.ports.keys ?? keyLines()).of(key);
  }

  private async base(signed: boolean): Promise<string> {
    const { rest, auth = rest } = await this.ports.addresses().catch((error: unknown) => {
      throw error instanceof BitfinexError ? error : new BitfinexError('EXCHANGE_UNREACHABLE', 'the exchange of the account does not start');
    });
    const base = signed ? auth : rest;
    if (signed && !base.startsWith('https:') && !isLoopback(base)) throw new BitfinexError('HOST_NOT_ALLOWED', `a key is sent only over https, not to ${new URL(base).host}`);
    return base;
  }

  /** A limit that the exchange closed is refused at once; so is who waits when it closes. Answers how long it took, ms. */
  private async admit({ path, options: { priority = 'read', signal, onWait } }: Call): Promise<number> {
    const { limit, lane } = limitOf(path);
    const began = this.ports.clock.monotonic();
    const heldMs = this.ports.limiter.heldMs(limit, lane);
    if (heldMs > 0) throw this.closed(lane, heldMs);
    const entry = { lane, gate: new AbortController() };
    this.waiting.add(entry);
    try {
      await this.ports.limiter.admit(limit, { priority, lane, onWait, signal: signal === undefined ? entry.gate.signal : AbortSignal.any([signal, entry.gate.signal]) });
    } finally {
      this.waiting.delete(entry);
    }
    return this.ports.clock.monotonic() - began;
  }

  private async send(call: Call, target: Target): Promise<Answer> {
    const { clock } = this.ports;
    const { base, key } = target;
    const { url, headers = {}, body } = call.prepare();
    const write = isWrite(call.path);
    const began = clock.monotonic();
    // what may have been written is not taken back by closing the line
    const outcome = await this.http.send({ method: call.method, url: base + url, headers, body, limitMs: write ? WRITE_MS : READ_MS, signal: write ? undefined : call.options.signal });
    const secrets = [key?.apiKey ?? '', key?.secret ?? '', headers['bfx-signature'] ?? ''];
    const answer = outcome.kind === 'answered' ? sortAnswer(outcome.answer, { isWrite: write, now: clock.now(), secrets }) : lost(outcome, write);
    this.tell(call, target, outcome, answer, clock.monotonic() - began);
    if (answer.kind === 'failed' && answer.holdMs !== undefined) this.close(call.path, answer.holdMs);
    return answer;
  }

  private tell({ method, path }: Call, { attempt, waitedMs }: Target, outcome: HttpOutcome, answer: Answer, latencyMs: number): void {
    const { bytes, httpStatus } = outcome.kind === 'answered' ? { bytes: outcome.bytes, httpStatus: outcome.answer.status } : { bytes: 0 };
    const code = answer.kind === 'failed' ? answer.error.code : undefined;
    this.ports.hear?.({ ...limitOf(path), method, path, attempt, waitedMs, latencyMs, bytes, httpStatus, code });
  }

  private close(path: string, ms: number): void {
    const { limit, lane } = limitOf(path);
    this.ports.limiter.hold(limit, ms, lane);
    for (const { lane: waiting, gate } of [...this.waiting]) if (waiting === lane) gate.abort(this.closed(lane, ms));
  }

  private closed(lane: string, ms: number): BitfinexError {
    return closedUntil(this.ports.clock.now() + Math.ceil(ms), `the exchange asked for a pause of "${lane.replace(/^\S+ /, '')}"`);
  }

  private async pause(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        stop();
        reject(signal?.reason);
      };
      const stop = this.ports.clock.after(ms, () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      });
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }
}

/** Without an answer a write may have been done, unless nothing of it has left. */
function lost({ code, why, hasLeft, isLasting }: Extract<HttpOutcome, { kind: 'lost' }>, write: boolean): Failure {
  if (write && hasLeft) return unknown(why);
  return { kind: 'failed', error: new BitfinexError(code, why), again: isLasting ? 'never' : 'later' };
}

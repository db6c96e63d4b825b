import { setMaxListeners } from 'node:events';
import { closedUntil, sortAnswer, unknown, type Answer, type Failure } from '../core/answer';
import type { Clock } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { limitOf } from '../core/limits';
import type { RestOutcome } from '../core/rest-counts';
import { againMs } from '../core/retry';
import type { Start } from '../core/window';
import { Http, type HttpOutcome } from './http';
import type { Limiter } from './limiter';
import { isLoopback } from './proxy';
import type { CallOptions } from './rest';
import { Gate } from './rest-gate';
import { keyLines, usableKey, type ApiKey, type KeyLine, type KeyLines, type ReadKey } from './rest-key';
import { checkPath, isSigned, isWrite } from './rest-path';
import { Places } from './rest-places';

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
  /** With the key whose turn it is, where the path is signed. */
  prepare(key?: ApiKey): Outgoing;
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
  /** 1 = the first. */
  readonly attempt: number;
  readonly gate: Gate;
  /** Counts from when it leaves. */
  readonly start: Start;
  /** For its limit. */
  readonly waitedMs: number;
}

/** For the whole answer. A signed one may hold up a cancel in its key's line (reliability.md, decision 1). */
const READ_MS = 10_000;
const SIGNED_MS = 5_000;

/** Public calls that are on their way together, as browsers have it for one host. */
const TOGETHER = 6;

/** Carries calls: inside the limits, the signed ones of a key one after the other, reads more than once where that may help. */
export class Courier {
  /** Signed calls share no line with public ones, not even a stray answer. */
  private readonly open: Http;
  private readonly signed: Http;
  private readonly places = new Places(TOGETHER);
  private readonly waiting = new Set<Gate>();

  constructor(private readonly ports: CourierPorts) {
    this.open = new Http(ports.clock);
    this.signed = new Http(ports.clock);
  }

  /**
   * Answers the parsed body.
   * @throws BitfinexError, or the reason of the signal that gave the call up
   */
  async carry(call: Call): Promise<unknown> {
    checkPath(call.path);
    // a node has one signal for all that it asks
    if (call.options.signal !== undefined) setMaxListeners(0, call.options.signal);
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
    this.open.end();
    this.signed.end();
  }

  private async try(call: Call, attempt: number): Promise<Answer> {
    const isSecret = isSigned(call.path);
    if (isSecret) {
      usableKey(call.key());
      call.options.onSigned?.();
    }
    const base = await this.base(isSecret);
    const gate = new Gate(limitOf(call.path).lane, call.options.signal);
    this.waiting.add(gate);
    try {
      return await this.pass(call, base, attempt, gate);
    } finally {
      this.waiting.delete(gate);
      gate.end();
    }
  }

  /** The turn comes after the limit: who waits for a limit holds up nobody else. */
  private async pass(call: Call, base: string, attempt: number, gate: Gate): Promise<Answer> {
    const target: Target = { base, attempt, gate, ...(await this.admit(call, gate)) };
    try {
      if (isSigned(call.path)) return await this.inKeysTurn(call, target);
      return await this.places.inTurn(() => this.send(call, target), call.options.priority, gate.signal);
    } finally {
      target.start.giveBack();
    }
  }

  /** The key may be another one when its turn comes: then the turn is that one's. */
  private async inKeysTurn(call: Call, target: Target): Promise<Answer> {
    for (;;) {
      const key = usableKey(call.key());
      const job = async (): Promise<Answer | undefined> => {
        const now = usableKey(call.key());
        return now.apiKey === key.apiKey ? this.send(call, target, now) : undefined;
      };
      const answer = await this.line(key).inTurn(job, call.options.priority, target.gate.signal);
      if (answer !== undefined) return answer;
    }
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

  /** A limit that the exchange closed is refused at once; so is who has not left when it closes. */
  private async admit({ path, options: { priority = 'read', onWait } }: Call, { lane, signal }: Gate): Promise<Pick<Target, 'start' | 'waitedMs'>> {
    const { clock, limiter } = this.ports;
    this.refuseHeld(path);
    const began = clock.monotonic();
    const start = await limiter.reserve(limitOf(path).limit, { priority, lane, onWait, signal });
    return { start, waitedMs: clock.monotonic() - began };
  }

  private async send(call: Call, target: Target, key?: ApiKey): Promise<Answer> {
    const { clock } = this.ports;
    this.refuseHeld(call.path);
    const { headers = {}, ...outgoing } = call.prepare(key);
    const write = isWrite(call.path);
    const began = clock.monotonic();
    const outcome = await this.leave(call, target, { ...outgoing, headers });
    const secrets = [key?.apiKey ?? '', key?.secret ?? '', headers['bfx-signature'] ?? ''];
    const answer = outcome.kind === 'answered' ? sortAnswer(outcome.answer, { write: write ? call.path : undefined, now: clock.now(), secrets }) : lost(outcome, write);
    this.tell(call, target, outcome, answer, clock.monotonic() - began);
    if (answer.kind === 'failed' && answer.holdMs !== undefined) this.close(call.path, answer.holdMs);
    return answer;
  }

  private async leave({ method, path, options }: Call, { base, gate, start }: Target, { url, headers, body }: Outgoing): Promise<HttpOutcome> {
    const isSecret = isSigned(path);
    const onLeave = (): void => start.leave(this.ports.clock.monotonic());
    this.waiting.delete(gate);
    // what may have been written is not taken back by closing the line
    const signal = isWrite(path) ? undefined : options.signal;
    const outcome = await (isSecret ? this.signed : this.open).send({ method, url: base + url, headers: headers ?? {}, body, limitMs: isSecret ? SIGNED_MS : READ_MS, signal, onLeave });
    // one that found no line counts too: nobody is hammered who cannot be reached
    onLeave();
    return outcome;
  }

  private tell({ method, path }: Call, { attempt, waitedMs }: Target, outcome: HttpOutcome, answer: Answer, latencyMs: number): void {
    const { bytes, httpStatus } = outcome.kind === 'answered' ? { bytes: outcome.bytes, httpStatus: outcome.answer.status } : { bytes: 0 };
    const code = answer.kind === 'failed' ? answer.error.code : undefined;
    this.ports.hear?.({ ...limitOf(path), method, path, attempt, waitedMs, latencyMs, bytes, httpStatus, code });
  }

  private close(path: string, ms: number): void {
    const { limit, lane } = limitOf(path);
    this.ports.limiter.hold(limit, ms, lane);
    for (const gate of [...this.waiting]) if (gate.lane === lane) gate.close(this.closed(lane, ms));
  }

  private refuseHeld(path: string): void {
    const { limit, lane } = limitOf(path);
    const heldMs = this.ports.limiter.heldMs(limit, lane);
    if (heldMs > 0) throw this.closed(lane, heldMs);
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

import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { distance } from 'fastest-levenshtein';
import { plainWords } from '../core/answer';
import type { Clock } from '../core/clock';
import { BitfinexError, type ErrorCode } from '../core/errors';
import type { BitfinexRest as Exchange, Signed } from './bitfinex-rest';
import type { CallOptions, Params } from './rest';
import type { Courier } from './rest-courier';
import { usableKey, type ApiKey, type ReadKey } from './rest-key';
import { checkPath, isSigned, refuseWrite } from './rest-path';
import { checkShape } from './rest-shape';

const DAY_MS = 24 * 60 * 60_000;
/** Until markets that could not be read are asked for again. */
const AGAIN_MS = 10 * 60_000;

/** What signs, and who carries what is signed. */
export interface Signer {
  readonly key: ReadKey;
  readonly courier: Courier;
}

/** On whose behalf ccxt's class runs; it has no argument for that. */
interface Caller {
  readonly key: ReadKey;
  /** Carries what is signed; where there is none, whoever carries the rest. */
  readonly courier?: Courier;
  readonly options: CallOptions;
  /** Answers that have come; an error of ccxt's before the first is about the arguments. */
  answers: number;
}

/** Methods that ask; of those built from the API's paths, the signed ones below `auth/r` and `auth/calc`. */
const READS = /^(fetch[A-Z]\w*|loadMarkets|public(Get|PostCalc)[A-Z]\w*|privatePostAuth(R|Calc)[A-Z]\w*)$/;

/** Named like questions, but they call any method by its name, make an address, or are ccxt's own plumbing. */
const NO_READS = /^fetch(PaginatedCall\w*|WebEndpoint|Implementation\w*|IsNative|DepositAddress\w*|\w*Ws)$/;

/** Methods that change something, by the way ccxt names them. */
const WRITES = /^(create|cancel|edit|close|set|add|reduce|borrow|repay|withdraw|transfer|signIn|deposit|convert|fetchDepositAddress|privatePost)/;

/** What ccxt's own errors mean to a user. */
const MEANS: Readonly<Record<string, ErrorCode>> = {
  ArgumentsRequired: 'FIELD_INVALID',
  BadRequest: 'FIELD_INVALID',
  BadSymbol: 'SYMBOL_UNKNOWN',
  InvalidOrder: 'FIELD_INVALID',
  NotSupported: 'FIELD_INVALID',
  OrderNotFound: 'REQUEST_REFUSED',
};

/** ccxt's unified methods over the one courier. Its class is loaded with the first call that needs it. */
export class Unified {
  private readonly caller = new AsyncLocalStorage<Caller>();
  private loaded: Exchange | undefined;
  /** When the markets were last asked for, monotonic. */
  private marketsAt: number | undefined;

  constructor(
    private readonly courier: Courier,
    private readonly clock: Clock,
  ) {}

  /** @throws BitfinexError */
  async post(path: string, params: Params, { key, courier }: Signer, options: CallOptions): Promise<unknown> {
    checkPath(path);
    usableKey(key());
    const { exchange } = this;
    const sign = (own?: ApiKey): Signed => this.caller.run({ key: () => own, courier, options, answers: 0 }, () => exchange.sign(path, 'private', 'POST', { ...params }) as Signed);
    return courier.carry({ method: 'POST', path, key, options, prepare: sign });
  }

  /** @throws BitfinexError */
  async call(method: string, args: readonly unknown[], signer: Signer, options: CallOptions): Promise<unknown> {
    options.signal?.throwIfAborted();
    if (options.signal !== undefined) setMaxListeners(0, options.signal);
    const ask = this.method(method);
    const caller: Caller = { ...signer, options, answers: 0 };
    this.refreshMarkets();
    try {
      const answer = await this.caller.run(caller, () => ask(...args));
      // the one method that hands out what ccxt itself goes on using
      return method === 'loadMarkets' ? structuredClone(answer) : answer;
    } catch (error) {
      if (error instanceof BitfinexError || options.signal?.aborted === true) throw error;
      throw readable(error, caller.answers > 0);
    }
  }

  private method(name: string): (...args: unknown[]) => Promise<unknown> {
    const { exchange } = this;
    const found = exchange[name as keyof Exchange] as unknown;
    if (typeof found === 'function' && READS.test(name) && !NO_READS.test(name)) return (found as (...args: unknown[]) => Promise<unknown>).bind(exchange);
    if (typeof found === 'function' && WRITES.test(name)) throw new BitfinexError('WRITE_CLOSED', `method: "${name}" would change something at the exchange`);
    throw new BitfinexError('FIELD_INVALID', `method: "${plainWords(String(name).slice(0, 60))}" is no method that reads${nearest(exchange, String(name))}`);
  }

  private get exchange(): Exchange {
    return (this.loaded ??= this.load());
  }

  private load(): Exchange {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- ccxt is loaded here and now, not with every flow
    const { BitfinexRest } = require('./bitfinex-rest') as { BitfinexRest: typeof Exchange };
    return new BitfinexRest({
      key: () => this.caller.getStore()?.key(),
      nonce: () => this.nonce(this.caller.getStore() ?? NOBODY),
      carry: (method, path, sign) => this.carry(method, path, sign),
      forAll: (work) => this.forAll(work),
    });
  }

  private nonce({ key, courier = this.courier }: Caller): number {
    return courier.nonce(usableKey(key()));
  }

  /** Where every call of ccxt's ends. */
  private async carry(method: 'GET' | 'POST', path: string, sign: () => Signed): Promise<unknown> {
    checkPath(path);
    refuseWrite(path);
    const caller = this.caller.getStore() ?? NOBODY;
    const prepare = (own?: ApiKey): Signed => this.caller.run({ ...caller, key: () => own }, sign);
    const courier = (isSigned(path) ? caller.courier : undefined) ?? this.courier;
    const answer = await courier.carry({ method, path, key: caller.key, options: caller.options, prepare });
    caller.answers++;
    checkShape(path, answer);
    return answer;
  }

  /** Pairs come and go: a day later the markets are read again, beside the call that notices. */
  private refreshMarkets(): void {
    if (this.marketsAt === undefined || this.clock.monotonic() - this.marketsAt < DAY_MS) return;
    const asked = this.exchange.loadMarkets(true);
    asked.catch(() => (this.marketsAt = this.clock.monotonic() - DAY_MS + AGAIN_MS));
  }

  /** What all share (the markets) is read on nobody's behalf; each waits for it as long as it likes. */
  private async forAll<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.caller.getStore()?.options ?? {};
    this.marketsAt = this.clock.monotonic();
    const shared = this.caller.run({ ...NOBODY }, work);
    if (signal === undefined) return shared;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(signal.reason);
      signal.addEventListener('abort', giveUp, { once: true });
      shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
  }
}

const NOBODY: Caller = { key: () => undefined, options: {}, answers: 0 };

/** ccxt's own errors name the library and may hold its objects. */
function readable(error: unknown, wasAnswered: boolean): BitfinexError {
  const { name, message } = error instanceof Error ? error : { name: '', message: 'unknown' };
  const words = plainWords(message.replace(/^bitfinex /, ''));
  if (Object.hasOwn(MEANS, name)) return new BitfinexError(MEANS[name] as ErrorCode, `args: ${words}`);
  // what ccxt throws on its way is a TypeError: about the arguments before, about the answer after it came
  return wasAnswered ? new BitfinexError('ANSWER_UNUSABLE', `the exchange answered with something that cannot be read (${words})`) : new BitfinexError('FIELD_INVALID', `args: ${words}`);
}

/** The three methods that read most like the name. */
function nearest(exchange: Exchange, name: string): string {
  const wanted = name.slice(0, 60).toLowerCase();
  const near = methodsOf(exchange)
    .map((method) => ({ method, apart: distance(wanted, method.toLowerCase()) }))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, 3)
    .map(({ method }) => method);
  return ` (nearest: ${near.join(', ')})`;
}

function methodsOf(exchange: Exchange): string[] {
  const names = new Set<string>();
  for (let at: object | null = exchange; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter((name) => READS.test(name) && !NO_READS.test(name));
}

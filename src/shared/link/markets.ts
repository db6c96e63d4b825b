import type { Clock, Stop } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { MARKETS_PATH, readMarkets, type Markets } from '../core/markets';
import type { MarketsFile } from './markets-file';
import type { CallOptions, Rest } from './rest';

const DAY_MS = 24 * 60 * 60_000;

/** After a failure the list is asked for again; each time twice as late as before. */
const RETRY_MS = 30_000;
const LATEST_RETRY_MS = 30 * 60_000;

/** Nobody waits longer for the first list: a deploy must not hang on an exchange that does not answer. */
const FIRST_MS = 5_000;

/** What the list of markets works with. */
export interface MarketListPorts {
  readonly clock: Clock;
  readonly rest: Pick<Rest, 'read'>;
  readonly file?: MarketsFile | undefined;
  /** Tells the person who reads the log. */
  report(text: string): void;
}

/**
 * The exchange's own list of markets: read when somebody first asks, then once a day and on demand. Whoever asks next
 * gets the newest, so that a pair which comes, goes or changes reaches running nodes.
 */
export class MarketList {
  private markets: Markets | undefined;
  private from: 'exchange' | 'cache' | undefined;
  private at: number | undefined;
  private beginning: Promise<void> | undefined;
  private reading: Promise<Markets> | undefined;
  private failures = 0;
  private isKept = true;
  private timer: Stop = () => undefined;
  private readonly closing = new AbortController();

  constructor(private readonly ports: MarketListPorts) {}

  /** Where the list came from: what is from the cache may be outdated. */
  get source(): 'exchange' | 'cache' | undefined {
    return this.from;
  }

  /** When the exchange said so, UTC ms. */
  get readAt(): number | undefined {
    return this.at;
  }

  /** The newest list, if there is one; asking reads nothing. */
  get known(): Markets | undefined {
    return this.markets;
  }

  /**
   * The newest list, or `undefined` as long as there is none. Only the very first reading is worth waiting for, and that
   * only where nothing is kept from an earlier run. Never throws.
   */
  async get(): Promise<Markets | undefined> {
    this.beginning ??= this.begin();
    await this.beginning;
    return this.markets;
  }

  /**
   * Asks the exchange now.
   * @throws BitfinexError when it gives no list; the old one stays
   */
  async refresh(): Promise<Markets> {
    return this.read({});
  }

  end(): void {
    this.timer();
    this.closing.abort(new BitfinexError('EXCHANGE_UNREACHABLE', 'the account is no longer used'));
  }

  private async begin(): Promise<void> {
    const kept = this.markets === undefined ? await this.ports.file?.read() : undefined;
    if (kept !== undefined) this.recall(kept.answer, kept.readAt);
    if (this.from === 'exchange') return;
    const reading = this.inBackground();
    if (this.markets === undefined) await this.atMost(FIRST_MS, reading);
  }

  private recall(answer: unknown, readAt: number): void {
    try {
      const markets = readMarkets(answer);
      // a reading may have been quicker than the disk
      if (this.markets === undefined) this.take(markets, 'cache', readAt);
    } catch {
      // written by something else; the next reading replaces it
    }
  }

  private async inBackground(): Promise<void> {
    await this.read({ priority: 'background' }).catch(() => undefined);
  }

  /** One reading serves all that ask meanwhile. */
  private async read(options: CallOptions): Promise<Markets> {
    this.reading ??= this.ask(options).finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async ask(options: CallOptions): Promise<Markets> {
    const { rest, clock } = this.ports;
    this.timer();
    this.failures++;
    try {
      const answer = await rest.read(MARKETS_PATH, {}, { ...options, signal: this.closing.signal });
      const markets = usable(answer);
      this.failures = 0;
      this.take(markets, 'exchange', clock.now());
      void this.keep(answer, clock.now());
      return markets;
    } finally {
      this.next();
    }
  }

  private next(): void {
    if (this.closing.signal.aborted) return;
    const waitMs = this.failures === 0 ? DAY_MS : Math.min(LATEST_RETRY_MS, RETRY_MS * 2 ** (this.failures - 1));
    this.timer = this.ports.clock.after(waitMs, () => void this.inBackground());
  }

  private take(markets: Markets, source: 'exchange' | 'cache', readAt: number): void {
    this.markets = markets;
    this.from = source;
    this.at = readAt;
  }

  private async keep(answer: unknown, readAt: number): Promise<void> {
    try {
      await this.ports.file?.write({ readAt, answer });
      this.isKept = true;
    } catch (error) {
      if (this.isKept) this.ports.report(`the list of markets cannot be kept (${error instanceof Error ? error.message : String(error)}); a start without network will not know them`);
      this.isKept = false;
    }
  }

  private async atMost(waitMs: number, task: Promise<void>): Promise<void> {
    let stop: Stop = () => undefined;
    await Promise.race([task, new Promise<void>((resolve) => (stop = this.ports.clock.after(waitMs, resolve)))]);
    stop();
  }
}

function usable(answer: unknown): Markets {
  try {
    return readMarkets(answer);
  } catch (error) {
    throw new BitfinexError('ANSWER_UNUSABLE', `the exchange gave no list of markets (${error instanceof Error ? error.message : String(error)})`);
  }
}

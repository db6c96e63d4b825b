import type { Clock } from '../core/clock';
import type { SymbolIds } from '../core/symbol';
import { nameList } from '../wire/conf';
import { getJson } from './get-json';
import type { Limiter } from './limiter';

const DAY_MS = 24 * 60 * 60_000;
const RETRY_MS = 30_000;

/** Pairs come without their `t`, currencies without their `f` (bitfinex-v2.md 1.3). */
const LISTS = [
  ['pub:list:pair:exchange', 't'],
  ['pub:list:pair:futures', 't'],
  ['pub:list:currency', 'f'],
] as const;

/** The exchange's own list of symbols: read when somebody first asks, and again after a day. */
export class SymbolList {
  private ids: SymbolIds | undefined;
  private nextRead = -Infinity;
  private reading: Promise<void> | undefined;
  private wasRead = false;

  constructor(
    private readonly clock: Clock,
    private readonly limiter: Limiter,
    private readonly restUrl: () => Promise<string>,
  ) {}

  /** The newest list, or `undefined` as long as the exchange gave none. Never throws. */
  async get(): Promise<SymbolIds | undefined> {
    if (this.clock.monotonic() >= this.nextRead) this.reading ??= this.read().finally(() => (this.reading = undefined));
    // only the very first reading is worth waiting for: a deploy must not wait for an exchange that does not answer
    if (!this.wasRead) await this.reading;
    return this.ids;
  }

  private async read(): Promise<void> {
    try {
      await this.limiter.admit('conf', { priority: 'background' });
      const answer = await getJson(`${await this.restUrl()}/v2/conf/${LISTS.map(([key]) => key).join(',')}`);
      this.ids = new Set(LISTS.flatMap(([, letter], at) => nameList.decode((answer as unknown[])[at]).map((name) => letter + name)));
      this.nextRead = this.clock.monotonic() + DAY_MS;
    } catch {
      // without a list the exchange itself answers for each symbol; ask again later
      this.nextRead = this.clock.monotonic() + RETRY_MS;
    }
    this.wasRead = true;
  }
}

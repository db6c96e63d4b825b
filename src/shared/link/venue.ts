import type { Clock } from '../core/clock';
import type { Grace } from './grace';
import { Limiter } from './limiter';
import { MarketData } from './market-data';
import { Pool } from './pool';
import { RestLane, type Rest } from './rest';
import { openSocket } from './socket';
import { SymbolList } from './symbol-list';

/** Where an exchange is reached. */
export interface Addresses {
  /** Without `/v2`. */
  readonly rest: string;
  /** Complete: `wss://api-pub.bitfinex.com/ws/2`. */
  readonly ws: string;
}

/** What an account node stands for. Equal keys share everything. */
export interface VenueSpec {
  readonly key: string;
  readonly isSimulated: boolean;
  /** Starts what must run first; called again after each failure. */
  addresses(): Promise<Addresses>;
  /** Stops what {@link addresses} started. */
  stop(): Promise<void>;
  /** Writes a line into the log of the account. */
  report(text: string): void;
}

/** One set of addresses with its one pool, one limiter and one list of symbols. */
export class Venue {
  readonly limiter: Limiter;
  readonly connects: Limiter;
  readonly pool: Pool;
  readonly rest: Rest;
  readonly market: MarketData;
  readonly symbols: SymbolList;

  constructor(
    readonly spec: VenueSpec,
    clock: Clock,
    grace: Grace,
    connects: Limiter,
  ) {
    this.limiter = new Limiter(clock);
    // the embedded exchange is nobody's address
    this.connects = spec.isSimulated ? this.limiter : connects;
    this.pool = new Pool({ clock, limiter: this.limiter, connects: this.connects, openLine: openSocket, url: async () => (await spec.addresses()).ws, report: (text) => spec.report(text) }, grace);
    this.rest = new RestLane(this.limiter, async () => (await spec.addresses()).rest);
    this.market = new MarketData(this.rest);
    this.symbols = new SymbolList(clock, this.limiter, async () => (await spec.addresses()).rest);
  }

  async end(): Promise<void> {
    this.pool.end();
    await this.spec.stop();
  }
}

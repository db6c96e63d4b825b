import type { Clock, Stop } from '../core/clock';
import { crc32 } from '../core/crc32';
import { RestCounts, type RestOutcome } from '../core/rest-counts';
import type { Grace } from './grace';
import { Limiter } from './limiter';
import { counted, type LineCounts } from './line-counts';
import { MarketData } from './market-data';
import { MarketList } from './markets';
import { MarketsFile } from './markets-file';
import { PlatformWatch } from './platform-watch';
import { Pool } from './pool';
import type { Practice } from './practice';
import { RestLane } from './rest-lane';
import { openSocket } from './socket';

/** Where an exchange is reached. */
export interface Addresses {
  /** Without `/v2`. */
  readonly rest: string;
  /** Complete: `wss://api-pub.bitfinex.com/ws/2`. */
  readonly ws: string;
  /** For signed calls, where it is another one than `rest`. */
  readonly auth?: string;
}

/** What an exchange is called in metrics: no address, no name, no key. */
export type VenueLabel = 'simulated' | 'bitfinex' | 'custom';

/** What an account node stands for. Equal keys share everything. */
export interface VenueSpec {
  readonly key: string;
  readonly isSimulated: boolean;
  readonly label: VenueLabel;
  /** Starts what must run first; called again after each failure. */
  addresses(): Promise<Addresses>;
  /** Stops what {@link addresses} started. */
  stop(): Promise<void>;
  /** Writes a line into the log of the account. */
  report(text: string): void;
  /** Where the list of markets is kept between two runs. */
  readonly cacheFile?: string | undefined;
  /** Hears of every REST attempt, while the account is in use: one and the same function for one account. */
  readonly hear?: HearRest;
  /** What a person can do with it; `undefined` while it does not run. Looking starts nothing. Only of embedded exchanges. */
  practice?(): Practice | undefined;
}

/** Hears of a REST attempt. */
export type HearRest = (outcome: RestOutcome) => void;

/** Messages at the gates of this exchange's users. */
export interface GateCounts {
  passed: number;
  /** Of those, after they had been held. */
  released: number;
  held: number;
  /** Refused: the gate was closed, full, or held them for too long. */
  dropped: number;
}

/** One set of addresses with its one pool, one limiter and one list of markets. */
export class Venue {
  readonly limiter: Limiter;
  readonly connects: Limiter;
  readonly pool: Pool;
  readonly platform: PlatformWatch;
  readonly rest: RestLane;
  readonly market: MarketData;
  readonly markets: MarketList;
  readonly restCounts = new RestCounts();
  readonly lineCounts: LineCounts = { opened: 0, bytes: 0, lastOpenedAt: undefined };
  readonly gates: GateCounts = { passed: 0, released: 0, held: 0, dropped: 0 };
  private readonly listeners = new Map<HearRest, number>();

  constructor(
    readonly spec: VenueSpec,
    clock: Clock,
    grace: Grace,
    connects: Limiter,
  ) {
    this.limiter = new Limiter(clock);
    // the embedded exchange is nobody's address
    this.connects = spec.isSimulated ? this.limiter : connects;
    this.pool = new Pool({ clock, limiter: this.limiter, connects: this.connects, openLine: counted(openSocket, this.lineCounts, clock), url: async () => (await spec.addresses()).ws, report: (text) => spec.report(text) }, grace, (sighting) => this.platform.hear(sighting));
    this.rest = new RestLane({ clock, limiter: this.limiter, addresses: () => spec.addresses(), hear: (outcome) => this.hear(outcome) });
    this.platform = new PlatformWatch({ clock, grace, rest: this.rest, streams: this.pool, report: (text) => spec.report(text) });
    this.market = new MarketData(this.rest);
    const file = spec.cacheFile === undefined ? undefined : new MarketsFile(spec.cacheFile, String(crc32(spec.key)));
    this.markets = new MarketList({ clock, rest: this.rest, file, report: (text) => spec.report(text) });
  }

  /** Counts a REST attempt, and tells those who listen. */
  hear(outcome: RestOutcome): void {
    this.restCounts.hear(outcome);
    this.platform.hearRest(outcome);
    for (const listener of this.listeners.keys()) listener(outcome);
  }

  /** The same listener is told once, however often it was given, until it was taken back as often. */
  listen(listener: HearRest): Stop {
    this.listeners.set(listener, (this.listeners.get(listener) ?? 0) + 1);
    return () => {
      const left = (this.listeners.get(listener) ?? 1) - 1;
      if (left > 0) this.listeners.set(listener, left);
      else this.listeners.delete(listener);
    };
  }

  async end(): Promise<void> {
    this.platform.end();
    this.pool.end();
    this.markets.end();
    this.rest.end();
    await this.spec.stop();
  }
}

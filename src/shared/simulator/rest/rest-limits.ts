import type { Clock } from '../../core/clock';
import { Recent } from '../recent';
import type { RestCall } from './rest-call';
import { FAULT, type RestFault } from '../trouble/rest-fault';

/** What REST allows. */
export interface RestLimits {
  /** Calls in any 60 s: for each endpoint the same number, or by its name (see `endpointOf`), `auth/*` for the signed ones without a row. */
  readonly perMinute: number | Readonly<Record<string, number>>;
  /** What a call too many is told: both forms are known (bitfinex-v2.md 7). Default `object429`. */
  readonly form?: 'object429' | 'array11010';
  /** How long that endpoint then refuses, ms; default 60,000. With 0 it only counts. */
  readonly blockMs?: number;
}

/**
 * The documented limits (bitfinex-v2.md 7, 8.2). Written down a second time on purpose: a client whose own table is wrong
 * must be caught here. Where nothing is documented (`tickers/hist`, `funding/stats`, pulse) stands what ccxt 4.5.84 does.
 */
export const REAL_LIMITS: RestLimits = {
  perMinute: {
    'platform/status': 30,
    ticker: 90,
    tickers: 30,
    'tickers/hist': 90,
    trades: 15,
    book: 240,
    stats1: 15,
    candles: 30,
    'status/deriv': 90,
    'status/deriv/hist': 90,
    liquidations: 3,
    'funding/stats': 24,
    conf: 90,
    rankings: 90,
    'pulse/hist': 90,
    'pulse/profile': 90,
    'calc/trade/avg': 90,
    'calc/fx': 90,
    'auth/*': 90,
    'auth/r/alerts': 45,
    'auth/w/deposit/address': 10,
    'auth/r/deposit/address/all': 10,
  },
  form: 'object429',
  blockMs: 60_000,
};

/** A call too many: the first of a block, and those that came although it was there. */
export interface Breach {
  /** UTC milliseconds. */
  readonly at: number;
  readonly endpoint: string;
  /** Calls in the 60 s before, itself included. */
  readonly calls: number;
  readonly isBlocked: boolean;
}

const WINDOW_MS = 60_000;

/** Kept of what clients can make up without end: endpoints under `auth/`, and calls too many. */
const ENDPOINTS = 500;
const BREACHES = 1000;

/** What is known of an endpoint. */
interface Counted {
  /** Of the calls within the window, monotonic ms. */
  readonly times: number[];
  blockedUntil: number;
}

/** Counts the calls of each endpoint in a sliding window. There is one address, so there is one count. */
export class RestGate {
  private readonly recent = new Recent<Breach>({ count: BREACHES, characters: Infinity });
  /** The last used one last. */
  private readonly counts = new Map<string, Counted>();

  constructor(
    private readonly limits: RestLimits | undefined,
    private readonly clock: Clock,
  ) {}

  /** The last ones. */
  get breaches(): readonly Breach[] {
    return this.recent.list;
  }

  /** Takes notice of a call. @returns what it is told instead of an answer */
  refuses({ endpoint, at }: RestCall): RestFault | undefined {
    const allowed = this.allowed(endpoint);
    if (this.limits === undefined || allowed === undefined) return undefined;
    const now = this.clock.monotonic();
    const counted = this.count(endpoint, now);
    const calls = counted.times.length;
    const isBlocked = counted.blockedUntil > now;
    if (!isBlocked && calls <= allowed) return undefined;
    this.recent.add({ at, endpoint, calls, isBlocked }, 0);
    const { blockMs = WINDOW_MS, form = 'object429' } = this.limits;
    if (!isBlocked) counted.blockedUntil = now + blockMs;
    if (blockMs === 0) return undefined;
    return form === 'object429' ? FAULT.rateLimit() : FAULT.rateLimit11010;
  }

  private count(endpoint: string, now: number): Counted {
    const counted = this.counts.get(endpoint) ?? { times: [], blockedUntil: -Infinity };
    this.counts.delete(endpoint);
    this.counts.set(endpoint, counted);
    const [longestUnused] = this.counts.keys();
    if (this.counts.size > ENDPOINTS) this.counts.delete(longestUnused as string);
    counted.times.push(now);
    while ((counted.times[0] as number) <= now - WINDOW_MS) counted.times.shift();
    return counted;
  }

  private allowed(endpoint: string): number | undefined {
    const { perMinute } = this.limits ?? {};
    if (perMinute === undefined || typeof perMinute === 'number') return perMinute;
    return Object.hasOwn(perMinute, endpoint) ? perMinute[endpoint] : endpoint.startsWith('auth/') ? perMinute['auth/*'] : undefined;
  }
}

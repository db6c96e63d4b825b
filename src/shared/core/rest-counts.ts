import { ERRORS, type ErrorCode } from './errors';
import type { LimitName } from './limits';
import { tally } from './tally';

/** One attempt of a REST call, as it ended. Nothing of its parameters, headers or body is in it. */
export interface RestOutcome {
  readonly limit: LimitName;
  /** The lane in which it was counted: the limit's, or one for its endpoint. */
  readonly lane: string;
  /** Without `/v2/`. */
  readonly path: string;
  readonly method: 'GET' | 'POST';
  /** Nothing when no whole answer came. */
  readonly httpStatus?: number | undefined;
  /** Nothing when it was answered as asked. */
  readonly code?: ErrorCode | undefined;
  /** From the start of the request to the last byte of its answer; waiting for the limit is not in it. */
  readonly latencyMs: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** How long it waited for its limit before. */
  readonly waitedMs?: number | undefined;
}

/** What became of an attempt: `answered`, or what the user may safely do next. */
export type RestResult = 'answered' | (typeof ERRORS)[ErrorCode]['kind'];

/** Upper bounds of the latency's buckets, in seconds; a call is given up after 10. */
export const LATENCY_BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What one limit's attempts came to. */
export interface RestCount {
  readonly results: Map<RestResult, number>;
  retries: number;
  bytes: number;
  /** Attempts within each of {@link LATENCY_BOUNDS}, those of the lower bounds included. */
  readonly within: number[];
  latencySum: number;
  attempts: number;
}

/** REST attempts counted by limit, and their errors by code. */
export class RestCounts {
  readonly limits = new Map<LimitName, RestCount>();
  readonly errors = new Map<ErrorCode, number>();

  hear({ limit, code, latencyMs, bytes, attempt }: RestOutcome): void {
    const count = this.limits.get(limit) ?? nothing();
    this.limits.set(limit, count);
    tally(count.results, code === undefined ? 'answered' : ERRORS[code].kind);
    if (code !== undefined) tally(this.errors, code);
    if (attempt > 1) count.retries++;
    count.bytes += bytes;
    observe(count, latencyMs / 1000);
  }
}

const nothing = (): RestCount => ({ results: new Map(), retries: 0, bytes: 0, within: LATENCY_BOUNDS.map(() => 0), latencySum: 0, attempts: 0 });

function observe(count: RestCount, seconds: number): void {
  count.attempts++;
  count.latencySum += seconds;
  for (const [at, bound] of LATENCY_BOUNDS.entries()) if (seconds <= bound) count.within[at] = (count.within[at] as number) + 1;
}

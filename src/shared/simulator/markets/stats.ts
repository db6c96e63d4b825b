import { stats } from '../../wire/stats';
import { Luck } from '../luck';
import type { Range } from './trade-log';

const MINUTE = 60_000;
const WEEK_MS = 7 * 86_400_000;
const YEAR_MS = 365 * 86_400_000;

/** Values at fixed distances of time. */
export interface Series {
  readonly key: string;
  readonly spanMs: number;
  /** About what its values are. */
  readonly level: number;
}

/** The keys of `stats1` (bitfinex-v2.md 7.1), the symbols in them, and about what their values are. */
const KEYS: readonly (readonly [RegExp, number, number])[] = [
  [/^pos\.size:1m:(t.+):(?:long|short)$/, MINUTE, 30_000],
  [/^funding\.size:1m:(f.+)$/, MINUTE, 3.9e8],
  [/^credits\.size:1m:(f.+)$/, MINUTE, 3.2e8],
  [/^credits\.size\.sym:1m:(f\w+):(t.+)$/, MINUTE, 1.1e8],
  [/^vol\.1d:30m:BFX$/, 30 * MINUTE, 1.5e8],
  [/^vol\.7d:30m:BFX$/, 30 * MINUTE, 1e9],
  [/^vol\.30d:30m:BFX$/, 30 * MINUTE, 4.5e9],
];

/** The series of a `stats1` key and the symbols it names; `vwap` is none of them, for it follows from the candles. */
export function readSeries(key: string): (Series & { readonly symbols: readonly string[] }) | undefined {
  for (const [form, spanMs, level] of KEYS) {
    const symbols = form.exec(key)?.slice(1);
    if (symbols !== undefined) return { key, spanMs, level, symbols };
  }
  return undefined;
}

/** The wanted rows of a year, made on demand. */
export const seriesRows = (series: Series, seed: number, now: number, range: Range): unknown[][] =>
  timesOf(series.spanMs, now, range).map((timestamp) => stats.encode({ timestamp, value: valueAt(series, seed, timestamp) }));

/** A wave of a week and a little noise around a level that the seed chooses: the same for the same time, whoever asks when. */
export function valueAt({ key, level }: Series, seed: number, timestamp: number): number {
  const whole = new Luck(seed, key);
  const middle = level * whole.between(0.5, 1.5);
  const wave = Math.sin((timestamp / WEEK_MS + whole.next()) * 2 * Math.PI) * 0.08;
  return Number((middle * (1 + wave + new Luck(seed, `${key} ${timestamp}`).between(-0.005, 0.005))).toFixed(8));
}

/** The times of a range, at most a year back. */
export function timesOf(spanMs: number, now: number, { start, end, limit, oldestFirst }: Range): number[] {
  const first = Math.ceil(Math.max(start, now - YEAR_MS) / spanMs);
  const last = Math.floor(Math.min(end, now) / spanMs);
  const count = Math.max(0, Math.min(limit, last - first + 1));
  return Array.from({ length: count }, (_, at) => (oldestFirst ? first + at : last - at) * spanMs);
}

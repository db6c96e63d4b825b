import type { Candle } from '../wire/candle';

/** A question for the history, and what came live since it was asked: that is newer than any answer. */
export class CandleQuestion {
  /** One for each bucket that changed while the answer was awaited. */
  private readonly fresh = new Map<number, Candle>();
  /** Start of the oldest candle that the channel's snapshot held. */
  snapshotFrom = Infinity;

  /** @param limit how many of the newest rows are asked for */
  constructor(readonly limit: number) {}

  hear(candles: readonly Candle[], snapshot: boolean): void {
    for (const candle of candles) this.fresh.set(candle.timestamp, candle);
    if (snapshot) this.snapshotFrom = Math.min(this.snapshotFrom, ...candles.map(({ timestamp }) => timestamp));
  }

  /** Both together, newest first. `whole` leaves out what lies behind a hole: the correction of a candle that is long over. */
  answered(history: readonly Candle[] | undefined, { whole }: { whole: boolean }): Candle[] {
    const from = whole ? this.wholeFrom(history) : -Infinity;
    const known = (history ?? []).filter(({ timestamp }) => !this.fresh.has(timestamp));
    return [...known, ...this.fresh.values()].filter(({ timestamp }) => timestamp >= from).sort((a, b) => b.timestamp - a.timestamp);
  }

  /** Has the history fewer rows than it was asked for? Then it reaches back to the first candle of all. */
  isAll = (history: readonly Candle[]): boolean => history.length < this.limit;

  private wholeFrom(history: readonly Candle[] | undefined): number {
    if (history === undefined) return this.snapshotFrom === Infinity ? -Infinity : this.snapshotFrom;
    return this.isAll(history) ? -Infinity : history.reduce((oldest, { timestamp }) => Math.min(oldest, timestamp), Infinity);
  }
}

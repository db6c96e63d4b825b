/** A range of a history, as REST asks for it: milliseconds, both ends included. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly limit: number;
  readonly oldestFirst: boolean;
}

/** The last rows of a history, newest first. */
export const newest = (limit: number): Range => ({ start: 0, end: Infinity, limit, oldestFirst: false });

/** Picks a range out of a list sorted by time, oldest first. The limit counts from the end that `sort` puts first. */
export function pickRange<T>(list: readonly T[], timeOf: (item: T) => number, { start, end, limit, oldestFirst }: Range): T[] {
  const within = list.filter((item) => timeOf(item) >= start && timeOf(item) <= end);
  return oldestFirst ? within.slice(0, limit) : within.slice(Math.max(0, within.length - limit)).reverse();
}

/** REST hands out at most 10,000 trades; half as many are kept, which is hours of the synthetic markets. */
const KEPT = 5000;

/** The last trades of one symbol, as rows of the wire, oldest first. */
export class TradeLog {
  private rows: (readonly number[])[] = [];

  add(row: readonly number[]): void {
    this.rows.push(row);
    if (this.rows.length > KEPT * 1.2) this.rows = this.rows.slice(-KEPT);
  }

  clear(): void {
    this.rows = [];
  }

  get last(): readonly number[] | undefined {
    return this.rows[this.rows.length - 1];
  }

  /** Oldest first. */
  get all(): readonly (readonly number[])[] {
    return this.rows;
  }

  /** Newest first, as snapshots are. */
  newest(count: number): (readonly number[])[] {
    return this.rows.slice(-count).reverse();
  }

  range(range: Range): (readonly number[])[] {
    return pickRange(this.rows, (row) => row[1] as number, range);
  }
}

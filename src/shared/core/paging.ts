/** Which part of a history; everything is optional, and 0 means "not given", as it does for the exchange (bitfinex-v2.md 7). */
export interface Range {
  /** UTC ms, included */
  readonly start?: number;
  /** UTC ms, included */
  readonly end?: number;
  /** rows; more than the exchange gives at once are read in pages, without it the exchange decides (100 or 125) */
  readonly limit?: number;
  /** 1 oldest first, -1 (default) newest first */
  readonly sort?: 1 | -1;
}

/** More rows than this would fill the memory of a small computer: nobody is let ask for more. */
export const MOST_ROWS = 100_000;

/** What must be known of a history to read it in pages. */
export interface History<Row> {
  /** The most rows that the exchange gives at once. */
  readonly maxRows: number;
  /** UTC ms; a fraction is possible. */
  timeOf(row: Row): number;
  /** Two rows with the same key are one row. */
  keyOf(row: Row): string | number;
}

/**
 * Reads a long history in pages: says what to ask next and takes what came. Several rows may share the millisecond at which
 * a page ends, in any order, so the next page begins with that millisecond again and what is known of it is left out.
 * Pure: whoever uses it makes the calls.
 */
export class Paging<Row> {
  private readonly taken: Row[] = [];
  private readonly known = new Set<string | number>();
  private readonly range: Range;
  private asked: Range | undefined;

  constructor(
    private readonly history: History<Row>,
    { start, end, limit, sort }: Range = {},
  ) {
    this.range = { ...(start ? { start } : {}), ...(end ? { end } : {}), ...(limit ? { limit } : {}), ...(sort ? { sort } : {}) };
    this.asked = this.range.limit === undefined ? this.range : { ...this.range, limit: Math.min(history.maxRows, this.range.limit) };
  }

  /** What to ask now; `undefined` when everything is there. */
  get next(): Range | undefined {
    return this.asked;
  }

  /** All that came, in the order asked for. */
  get rows(): Row[] {
    return this.taken.slice(0, this.range.limit);
  }

  /** Takes the answer to {@link next}. */
  take(page: readonly Row[]): void {
    const fresh = page.filter((row) => this.isNew(row));
    for (const row of fresh) this.taken.push(row);
    // a page that brings nothing new would come again for ever
    this.asked = fresh.length === 0 ? undefined : this.following(page);
  }

  private isNew(row: Row): boolean {
    const before = this.known.size;
    return this.known.add(this.history.keyOf(row)).size > before;
  }

  private following(page: readonly Row[]): Range | undefined {
    const { limit, sort } = this.range;
    if (limit === undefined || this.taken.length >= limit || page.length < (this.asked?.limit ?? 0)) return undefined;
    const border = this.border(page);
    // an end of 0 would mean "not given" and bring the newest rows
    if (border <= 0) return undefined;
    const rows = Math.min(this.history.maxRows, limit - this.taken.length + this.countAt(border));
    return { ...this.range, ...(sort === 1 ? { start: border } : { end: border }), limit: rows };
  }

  /** The time at which the page ends. */
  private border(page: readonly Row[]): number {
    const times = page.map((row) => this.history.timeOf(row));
    return this.range.sort === 1 ? Math.floor(times.reduce((a, b) => Math.max(a, b))) : Math.ceil(times.reduce((a, b) => Math.min(a, b)));
  }

  /** Rows of the next page that are known already. */
  private countAt(border: number): number {
    const oldestFirst = this.range.sort === 1;
    return this.taken.filter((row) => (oldestFirst ? this.history.timeOf(row) >= border : this.history.timeOf(row) <= border)).length;
  }
}

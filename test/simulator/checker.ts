import { crc32 } from 'node:zlib';

type Row = readonly number[];

/**
 * A second, slow and simple book, written from the exchange's documentation alone: a map of rows, sorted when asked. It
 * throws at whatever the exchange must never send.
 */
export class Checker {
  private readonly bids = new Map<string, Row>();
  private readonly asks = new Map<string, Row>();
  updates = 0;
  checksums = 0;

  constructor(
    private readonly precision: string,
    private readonly length: number,
    private readonly funding = false,
  ) {}

  hear(frame: readonly unknown[]): void {
    const [, payload, value] = frame;
    if (payload === 'hb') return;
    if (payload === 'cs') return this.compare(value as number);
    const rows = payload as Row | readonly Row[];
    if (Array.isArray(rows[0]) || rows.length === 0) return this.snapshot(rows as readonly Row[]);
    this.update(rows as Row);
  }

  private snapshot(rows: readonly Row[]): void {
    if (this.updates > 0) throw new Error('a second snapshot');
    for (const row of rows) this.side(row).set(this.key(row), row);
    const kept = [...this.sorted(this.bids, true), ...this.sorted(this.asks, false)];
    if (JSON.stringify(kept) !== JSON.stringify(rows)) throw new Error('the snapshot is not sorted: bids, then asks, the best first');
    this.check();
  }

  private update(row: Row): void {
    this.updates++;
    const side = this.side(row);
    if (row[this.zeroAt] === 0) {
      if (Math.abs(this.amount(row)) !== 1) throw new Error(`a deletion with another amount than 1 or -1: ${row.join()}`);
      if (!side.delete(this.key(row))) throw new Error(`deleted what is not there: ${row.join()}`);
    } else side.set(this.key(row), row);
    this.check();
  }

  private check(): void {
    if (this.bids.size > this.length || this.asks.size > this.length) throw new Error(`longer than ${this.length}`);
    const bid = Math.max(...[...this.bids.values()].map((row) => this.price(row)));
    const ask = Math.min(...[...this.asks.values()].map((row) => this.price(row)));
    if (!this.funding && bid >= ask) throw new Error(`crossed: ${bid} ${ask}`);
  }

  private compare(value: number): void {
    this.checksums++;
    const bids = this.sorted(this.bids, true);
    const asks = this.sorted(this.asks, false);
    const words: string[] = [];
    for (let at = 0; at < 25; at++) for (const row of [bids[at], asks[at]]) if (row) words.push(`${row[0]}:${this.amount(row)}`);
    const own = crc32Of(words.join(':'));
    if (own !== value) throw new Error(`checksum ${value}, but the book has ${own}`);
  }

  private sorted(side: ReadonlyMap<string, Row>, descending: boolean): Row[] {
    const sign = descending ? -1 : 1;
    return [...side.values()].sort((a, b) => sign * (this.price(a) - this.price(b)) || this.tie(a) - this.tie(b));
  }

  private side(row: Row): Map<string, Row> {
    return this.amount(row) > 0 !== this.funding ? this.bids : this.asks;
  }

  private get raw(): boolean {
    return this.precision === 'R0';
  }

  private get zeroAt(): number {
    return this.funding ? 2 : 1;
  }

  private key = (row: Row): string => (this.raw ? String(row[0]) : this.funding ? `${row[0]} ${row[1]}` : String(row[0]));
  private amount = (row: Row): number => row[row.length - 1] as number;
  private price = (row: Row): number => (this.raw ? (row[row.length - 2] as number) : (row[0] as number));
  private tie = (row: Row): number => (this.raw ? (row[0] as number) : this.funding ? (row[1] as number) : 0);
}

/** zlib's own where this Node has it (22.2), else the textbook's eight shifts a byte. */
export function crc32Of(text: string): number {
  if (typeof crc32 === 'function') return crc32(text) | 0;
  let crc = -1;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

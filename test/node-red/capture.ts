import { jsonLines } from '../shared-data';
import { checksumOf, WireBook } from './wire-book';

/** What a recording holds, read without the package's own tables. */
export interface Recorded {
  readonly tickers: ReadonlyMap<string, readonly unknown[]>;
  /** Ids of trades in the order of their first appearance; the snapshot is newest first. */
  readonly trades: ReadonlyMap<string, ReadonlySet<number>>;
  readonly books: ReadonlyMap<string, RecordedBook>;
}

export interface RecordedBook {
  readonly raw: boolean;
  readonly length: string;
  /** Checksums of the states it went through, consecutive equal ones once. */
  readonly crcs: number[];
}

interface Line {
  readonly dir: string;
  readonly conn: string;
  readonly frame: string;
}

interface Checkpoint {
  readonly line: number;
  readonly symbol: string;
  readonly cs: number;
}

type Channel = { channel: string; symbol: string; prec?: string; len?: string; book?: WireBook };

/**
 * Reads the first lines of a recording and compares this reading with the recording's own checkpoints.
 * @throws at a checkpoint that does not hold
 */
export function readCapture(name: string, lines: readonly Line[] = jsonLines<Line>(`captures/${name}.jsonl.gz`)): Recorded & { checkpoints: number } {
  const checkpoints = jsonLines<Checkpoint>(`captures/${name}.checkpoints.jsonl`).filter(({ line }) => line < lines.length);
  const due = new Map(checkpoints.map((checkpoint) => [checkpoint.line, checkpoint]));
  const reading = new Reading();
  lines.forEach((line, at) => {
    reading.read(line);
    const checkpoint = due.get(at);
    if (checkpoint === undefined) return;
    const crc = reading.books.get(checkpoint.symbol)?.crcs.at(-1);
    if (crc !== checkpoint.cs) throw new Error(`${name} line ${at}: checksum ${String(crc)}, the recording says ${checkpoint.cs}`);
  });
  return Object.assign(reading, { checkpoints: checkpoints.length });
}

class Reading implements Recorded {
  readonly tickers = new Map<string, unknown[]>();
  readonly trades = new Map<string, Set<number>>();
  readonly books = new Map<string, RecordedBook>();
  private readonly channels = new Map<string, Channel>();

  read({ dir, conn, frame }: Line): void {
    if (dir !== 'in') return;
    const parsed = JSON.parse(frame) as { event?: string; chanId?: number } | [number, unknown, unknown];
    if (!Array.isArray(parsed)) {
      if (parsed.event === 'subscribed') this.begin(`${conn} ${parsed.chanId}`, parsed as unknown as Channel);
      return;
    }
    const channel = this.channels.get(`${conn} ${parsed[0]}`);
    if (channel === undefined || parsed[1] === 'hb') return;
    if (channel.channel === 'ticker') this.tickers.get(channel.symbol)?.push(parsed[1]);
    if (channel.channel === 'trades') this.readTrades(channel.symbol, parsed);
    if (channel.channel === 'book') this.readBook(channel, parsed[1] as number[] | number[][]);
  }

  private begin(id: string, channel: Channel): void {
    const { symbol } = channel;
    this.channels.set(id, channel);
    if (channel.channel === 'ticker') this.tickers.set(symbol, []);
    if (channel.channel === 'trades') this.trades.set(symbol, new Set());
    if (channel.channel !== 'book') return;
    const raw = channel.prec === 'R0';
    channel.book = new WireBook(raw);
    this.books.set(symbol, { raw, length: String(channel.len), crcs: [] });
  }

  private readTrades(symbol: string, [, payload, row]: [number, unknown, unknown]): void {
    const rows = typeof payload === 'string' ? [row] : payload;
    for (const [id] of rows as number[][]) this.trades.get(symbol)?.add(id as number);
  }

  private readBook({ symbol, book }: Channel, payload: number[] | number[][]): void {
    const { crcs, raw } = this.books.get(symbol) as RecordedBook;
    if (Array.isArray(payload[0])) book?.reset(payload as number[][]);
    else book?.apply(payload as number[]);
    const crc = checksumOf((book as WireBook).sides(), raw);
    if (crcs.at(-1) !== crc) crcs.push(crc);
  }
}

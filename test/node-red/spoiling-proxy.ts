import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { checksumOf, WireBook } from './wire-book';

/** Ways to spoil one update of the best 25 levels on its way to the client. */
export type Spoiling = 'amount' | 'price' | 'id' | 'lostDelete' | 'swapped';

/** What one frame of a book channel did; the sequence number is the book message's `nonce`. */
export interface Passed {
  readonly sequence: number;
  readonly kind: 'snapshot' | 'row' | 'checksum';
  /** Checksum of the true book after this frame, and of the book as the client was told. */
  readonly truth: number;
  readonly told: number;
}

/** One subscription of one book. */
interface Channel {
  readonly symbol: string;
  readonly raw: boolean;
  readonly truth: WireBook;
  readonly told: WireBook;
  /** Kept back until the next update of the same level has gone out; the older one then wins. */
  held?: number[];
}

interface Wish {
  readonly symbol: string;
  readonly kind: Spoiling;
  readonly done: () => void;
}

/** How far an altered value lies from the true one. */
const AWAY = 1.37;

/**
 * Stands between a client and an exchange, passes every frame, and rewrites book updates when asked to. It keeps the true
 * book and the told one by its own means, so it knows what the client should and should not believe.
 */
export class SpoilingProxy {
  ws = '';
  /** Frames of books by symbol, in order. */
  readonly passed = new Map<string, Passed[]>();
  private readonly server: Server = createServer();
  private readonly clients = new WebSocketServer({ server: this.server });
  private readonly channels = new Map<string, Channel>();
  private readonly wishes: Wish[] = [];
  private readonly holding = new Set<string>();
  private readonly queues: { symbol: string; release: () => void }[] = [];
  private connections = 0;

  private constructor(
    readonly rest: string,
    private readonly upstream: string,
  ) {
    this.clients.on('connection', (client) => this.connect(client, ++this.connections));
  }

  static async start({ rest, ws }: { rest: string; ws: string }): Promise<SpoilingProxy> {
    const proxy = new SpoilingProxy(rest, ws);
    await new Promise<void>((done) => proxy.server.listen(0, '127.0.0.1', done));
    proxy.ws = `ws://127.0.0.1:${(proxy.server.address() as AddressInfo).port}/ws/2`;
    return proxy;
  }

  /** Spoils the next suitable update of this symbol; resolves when that was done. */
  spoil(symbol: string, kind: Spoiling): Promise<void> {
    return new Promise((done) => void this.wishes.push({ symbol, kind, done }));
  }

  /** Keeps acknowledgements of new subscriptions of this symbol (and all after them on that socket) back until released. */
  holdSnapshot(symbol: string): () => void {
    this.holding.add(symbol);
    return () => {
      this.holding.delete(symbol);
      for (const queue of this.queues.filter((one) => one.symbol === symbol)) queue.release();
    };
  }

  async stop(): Promise<void> {
    for (const client of this.clients.clients) client.terminate();
    await new Promise((done) => this.server.close(done));
  }

  private connect(client: WebSocket, connection: number): void {
    const upstream = new WebSocket(this.upstream);
    const early: string[] = [];
    client.on('message', (data) => (upstream.readyState === WebSocket.OPEN ? upstream.send(String(data)) : early.push(String(data))));
    upstream.on('open', () => early.splice(0).forEach((text) => upstream.send(text)));
    const held: string[] = [];
    let holds: string | undefined;
    const release = (): void => {
      holds = undefined;
      for (const text of held.splice(0)) take(text);
    };
    const take = (text: string): void => {
      holds ??= this.wantsHold(text, release);
      if (holds !== undefined) held.push(text);
      else for (const altered of this.pass(connection, text)) client.send(altered);
    };
    upstream.on('message', (data) => take(String(data)));
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      one.on('close', () => other.terminate());
      one.on('error', () => other.terminate());
    }
  }

  private wantsHold(text: string, release: () => void): string | undefined {
    if (this.holding.size === 0 || !text.includes('"subscribed"')) return undefined;
    const { symbol } = JSON.parse(text) as { symbol: string };
    if (!this.holding.has(symbol)) return undefined;
    this.queues.push({ symbol, release });
    return symbol;
  }

  private pass(connection: number, text: string): string[] {
    const frame = JSON.parse(text) as { event?: string; channel: string; chanId: number; symbol: string; prec: string } | [number, ...unknown[]];
    if (!Array.isArray(frame)) {
      if (frame.event === 'subscribed' && frame.channel === 'book') {
        const raw = frame.prec === 'R0';
        this.channels.set(`${connection} ${frame.chanId}`, { symbol: frame.symbol, raw, truth: new WireBook(raw), told: new WireBook(raw) });
      }
      return [text];
    }
    const channel = this.channels.get(`${connection} ${frame[0]}`);
    return channel === undefined || frame[1] === 'hb' ? [text] : this.passBook(channel, frame);
  }

  /** `[chanId, rows | row | "cs", (checksum), sequence, timestamp]` */
  private passBook(channel: Channel, frame: [number, ...unknown[]]): string[] {
    const [chanId, payload, ...rest] = frame;
    if (payload === 'cs') return this.note(channel, 'checksum', rest[1] as number, [JSON.stringify(frame)]);
    const rows = payload as number[] | number[][];
    if (Array.isArray(rows[0])) {
      channel.truth.reset(rows as number[][]);
      channel.told.reset(rows as number[][]);
      return this.note(channel, 'snapshot', rest[0] as number, [JSON.stringify(frame)]);
    }
    const told = this.altered(channel, rows as number[]);
    channel.truth.apply(rows as number[]);
    for (const row of told) channel.told.apply(row);
    return this.note(channel, 'row', rest[0] as number, told.map((row) => JSON.stringify([chanId, row, ...rest])));
  }

  private note({ symbol, raw, truth, told }: Channel, kind: Passed['kind'], sequence: number, frames: string[]): string[] {
    const passed = { sequence, kind, truth: checksumOf(truth.sides(), raw), told: checksumOf(told.sides(), raw) };
    const known = this.passed.get(symbol);
    if (known === undefined) this.passed.set(symbol, [passed]);
    else known.push(passed);
    return frames;
  }

  private altered(channel: Channel, row: number[]): number[][] {
    const { held, symbol, raw } = channel;
    if (held !== undefined && held[0] === row[0]) {
      delete channel.held;
      return [row, held];
    }
    const wish = this.wishes.find((one) => one.symbol === symbol && isSuitable(channel, one.kind, row));
    if (wish === undefined) return [row];
    this.wishes.splice(this.wishes.indexOf(wish), 1);
    wish.done();
    if (wish.kind === 'swapped') channel.held = row;
    return wish.kind === 'swapped' || wish.kind === 'lostDelete' ? [] : [changed(raw, wish.kind, row)];
  }
}

/** A count of 0, in raw books a price of 0. */
const isDelete = (row: readonly number[]): boolean => row[1] === 0;

/** Is it an update within the best 25 of its side, of the right sort? */
function isSuitable({ raw, truth }: Channel, kind: Spoiling, row: readonly number[]): boolean {
  if (isDelete(row) !== (kind === 'lostDelete')) return false;
  const side = (row[2] as number) > 0 ? truth.sides().bids : truth.sides().asks;
  const at = side.findIndex((level) => (raw ? level[2] : level[0]) === row[0]);
  if (kind === 'lostDelete') return at >= 0 && at < 20;
  if (kind === 'swapped') return at >= 0 && at < 12;
  const price = (raw ? row[1] : row[0]) as number;
  const better = side.filter((level) => ((row[2] as number) > 0 ? (level[0] as number) >= price : (level[0] as number) <= price)).length;
  return better < 20;
}

function changed(raw: boolean, kind: Spoiling, [first, second, amount]: number[]): number[] {
  const [one, two, three] = [first as number, second as number, amount as number];
  if (kind === 'amount') return [one, two, Number((three * AWAY).toPrecision(8))];
  if (kind === 'id') return [one + 7, two, three];
  // by a little, and away from the other side, so that it stays among the best 25
  const price = (value: number): number => Number((value * (1 - Math.sign(three) * 1e-6)).toPrecision(12));
  return raw ? [one, price(two), three] : [price(one), two, three];
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** Pairs that it lists besides those that a test names. */
const PAIRS = ['BTCUSD', 'ETHUSD'];

/**
 * The least that a client needs, with prices that the test decides: greets, acknowledges tickers, sends one row for each,
 * and a sign of life now and then. It imports nothing of the package.
 */
export class SmallExchange {
  private readonly sockets: WebSocketServer;
  private readonly channels = new Map<WebSocket, number[]>();
  private readonly beating: NodeJS.Timeout;
  private price = 100;

  private constructor(
    private readonly http: Server,
    beatMs: number,
  ) {
    this.sockets = new WebSocketServer({ server: http });
    this.sockets.on('connection', (socket) => this.greet(socket));
    this.beating = setInterval(() => this.toAll((id) => [id, 'hb']), beatMs);
  }

  static async start({ beatMs = 200 } = {}): Promise<SmallExchange> {
    const http = createServer(({ url = '' }, response) => {
      const lists = url.slice(url.lastIndexOf('/') + 1).split(',').map((list) => (list === 'pub:list:pair:exchange' ? PAIRS : []));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(lists));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new SmallExchange(http, beatMs);
  }

  get rest(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get ws(): string {
    return `${this.rest.replace('http', 'ws')}/ws/2`;
  }

  /** Channels that are subscribed now, on all sockets. */
  get subscribed(): number {
    return [...this.channels.values()].reduce((sum, ids) => sum + ids.length, 0);
  }

  /** Every ticker now has this last price. */
  quote(price: number): void {
    this.price = price;
    this.toAll((id) => [id, this.row()]);
  }

  /** An info event to all sockets. */
  info(code: number): void {
    for (const socket of this.channels.keys()) socket.send(JSON.stringify({ event: 'info', code, msg: '' }));
  }

  drop(): void {
    for (const socket of this.channels.keys()) socket.terminate();
  }

  async end(): Promise<void> {
    clearInterval(this.beating);
    this.drop();
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  private row(): number[] {
    return [this.price - 1, 5, this.price + 1, 5, 0, 0, this.price, 1000, this.price, this.price];
  }

  private toAll(frameOf: (id: number) => unknown): void {
    for (const [socket, ids] of this.channels) for (const id of ids) socket.send(JSON.stringify(frameOf(id)));
  }

  private greet(socket: WebSocket): void {
    this.channels.set(socket, []);
    socket.send('{"event":"info","version":2,"serverId":"x","platform":{"status":1}}');
    socket.on('message', (data) => this.answer(socket, JSON.parse(String(data)) as Record<string, unknown>));
    socket.on('close', () => this.channels.delete(socket));
    socket.on('error', () => undefined);
  }

  private answer(socket: WebSocket, { event, flags, channel, symbol }: Record<string, unknown>): void {
    if (event === 'conf') return socket.send(JSON.stringify({ event: 'conf', status: 'OK', flags }));
    if (event !== 'subscribe') return;
    const ids = this.channels.get(socket) ?? [];
    const chanId = ids.length + 1;
    ids.push(chanId);
    socket.send(JSON.stringify({ event: 'subscribed', channel, chanId, symbol, pair: String(symbol).slice(1) }));
    socket.send(JSON.stringify([chanId, this.row()]));
  }
}

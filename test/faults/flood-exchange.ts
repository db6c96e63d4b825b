import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';

const SYMBOLS = ['BTCUSD', 'ETHUSD'];

/** Sends in bursts, as a network does. */
const BURST_MS = 20;

/** An exchange of tickers, trades and books that sends as many frames as it is told, each of them news. It imports nothing of the package. */
export class FloodExchange {
  /** Frames sent by {@link flood}. */
  sent = 0;
  /** The newest trade, and the newest price of tickers and of the best bid of books. */
  trade = 0;
  price = 1_000_000;
  /** Sockets that were ever opened. */
  opened = 0;
  private readonly channels: { socket: WebSocket; channel: string; chanId: number }[] = [];
  private readonly beating: NodeJS.Timeout;

  private constructor(private readonly http: Server) {
    new WebSocketServer({ server: http }).on('connection', (socket) => this.greet(socket));
    this.beating = setInterval(() => {
      for (const { socket, chanId } of this.channels) socket.send(JSON.stringify([chanId, 'hb']));
    }, 5_000);
  }

  static async start(): Promise<FloodExchange> {
    const http = createServer(({ url = '' }, response) => {
      const lists = url.slice(url.lastIndexOf('/') + 1).split(',').map((list) => (list === 'pub:list:pair:exchange' ? SYMBOLS : []));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(lists));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new FloodExchange(http);
  }

  get rest(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get ws(): string {
    return `${this.rest.replace('http', 'ws')}/ws/2`;
  }

  /** So many frames a second for so long, one after the other to each channel. */
  async flood(perSecond: number, forMs: number): Promise<void> {
    const began = performance.now();
    const first = this.sent;
    for (let gone = 0; gone < forMs; gone = performance.now() - began) {
      const due = first + Math.floor((Math.min(gone, forMs) / 1000) * perSecond);
      while (this.sent < due) this.sendOne();
      await sleep(BURST_MS);
    }
  }

  /** Its sockets die. */
  drop(): void {
    for (const { socket } of this.channels) socket.terminate();
  }

  async end(): Promise<void> {
    clearInterval(this.beating);
    this.drop();
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  private sendOne(): void {
    const at = this.channels[this.sent++ % this.channels.length];
    if (at !== undefined) at.socket.send(JSON.stringify([at.chanId, ...this.news(at.channel)]));
  }

  private news(channel: string): unknown[] {
    if (channel === 'trades') return ['te', this.tradeRow(++this.trade)];
    if (channel === 'ticker') return [this.tickerRow(++this.price)];
    // the best bid changes its amount, which names the frame
    return [[1_000, 1, ++this.price]];
  }

  private tickerRow = (price: number): number[] => [price - 1, 5, price + 1, 5, 0, 0, price, 1000, price, price];
  private tradeRow = (id: number): number[] => [id, 1_700_000_000_000 + id, 0.5, 100];

  private greet(socket: WebSocket): void {
    this.opened++;
    socket.send('{"event":"info","version":2,"platform":{"status":1}}');
    socket.on('message', (data) => this.answer(socket, JSON.parse(String(data)) as Record<string, unknown>));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const left = this.channels.filter((one) => one.socket !== socket);
      this.channels.splice(0, this.channels.length, ...left);
    });
  }

  private answer(socket: WebSocket, { event, flags, ...request }: Record<string, unknown>): void {
    if (event === 'conf') return socket.send(JSON.stringify({ event: 'conf', status: 'OK', flags }));
    if (event !== 'subscribe') return;
    const chanId = 1 + this.channels.length;
    socket.send(JSON.stringify({ ...request, event: 'subscribed', chanId }));
    const channel = String(request['channel']);
    socket.send(JSON.stringify([chanId, this.first(channel)]));
    this.channels.push({ socket, channel, chanId });
  }

  private first(channel: string): unknown[] {
    if (channel === 'trades') return [this.tradeRow(++this.trade)];
    return channel === 'ticker' ? this.tickerRow(this.price) : [[1_000, 1, 1], [2_000, 1, -1]];
  }
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Connection, type ConnectionHost } from './connection';
import { Line } from './line';
import type { Log } from '../log';
import { RollingCount } from '../rolling-count';
import { strangerIn } from '../stranger';

/** What the sockets' side needs of its exchange. */
export interface SocketServerHost {
  readonly connection: ConnectionHost;
  readonly log: Log;
  /** New sockets within `perMs`; one too many is answered with HTTP 429. */
  readonly connections: number;
  readonly perMs: number;
  /** A socket without a channel that says nothing is dropped after this time, ms. */
  readonly silentMs: number;
}

/** A client says nothing longer than a subscription, a signature or 75 operations. */
const FRAME_BYTES = 256 * 1024;

/** The sockets of an exchange: let in, heard, and dropped. */
export class SocketServer {
  private readonly server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: FRAME_BYTES, autoPong: false });
  private readonly connections = new Map<Connection, Line>();
  private readonly opened: RollingCount;
  private count = 0;

  constructor(private readonly host: SocketServerHost) {
    this.opened = new RollingCount(host.connections, host.perMs, host.connection.clock);
  }

  /** Channels subscribed now, by their texts. */
  channelTexts(): string[] {
    return [...this.connections.keys()].flatMap((connection) => connection.channelTexts());
  }

  /** The fullest send buffer, bytes. */
  backlog(): number {
    return Math.max(0, ...[...this.connections.values()].map((line) => line.backlog));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0];
    if (strangerIn(request) !== undefined) return this.turnAway(socket, '403 Forbidden');
    if (this.host.connection.trouble.refuses) return this.turnAway(socket);
    if (path !== '/ws/2') return this.turnAway(socket, '404 Not Found');
    if (!this.opened.admits()) return this.turnAway(socket, '429 Too Many Requests');
    this.server.handleUpgrade(request, socket, head, (accepted) => this.connect(accepted));
  }

  /** Drops the sockets on which this user is logged in, or all. */
  drop(userId?: number): void {
    for (const [connection, line] of this.connections) {
      if (userId !== undefined && connection.userId !== userId) continue;
      // what still comes from it counts no more
      connection.close();
      line.drop();
    }
  }

  private turnAway(socket: Duplex, status?: string): void {
    this.host.log.add({ at: this.now, connection: 0, kind: 'refused' });
    if (status === undefined) return void socket.destroy();
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  private connect(socket: WebSocket): void {
    const { trouble, clock } = this.host.connection;
    const line = new Line(++this.count, socket, clock, (frame) => trouble.takeFrame(frame));
    this.host.log.add({ at: this.now, connection: line.number, kind: 'opened' });
    trouble.adopt(line);
    const connection = new Connection(line, this.host.connection);
    this.connections.set(connection, line);
    socket.on('message', (data) => this.hear(connection, line, String(data)));
    socket.on('ping', (data) => line.pong(data));
    // a client's protocol error ends in `close` as well
    socket.on('error', () => undefined);
    socket.on('close', (code) => this.forget(connection, line, code));
    this.dropIfSilent(connection, line);
  }

  private hear(connection: Connection, line: Line, text: string): void {
    this.host.log.add({ at: this.now, connection: line.number, kind: 'frame', text });
    connection.hear(text);
  }

  private forget(connection: Connection, line: Line, code: number): void {
    this.host.log.add({ at: this.now, connection: line.number, kind: 'closed', code });
    connection.close();
    this.connections.delete(connection);
    this.host.connection.trouble.forget(line);
  }

  /** A socket without a channel that says nothing is dropped, without a closing handshake (bitfinex-v2.md 2.1). */
  private dropIfSilent(connection: Connection, line: Line): void {
    const { silentMs, connection: { clock } } = this.host;
    const left = connection.isIdle ? connection.heardAt + silentMs - clock.monotonic() : silentMs;
    if (left <= 0) return line.drop();
    clock.after(left, () => this.connections.has(connection) && this.dropIfSilent(connection, line));
  }

  private get now(): number {
    return this.host.connection.clock.now();
  }
}

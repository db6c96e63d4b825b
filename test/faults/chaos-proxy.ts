import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One connection through the proxy. */
export interface Passage {
  /** Bytes of the client that have arrived here since the last {@link ChaosProxy.blackHole}, passed on or not. */
  sent: Buffer;
  /** The client's side has ended. */
  closed: boolean;
  up: boolean;
  down: boolean;
}

/** Raw TCP between a client and an exchange. In a black hole bytes vanish, and so does the news that a side has ended. */
export class ChaosProxy {
  readonly passages: Passage[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {
    server.on('connection', (client: Socket) => this.pass(client));
  }

  /** Before the exchange at this address. */
  static async start(address: string): Promise<ChaosProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ChaosProxy(server, Number(new URL(address).port));
  }

  get ws(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws/2`;
  }

  /** Nothing comes through any more on the connections of now, in these directions; new ones are well. */
  blackHole(...directions: ('up' | 'down')[]): void {
    for (const passage of this.passages) {
      for (const direction of directions) passage[direction] = false;
      passage.sent = Buffer.alloc(0);
    }
  }

  /** All connections of now end without a word. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  async end(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private pass(client: Socket): void {
    const passage: Passage = { sent: Buffer.alloc(0), closed: false, up: true, down: true };
    const exchange = connect(this.port, '127.0.0.1');
    this.passages.push(passage);
    client.on('data', (bytes) => {
      passage.sent = Buffer.concat([passage.sent, bytes]);
      if (passage.up) exchange.write(bytes);
    });
    exchange.on('data', (bytes) => passage.down && client.write(bytes));
    client.on('close', () => {
      passage.closed = true;
      if (passage.up) exchange.destroy();
    });
    exchange.on('close', () => passage.down && client.destroy());
    for (const socket of [client, exchange]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    }
  }
}

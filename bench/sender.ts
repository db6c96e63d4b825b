/**
 * The other side, in a process of its own: greets, acknowledges, sends snapshots, and then what it was told to prepare, as
 * fast as the receiver takes it (`send`) or evenly (`pace`). The bytes of a round are built before it begins.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { symbolOf, Traffic, type Wanted } from './traffic';
import { WORKLOADS } from './workloads';

export type Order = { kind: 'prepare'; frames: number } | { kind: 'heartbeats'; rounds: number } | { kind: 'send'; to: string } | { kind: 'pace'; to: string; perSecond: number };

interface Client {
  readonly socket: WebSocket;
  readonly stream: Duplex;
  sequence: number;
}

/** What a socket hands over at once where it has more to say than the receiver has read. */
const CHUNK_BYTES = 64 * 1024;

const workload = WORKLOADS[process.argv[2] as string] as readonly Wanted[];
const traffic = new Traffic(workload);
const clients = new Map<string, Client>();
let prepared: readonly Buffer[] = [];

const tell = (message: unknown): void => void process.send?.(message);

const pairs = [...new Set(workload.map((wanted) => symbolOf(wanted).slice(1)))];

const http = createServer(({ url = '' }, response) => {
  // no history: only what comes live is measured
  if (url.includes('/candles/')) return response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  // one element for each list that is asked for
  const lists = url.slice(url.lastIndexOf('/') + 1).split(',').map((list) => (list === 'pub:list:pair:exchange' ? pairs : []));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(lists));
});
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
http.on('upgrade', (request, stream, head) => {
  sockets.handleUpgrade(request, stream, head, (socket) => welcome(request.url?.split('?')[1] ?? '', { socket, stream, sequence: 0 }));
});
http.listen(0, '127.0.0.1', () => tell({ kind: 'listening', port: (http.address() as AddressInfo).port }));

function welcome(name: string, client: Client): void {
  clients.set(name, client);
  client.socket.send(JSON.stringify({ event: 'info', version: 2, serverId: 'bench', platform: { status: 1 } }));
  client.socket.on('message', (data) => answer(name, client, JSON.parse(String(data)) as Wanted & { event: string; flags?: number }));
  client.socket.on('error', () => undefined);
}

function answer(name: string, client: Client, { event, flags, ...wanted }: Wanted & { event: string; flags?: number }): void {
  const { socket } = client;
  if (event === 'conf') return socket.send(JSON.stringify({ event, status: 'OK', flags }));
  const chanId = traffic.chanIdOf(wanted as Wanted);
  if (event !== 'subscribe' || chanId === undefined) return tell({ kind: 'unexpected', name, event });
  socket.send(JSON.stringify({ event: 'subscribed', ...wanted, chanId, pair: symbolOf(wanted as Wanted).slice(1) }));
  socket.send(traffic.snapshot(wanted as Wanted, ++client.sequence));
  if (client.sequence === workload.length) tell({ kind: 'subscribed', name });
}

/** A text frame as a server writes it: final, unmasked. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, payload]);
}

async function send(name: string): Promise<void> {
  const { socket, stream } = clients.get(name) as Client;
  const bytes = Buffer.concat(prepared);
  // a ping is answered when everything before it has been read
  const read = new Promise((resolve) => socket.once('pong', resolve));
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    if (!stream.write(bytes.subarray(at, at + CHUNK_BYTES))) await new Promise((resolve) => stream.once('drain', resolve));
  }
  socket.ping();
  await read;
  tell({ kind: 'read', name });
}

function pace(name: string, perSecond: number): void {
  const { stream } = clients.get(name) as Client;
  const frames = prepared[Symbol.iterator]();
  const timer = setInterval(() => {
    const { value, done } = frames.next();
    if (done === true) clearInterval(timer);
    else stream.write(value);
  }, 1000 / perSecond);
}

process.on('message', (order: Order) => {
  if (order.kind === 'send') return void send(order.to);
  if (order.kind === 'pace') return pace(order.to, order.perSecond);
  if (order.kind === 'heartbeats') {
    prepared = traffic.heartbeats(order.rounds).map(frameOf);
    return tell({ kind: 'prepared', contents: { frames: prepared.length, checksums: 0 } });
  }
  const { texts, contents } = traffic.frames(order.frames);
  prepared = texts.map(frameOf);
  tell({ kind: 'prepared', contents });
});
process.on('disconnect', () => process.exit());

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { until } from '../until';
import { ticker, TICKER, type Ear } from './pool-world';
import { RealPool } from './real-pool';

const FASTER = 10;
const MEGABYTE = 1024 * 1024;

/** No frame of the exchange is larger; ws counts fragments together. */
const MAX_FRAME = 4 * MEGABYTE;

const OPCODE = { continuation: 0, text: 1, binary: 2, ping: 9, reserved: 3 } as const;

/** The head of a frame by RFC 6455 (5.2), unmasked as servers send; `bits` are FIN and RSV1. */
function head(opcode: keyof typeof OPCODE, length: number, bits = 0x80): Buffer {
  const first = bits | OPCODE[opcode];
  if (length < 126) return Buffer.from([first, length]);
  const long = Buffer.alloc(10);
  long.writeUInt8(first, 0);
  long.writeUInt8(127, 1);
  long.writeBigUInt64BE(BigInt(length), 2);
  return long;
}

const frame = (opcode: keyof typeof OPCODE, payload: string | Buffer, bits?: number): Buffer => {
  const bytes = Buffer.from(payload as string);
  return Buffer.concat([head(opcode, bytes.length, bits), bytes]);
};

const FIN = 0x80;
const RSV1 = 0x40;

describe('faults of frames, byte by byte', function () {
  this.timeout(60_000);
  let http: Server;
  let wires: Socket[];
  let pongs: number;
  let real: RealPool;
  let ear: Ear;

  beforeEach(async () => {
    [wires, pongs] = [[], 0];
    http = createServer();
    const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
    sockets.on('connection', (socket, { socket: wire }) => {
      wires.push(wire.on('error', () => undefined));
      socket.on('error', () => undefined);
      socket.on('pong', () => pongs++);
      socket.send('{"event":"info","version":2,"platform":{"status":1}}');
      socket.on('message', (data) => {
        const { event, symbol } = JSON.parse(String(data)) as Record<string, string>;
        if (event === 'conf') socket.send('{"event":"conf","status":"OK"}');
        if (event === 'subscribe') {
          socket.send(JSON.stringify({ event: 'subscribed', channel: 'ticker', chanId: 17, symbol }));
          socket.send(JSON.stringify([17, TICKER]));
        }
      });
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    real = new RealPool(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, FASTER);
    ear = real.follow(ticker('tBTCUSD'));
    await until(() => ear.news.length === 1, 'the first row', 10_000);
  });
  afterEach(() => {
    real.end();
    http.close();
    for (const wire of wires) wire.destroy();
  });

  const write = (...bytes: Buffer[]): void => void wires.at(-1)?.write(Buffer.concat(bytes));

  /** A row still comes through, on this line. */
  async function goesOn(): Promise<void> {
    const told = ear.news.length;
    write(frame('text', JSON.stringify([17, TICKER])));
    await until(() => ear.news.length === told + 1, 'a row on the same line', 10_000);
    assert.deepEqual([wires.length, ear.states], [1, ['connecting', 'live']]);
  }

  it('texts that make no sense are counted and dropped, and the line lives (F88)', async () => {
    const nonsense = ['', ' ', 'null', 'true', '7', '"x"', '[]', '{}', '[7]', '[null]', '[17]', '[17,null]', '[17,"te"]', '[17,[', '[17,[1,2', '{"event":', '[NaN]', '[17,[NaN]]', '[1e400,[1]]', '[9007199254740993,[1,2]]', '{"__proto__":{"polluted":1}}', `${'['.repeat(100_000)}`, `{"a":${'{"a":'.repeat(20_000)}`, '\u0000', '\ufeff[17,"hb"]', '[17,"hb"]]', '<html></html>'];
    for (const text of nonsense) write(frame('text', text));
    write(frame('binary', Buffer.from([0, 255, 128])), frame('text', Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])));
    await goesOn();
    const { malformed, frames } = real.pool.counts;
    // `[17,"te"]` is a frame, of a type that a ticker does not have
    assert.equal(malformed, nonsense.length + 2 - 1, `of ${frames}`);
    assert.equal(ear.news.length, 2);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('rows of numbers too large, of prototypes and of a hundred thousand brackets reach nobody (F88)', async () => {
    const rows = ['[1e400,2,3,4,5,6,7,8,9,10]', '[{"__proto__":{"polluted":1}},2,3,4,5,6,7,8,9,10]', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, '["1",2,3,4,5,6,7,8,9,10]', '[null,2,3,4,5,6,7,8,9,10]'];
    for (const row of rows) write(frame('text', `[17,${row}]`));
    await goesOn();
    assert.equal(ear.news.length, 2);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('a row in fragments, with a ping between them, is one row, and the ping is answered (F88)', async () => {
    const told = ear.news.length;
    const text = JSON.stringify([17, TICKER]);
    write(frame('text', text.slice(0, 3), 0), frame('ping', 'x'));
    for (const letter of text.slice(3)) write(frame('continuation', letter, 0));
    write(frame('continuation', '', FIN));
    await until(() => ear.news.length === told + 1 && pongs === 1, 'the row and the pong', 10_000);
    await goesOn();
  });

  const bomb = deflateRawSync(Buffer.alloc(64 * MEGABYTE, ' '));
  const FATAL: readonly (readonly [string, () => Buffer])[] = [
    ['a frame of 5 MB', () => frame('text', Buffer.alloc(5 * MEGABYTE, 'x'))],
    ['a frame that announces 200 MB', () => head('text', 200 * MEGABYTE)],
    ['a frame longer than any number', () => Buffer.concat([Buffer.from([0x81, 127]), Buffer.alloc(8, 0xff)])],
    ['a compressed frame, which nobody offered (a zip bomb)', () => frame('text', bomb, FIN | RSV1)],
    ['a frame of a reserved kind', () => frame('reserved', 'x')],
    ['a masked frame', () => Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5])],
    ['a fragment that continues nothing', () => frame('continuation', 'x')],
    ['a ping of more than 125 bytes', () => frame('ping', Buffer.alloc(200))],
    ['bytes that are no frames', () => Buffer.from('HTTP/1.1 200 OK\r\n\r\n')],
  ];
  for (const [what, bytes] of FATAL) {
    it(`${what} closes its line, and the data go on over a new one (F88)`, async () => {
      const told = ear.news.length;
      write(bytes());
      await until(() => wires.length === 2 && ear.news.length > told && ear.state === 'live', 'data on a new line', 15_000);
      assert.deepEqual(ear.states, ['connecting', 'live', 'offline', 'connecting', 'live']);
    });
  }

  it('fragments without an end are kept up to 4 MB, and then their line is closed (F88)', async () => {
    const [wire] = wires as [Socket];
    write(frame('text', '[17,', 0));
    let sent = 0;
    const piece = frame('continuation', Buffer.alloc(256 * 1024, ' '), 0);
    while (!wire.destroyed && sent < 200 * MEGABYTE) {
      sent += piece.length;
      await new Promise((resolve) => wire.write(piece, resolve));
    }
    // more than the limit only by what the sockets of both sides hold
    assert.ok(sent >= MAX_FRAME && sent < 32 * MEGABYTE, `${sent} bytes`);
    await until(() => wires.length === 2 && ear.state === 'live', 'data on a new line', 15_000);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { LOG_LEVEL, monotonic, startNodeRed, type FlowNode, type NodeRedChild } from '../node-red/child';
import { account, catchAll, stream, TAB } from '../node-red/flow';
import { SmallExchange } from '../small-exchange';
import { pauses } from './pool-world';

/** Until 2120, but for the one that has expired; the authority is trusted by the child alone. */
const PEM = join(__dirname, 'tls');
const pem = (name: string): Buffer => readFileSync(join(PEM, `${name}.pem`));

/** A door before the exchange. */
interface Door {
  readonly ws: string;
  /** What clients said, after TLS where there is TLS. */
  readonly heard: Buffer[];
  /** When each connection came, ms. */
  readonly attempts: number[];
}

/** Ways to be somebody else, and what the log says of each. */
const IMPOSTORS = [
  { id: 'self-signed', fault: 'F61', what: 'a certificate that signed itself', says: /self.signed certificate/ },
  { id: 'expired', fault: 'F61', what: 'an expired certificate', says: /expired/ },
  { id: 'other-name', fault: 'F60, F61', what: 'a good certificate of another name, as a wrong address would show', says: /does not match certificate's altnames/ },
  { id: 'plaintext', fault: 'F61', what: 'plain text where TLS should be', says: /not connected/ },
] as const;

/** Addresses that are none. */
const ADDRESSES = {
  'no address': 'not an address',
  'a port that is none': 'wss://127.0.0.1:99999/ws/2',
  'half an address': 'ws://[::1',
  'a foreign host in Cyrillic': 'wss://арі-pub.bitfinex.com/ws/2',
  'a foreign host with an umlaut': 'wss://bücher.example/ws/2',
  'letters that turn the text around': 'ws://127.0.0.1\u202e:80/ws/2',
} as const;

describe('An exchange that is not who it should be, in a real Node-RED', function () {
  this.timeout(60_000);
  let exchange: SmallExchange;
  let red: NodeRedChild;
  const doors = new Map<string, Door>();
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  async function open(id: string, server: Server, event: 'connection' | 'secureConnection'): Promise<void> {
    const door: Door = { ws: '', heard: [], attempts: [] };
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => undefined));
      door.attempts.push(monotonic());
    });
    server.on(event, (client: Socket) => {
      const inner = connect(Number(new URL(exchange.rest).port), '127.0.0.1').on('error', () => undefined);
      client.on('error', () => undefined).on('data', (bytes) => door.heard.push(bytes));
      client.pipe(inner).pipe(client);
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    doors.set(id, { ...door, ws: `wss://127.0.0.1:${(server.address() as AddressInfo).port}/ws/2` });
  }

  before(async () => {
    exchange = await SmallExchange.start();
    for (const id of ['right', 'expired', 'other-name']) await open(id, createTlsServer({ key: pem('key'), cert: pem(id) }), 'secureConnection');
    const own = join(__dirname, '../fixtures/tls');
    await open('self-signed', createTlsServer({ key: readFileSync(join(own, 'key.pem')), cert: readFileSync(join(own, 'certificate.pem')) }), 'secureConnection');
    await open('plaintext', createTcpServer(), 'connection');
    const places = [
      ...[...doors].map(([id, { ws }]) => [id, ws]),
      ['nowhere', 'wss://exchange.invalid/ws/2'],
      ...Object.entries(ADDRESSES),
    ] as [string, string][];
    const flow: FlowNode[] = [TAB, ...places.flatMap(([id, ws]) => [account(`at ${id}`, { rest: exchange.rest, ws }), ...stream('ticker', id, 'BTC/USD', { account: `at ${id}` })]), ...catchAll()];
    red = await startNodeRed({ flow, env: { NODE_EXTRA_CA_CERTS: join(PEM, 'authority.pem') }, settings: { bitfinexHosts: ['exchange.invalid'] } });
  });
  after(async () => {
    await red?.stop();
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
    await exchange?.end();
  });

  const reports = (id: string): string[] => red.log(LOG_LEVEL.info).filter(({ node }) => node === `at ${id}`).map(({ text }) => text);
  const wasOffline = (id: string): boolean => red.statuses(id).some(({ status }) => status.fill === 'red' && status.text === 'offline');
  const told = (id: string): readonly unknown[] => red.messages(id);

  it('with the right certificate is live: the child trusts this authority (F61)', async () => {
    await red.until(() => red.status('right').fill === 'green' && told('right').length > 0, 'live over TLS', 15_000);
    assert.ok(Buffer.concat(doors.get('right')?.heard ?? []).includes('/ws/2'));
  });

  for (const { id, fault, what, says } of IMPOSTORS) {
    it(`with ${what} hears not one byte of us but the greeting of TLS: offline, with the reason, and tried ever more slowly (${fault})`, async () => {
      const { heard, attempts } = doors.get(id) as Door;
      await red.until(() => attempts.length >= 3 && wasOffline(id), 'three attempts', 30_000);
      const bytes = Buffer.concat(heard);
      if (id === 'plaintext') assert.ok(bytes[0] === 0x16 && !bytes.includes('GET') && !bytes.includes('/ws/2'), 'a ClientHello and nothing else');
      else assert.equal(bytes.length, 0, bytes.toString());
      assert.match(reports(id)[0] ?? '', says);
      assert.match(reports(id)[0] ?? '', /next attempt in \d/);
      // the least that the curve allows
      for (const [at, pause] of pauses(attempts).entries()) assert.ok(pause >= Math.min(60_000, 2_000 * 2 ** at) / 4 - 50, `${pause} ms before attempt ${at + 2}`);
      assert.deepEqual(told(id), []);
    });
  }

  it('whose name nobody knows is offline with the reason, and tried again (F60)', async () => {
    await red.until(() => reports('nowhere').length >= 2, 'two attempts', 30_000);
    await red.until(() => wasOffline('nowhere'), 'offline');
    assert.match(reports('nowhere')[0] ?? '', /ENOTFOUND|EAI_AGAIN/);
    assert.deepEqual(told('nowhere'), []);
  });

  for (const [what, address] of Object.entries(ADDRESSES)) {
    it(`${what} is a red status that names the field, and nobody is called (F77)`, async () => {
      await red.until(() => red.status(what).fill === 'red', 'a red status');
      assert.match(red.status(what).text ?? '', /wsUrl/);
      const errors = red.messages('errors').filter(({ msg }) => msg.error.source.id === what);
      assert.equal(errors.length, 1, address);
      assert.match(errors[0]?.msg.error.code, /FIELD_INVALID|HOST_NOT_ALLOWED/);
      assert.deepEqual(reports(what), []);
    });
  }

  it('does not hold up a deploy while its lines are being opened, are live, or wait for the next attempt (F103)', async () => {
    const from = monotonic();
    await red.deploy([TAB], 'full');
    const tookMs = monotonic() - from;
    // a second is the budget; the rest is for Node-RED and a busy machine
    assert.ok(tookMs < 3_000, `${tookMs.toFixed(0)} ms`);
    assert.deepEqual(red.log().filter(({ text }) => /stopping node|timed out/i.test(text)), []);
    assert.equal(red.exit, undefined);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { systemClock } from '../../src/shared/link/clock';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { failureOf, host, worldOver, type Host, type World } from './rest-world';

const PEM = join(__dirname, '../fixtures/tls');
const TLS = { key: readFileSync(join(PEM, 'key.pem')), cert: readFileSync(join(PEM, 'certificate.pem')) };

describe('rest over http', () => {
  let exchange: Exchange;
  let world: World;
  const hosts: Host[] = [];

  const serve = async (...args: Parameters<typeof host>): Promise<Host> => {
    const made = await host(...args);
    hosts.push(made);
    return made;
  };

  before(async () => {
    exchange = await startExchange({ seed: 3 });
  });
  beforeEach(() => {
    world = worldOver(exchange.rest);
  });
  afterEach(async () => {
    world.lane.end();
    for (const made of hosts.splice(0)) await made.stop();
  });
  after(() => exchange.stop());

  describe('bounds', () => {
    for (const [what, fault] of [
      ['headers that never come', FAULT.silent],
      ['a body that stops half way', FAULT.stalled],
    ] as const) {
      it(`${what} are waited for 10 s, and the line is closed`, async () => {
        const spell = exchange.trouble.failRest(fault, { on: 'ticker/', times: Infinity });
        const { code, what: words } = await failureOf(world.lane.read('ticker/tBTCUSD'));
        spell.stop();
        assert.equal(code, 'EXCHANGE_UNREACHABLE');
        assert.match(words, /nothing complete within 10 s/);
        assert.equal(spell.hits, 5);
        assert.ok(world.heard.every(({ latencyMs }) => latencyMs >= 9_900 && latencyMs < 30_000));
        assert.deepEqual(await world.lane.read('platform/status'), [1]);
      });
    }

    it('takes the answer that came while the process stood still', async () => {
      const clock = new VirtualClock();
      const quick = await serve((_request, response) => response.end('[1]', () => clock.advance(10_050)));
      assert.deepEqual(await worldOver(quick.url, { clock }).lane.read('platform/status'), [1]);
      assert.equal(quick.requests.length, 1);
    });

    it('drops the connection of a call that took too long', async () => {
      const silent = await serve(() => undefined);
      world = worldOver(silent.url);
      await failureOf(world.lane.read('ticker/tBTCUSD'));
      await until(() => silent.requests.length === 5 && silent.sockets.size === 0, 'all connections closed');
    });

    it('reads no more than 16 MB, and does not try that again', async () => {
      const spell = exchange.trouble.failRest(FAULT.huge(17 * 1024 * 1024), { times: Infinity });
      const { code, what } = await failureOf(worldOver(exchange.rest, { clock: systemClock }).lane.read('ticker/tBTCUSD'));
      spell.stop();
      assert.equal(code, 'ANSWER_UNUSABLE');
      assert.match(what, /more than 16 MB/);
      assert.equal(spell.hits, 1);
    });

    it('counts the bytes after unpacking', async () => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
      assert.ok(bomb.length < 100_000);
      const sender = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
      const { code, what } = await failureOf(worldOver(sender.url, { clock: systemClock }).lane.read('ticker/tBTCUSD'));
      assert.equal(code, 'ANSWER_UNUSABLE');
      assert.match(what, /more than 16 MB/);
    });

    it('unpacks gzip, and nothing else', async () => {
      let body = gzipSync('[1,"zipped"]');
      let encoding = 'gzip';
      const packer = await serve((_request, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));
      world = worldOver(packer.url);
      assert.deepEqual(await world.lane.read('platform/status'), [1, 'zipped']);
      assert.equal(packer.requests[0]?.headers['accept-encoding'], 'gzip');
      body = body.subarray(0, 15);
      assert.equal((await failureOf(world.lane.read('platform/status'))).code, 'EXCHANGE_UNREACHABLE');
      [body, encoding] = [brotliCompressSync('[1]'), 'br'];
      assert.equal((await failureOf(world.lane.read('platform/status'))).code, 'ANSWER_UNUSABLE');
    });

    it('opens six connections at most, and keeps them', async () => {
      const slow = await serve((_request, response) => void setTimeout(() => response.end('[1]'), 20));
      world = worldOver(slow.url);
      await Promise.all(Array.from({ length: 24 }, () => world.lane.read('ticker/tBTCUSD')));
      assert.deepEqual([slow.requests.length, slow.most], [24, 6]);
    });

    it('closes them when it ends', async () => {
      const quick = await serve((_request, response) => response.end('[1]'));
      world = worldOver(quick.url);
      await world.lane.read('platform/status');
      assert.equal(quick.sockets.size, 1);
      world.lane.end();
      await until(() => quick.sockets.size === 0, 'closed');
    });
  });

  describe('lines that fail', () => {
    it('a read whose kept connection was closed meanwhile is made again', async () => {
      exchange.trouble.failRest(FAULT.hangUp);
      await world.lane.read('ticker/tBTCUSD');
      assert.equal((await world.lane.read('ticker/tETHUSD') as unknown[]).length, 10);
      exchange.trouble.closeIdleRest();
      assert.equal((await world.lane.read('ticker/tBTCUSD') as unknown[]).length, 10);
    });

    it('a connection that is cut is tried five times, and named', async () => {
      for (const fault of [FAULT.cutBefore, FAULT.cutWithin]) {
        const spell = exchange.trouble.failRest(fault, { times: Infinity });
        const { code, what } = await failureOf(world.lane.read('ticker/tBTCUSD'));
        spell.stop();
        assert.deepEqual([code, spell.hits], ['EXCHANGE_UNREACHABLE', 5]);
        assert.match(what, /^no answer from 127\.0\.0\.1:\d+ \(ECONNRESET\)/);
      }
    });

    it('nobody who listens, and no such host', async () => {
      const gone = createTcpServer().listen(0, '127.0.0.1');
      await once(gone, 'listening');
      const { port } = gone.address() as AddressInfo;
      gone.close();
      await once(gone, 'close');
      assert.match((await failureOf(worldOver(`http://127.0.0.1:${port}`).lane.read('platform/status'))).what, /127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
      const { code, what } = await failureOf(worldOver('http://exchange.invalid').lane.read('platform/status'));
      assert.equal(code, 'EXCHANGE_UNREACHABLE');
      assert.match(what, /exchange\.invalid \((ENOTFOUND|EAI_AGAIN)\)/);
    });

    it('what is no HTTP is no answer', async () => {
      const odd = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
      await once(odd, 'listening');
      const { code, what } = await failureOf(worldOver(`http://127.0.0.1:${(odd.address() as AddressInfo).port}`).lane.read('platform/status'));
      odd.close();
      assert.equal(code, 'EXCHANGE_UNREACHABLE');
      assert.match(what, /HPE_/);
    });
  });

  it('follows no redirect, with and without a key', async () => {
    const elsewhere = await serve((_request, response) => response.end('[1]'));
    const spell = exchange.trouble.failRest(FAULT.redirect(`${elsewhere.url}/v2/platform/status`), { times: Infinity });
    const calls = exchange.calls.length;
    const { code, httpStatus } = await failureOf(world.lane.read('platform/status'));
    assert.deepEqual([code, httpStatus], ['ANSWER_UNUSABLE', 302]);
    assert.equal((await failureOf(world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' })).post('auth/r/wallets'))).code, 'ANSWER_UNUSABLE');
    spell.stop();
    assert.deepEqual([exchange.calls.length - calls, elsewhere.requests.length], [2, 0]);
  });

  describe('giving up', () => {
    const reason = new Error('the node was closed');
    const cases: [string, (signal: AbortController) => Promise<void>][] = [
      ['before it begins', async (signal) => signal.abort(reason)],
      [
        'while it is on its way',
        async (signal) => {
          exchange.trouble.failRest(FAULT.silent);
          const calls = exchange.calls.length;
          void until(() => exchange.calls.length > calls, 'the call').then(() => signal.abort(reason));
        },
      ],
      [
        'between two tries',
        async (signal) => {
          exchange.trouble.failRest(FAULT.html());
          void until(() => world.heard.length === 1, 'the first try').then(() => signal.abort(reason));
        },
      ],
    ];
    for (const [when, arrange] of cases) {
      it(`${when} ends a call with the reason, and at once`, async () => {
        // in real time a try would take 10 s, and the pause half a second
        world = worldOver(exchange.rest, { clock: systemClock });
        const control = new AbortController();
        await arrange(control);
        const began = Date.now();
        await assert.rejects(world.lane.read('ticker/tBTCUSD', {}, { signal: control.signal }), reason);
        assert.ok(Date.now() - began < 2_000);
      });
    }

    it('while it waits for its limit, counts nothing', async () => {
      world = worldOver(exchange.rest, { clock: systemClock });
      const { lane, limiter } = world;
      const control = new AbortController();
      for (let at = 0; at < 3; at++) await lane.read('liquidations/hist');
      const waits: number[] = [];
      const waiting = lane.read('liquidations/hist', {}, { signal: control.signal, onWait: (waitMs) => waits.push(waitMs) });
      await until(() => waits.length === 1, 'the wait is told');
      assert.ok((waits[0] as number) > 50_000);
      control.abort(reason);
      await assert.rejects(waiting, reason);
      assert.deepEqual([limiter.budget().find(({ limit }) => limit === 'liquidations')?.waiting, world.heard.length], [0, 3]);
    });
  });

  describe('TLS', () => {
    it('a certificate that nobody vouches for is refused before anything leaves, once', async () => {
      const impostor = await serve((_request, response) => response.end('[1]'), (listener) => createTlsServer(TLS, listener) as never);
      world = worldOver(impostor.url.replace('http:', 'https:'));
      const { code, what } = await failureOf(world.lane.read('platform/status'));
      assert.equal(code, 'EXCHANGE_UNREACHABLE');
      assert.match(what, /DEPTH_ZERO_SELF_SIGNED_CERT/);
      assert.deepEqual([impostor.requests.length, world.heard.length], [0, 1]);
    });

    it('no environment variable switches that off', async () => {
      const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        const impostor = await serve((_request, response) => response.end('[1]'), (listener) => createTlsServer(TLS, listener) as never);
        assert.match((await failureOf(worldOver(impostor.url.replace('http:', 'https:')).lane.read('platform/status'))).what, /SELF_SIGNED/);
      } finally {
        if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
        else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      }
    });

    it('plain text where TLS should be is no answer', async () => {
      const plain = await serve((_request, response) => response.end('[1]'));
      assert.equal((await failureOf(worldOver(plain.url.replace('http:', 'https:')).lane.read('platform/status'))).code, 'EXCHANGE_UNREACHABLE');
      assert.equal(plain.requests.length, 0);
    });
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WebSocketServer } from 'ws';
import { openSocket } from '../../src/shared/link/socket';
import { proxyFor } from '../../src/shared/link/proxy';
import { until } from '../until';
import { failureOf, host, worldOver, type Host } from './rest-world';

const PEM = join(__dirname, '../fixtures/tls');
const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'ALL_PROXY', 'all_proxy'];

/** A CONNECT proxy that knows one host, whatever its name. */
async function proxyTo(port: number) {
  const asked: { target: string; authorization: string | undefined }[] = [];
  const open = new Set<Socket>();
  let refusal: string | undefined;
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, socket: Socket) => {
    asked.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    socket.on('error', () => undefined);
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    for (const one of [socket, onward]) open.add(one.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuse: (status: string) => void (refusal = status),
    stop: async () => {
      server.close();
      server.closeAllConnections();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}

describe('rest behind a proxy', () => {
  let saved: Record<string, string | undefined>;
  let plain: Host;
  let proxy: Awaited<ReturnType<typeof proxyTo>>;

  beforeEach(async () => {
    saved = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
    for (const name of NAMES) Reflect.deleteProperty(process.env, name);
    // no simulated exchange: that one answers to names of this computer alone
    plain = await host(
      (_request, response) => response.end('[1]'),
      (listener) => {
        const server = createServer(listener);
        new WebSocketServer({ server }).on('connection', (socket) => socket.send('greeting'));
        return server;
      },
    );
    proxy = await proxyTo(Number(new URL(plain.url).port));
  });
  afterEach(async () => {
    for (const [name, value] of Object.entries(saved)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await proxy.stop();
    await plain.stop();
  });

  it('reads plain http through HTTP_PROXY, with its name and password, on a kept connection', async () => {
    process.env['HTTP_PROXY'] = proxy.url.replace('//', '//user:p%40ss@');
    const { lane } = worldOver('http://exchange.test:8080');
    assert.deepEqual(await lane.read('platform/status'), [1]);
    await lane.read('ticker/tBTCUSD');
    assert.deepEqual(proxy.asked, [{ target: 'exchange.test:8080', authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` }]);
    assert.equal(plain.requests.length, 2);
    lane.end();
  });

  it('follows the environment from one call to the next', async () => {
    process.env['HTTP_PROXY'] = proxy.url;
    const { lane } = worldOver('http://exchange.test:8080');
    await lane.read('platform/status');
    process.env['NO_PROXY'] = 'exchange.test';
    assert.match((await failureOf(lane.read('platform/status'))).what, /ENOTFOUND|EAI_AGAIN/);
    assert.equal(proxy.asked.length, 1);
    lane.end();
  });

  it('never leads to this machine: the embedded exchange is nobody else\'s', async () => {
    process.env['HTTP_PROXY'] = process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
    const { lane } = worldOver(plain.url);
    assert.deepEqual(await lane.read('platform/status'), [1]);
    lane.end();
    for (const url of ['http://localhost:1', 'ws://127.0.0.1:1/ws/2', 'https://[::1]:1', 'http://127.9.9.9']) assert.equal(proxyFor(url), undefined, url);
    assert.equal(proxyFor('wss://api-pub.bitfinex.com/ws/2')?.href, 'http://127.0.0.1:1/');
  });

  it('says what is wrong with a proxy, without its password', async () => {
    proxy.refuse('407 Proxy Authentication Required');
    process.env['HTTP_PROXY'] = proxy.url.replace('//', '//user:canary-password@');
    const { code, message } = await failureOf(worldOver('http://exchange.test:8080').lane.read('platform/status'));
    assert.equal(code, 'EXCHANGE_UNREACHABLE');
    assert.match(message, /407/);
    process.env['HTTP_PROXY'] = 'socks5://user:canary-password@127.0.0.1:1080';
    const other = await failureOf(worldOver('http://exchange.test:8080').lane.read('platform/status'));
    assert.match(other.message, /HTTPS_PROXY or HTTP_PROXY.*no http address/);
    assert.doesNotMatch(message + other.message + String(other.stack), /canary/);
  });

  it('tells a socket too why it does not come through', async () => {
    process.env['HTTP_PROXY'] = proxy.url;
    const closed: string[] = [];
    const texts: string[] = [];
    const listen = () => openSocket('ws://exchange.test:8080/ws/2', { opened: () => undefined, text: (text) => texts.push(text), closed: (reason) => closed.push(reason) });
    const line = listen();
    await until(() => texts.length > 0, 'the greeting');
    assert.deepEqual(texts, ['greeting']);
    line.end();
    proxy.refuse('502 Bad Gateway');
    listen();
    await until(() => closed.length === 1, 'closed');
    assert.match(closed[0] as string, /502/);
  });

  describe('with TLS', () => {
    let secure: Host;
    let way: Awaited<ReturnType<typeof proxyTo>>;
    beforeEach(async () => {
      secure = await host(
        (_request, response) => response.end('[1]'),
        (listener) => {
          const server = createTlsServer({ key: readFileSync(join(PEM, 'key.pem')), cert: readFileSync(join(PEM, 'certificate.pem')) }, listener);
          new WebSocketServer({ server }).on('connection', (socket) => socket.send('greeting'));
          return server as never;
        },
      );
      way = await proxyTo(Number(new URL(secure.url).port));
      process.env['HTTPS_PROXY'] = way.url;
    });
    afterEach(async () => {
      await way.stop();
      await secure.stop();
    });

    it('looks at the certificate of the exchange, not at the proxy', async () => {
      const { code, what } = await failureOf(worldOver('https://exchange.test').lane.read('platform/status'));
      assert.equal(code, 'EXCHANGE_UNREACHABLE');
      assert.match(what, /SELF_SIGNED/);
      assert.deepEqual([way.asked.map(({ target }) => target), secure.requests.length], [['exchange.test:443'], 0]);
    });

    it('reads and listens where the certificate is known, and refuses one for another name', async () => {
      const child = (...args: string[]) =>
        promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'rest-proxy-child.ts'), ...args], { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(PEM, 'certificate.pem') } }).catch((error: { stderr: string }) => ({ stdout: '', stderr: error.stderr }));
      assert.deepEqual(JSON.parse((await child('https://exchange.test', 'wss://exchange.test/ws/2')).stdout), { status: [1], text: 'greeting' });
      assert.deepEqual(way.asked.map(({ target }) => target), ['exchange.test:443', 'exchange.test:443']);
      assert.match((await child('https://other.test', 'wss://other.test/ws/2')).stderr, /ERR_TLS_CERT_ALTNAME_INVALID/);
      assert.equal(secure.requests.length, 1);
    });
  });
});

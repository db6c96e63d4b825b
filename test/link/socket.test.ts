import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { openSocket } from '../../src/shared/link/socket';
import { until } from '../until';

describe('socket', () => {
  let http: Server;
  let server: WebSocketServer;
  let url: string;
  const accepted: WebSocket[] = [];
  let offers: (string | undefined)[];

  beforeEach((done) => {
    offers = [];
    http = createServer();
    server = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) => {
      offers.push(request.headers['sec-websocket-extensions']);
      if (request.url === '/busy') return socket.end('HTTP/1.1 429 Too Many Requests\r\nRetry-After: 120\r\n\r\n');
      if (request.url === '/moved') return socket.end(`HTTP/1.1 302 Found\r\nLocation: ${url}/ws\r\n\r\n`);
      server.handleUpgrade(request, socket, head, (ws) => accepted.push(ws));
    });
    http.listen(0, '127.0.0.1', () => {
      url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
      done();
    });
  });
  afterEach(() => {
    for (const ws of accepted.splice(0)) ws.terminate();
    http.close();
    http.closeAllConnections();
  });

  /** Opens, and keeps everything that came. */
  function listen(path = '/ws') {
    const heard = { opened: 0, texts: [] as string[], closed: [] as [string, number][] };
    const line = openSocket(url + path, { opened: () => heard.opened++, text: (data) => heard.texts.push(data), closed: (reason, retryAfterMs) => heard.closed.push([reason, retryAfterMs]) });
    return { line, heard };
  }

  it('carries texts both ways and offers no compression', async () => {
    const { line, heard } = listen();
    const ws = await until(() => heard.opened === 1 && accepted[0], 'open');
    const got: string[] = [];
    ws.on('message', (data) => got.push(String(data)));
    assert.equal(line.send('{"event":"ping"}'), true);
    ws.send('[1,"hb"]');
    await until(() => got.length === 1 && heard.texts.length === 1, 'both texts');
    assert.deepEqual([got, heard.texts, offers], [['{"event":"ping"}'], ['[1,"hb"]'], [undefined]]);
    line.end();
  });

  it('says once why it closed', async () => {
    const { heard } = listen();
    (await until(() => accepted[0], 'open')).terminate();
    await until(() => heard.closed.length > 0, 'closed');
    assert.deepEqual(heard.closed, [['closed (1006)', 0]]);
  });

  it('closes on a frame that is too large instead of keeping it (F88)', async () => {
    const { heard } = listen();
    (await until(() => accepted[0], 'open')).send('x'.repeat(5 * 1024 * 1024));
    await until(() => heard.closed.length > 0, 'closed');
    assert.match(heard.closed[0]?.[0] ?? '', /payload/i);
    assert.deepEqual(heard.texts, []);
  });

  it('takes invalid UTF-8 and binary noise as text that makes no sense (F88)', async () => {
    const { heard, line } = listen();
    (await until(() => accepted[0], 'open')).send(Buffer.from([0xff, 0xfe, 0x5b, 0x00]));
    await until(() => heard.texts.length > 0, 'a text');
    assert.equal(heard.closed.length, 0);
    line.end();
  });

  it('waits as long as the exchange asks for after 429, and follows no redirect (F67, F78)', async () => {
    const busy = listen('/busy').heard;
    await until(() => busy.closed.length > 0, 'refused');
    assert.deepEqual(busy.closed, [['HTTP 429', 120_000]]);
    const moved = listen('/moved').heard;
    await until(() => moved.closed.length > 0, 'refused');
    assert.deepEqual([moved.closed, moved.opened], [[['HTTP 302', 0]], 0]);
  });

  it('is gone at once and silent when its owner ends it, even while it opens', async () => {
    const { line, heard } = listen();
    line.end();
    line.end();
    const other = listen();
    const ws = await until(() => other.heard.opened === 1 && accepted.at(-1), 'open');
    let gone = false;
    ws.on('close', () => (gone = true));
    other.line.end();
    await until(() => gone, 'the server sees the end');
    assert.deepEqual([heard.closed, other.heard.closed, other.line.send('late')], [[], [], false]);
  });
});

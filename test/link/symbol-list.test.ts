import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getJson } from '../../src/shared/link/get-json';
import { Limiter } from '../../src/shared/link/limiter';
import { SymbolList } from '../../src/shared/link/symbol-list';
import { until } from '../until';
import { VirtualClock } from '../virtual-clock';

describe('symbol list', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let answer: (path: string) => { status?: number; headers?: Record<string, string>; body: string };

  beforeEach((done) => {
    asked = [];
    answer = () => ({ body: '[["BTCUSD","DOGE:USD"],["BTCF0:USTF0"],["USD","BTC"]]' });
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const { status = 200, headers = {}, body } = answer(request.url ?? '');
      response.writeHead(status, headers).end(body);
    });
    server.listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  afterEach((done) => {
    server.close(done);
    server.closeAllConnections();
  });

  it('holds pairs with their t and currencies with their f, and asks once a day', async () => {
    const clock = new VirtualClock();
    const list = new SymbolList(clock, new Limiter(clock), async () => url);
    assert.deepEqual(await list.get(), new Set(['tBTCUSD', 'tDOGE:USD', 'tBTCF0:USTF0', 'fUSD', 'fBTC']));
    await list.get();
    assert.deepEqual(asked, ['/v2/conf/pub:list:pair:exchange,pub:list:pair:futures,pub:list:currency']);
    clock.advance(25 * 3_600_000);
    assert.ok(await list.get(), 'the old list is good enough while the new one is read');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(asked.length, 2);
  });

  it('answers nothing, and asks again half a minute later, when the exchange gave no list', async () => {
    const clock = new VirtualClock();
    const list = new SymbolList(clock, new Limiter(clock), async () => url);
    for (const body of ['<html>502</html>', '["error",20060,"maintenance"]', '[["BTCUSD"]]', '[[7],[8],[9]]', 'null', '']) {
      answer = () => ({ body });
      const before = asked.length;
      assert.equal(await list.get(), undefined, body);
      await until(() => asked.length === before + 1, 'the question');
      await new Promise((resolve) => setTimeout(resolve, 20));
      clock.advance(31_000);
    }
  });

  it('lets nobody wait a second time for an exchange that does not answer', async () => {
    const clock = new VirtualClock();
    const hung = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(hung, 'listening');
    const list = new SymbolList(clock, new Limiter(clock), async () => `http://127.0.0.1:${(hung.address() as AddressInfo).port}`);
    const first = list.get();
    await new Promise((resolve) => setTimeout(resolve, 50));
    hung.closeAllConnections();
    assert.equal(await first, undefined);
    clock.advance(31_000);
    assert.equal(await Promise.race([list.get(), new Promise((resolve) => setTimeout(resolve, 1_000, 'waits'))]), undefined);
    hung.close();
    hung.closeAllConnections();
  });

  it('follows no redirect and reads no endless answer', async () => {
    answer = () => ({ status: 302, headers: { location: `${url}/elsewhere` }, body: '' });
    await assert.rejects(getJson(`${url}/x`), { code: 'EXCHANGE_UNREACHABLE' });
    assert.deepEqual(asked, ['/x']);
    answer = () => ({ body: `"${'a'.repeat(9 * 1024 * 1024)}"` });
    await assert.rejects(getJson(`${url}/x`), { code: 'EXCHANGE_UNREACHABLE' });
  });

  it('says who did not answer', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await once(gone, 'close');
    await assert.rejects(getJson(`http://127.0.0.1:${port}/x`), new RegExp(`127\\.0\\.0\\.1:${port} \\(ECONNREFUSED\\)`));
  });
});

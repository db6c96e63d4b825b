import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getJson } from '../../src/shared/link/get-json';
import { Limiter } from '../../src/shared/link/limiter';
import { SymbolList } from '../../src/shared/link/symbol-list';
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
      assert.equal(await list.get(), undefined, body);
      clock.advance(31_000);
    }
    assert.equal(asked.length, 6);
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

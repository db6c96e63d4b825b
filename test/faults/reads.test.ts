import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { BitfinexError } from '../../src/shared/core/errors';
import { LIMITS } from '../../src/shared/core/limits';
import { Courier } from '../../src/shared/link/rest-courier';
import { failureOf, host, worldOver, type Host } from '../link/rest-world';
import { until } from '../until';

const KEY = { apiKey: 'KEY', secret: 'SECRET' };

describe('faults of reads over HTTP', function () {
  this.timeout(30_000);
  const hosts: Host[] = [];
  const serve = async (answer: RequestListener): Promise<Host> => {
    const made = await host(answer);
    hosts.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of hosts.splice(0)) await made.stop();
  });

  it('a storm of reads that meets 429 sends a handful, refuses all others with a time, and lets other endpoints go on (F95)', async () => {
    const busy = await serve(({ url }, response) => void (url?.includes('/trades/') === true ? response.writeHead(429).end('{"error":"ERR_RATE_LIMIT"}') : response.end('[1]')));
    const { lane, limiter, ports } = worldOver(busy.url);
    const storm = await Promise.all(Array.from({ length: 1_000 }, () => failureOf(lane.read('trades/tBTCUSD/hist'))));
    const now = ports.clock.now();
    for (const error of storm) {
      assert.ok(error instanceof BitfinexError && error.code === 'RATE_LIMITED', String(error));
      assert.ok((error.retryAt ?? 0) > now, 'and when it makes sense again');
    }
    assert.ok(busy.requests.length <= LIMITS.trades.max, `${busy.requests.length} requests left`);
    assert.ok(limiter.heldMs('trades') > 0);
    assert.deepEqual(await lane.read('platform/status'), [1]);
    assert.equal(limiter.budget().find(({ limit }) => limit === 'trades')?.waiting, 0, 'nobody waits any more');
    lane.end();
  });

  const DRIPS: readonly ((response: ServerResponse) => void)[] = [(response) => response.writeHead(200, { 'content-length': '1000000' }), (response) => response.writeHead(200)];

  it('a body that comes byte by byte, of known length or in chunks, is given up when the time for the whole answer is over, and its connection closed (F96)', async () => {
    await Promise.all(
      DRIPS.map(async (begin) => {
        const dripping = await serve((_request, response) => {
          begin(response);
          response.write('[');
          const drip = setInterval(() => response.write(' '), 5);
          response.on('close', () => clearInterval(drip));
        });
        const { lane, heard } = worldOver(dripping.url);
        const { code, what } = await failureOf(lane.read('ticker/tBTCUSD'));
        assert.equal(code, 'EXCHANGE_UNREACHABLE');
        assert.match(what, /nothing complete within 10 s/);
        assert.ok(heard.every(({ latencyMs }) => latencyMs >= 9_900));
        await until(() => dripping.sockets.size === 0, 'all connections are closed');
        lane.end();
      }),
    );
  });

  describe('a kept connection that the other side closes as the next call comes', () => {
    /** The first call is answered; the next one on the same socket meets its end. */
    async function closing(): Promise<{ served: Host; used: () => number }> {
      const seen = new WeakSet<object>();
      let died = 0;
      const served = await serve(({ socket }: IncomingMessage, response) => {
        if (seen.has(socket)) {
          died++;
          return socket.destroy();
        }
        seen.add(socket);
        return response.end('[1]');
      });
      return { served, used: () => died };
    }

    it('costs a read one more try, on a new connection (F97)', async () => {
      const { served, used } = await closing();
      const { lane } = worldOver(served.url);
      await lane.read('platform/status');
      assert.deepEqual(await lane.read('platform/status'), [1]);
      assert.deepEqual([used(), served.requests.length], [1, 3]);
      lane.end();
    });

    it('makes a write unknown, and it is never sent again (F97)', async () => {
      const { served, used } = await closing();
      const courier = new Courier(worldOver(served.url).ports);
      const call = (path: string, method: 'GET' | 'POST') => courier.carry({ method, path, key: () => KEY, options: {}, prepare: () => ({ url: `/v2/${path}`, ...(method === 'POST' ? { body: '{}', headers: { 'bfx-nonce': '1' } } : {}) }) });
      // a signed read, so that both use the same kept connection
      await call('auth/r/wallets', 'POST');
      const { code, kind } = await failureOf(call('auth/w/order/submit', 'POST'));
      assert.deepEqual([code, kind, used(), served.requests.length], ['OUTCOME_UNKNOWN', 'unknown', 1, 2]);
      courier.end();
    });
  });
});

import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { endpointOf } from '../../src/shared/simulator/rest/rest-call';
import { REAL_LIMITS } from '../../src/shared/simulator/rest/rest-limits';
import { VirtualClock } from '../virtual-clock';
import { ask } from './http';

describe('REST limits of the simulated exchange', () => {
  let exchange: Exchange | undefined;
  afterEach(() => exchange?.stop());
  const statuses = async (path: string, calls: number): Promise<(number | undefined)[]> => {
    const all: (number | undefined)[] = [];
    for (let at = 0; at < calls; at++) all.push((await ask(`${exchange?.rest}/v2/${path}`)).status);
    return all;
  };

  it('are off unless set', async () => {
    exchange = await startExchange();
    assert.ok((await statuses('liquidations/hist', 8)).every((status) => status !== 429));
    assert.deepEqual(exchange.breaches, []);
  });

  it('block the endpoint for a minute, and no other', async () => {
    const clock = new VirtualClock();
    exchange = await startExchange({ clock, limits: { rest: REAL_LIMITS } });
    assert.deepEqual(await statuses('liquidations/hist', 4), [200, 200, 200, 429]);
    assert.deepEqual(await statuses('platform/status', 2), [200, 200]);
    assert.deepEqual(exchange.breaches, [{ at: clock.now(), endpoint: 'liquidations', calls: 4, isBlocked: false }]);
    clock.advance(59_000);
    assert.deepEqual(await statuses('liquidations/hist', 1), [429]);
    assert.equal(exchange.breaches.at(-1)?.isBlocked, true);
    clock.advance(1_001);
    assert.deepEqual(await statuses('liquidations/hist', 1), [200]);
  });

  it('slide: any sixty seconds count', async () => {
    const clock = new VirtualClock();
    exchange = await startExchange({ clock, limits: { rest: { perMinute: { ticker: 2 }, form: 'array11010', blockMs: 10_000 } } });
    await statuses('ticker/tBTCUSD', 1);
    clock.advance(50_000);
    await statuses('ticker/tETHUSD', 1);
    clock.advance(15_000);
    assert.deepEqual(await statuses('ticker/tBTCUSD', 2), [200, 500]);
    assert.equal((await ask(`${exchange.rest}/v2/ticker/tBTCUSD`)).body, '["error",11010,"ratelimit: error"]');
  });

  it('can count without blocking', async () => {
    exchange = await startExchange({ limits: { rest: { perMinute: 2, blockMs: 0 } } });
    assert.deepEqual(await statuses('platform/status', 4), [200, 200, 200, 200]);
    assert.deepEqual(exchange.breaches.map(({ calls }) => calls), [3, 4]);
  });

  it('know which paths share one', () => {
    const names: [string, string][] = [
      ['ticker/tBTCUSD', 'ticker'],
      ['tickers', 'tickers'],
      ['tickers/hist', 'tickers/hist'],
      ['book/tDOGE:USD/P0', 'book'],
      ['candles/trade:1m:tBTCUSD/last', 'candles'],
      ['stats1/pos.size:1m:tBTCUSD:long/hist', 'stats1'],
      ['status/deriv', 'status/deriv'],
      ['status/deriv/tBTCF0:USTF0/hist', 'status/deriv/hist'],
      ['funding/stats/fUSD/hist', 'funding/stats'],
      ['conf/pub:list:currency', 'conf'],
      ['calc/trade/avg', 'calc/trade/avg'],
      ['auth/r/orders/tBTCUSD/hist', 'auth/r/orders/hist'],
      ['auth/r/order/tBTCUSD:123/trades', 'auth/r/order/trades'],
      ['auth/w/alert/price:tETHUST:123/del', 'auth/w/alert/del'],
    ];
    for (const [path, endpoint] of names) assert.equal(endpointOf(path), endpoint);
  });
});

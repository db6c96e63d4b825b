import assert from 'node:assert/strict';
import { checkShape } from '../../src/shared/link/rest-shape';
import { jsonLines, needsData } from '../shared-data';
import { exchangeOf } from './ccxt-world';
import { failureOf, host, worldOver } from './rest-world';

const LISTS = ['tickers', 'tickers/hist', 'trades/tBTCUSD/hist', 'book/tBTCUSD/P0', 'candles/trade:1m:tBTCUSD/hist', 'status/deriv', 'status/deriv/tBTCF0:USTF0/hist', 'liquidations/hist', 'auth/r/wallets', 'auth/r/orders', 'auth/r/orders/tBTCUSD', 'auth/r/orders/tBTCUSD/hist', 'auth/r/order/tBTCUSD:1/trades', 'auth/r/positions', 'auth/r/positions/audit', 'auth/r/ledgers/usd/hist', 'auth/r/funding/offers/fUSD', 'auth/r/movements/hist'];
const SINGLE = ['platform/status', 'conf/pub:fees', 'candles/trade:1m:tBTCUSD/last', 'auth/r/info/user', 'auth/r/summary', 'calc/fx', 'auth/r/info/margin/base'];
const TICKER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe('shape of an answer', () => {
  const refuses = (path: string, body: unknown): void => assert.throws(() => checkShape(path, body), { code: 'ANSWER_UNUSABLE' }, `${path} ${JSON.stringify(body)}`);

  it('is a list, everywhere', () => {
    for (const path of [...LISTS, ...SINGLE]) for (const body of [{}, { foo: 1 }, { message: 'x' }]) refuses(path, body);
  });

  it('is a list of rows where there may be many', () => {
    for (const path of LISTS) {
      for (const body of [[null], [1], [[1], {}], [[]], [[1], 'x']]) refuses(path, body);
      for (const body of [[], [[1]], [['BTC', null]]]) checkShape(path, body);
    }
    for (const path of SINGLE) for (const body of [[1], [null], [['x'], 1]]) checkShape(path, body);
  });

  it('is a row of numbers for a ticker', () => {
    for (const body of [[], [null], [[]], [TICKER], TICKER.slice(1), TICKER.map(String), TICKER.map(() => null)]) refuses('ticker/tBTCUSD', body);
    checkShape('ticker/tBTCUSD', TICKER);
    checkShape('ticker/fUSD', [...TICKER, null, null, 3]);
  });

  it('fits every recorded answer', function () {
    needsData(this);
    const answers = jsonLines<{ path: string; response_text: string }>('rest.jsonl');
    assert.ok(answers.length >= 40);
    for (const { path, response_text: text } of answers) checkShape(path.replace('/v2/', '').replace(/\?.*$/, ''), JSON.parse(text));
  });

  it('is looked at before ccxt makes an empty list of it', async () => {
    // the markets as they should be, everything else as the test says
    const { exchange } = exchangeOf('src', () => []);
    const conf = (path: string): Promise<unknown> => exchange.fetch2(path, 'public', 'GET');
    for (const body of ['{}', '{"foo":1}', '[null]']) {
      const server = await host((request, response) => {
        const path = decodeURIComponent((request.url ?? '').slice('/v2/'.length));
        if (path.startsWith('conf/')) void conf(path).then((markets) => response.end(JSON.stringify(markets)));
        else response.end(body);
      });
      const signed = worldOver(server.url).lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      for (const [method, ...args] of [['fetchTicker', 'BTC/USD'], ['fetchTickers', ['BTC/USD']], ['fetchOpenOrders', 'BTC/USD'], ['fetchClosedOrders', 'BTC/USD'], ['fetchBalance'], ['fetchPositions'], ['fetchMyTrades', 'BTC/USD'], ['fetchOHLCV', 'BTC/USD'], ['fetchOrderBook', 'BTC/USD'], ['fetchLedger']] as const) {
        assert.equal((await failureOf(signed.unified(method, args))).code, 'ANSWER_UNUSABLE', `${method} ${body}`);
      }
      await server.stop();
    }
  });
});

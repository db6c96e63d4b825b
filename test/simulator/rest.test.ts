import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { Client } from './client';

describe('REST of the simulated exchange', () => {
  let exchange: Exchange;
  before(async () => (exchange = await startExchange({ seed: 21 })));
  after(() => exchange.stop());
  const fetched = async (path: string): Promise<{ status: number; type: string | null; body: string }> => {
    const response = await fetch(`${exchange.rest}${path}`);
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };
  const get = async (path: string): Promise<unknown> => JSON.parse((await fetched(`/v2/${path}`)).body) as unknown;

  it('agrees with the socket: trades, candles, ticker and book are the same market', async () => {
    const client = await Client.open(exchange.ws);
    const id = { trades: 0, ticker: 0, candles: 0 };
    for (const channel of ['trades', 'ticker'] as const) id[channel] = await client.subscribe({ channel, symbol: 'tBTCUSD' });
    id.candles = await client.subscribe({ channel: 'candles', key: 'trade:5m:tBTCUSD' });
    await client.until(() => client.of(id.trades).filter(([, type]) => type === 'te').length > 3);
    const told = client.of(id.trades).flatMap(([, type, row]) => (type === 'te' ? [row as number[]] : []));
    const listed = (await get(`trades/tBTCUSD/hist?limit=${told.length + 20}`)) as number[][];
    for (const row of told) assert.ok(listed.some((other) => JSON.stringify(other) === JSON.stringify(row)));
    const candles = (await get('candles/trade:5m:tBTCUSD/hist?limit=3')) as number[][];
    const [, snapshot] = client.of(id.candles)[0] as [number, number[][]];
    assert.deepEqual(candles[2], snapshot.find(([time]) => time === candles[2]?.[0]));
    assert.deepEqual(await get('candles/trade%3A5m%3AtBTCUSD/last'), ((await get('candles/trade:5m:tBTCUSD/hist?limit=1')) as unknown[])[0]);
    const ticker = (await get('ticker/tBTCUSD')) as number[];
    const book = (await get('book/tBTCUSD/P0?len=1')) as number[][];
    assert.equal(ticker.length, (client.of(id.ticker)[0]?.[1] as unknown[]).length);
    assert.ok(Math.abs((book[0]?.[0] ?? 0) - (ticker[0] ?? 0)) / (ticker[0] ?? 1) < 0.01);
    client.close();
  });

  it('picks ranges of a history', async () => {
    const all = (await get('trades/tETHUSD/hist?limit=50')) as number[][];
    const times = all.map(([, time]) => time as number);
    assert.deepEqual(times, times.toSorted((a, b) => b - a));
    const range = (await get(`trades/tETHUSD/hist?start=${times[30]}&end=${times[10]}&sort=1&limit=5`)) as number[][];
    assert.equal(range.length, 5);
    assert.equal(range[0]?.[1], times[30]);
    assert.equal(((await get('trades/tETHUSD/hist?limit=0&start=0&end=0&sort=0')) as unknown[]).length, 125);
  });

  it('has every time frame, long ones from before the minutes', async () => {
    for (const frame of ['1m', '5m', '15m', '30m', '1h', '3h', '6h', '12h', '1D', '1W', '7D', '14D', '1M']) {
      const rows = (await get(`candles/trade:${frame}:tBTCUSD/hist?limit=50`)) as number[][];
      assert.ok(rows.length > 2, frame);
      for (const [, open = 0, close = 0, high = 0, low = 0, volume = 0] of rows) assert.ok(low <= Math.min(open, close) && high >= Math.max(open, close) && volume > 0);
    }
    assert.ok(((await get('candles/trade:1h:fUSD:p30/hist')) as unknown[]).length > 50);
    assert.ok(((await get('candles/trade:1m:tBTCUSD/hist?limit=10000')) as unknown[]).length > 1440);
  });

  it('puts the symbol before each row of tickers, and leaves unknown ones out', async () => {
    const rows = (await get('tickers?symbols=tBTCUSD,fUSD,tNOPE')) as unknown[][];
    assert.deepEqual(rows.map(([symbol, ...row]) => [symbol, row.length]), [['tBTCUSD', 10], ['fUSD', 16]]);
  });

  it('lists what it has, an element for each key', async () => {
    const [spot, margin, futures, currencies, names, labels, info, infoFutures] = (await get(
      'conf/pub:list:pair:exchange,pub:list:pair:margin,pub:list:pair:futures,pub:list:currency,pub:map:currency:sym,pub:map:currency:label,pub:info:pair,pub:info:pair:futures',
    )) as unknown[][];
    assert.ok(spot?.includes('DOGE:USD') && spot.includes('TESTBTC:TESTUSD') && margin?.includes('BTCUSD'));
    assert.ok(futures?.includes('BTCF0:USTF0') && currencies?.includes('USTF0'));
    assert.deepEqual(names, [['UST', 'USDt'], ['USTF0', 'USDt0']]);
    assert.ok((labels as string[][]).some(([code]) => code === 'BTC'));
    assert.deepEqual((info as unknown[][]).find(([pair]) => pair === 'BTCUSD')?.[1], [null, null, null, '0.00004', '2000.0', null, null, null, 0.2, 0.1, null, null]);
    assert.equal(infoFutures?.length, futures?.length);
    assert.deepEqual(await get('conf/pub:list:nothing'), [[]]);
  });

  it('tells the state of perpetuals, and nothing of unknown ones', async () => {
    const rows = (await get('status/deriv?keys=tBTCF0:USTF0,tNOPE')) as unknown[][];
    assert.equal(rows.length, 1);
    assert.equal(rows[0]?.length, 24);
    assert.deepEqual(await get('status/deriv?keys=tNOPE'), []);
    const client = await Client.open(exchange.ws);
    const id = await client.subscribe({ channel: 'status', key: 'deriv:tBTCF0:USTF0' });
    await client.until(() => client.of(id).length > 1);
    assert.equal((client.of(id)[0]?.[1] as unknown[]).length, 23);
    client.close();
  });

  const failures: [string, number, RegExp][] = [
    ['/v2/ticker/tNOPE', 500, /^\["error",10020,"symbol: invalid"\]$/],
    ['/v2/book/tNOPE/P0', 500, /^\["error",10020,"symbol: invalid"\]$/],
    ['/v2/book/tBTCUSD/P9', 500, /^\["error",10020,"prec: invalid"\]$/],
    ['/v2/book/tBTCUSD/P0?len=50', 500, /^\["error",10020,"len: invalid"\]$/],
    ['/v2/trades/tNOPE/hist', 500, /symbol: invalid/],
    ['/v2/candles/trade:1m:tNOPE/hist', 500, /symbol: invalid/],
    ['/v2/nope', 404, /<pre>Cannot GET \/api\/v2\/nope<\/pre>/],
    ['/v1/ticker/tBTCUSD', 404, /Cannot GET/],
    ['/v2/%E0%A4%A', 404, /Cannot GET/],
  ];
  for (const [path, status, body] of failures) {
    it(`answers ${path} with ${status}`, async () => {
      const answer = await fetched(path);
      assert.equal(answer.status, status);
      assert.match(answer.body, body);
      assert.equal(answer.type, status === 404 ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8');
    });
  }
});

describe('REST, asked by strangers', () => {
  it('answers or hangs up, and lives, whatever the request line holds', async () => {
    const exchange = await startExchange();
    const port = Number(new URL(exchange.rest).port);
    for (const path of ['//', '//\\', 'http://[x/', '/v2/%', '*', '/v2/ticker/%E0%A4%A', '/v2/trades/tBTCUSD/hist?limit=%', '/v2/__proto__', '/v2/constructor/x']) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
        socket.resume().on('close', () => resolve()).on('error', () => resolve());
      });
    }
    assert.equal((await fetch(`${exchange.rest}/v2/platform/status`)).status, 200);
    await exchange.stop();
  });
});

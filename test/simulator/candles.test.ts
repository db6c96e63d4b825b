import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { givenCandles } from '../../src/shared/simulator/markets/given-candles';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { dataPath, needsData } from '../shared-data';
import { Client } from './client';

type Rows = number[][];

describe('candles of the simulated exchange', () => {
  let exchange: Exchange;
  let client: Client | undefined;
  afterEach(async () => {
    client?.close();
    await exchange.stop();
  });
  const get = async (path: string): Promise<Rows> => (await fetch(`${exchange.rest}/v2/candles/${path}`)).json() as Promise<Rows>;

  it('can be given: 500 recorded rows come back exactly, page by page', async function () {
    needsData(this);
    const { key, rows } = JSON.parse(readFileSync(dataPath('candles.json'), 'utf8')) as { key: string; rows: Rows };
    const newestFirst = rows.toSorted((a, b) => (b[0] ?? 0) - (a[0] ?? 0));
    exchange = await startExchange({ source: givenCandles(synthetic(), key, rows) });
    assert.deepEqual(await get(`${key}/hist?limit=10000`), newestFirst);
    assert.deepEqual(await get(`${key}/hist`), newestFirst.slice(0, 100));
    assert.deepEqual(await get(`${key}/hist?limit=500&sort=1`), newestFirst.toReversed());
    assert.deepEqual(await get(`${key}/last`), newestFirst[0]);
    const pages: Rows = [];
    for (let end = newestFirst[0]?.[0] ?? 0; pages.length < rows.length; end = (pages.at(-1)?.[0] ?? 0) - 1) {
      pages.push(...(await get(`${key}/hist?limit=128&end=${end}`)));
    }
    assert.deepEqual(pages, newestFirst);
    const [from, to] = [newestFirst[40]?.[0], newestFirst[30]?.[0]];
    assert.deepEqual(await get(`${key}/hist?start=${from}&end=${to}&sort=1&limit=4`), newestFirst.slice(37, 41).toReversed());
    client = await Client.open(exchange.ws);
    const id = await client.subscribe({ channel: 'candles', key });
    assert.deepEqual((await client.frame((frame) => Array.isArray(frame) && frame[0] === id) as unknown[])[1], newestFirst.slice(0, 120));
    assert.notDeepEqual(await get('trade:5m:tBTCUSD/hist?limit=1'), []);
  });

  it('are corrected on command, late or as the next one, on the channel and in history', async () => {
    const key = 'trade:1m:tBTCUSD';
    const rows = Array.from({ length: 10 }, (_, at) => [60_000 * (100 + at), 10, 11, 12, 9, 1 + at]);
    exchange = await startExchange({ source: givenCandles(synthetic(), key, rows) });
    client = await Client.open(exchange.ws);
    const id = await client.subscribe({ channel: 'candles', key });
    const late = [60_000 * 103, 10, 11, 12.5, 9, 77];
    const next = [60_000 * 110, 11, 11, 11, 11, 0.5];
    exchange.trouble.correctCandle(key, late);
    exchange.trouble.correctCandle(key, next);
    await client.until(() => client?.of(id).length === 3);
    assert.deepEqual(client.of(id).slice(1).map(([, row]) => row), [late, next]);
    const history = await get(`${key}/hist?sort=1`);
    assert.deepEqual([history.length, history[3], history[10]], [11, late, next]);
  });

  it('of a living market can be corrected too', async () => {
    const key = 'trade:1m:tETHUSD';
    exchange = await startExchange({ seed: 3 });
    const [row = []] = await get(`${key}/hist?limit=1&end=${Date.now() - 3_600_000}`);
    const late = [...row.slice(0, 5), 1234.5];
    exchange.trouble.correctCandle(key, late);
    assert.deepEqual(await get(`${key}/hist?start=${row[0]}&end=${row[0]}`), [late]);
  });

  it('of funding count the trades of their periods', async () => {
    exchange = await startExchange({ seed: 4, source: synthetic({ seed: 4, pace: 20 }) });
    client = await Client.open(exchange.ws);
    const ids = new Map<string, number>();
    for (const periods of ['p2', 'p30', 'p7', 'a30:p2:p30']) ids.set(periods, await client.subscribe({ channel: 'candles', key: `trade:1h:fUSD:${periods}` }));
    const trades = await client.subscribe({ channel: 'trades', symbol: 'fUSD' });
    const told = (): number[] => client?.of(trades).flatMap(([, type, row]) => (type === 'fte' ? [(row as number[])[4] as number] : [])) ?? [];
    const updates = (periods: string): number => (client?.of(ids.get(periods) ?? 0).length ?? 0) - 1;
    await client.until(() => [2, 30].every((days) => told().filter((told) => told === days).length > 2));
    assert.ok(updates('p2') > 2 && updates('p30') > 2);
    assert.equal(updates('p7'), 0);
    assert.ok(Math.abs(updates('p2') + updates('p30') - updates('a30:p2:p30')) < 2);
    const volume = async (periods: string): Promise<number> => (await get(`trade:1D:fUSD:${periods}/hist?limit=50`)).reduce((sum, [, , , , , one = 0]) => sum + one, 0);
    const [two, thirty, sum] = [await volume('p2'), await volume('p30'), await volume('a10:p2:p30')] as const;
    assert.ok(two > thirty && thirty > 0 && Math.abs(two + thirty - sum) / sum < 0.01);
    assert.deepEqual(await get('trade:1D:fUSD:p7/hist'), []);
  });
});

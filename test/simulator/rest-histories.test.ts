import assert from 'node:assert/strict';
import { decodeRows } from '../../src/shared/wire/row';
import { pulse } from '../../src/shared/wire/pulse';
import { stats } from '../../src/shared/wire/stats';
import { derivativesStatus, liquidation, type Liquidation } from '../../src/shared/wire/status';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { VirtualClock } from '../virtual-clock';
import { Client } from './client';
import { ask } from './http';

describe('histories of the simulated exchange', () => {
  let exchange: Exchange;
  const clock = new VirtualClock(Date.UTC(2026, 2, 3, 12, 34, 56));
  before(async () => (exchange = await startExchange({ seed: 31, clock })));
  after(() => exchange.stop());
  const text = async (path: string): Promise<string> => (await ask(`${exchange.rest}/v2/${path}`)).body;
  const get = async <T = unknown[][]>(path: string): Promise<T> => JSON.parse(await text(path)) as T;

  it('are the same for the same seed and time', async () => {
    const twin = await startExchange({ seed: 31, clock: new VirtualClock(clock.now()) });
    const other = await startExchange({ seed: 32, clock: new VirtualClock(clock.now()) });
    for (const path of ['tickers/hist?symbols=tBTCUSD', 'stats1/pos.size:1m:tBTCUSD:long/hist', 'funding/stats/fUSD/hist', 'liquidations/hist', 'rankings/vol:3h:tBTCUSD/hist', 'pulse/hist', 'status/deriv/tBTCF0:USTF0/hist']) {
      const answer = await text(path);
      assert.ok(answer.length > 100, path);
      assert.equal((await ask(`${twin.rest}/v2/${path}`)).body, answer);
      assert.notEqual((await ask(`${other.rest}/v2/${path}`)).body, answer);
    }
    await twin.stop();
    await other.stop();
  });

  // path, default rows, most rows, column of the time
  const pages: [string, number, number, (row: unknown[]) => number][] = [
    ['tickers/hist?symbols=tBTCUSD,tETHUSD', 100, 250, (row) => row[12] as number],
    ['stats1/funding.size:1m:fUSD/hist?', 100, 10_000, (row) => row[0] as number],
    ['status/deriv/tBTCF0:USTF0/hist?', 100, 5000, (row) => row[0] as number],
    ['liquidations/hist?', 100, 500, ([row]) => (row as unknown[])[2] as number],
    ['candles/trade:1m:tBTCUSD/hist?', 100, 10_000, (row) => row[0] as number],
    ['trades/tBTCUSD/hist?', 125, 10_000, (row) => row[1] as number],
    ['rankings/vol:3h:tBTCUSD/hist?', 125, 10_000, (row) => row[0] as number],
  ];
  for (const [path, shown, most, timeOf] of pages) {
    it(`${path.split('?')[0]} honours start, end, limit and sort`, async () => {
      const all = await get(path);
      assert.equal(all.length, shown);
      const times = all.map(timeOf);
      assert.deepEqual(times, times.toSorted((a, b) => b - a));
      const [from, to] = [times[40] as number, times[20] as number];
      const some = await get(`${path}&start=${from}&end=${to}&limit=7&sort=1`);
      assert.equal(some.length, 7);
      assert.ok(some.every((row) => timeOf(row) >= from && timeOf(row) <= to));
      assert.equal(timeOf(some[0] ?? []), from);
      assert.ok((await get(`${path}&limit=${most}`)).length <= most);
      const refused = await ask(`${exchange.rest}/v2/${path}&limit=${most + 1}`);
      assert.deepEqual([refused.status, refused.body], [500, '["error",10020,"limit: invalid"]']);
    });
  }

  it('have the rows of the wire', async () => {
    const [hour = []] = await get('tickers/hist?symbols=tBTCUSD&limit=1');
    assert.deepEqual([hour.length, hour[0], typeof hour[1], typeof hour[3]], [13, 'tBTCUSD', 'number', 'number']);
    assert.ok((hour[1] as number) < (hour[3] as number));
    const last = await get<unknown[]>('stats1/vwap:1d:tBTCUSD/last');
    assert.deepEqual(stats.encode(stats.decode(last)), last);
    for (const key of ['credits.size:1m:fUST', 'credits.size.sym:1m:fUSD:tBTCUSD', 'vol.7d:30m:BFX', 'pos.size:1m:tDOGE:USD:short', 'vwap:1d:tETHUSD']) {
      assert.ok(decodeRows(stats, await get(`stats1/${key}/hist`)).length > 50, key);
    }
    const states = decodeRows(derivativesStatus, await get('status/deriv/tBTCF0:USTF0/hist?limit=5000'));
    const paid = new Set(states.map(({ fundingRate }) => fundingRate));
    assert.ok(paid.size >= 4 && states.every(({ timestamp }) => timestamp % 60_000 === 0));
    const funding = await get('funding/stats/fUSD/hist?limit=250');
    assert.deepEqual([funding.length, funding[0]?.length], [250, 12]);
    assert.ok((funding[0]?.[3] as number) * 365 < 0.001);
    decodeRows(pulse, await get('pulse/hist'));
    assert.equal((await get<unknown[]>('pulse/profile/Otter'))[3], 'Otter');
    const ranks = await get('rankings/plu:1M:tGLOBAL:USD/hist?limit=12');
    assert.deepEqual(ranks.map((row) => row[3]), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('refuse what they do not know in the words of the exchange', async () => {
    for (const [path, words] of [
      ['stats1/pos.size:1m:tNOPE:long/hist', 'symbol: invalid'],
      ['stats1/pos.size:1h:tBTCUSD:long/hist', 'key: invalid'],
      ['funding/stats/tBTCUSD/hist', 'symbol: invalid'],
      ['rankings/vol:1w:tBTCUSD/hist', 'symbol: invalid'],
      ['rankings/nope:1w:tGLOBAL:USD/hist', 'key: invalid'],
      ['tickers/hist', 'symbols: invalid'],
    ] as const) {
      assert.equal(await text(path), `["error",10020,"${words}"]`);
    }
    assert.equal(await text('status/deriv/tNOPE/hist'), '[]');
    for (const path of ['stats1/pos.size:1m:tBTCUSD:long', 'liquidations', 'status/liq', 'calc/fx', 'auth/r/wallets']) assert.match(await text(path), /Cannot GET/);
  });

  it('liquidate a few positions a minute, on the channel as in history', async () => {
    const client = await Client.open(exchange.ws);
    const id = await client.subscribe({ channel: 'status', key: 'liq:global' });
    const before = (await get('liquidations/hist?limit=1'))[0]?.[0] as unknown[];
    for (let second = 0; second < 180; second++) clock.advance(1000);
    const known = await get(`liquidations/hist?limit=500&sort=1&start=${(before[2] as number) + 0.5}`);
    await client.until(() => client.of(id).length === known.length);
    assert.deepEqual(client.of(id).map(([, rows]) => rows), known);
    const rows: Liquidation[] = known.map(([row]) => liquidation.decode(row));
    assert.ok(rows.length >= 4 && rows.length <= 40, String(rows.length));
    assert.ok(rows.every(({ isMatch, price }) => isMatch === (price !== null)));
    const wanted = ['pos', 7, clock.now(), null, 'tBTCF0:USTF0', -2, 60000, null, 1, 1, null, 64000];
    exchange.trouble.liquidate(wanted);
    await client.until(() => client.of(id).length === known.length + 1);
    assert.deepEqual(client.of(id).at(-1)?.[1], [wanted]);
    assert.deepEqual((await get('liquidations/hist?limit=1'))[0], [wanted]);
    client.close();
  });
});

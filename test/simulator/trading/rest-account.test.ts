import assert from 'node:assert/strict';
import { ALMIGHTY, PaperWorld } from './paper-world';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Rows that one call may ask for (bitfinex-v2.md 8.2). */
const MOST: Readonly<Record<string, number>> = {
  'r/orders/hist': 2500,
  'r/orders/tBTCUSD/hist': 2500,
  'r/trades/hist': 2500,
  'r/trades/tBTCUSD/hist': 2500,
  'r/ledgers/hist': 2500,
  'r/ledgers/BTC/hist': 2500,
  'r/movements/hist': 2500,
  'r/positions/hist': 50,
  'r/positions/snap': 500,
  'r/positions/audit': 250,
  'r/logins/hist': 250,
  'r/audit/hist': 500,
};

type Row = readonly unknown[];

const column = (rows: readonly Row[], at: number): unknown[] => rows.map((row) => row[at]);

describe('signed reads of the simulated exchange', () => {
  let world: PaperWorld;
  /** Ids of orders: filled, cancelled, filled on margin, filled again. */
  let ids: number[];
  let began: number;

  // two days of an account: a trade, a cancelled order, a position that grows and is closed, two open orders
  before(async () => {
    world = await PaperWorld.start({ symbols: ['tBTCUSD', 'tETHUSD', 'tBTCF0:USTF0', 'fUSD'], accounts: [ALMIGHTY] });
    began = world.clock.now();
    await world.user.read('r/wallets');
    world.settle();
    ids = [await world.order({ type: 'EXCHANGE MARKET', amount: '0.5', cid: 11, gid: 3 }), await world.order({ type: 'EXCHANGE LIMIT', amount: '0.1', price: '20000', cid: 12 })];
    await world.user.post('w/order/cancel', { id: ids[1] });
    world.clock.advance(HOUR);
    ids.push(await world.order({ type: 'MARKET', amount: '0.2', cid: 13 }));
    world.clock.advance(DAY);
    ids.push(await world.order({ type: 'MARKET', amount: '0.1' }));
    world.clock.advance(DAY);
    ids.push(await world.order({ type: 'MARKET', amount: '-0.3' }));
    ids.push(await world.order({ type: 'EXCHANGE LIMIT', amount: '0.1', price: '20000', cid: 14, gid: 3 }));
    ids.push(await world.order({ symbol: 'tETHUSD', type: 'LIMIT', amount: '-0.1', price: '40000', cid: 15 }));
    await world.order({ type: 'MARKET', amount: '0.05' });
  });
  after(() => world.end());

  const read = <T = Row[]>(path: string, body?: unknown): Promise<T> => world.user.read<T>(path, body);
  const refusal = async (path: string, body?: unknown): Promise<unknown> => {
    const { status, body: said } = await world.user.post(path, body);
    assert.equal(status, 500, path);
    return said;
  };
  const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

  it('find open orders by id, group, client id and symbol', async () => {
    assert.deepEqual(column(await read('r/orders'), 0), [ids[6], ids[5]]);
    assert.deepEqual(column(await read('r/orders/tETHUSD'), 0), [ids[6]]);
    assert.deepEqual(column(await read('r/orders', { id: [ids[5], 1] }), 0), [ids[5]]);
    assert.deepEqual(column(await read('r/orders', { id: ids[6] }), 0), [ids[6]]);
    assert.deepEqual(column(await read(`r/orders/tBTCUSD`, { gid: 3 }), 0), [ids[5]]);
    const today = dayOf(world.clock.now());
    assert.deepEqual(column(await read('r/orders', { cid: 15, cid_date: today }), 0), [ids[6]]);
    assert.deepEqual(await read('r/orders', { cid: 15, cid_date: dayOf(began) }), []);
    assert.deepEqual(await read('r/orders', { cid: 11, cid_date: dayOf(began) }), []);
    assert.deepEqual(await refusal('r/orders', { cid: 15 }), ['error', 10020, 'cid_date: invalid']);
    assert.deepEqual(await refusal('r/orders/tNOPE'), ['error', 10020, 'symbol: invalid']);
  });

  it('find closed orders, the newest first, by id, symbol and time of making', async () => {
    const rows = await read('r/orders/hist');
    assert.deepEqual(column(rows, 0).slice(1), [ids[4], ids[3], ids[2], ids[1], ids[0]]);
    assert.deepEqual([rows[5]?.[13], rows[4]?.[13]], ['EXECUTED @ 30000.0(0.5)', 'CANCELED']);
    assert.deepEqual(column(await read('r/orders/hist', { id: [ids[0], ids[2]] }), 0), [ids[2], ids[0]]);
    assert.deepEqual(await read('r/orders/tETHUSD/hist'), []);
    const [made = 0] = column(await read('r/orders/hist', { id: ids[1] }), 4) as number[];
    assert.deepEqual(column(await read('r/orders/hist', { start: made, end: made }), 0), [ids[1]]);
    assert.deepEqual(column(await read('r/orders/hist', { end: made - 1 }), 0), [ids[0]]);
  });

  it('page through histories: both ends included, the newest first, no more than the exchange gives', async () => {
    const all = await read('r/ledgers/hist', { limit: 2500 });
    assert.equal(all.length, 12);
    const pages: Row[] = [];
    for (let end = world.clock.now(); pages.length < all.length; ) {
      const page = await read('r/ledgers/hist', { end, limit: 5 });
      const known = new Set(column(pages, 0));
      const fresh = page.filter(([id]) => !known.has(id));
      assert.ok(page.length > 0 && page.length <= 5 && fresh.length > 0);
      pages.push(...fresh);
      end = page.at(-1)?.[3] as number;
    }
    assert.deepEqual(column(pages, 0), column(all, 0));
    const times = column(all, 3) as number[];
    assert.deepEqual(times, [...times].sort((a, b) => b - a));
    for (const [path, rows] of Object.entries(MOST)) {
      assert.ok(Array.isArray(await read(path, { limit: rows })), path);
      assert.deepEqual(await refusal(path, { limit: rows + 1 }), ['error', 10020, 'limit: invalid'], path);
    }
    // what is no number counts as not given, in the body or behind the path
    assert.equal((await read('r/ledgers/hist', { limit: 'many' })).length, 12);
  });

  it('tell trades with their fees, in either order, and those of one order', async () => {
    const rows = await read('r/trades/hist');
    assert.deepEqual(column(rows, 4), [0.05, -0.3, 0.1, 0.2, 0.5]);
    assert.deepEqual(column(await read('r/trades/tBTCUSD/hist', { sort: 1, limit: 2 }), 4), [0.5, 0.2]);
    assert.deepEqual(rows.at(-1)?.slice(3, 12), [ids[0], 0.5, 30_000, 'EXCHANGE MARKET', rows.at(-1)?.[7], -1, -0.001, 'BTC', 11]);
    assert.deepEqual(await read(`r/order/tBTCUSD:${ids[0]}/trades`), [rows.at(-1)]);
    assert.deepEqual(await read(`r/order/tETHUSD:${ids[0]}/trades`), []);
    // only of the last ten days
    world.clock.advance(11 * DAY);
    assert.deepEqual(await read(`r/order/tBTCUSD:${ids[0]}/trades`), []);
    assert.equal((await read('r/orders/hist')).length, 6);
    world.clock.advance(2 * DAY);
    // closed orders are shown for two weeks
    assert.equal((await read('r/orders/hist')).length, 2);
  });

  it('tell the ledger by currency, wallet and category, and wallets as they were', async () => {
    assert.deepEqual(column(await read('r/ledgers/BTC/hist', { category: 5 }), 5), [0.5]);
    assert.deepEqual(column(await read('r/ledgers/hist', { category: 201, wallet: 'exchange' }), 5), [-0.001]);
    const margin = await read('r/ledgers/hist', { wallet: 'margin', limit: 100 });
    assert.ok(margin.length >= 6 && margin.every((row) => row[2] === 'margin'));
    assert.deepEqual(await read('r/ledgers/XRP/hist'), []);
    const then = await read('r/wallets/hist', { end: began });
    assert.deepEqual(then.map((row) => [row[0], row[1], row[2], row.length]), [['exchange', 'USD', 100_000, 7], ['exchange', 'BTC', 1, 7], ['margin', 'USD', 100_000, 7], ['margin', 'BTC', 1, 7]]);
    const btc = (await read('r/wallets/hist')).find((row) => row[0] === 'exchange' && row[1] === 'BTC');
    assert.equal(btc?.[2], 1.499);
    const wallets = await read('r/wallets');
    assert.deepEqual(wallets.find((row) => row[0] === 'exchange' && row[1] === 'USD')?.slice(2, 5), [85_000, 0, 83_000]);
  });

  it('tell positions: those of now, closed ones, what each trade made of them, and how they stood at midnight', async () => {
    const [open = []] = await read('r/positions');
    assert.deepEqual([open.length, open[0], open[1], open[2]], [20, 'tBTCUSD', 'ACTIVE', 0.05]);
    const [closed = [], ...others] = await read('r/positions/hist');
    assert.deepEqual([others.length, closed[1], closed[3], closed[12] === closed[13]], [0, 'CLOSED', 30_000, false]);
    const audit = await read('r/positions/audit', { id: [closed[11]] });
    assert.deepEqual(audit.map((row) => [row[1], row[2]]), [['CLOSED', 0], ['ACTIVE', 0.3], ['ACTIVE', 0.2]]);
    assert.deepEqual((audit[1]?.[19] as { order_id: number }).order_id, ids[3]);
    const daily = await read('r/positions/snap', { id: closed[11], limit: 100 });
    assert.deepEqual(column(daily, 2), [0.3, 0.2]);
    assert.deepEqual(await read('r/positions/snap', { start: began, end: began + DAY - 1 }), []);
  });

  it('tell what a margin, a derivative and an order may cost', async () => {
    const base = await read<unknown[]>('r/info/margin/base');
    assert.equal(base[0], 'base');
    assert.deepEqual((await read<Row>('r/info/margin/tBTCUSD')).slice(0, 2), ['sym', 'tBTCUSD']);
    assert.deepEqual(column(await read('r/info/margin/sym_all'), 1), ['tBTCUSD', 'tETHUSD']);
    assert.deepEqual(await refusal('r/info/margin/tNOPE'), ['error', 10020, 'symbol: invalid']);
    assert.deepEqual(await refusal('r/info/margin/tBTCF0:USTF0'), ['error', 10020, 'symbol: invalid']);
    assert.deepEqual(await read('r/info/funding/fUSD'), ['sym', 'fUSD', [0, 0, 0, 0]]);
    const available = (body: object): Promise<unknown> => read('calc/order/avail', { symbol: 'tBTCUSD', type: 'EXCHANGE', dir: 1, rate: '20000', ...body });
    assert.deepEqual(await available({}), [4.15]);
    assert.deepEqual(await available({ dir: -1 }), [1.499]);
    const [onMargin = 0] = (await available({ type: 'MARGIN' })) as number[];
    assert.ok(onMargin > 10 && onMargin < 100, String(onMargin));
    const [atDouble = 0] = (await available({ type: 'MARGIN', rate: '60000' })) as number[];
    assert.ok(Math.abs(atDouble * 3 - onMargin) < 1e-6, `${atDouble}: at a third of the rate it is three times as much`);
    assert.deepEqual(await available({ symbol: 'tBTCF0:USTF0', type: 'DERIV', lev: '20' }), [0]);
    for (const rate of [null, undefined]) assert.deepEqual(await available({ dir: -1, rate }), [1.499]);
    assert.deepEqual(await available({ symbol: 'fUSD', type: 'FUNDING' }), [0]);
    for (const wrong of [{ symbol: 'tNOPE' }, { type: 'NOPE' }, { type: 'constructor' }, { rate: '0' }, { dir: 2 }, { lev: 0 }]) {
      assert.match(String((await refusal('calc/order/avail', { symbol: 'tBTCUSD', type: 'EXCHANGE', dir: 1, rate: '1', ...wrong })) as unknown), /invalid/);
    }
  });

  it('know who asks, what he may do, what it costs him, and that all is play', async () => {
    const user = await read<unknown[]>('r/info/user');
    assert.deepEqual([user.length, user[0], user[2], user[3], user[21]], [55, 7, 'paper', began, 1]);
    const [, , , , fees, [volumes, paid, total]] = await read<[unknown, unknown, unknown, unknown, unknown[][], [{ curr: string; vol: number }[], object, number]]>('r/summary');
    assert.deepEqual([fees[0]?.[0], fees[1]?.[0]], [0.001, 0.002]);
    assert.deepEqual(volumes.map(({ curr, vol }) => [curr, vol]), [['BTC', 1.15], ['Total (USD)', 34_497]]);
    assert.deepEqual([Object.keys(paid), total > 60 && total < 80], [['BTC', 'USD'], true]);
    assert.deepEqual((await read('r/permissions')).length, 10);
    const socket = await world.open();
    assert.deepEqual((await read('r/logins/hist')).map((row) => [row.length, row[4], row[7]]), [[8, '127.0.0.1', { api_key: 'ALL' }]]);
    socket.close();
  });

  it('keep alerts and settings', async () => {
    assert.deepEqual(await read('w/alert/set', { type: 'price', symbol: 'tETHUSD', price: 185 }), ['price:tETHUSD:185', 'price', 'tETHUSD', 185, 100]);
    await read('w/alert/set', { type: 'price', symbol: 'tBTCF0:USTF0', price: '0.5', count: 1 });
    assert.deepEqual(column(await read('r/alerts'), 0), ['price:tETHUSD:185', 'price:tBTCF0:USTF0:0.5']);
    assert.deepEqual(await read('w/alert/price:tETHUSD:185/del'), [true]);
    assert.deepEqual(await read('w/alert/price:tBTCF0:USTF0:0.5/del'), [true]);
    assert.deepEqual(await refusal('w/alert/price:tETHUSD:185/del'), ['error', 10001, 'alert: not found']);
    for (const wrong of [{ type: 'x' }, { symbol: 'tNOPE' }, { price: 0 }, { price: 'x' }, { count: 0 }]) await refusal('w/alert/set', { type: 'price', symbol: 'tETHUSD', price: 1, ...wrong });
    assert.deepEqual(await read('r/alerts'), []);
    assert.deepEqual((await read<unknown[]>('w/settings/set', { settings: { 'api:a': 1, 'api:b': { c: [2] } } })).slice(1, 7), ['acc_ss', null, null, [2], null, 'SUCCESS']);
    assert.deepEqual(await read('r/settings', { keys: ['api:b', 'api:none', 'api:a'] }), [['api:b', { c: [2] }], ['api:a', 1]]);
    assert.equal((await read('w/settings/del', { keys: ['api:a'] }))[1], 'acc_sd');
    assert.deepEqual(await read('r/settings', { keys: ['api:a'] }), []);
    for (const [path, body] of [['w/settings/set', { settings: { theme: 1 } }], ['w/settings/set', {}], ['r/settings', {}], ['w/settings/del', { keys: [7] }]] as const) await refusal(path, body);
    assert.deepEqual(column(await read('r/audit/hist'), 2), ['settings deleted: api:a', 'settings set: api:a, api:b']);
  });

  it('have no funding, and tell who would lend or take money out that nobody can', async () => {
    for (const list of ['offers', 'loans', 'credits', 'trades']) for (const rest of ['', '/fUSD', '/hist', '/fUSD/hist']) assert.deepEqual(await read(`r/funding/${list}${rest}`), []);
    for (const path of ['w/funding/offer/submit', 'w/funding/offer/cancel', 'w/funding/auto', 'w/withdraw', 'w/deposit/address', 'w/token', 'w/position/claim', 'w/position/increase']) {
      assert.equal(((await refusal(path)) as unknown[])[1], 10001, path);
    }
  });
});

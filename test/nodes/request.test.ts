import assert from 'node:assert/strict';
import requestNode from '../../src/nodes/request/request';
import type { CallOptions, Params, Rest } from '../../src/shared/link/rest';
import { readCall } from '../../src/shared/red/request-call';
import { readPath } from '../../src/shared/red/request-path';
import { runCall } from '../../src/shared/red/request-run';
import { FAULT } from '../../src/shared/simulator/rest-fault';
import { until } from '../until';
import { dismantle, rig, type Rig, type RigOptions } from './flow';

const NODE = 'bitfinex-request';
const start = (settings: Record<string, unknown>, options: RigOptions = {}): Promise<Rig> => rig(NODE, settings, { nodes: [requestNode], ...options });
const KEY = { apiKey: 'k'.repeat(43), apiSecret: 's'.repeat(43) };

const code = (expected: string, says?: RegExp) => (error: { code: string; message: string }) => error.code === expected && (says === undefined || says.test(error.message));

describe('the path of a request', () => {
  for (const [text, path, query = {}] of [
    ['ticker/tBTCUSD', 'ticker/tBTCUSD'],
    ['/v2/ticker/tBTCUSD', 'ticker/tBTCUSD'],
    ['v2/platform/status', 'platform/status'],
    ['/platform/status', 'platform/status'],
    ['tickers?symbols=tBTCUSD,fUSD&x=1%2B1', 'tickers', { symbols: 'tBTCUSD,fUSD', x: '1+1' }],
    ['candles/trade:1m:tBTCUSD/hist', 'candles/trade:1m:tBTCUSD/hist'],
    ['candles/trade%3A1m%3atBTCUSD/hist', 'candles/trade:1m:tBTCUSD/hist'],
    ['conf/pub:list:pair:exchange,pub:list:currency', 'conf/pub:list:pair:exchange,pub:list:currency'],
    ['auth/r/wallets', 'auth/r/wallets'],
    ['pulse/profile/Some_One.1', 'pulse/profile/Some_One.1'],
    ['stats1/pos.size:1m:tBTCUSD:long/hist', 'stats1/pos.size:1m:tBTCUSD:long/hist'],
  ] as const) {
    it(`reads ${text}`, () => assert.deepEqual(readPath(text, 'path'), { path, query }));
  }

  for (const text of [
    'auth/w/order/submit',
    '/v2/auth/w/order/submit',
    'AUTH/W/ORDER/SUBMIT',
    'auth/w',
    'auth//w/order/submit',
    '//auth/w/order/submit',
    'auth\\w\\order\\submit',
    'auth/%77/order/submit',
    'auth%2fw%2Forder/submit',
    'auth%252fw/order',
    'auth/r/../w/order/submit',
    'auth/r/%2e%2e/w/order/submit',
    'auth/./w/withdraw',
    'auth/%2E/w/withdraw',
    'auth/w /withdraw',
    'au\tth/w/withdraw',
    'auth/\u200bw/withdraw',
    'v2/v2/auth/w/withdraw',
    'https://api.bitfinex.com/v2/auth/w/withdraw',
    'auth/w/order/cancel?x=1',
    'auth/w/token',
    'ticker/../auth/w/order/cancel/multi',
  ]) {
    it(`sees that ${JSON.stringify(text)} would write`, () => assert.throws(() => readPath(text, 'path'), code('WRITE_CLOSED')));
  }

  for (const text of [
    'https://example.com/v2/ticker/tBTCUSD',
    '//example.com/ticker',
    '/v2//ticker/tBTCUSD',
    'ticker/../conf',
    'ticker/..',
    './ticker',
    'ticker/%2e%2e/conf',
    'ticker/tBTC USD',
    'ticker/tBTCUSD#x',
    'ticker/tBTCUSD\r\nHost: example.com',
    'ticker\\tBTCUSD',
    'ticker/tBTCUSD/',
    'ticker/t€',
    'user@example.com/ticker',
    'ticker/%00',
    '?symbols=ALL',
    'Auth/r/wallets',
    'AUTH/r/wallets',
    'auth',
    'x'.repeat(9_000),
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 60))}`, () => assert.throws(() => readPath(text, 'path'), code('FIELD_INVALID', /^path: /)));
  }

  it('is not mistaken for a write because of its parameters', () => {
    assert.deepEqual(readPath('tickers?symbols=auth/w/x', 'path').query, { symbols: 'auth/w/x' });
    assert.equal(readPath('auth/r/orders', 'path').path, 'auth/r/orders');
  });
});

describe('the call of dialog and message', () => {
  const dialog = { method: 'GET', path: 'trades/tBTCUSD/hist', params: '{"limit": 10}' };

  it('is that of the dialog where the message says nothing', () => {
    for (const payload of [undefined, null, 1700000000000, 'go', ['x'], {}]) {
      assert.deepEqual(readCall(dialog, payload), { kind: 'path', method: 'GET', path: 'trades/tBTCUSD/hist', params: { limit: 10 } });
    }
    assert.deepEqual(readCall({ method: 'fetchTicker', params: '["BTC/USD"]' }, undefined), { kind: 'method', method: 'fetchTicker', args: ['BTC/USD'] });
    assert.deepEqual(readCall({ method: 'fetchMarkets' }, undefined), { kind: 'method', method: 'fetchMarkets', args: [] });
  });

  it('takes each field of the message before that of the dialog', () => {
    assert.deepEqual(readCall(dialog, { path: '/v2/trades/fUSD/hist' }), { kind: 'path', method: 'GET', path: 'trades/fUSD/hist', params: { limit: 10 } });
    assert.deepEqual(readCall(dialog, { params: { limit: 5, sort: 1 } }), { kind: 'path', method: 'GET', path: 'trades/tBTCUSD/hist', params: { limit: 5, sort: 1 } });
    assert.deepEqual(readCall(dialog, { params: '{"limit": 6}' }), { kind: 'path', method: 'GET', path: 'trades/tBTCUSD/hist', params: { limit: 6 } });
  });

  it('is all the message\'s where it brings a method', () => {
    assert.deepEqual(readCall(dialog, { method: 'fetchTicker', args: ['BTC/USD'] }), { kind: 'method', method: 'fetchTicker', args: ['BTC/USD'] });
    assert.deepEqual(readCall(dialog, { method: 'post', path: 'auth/r/wallets' }), { kind: 'path', method: 'POST', path: 'auth/r/wallets', params: {} });
    assert.throws(() => readCall(dialog, { method: 'GET' }), code('FIELD_INVALID', /path: is missing/));
  });

  it('puts what stands behind the question mark into the params, but nothing twice', () => {
    assert.deepEqual(readCall({ method: 'GET', path: 'tickers?symbols=ALL' }, undefined), { kind: 'path', method: 'GET', path: 'tickers', params: { symbols: 'ALL' } });
    assert.throws(() => readCall({ method: 'GET', path: 'tickers?symbols=ALL', params: '{"symbols": "fUSD"}' }, undefined), code('FIELD_INVALID', /"symbols" stands both/));
  });

  it('knows the generated names of ccxt in both spellings', () => {
    const { method } = readCall({}, { method: 'public_get_ticker_symbol', args: [{ symbol: 'tBTCUSD' }] });
    assert.equal(method, 'publicGetTickerSymbol');
    assert.equal(readCall({}, { method: 'private_post_auth_w_order_submit' }).method, 'privatePostAuthWOrderSubmit');
  });

  for (const [payload, says] of [
    [{ symbol: 'BTC/USD' }, /payload\.symbol: is not known; use method, path, params, args/],
    [{ constructor: 'x' }, /payload\.constructor: is not known/],
    [{ method: 7 }, /payload\.method/],
    [{ method: '' }, /payload\.method/],
    [{ method: 'DELETE', path: 'ticker/tBTCUSD' }, /payload\.method: the exchange knows GET and POST, not DELETE/],
    [{ method: 'fetch-ticker' }, /payload\.method: "fetch-ticker" is neither/],
    [{ method: 'fetchTicker', path: 'ticker/tBTCUSD' }, /payload\.path: makes no sense for a method of ccxt/],
    [{ method: 'fetchTicker', params: { symbol: 'BTC/USD' } }, /payload\.params: a method of ccxt takes its arguments in a list/],
    [{ method: 'fetchTicker', params: ['BTC/USD'], args: ['BTC/USD'] }, /payload\.params: and args mean the same/],
    [{ args: ['BTC/USD'] }, /payload\.args: is for methods of ccxt/],
    [{ params: ['x'] }, /payload\.params: a path takes an object/],
    [{ params: '{limit: 10}' }, /payload\.params: .* is no JSON/],
    [{ params: { limit: 10n } }, /payload\.params: cannot be written as JSON/],
    [{ path: 'ticker/../x' }, /payload\.path: .* is no path of the exchange/],
  ] as const) {
    it(`refuses ${Object.entries(payload).map(([field, value]) => `${field} ${typeof value === 'object' ? Object.keys(value).join() : value}`).join(', ')} by its name`, () => {
      assert.throws(() => readCall(dialog, payload), code('FIELD_INVALID', says));
    });
  }
});

describe('long histories by their paths', () => {
  /** REST that has rows of one a second. */
  function fake(rowOf: (time: number) => unknown, count: number, maxRows: number): { rest: Rest; asked: Params[] } {
    const asked: Params[] = [];
    const answer = async (_path: string, params: Params = {}): Promise<unknown> => {
      asked.push(params);
      assert.ok((params['limit'] as number) <= maxRows);
      const [start, end, sort] = [Number(params['start'] ?? 0), Number(params['end'] ?? Infinity), Number(params['sort'] ?? -1)];
      const times = Array.from({ length: count }, (_, at) => (at + 1) * 1000).filter((time) => time >= start && time <= end);
      return (sort === 1 ? times : times.reverse()).slice(0, params['limit'] as number).map(rowOf);
    };
    return { rest: { read: answer, post: answer, unified: () => assert.fail('no method of ccxt') }, asked };
  }
  const run = (rest: Rest, method: 'GET' | 'POST', path: string, params: Params, options: CallOptions = {}): Promise<unknown> => runCall(rest, { kind: 'path', method, path, params }, options);

  it('are read in pages, with all other params in each', async () => {
    const { rest, asked } = fake((time) => [time, null, null, time], 7_000, 2_500);
    const rows = (await run(rest, 'POST', 'auth/r/ledgers/hist', { limit: 6_000, category: 28 })) as number[][];
    assert.deepEqual(rows.map(([time]) => time), Array.from({ length: 6_000 }, (_, at) => (7_000 - at) * 1000));
    assert.ok(asked.length === 3 && asked.every(({ category }) => category === 28));
  });

  it('are read oldest first where that is asked for, liquidations out of their wrapping too', async () => {
    const { rest } = fake((time) => [['pos', 1, time + 0.5]], 2_000, 500);
    const rows = (await run(rest, 'GET', 'liquidations/hist', { limit: '1200', sort: 1 })) as [[string, number, number]][];
    assert.deepEqual(rows.map(([[, , time]]) => time), Array.from({ length: 1_200 }, (_, at) => (at + 1) * 1000 + 0.5));
  });

  it('are asked once, as they are, within one page and where no column is known to be the time', async () => {
    const { rest, asked } = fake((time) => [1, time], 10, 100_000);
    await run(rest, 'GET', 'trades/tBTCUSD/hist', { limit: 10_000, start: 5 });
    await run(rest, 'GET', 'ticker/tBTCUSD', { limit: 50_000 });
    assert.deepEqual(asked, [{ limit: 10_000, start: 5 }, { limit: 50_000 }]);
  });

  it('have an end, and rows that say when they were', async () => {
    const { rest } = fake((time) => [time], 10, 10_000);
    await assert.rejects(run(rest, 'GET', 'candles/trade:1m:tBTCUSD/hist', { limit: 1_000_000 }), code('FIELD_INVALID', /params\.limit/));
    await assert.rejects(run(fake((time) => [1, String(time)], 10_000, 10_000).rest, 'GET', 'trades/tBTCUSD/hist', { limit: 20_000 }), code('ANSWER_UNUSABLE'));
  });
});

describe('request', () => {
  afterEach(dismantle);

  it('answers a method of ccxt in its shape, and says where it comes from', async () => {
    const { message, input, statuses } = await start({ method: 'fetchTicker', params: '["BTC/USD"]' });
    input({ payload: Date.now(), color: 'red', _msgid: 'mine' });
    const { topic, payload, bitfinex, color, _msgid } = await message();
    const ticker = payload as { symbol: string; bid: number; ask: number };
    assert.deepEqual([topic, color, _msgid, ticker.symbol], ['fetchTicker', 'red', 'mine', 'BTC/USD']);
    assert.ok(ticker.bid > 0 && ticker.bid < ticker.ask);
    assert.deepEqual({ ...bitfinex, receivedAt: 0 }, { account: 'test', method: 'fetchTicker', receivedAt: 0, requested: true });
    await until(() => statuses.find(({ fill, text }) => fill === 'green' && text?.includes('idle')), 'the status');
  });

  it('answers a path with what the exchange says', async () => {
    const { messages, input, exchange } = await start({ method: 'GET', path: '/v2/ticker/tBTCUSD' });
    input({});
    const first = await until(() => messages[0], 'the ticker');
    assert.deepEqual([first.topic, { ...first.bitfinex, receivedAt: 0 }], ['ticker/tBTCUSD', { account: 'test', method: 'GET', path: 'ticker/tBTCUSD', receivedAt: 0, requested: true }]);
    assert.equal((first.payload as number[]).length >= 10, true);
    input({ payload: { path: 'trades/fUSD/hist?limit=3' } });
    assert.equal(((await until(() => messages[1], 'the trades')).payload as unknown[]).length, 3);
    assert.equal(exchange.calls.at(-1)?.query, 'limit=3');
  });

  /** What no node of its own is about. */
  const PUBLIC: [string, Record<string, unknown>, (rows: unknown[]) => boolean][] = [
    ['platform/status', {}, ([operative]) => operative === 1],
    ['funding/stats/fUSD/hist', { limit: 3 }, (rows) => rows.length === 3 && Number((rows[0] as number[])[3]) > 0],
    ['rankings/vol:1M:tGLOBAL:USD/hist', {}, (rows) => rows.length > 0 && Array.isArray(rows[0])],
    ['liquidations/hist', { limit: 2 }, (rows) => rows.length === 2 && ((rows[0] as unknown[][])[0] as unknown[])[0] === 'pos'],
    ['pulse/hist', { limit: 2 }, (rows) => rows.length === 2 && typeof (rows[0] as unknown[])[6] === 'string'],
    ['stats1/pos.size:1m:tBTCUSD:long/hist', { limit: 2 }, (rows) => rows.length === 2],
    ['status/deriv/tBTCF0:USTF0/hist', { limit: 2 }, (rows) => rows.length === 2],
    ['conf/pub:list:pair:futures', {}, ([list]) => (list as string[]).includes('BTCF0:USTF0')],
  ];

  it('reaches what no other node is about', async () => {
    const { messages, errors, input } = await start({ method: 'GET', path: '' });
    for (const [path, params] of PUBLIC) input({ payload: { path, params } });
    await until(() => messages.length + errors.length === PUBLIC.length, 'all answers', 15_000);
    assert.deepEqual(errors, []);
    for (const [path, , holds] of PUBLIC) assert.ok(holds(messages.find(({ topic }) => topic === path)?.payload as unknown[]), path);
  });

  /** Position: Bitfinex.Net (MIT); the others have the columns of bitfinex-v2.md 8.2 and 8.4. */
  const SIGNED = new Map([
    ['auth/r/positions/hist', [['tETHUSD', 'CLOSED', 0.9682, 182.76, 0, 0, null, null, null, null, null, 142358085, 1574088504000, 1574088504000, null, null, null, 0, null, {}]]],
    ['auth/r/logins/hist', [[54321, null, 1678465351520, null, '192.0.2.1', null, null, '{"user_agent":"x"}']]],
    ['auth/r/ext/pay/invoices', [{ id: 'f1bbd018', t: 1617880000000, currency: 'USD', status: 'COMPLETED' }]],
    ['auth/r/settings', [['api:theme', 'dark']]],
    ['auth/r/pulse/hist', [['d139512e', 1591614631576, null, 'user', null, 'title', 'text', null, null, 0, 1, 0, [], [], [], 0, null, null, [], 0, null, null]]],
    ['auth/r/wallets', [['exchange', 'BTC', 1.5, 0, 1.5, null, null]]],
  ] as [string, unknown[]][]);
  const recorded = new Map([...SIGNED].map(([path, rows]) => [path, JSON.stringify(rows)]));

  it('reads what belongs to the account, signed with its key', async () => {
    const { messages, errors, input, exchange } = await start({ method: 'POST', path: '' }, { credentials: KEY, exchange: { recorded } });
    for (const path of SIGNED.keys()) input({ payload: { path, params: path === 'auth/r/settings' ? { keys: ['api:theme'] } : {} } });
    await until(() => messages.length + errors.length === SIGNED.size, 'all answers', 15_000);
    assert.deepEqual(errors, []);
    for (const [path, rows] of SIGNED) assert.deepEqual(messages.find(({ topic }) => topic === path)?.payload, rows, path);
    const settings = exchange.calls.find(({ path }) => path === 'auth/r/settings');
    assert.deepEqual([settings?.method, settings?.headers['bfx-apikey'], settings?.body], ['POST', KEY.apiKey, '{"keys":["api:theme"]}']);
    input({ payload: { method: 'fetchBalance' } });
    const balance = (await until(() => messages[SIGNED.size], 'the balance')).payload as { BTC: { free: number } };
    assert.equal(balance.BTC.free, 1.5);
  });

  it('reads with POST where nothing is signed', async () => {
    const { message, input } = await start({ method: 'POST', path: 'calc/fx', params: '{"ccy1": "BTC", "ccy2": "USD"}' });
    input({});
    assert.ok(Number(((await message()).payload as number[])[0]) > 0);
  });

  for (const payload of [
    { method: 'POST', path: 'auth/w/order/submit', params: { symbol: 'tBTCUSD', amount: '1', price: '1', type: 'EXCHANGE LIMIT' } },
    { method: 'GET', path: 'auth/w/order/submit' },
    { method: 'POST', path: 'auth//W/withdraw' },
    { method: 'createOrder', args: ['BTC/USD', 'limit', 'buy', 1, 1] },
    { method: 'cancelAllOrders' },
    { method: 'cancelOrder', args: ['1'] },
    { method: 'editOrder', args: ['1', 'BTC/USD', 'limit', 'buy', 1, 1] },
    { method: 'withdraw', args: ['BTC', 1, 'address'] },
    { method: 'transfer', args: ['BTC', 1, 'spot', 'margin'] },
    { method: 'setMargin', args: ['BTC/USDT:USDT', 1] },
    { method: 'fetchDepositAddress', args: ['BTC'] },
    { method: 'privatePostAuthWOrderSubmit', args: [{}] },
    { method: 'private_post_auth_w_order_cancel_multi', args: [{ all: 1 }] },
    { method: 'create_order', args: ['BTC/USD', 'limit', 'buy', 1, 1] },
  ]) {
    it(`sends nothing that writes: ${payload.method} ${payload.path ?? ''}`, async () => {
      const { errors, messages, input, exchange } = await start({ method: '', allowWrites: true }, { credentials: KEY, exchange: { recorded } });
      input({ payload });
      assert.equal((await until(() => errors[0], 'the error')).code, 'WRITE_CLOSED');
      input({ payload: { method: 'GET', path: 'platform/status' } });
      await until(() => messages[0], 'the next answer');
      assert.deepEqual(exchange.calls.filter(({ path, method }) => path.toLowerCase().includes('auth') || method !== 'GET').map(({ path }) => path), []);
    });
  }

  for (const [payload, expected] of [
    [{ method: 'fetch2', args: ['auth/w/withdraw', 'private', 'POST'] }, 'FIELD_INVALID'],
    [{ method: 'fetchPaginatedCallDynamic', args: ['createOrder'] }, 'FIELD_INVALID'],
    [{ method: 'fetchWebEndpoint', args: ['x', 'createOrder'] }, 'FIELD_INVALID'],
    [{ method: 'fetch', args: ['http://127.0.0.1/'] }, 'FIELD_INVALID'],
    [{ method: 'constructor' }, 'FIELD_INVALID'],
    [{ method: '__proto__' }, 'FIELD_INVALID'],
    [{ method: 'fetchTikker', args: ['BTC/USD'] }, 'FIELD_INVALID'],
    [{ method: 'fetchTicker', args: ['NOPE/USD'] }, 'SYMBOL_UNKNOWN'],
    [{ method: 'GET', path: 'ticker/tNOPEUSD' }, 'REQUEST_REFUSED'],
    [{ method: 'GET', path: 'auth/r/wallets' }, 'FIELD_INVALID'],
    [{ method: 'POST', path: 'ticker/tBTCUSD' }, 'FIELD_INVALID'],
    [{ method: 'POST', path: 'auth/r/wallets' }, 'KEY_MISSING'],
  ] as const) {
    it(`refuses ${JSON.stringify(payload)} with ${expected}`, async () => {
      const { errors, input } = await start({ method: '' });
      input({ payload });
      const { code: found, message, source } = await until(() => errors[0], 'the error');
      assert.equal(found, expected, message);
      assert.ok(source !== undefined && !/[\\/]node_modules|at .*\.js/.test(message));
    });
  }

  it('says at the start what is wrong in the dialog, and lets a message do better', async () => {
    for (const [settings, says] of [
      [{ method: 'GET', path: 'https://example.com' }, /path: /],
      [{ method: 'POST', path: 'auth/w/withdraw' }, /would change something/],
      [{ method: 'fetchTicker', params: 'BTC/USD' }, /params: .*no JSON/],
      [{ method: 'GET', path: '${PATH_NOT_SET}' }, /path: the environment variable PATH_NOT_SET/],
      [{ method: 'fetchTicker', account: 'gone' }, /account: /],
    ] as const) {
      const { errors, statuses, input, message } = await start(settings);
      assert.match((await until(() => errors[0], 'the error')).message, says);
      await until(() => statuses.find(({ fill }) => fill === 'red'), 'the red status');
      if (!('account' in settings)) {
        input({ payload: { method: 'GET', path: 'platform/status' } });
        assert.deepEqual((await message()).payload, [1]);
      }
      await dismantle();
    }
  });

  it('makes many calls side by side, tells how many, and waits for the limits', async () => {
    const { messages, input, statuses, exchange, errors, node } = await start({ method: 'GET', path: 'liquidations/hist', params: '{"limit": 1}' });
    const late = exchange.trouble.failRest(FAULT.late(700), { on: 'liquidations', times: 3 });
    for (let at = 0; at < 3; at++) input({});
    await until(() => late.hits === 3, 'three calls at once');
    await until(() => statuses.find(({ fill, text }) => fill === 'yellow' && /asking \(\d\)/.test(text ?? '')), 'how many');
    input({});
    const waiting = await until(() => statuses.find(({ text }) => /waiting \d+ s/.test(text ?? '')), 'the waiting');
    assert.equal(waiting.fill, 'yellow');
    await until(() => messages.length === 3, 'the three answers');
    const seconds = (): number[] => statuses.flatMap(({ text }) => /waiting (\d+) s/.exec(text ?? '')?.slice(1).map(Number) ?? []);
    await until(() => new Set(seconds()).size >= 2, 'it counts down');
    assert.ok(seconds().every((one, at) => one <= 61 && (at === 0 || one <= (seconds()[at - 1] as number))));
    await node.close(false);
    await fetch(`${exchange.rest}/v2/platform/status`);
    assert.deepEqual([messages.length, errors, exchange.calls.filter(({ path }) => path === 'liquidations/hist').length], [3, [], 3]);
  });

  it('is given up in silence, and not tried again, when the node goes meanwhile', async () => {
    const { input, node, exchange, errors, messages } = await start({ method: 'GET', path: 'platform/status' });
    const late = exchange.trouble.failRest({ ...FAULT.html(), delayMs: 300 }, { on: 'platform', times: Infinity });
    const away = exchange.trouble.failRest(FAULT.html(), { on: 'conf', times: Infinity });
    input({});
    input({ payload: { path: 'conf/pub:list:currency' } });
    await until(() => late.hits === 1 && away.hits === 1, 'the calls');
    await node.close(false);
    // by then the second try would have been made, 0.5 s after the first at the latest
    exchange.trouble.failRest(FAULT.late(1_200), { on: 'tickers' });
    await fetch(`${exchange.rest}/v2/tickers?symbols=ALL`);
    assert.deepEqual([errors, messages, late.hits, away.hits], [[], [], 1, 1]);
  });

  it('marks what the practice exchange says, and has no key for it', async () => {
    const { message, input, errors, statuses } = await start({ method: 'GET', path: 'platform/status' }, { account: { environment: 'simulated' } });
    input({});
    assert.equal((await message()).bitfinex.simulated, true);
    await until(() => statuses.find(({ fill }) => fill === 'blue'), 'the blue dot');
    input({ payload: { method: 'POST', path: 'auth/r/wallets' } });
    assert.equal((await until(() => errors[0], 'the error')).code, 'KEY_MISSING');
  });

  it('shows maintenance until the next answer', async () => {
    const { input, errors, statuses, exchange, message } = await start({ method: 'GET', path: 'ticker/tBTCUSD' });
    const down = exchange.trouble.restDown('maintenance');
    input({});
    assert.equal((await until(() => errors[0], 'the error')).code, 'MAINTENANCE');
    await until(() => statuses.find(({ text }) => text?.includes('maintenance')), 'the status');
    down.stop();
    input({});
    await message();
    await until(() => statuses.at(-1)?.fill === 'green', 'the green dot');
  });
});

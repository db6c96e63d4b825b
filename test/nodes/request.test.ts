import assert from 'node:assert/strict';
import requestNode from '../../src/nodes/request/request';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { until } from '../until';
import { dismantle, rig, type Rig, type RigOptions } from './flow';

const NODE = 'bitfinex-request';
const start = (settings: Record<string, unknown>, options: RigOptions = {}): Promise<Rig> => rig(NODE, settings, { nodes: [requestNode], ...options });
const KEY = { apiKey: 'k'.repeat(43), apiSecret: 's'.repeat(43) };

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

  it('marks what the practice exchange says, and reads the paper account there with its own key', async () => {
    const { messages, message, input, statuses } = await start({ method: 'GET', path: 'platform/status' }, { account: { environment: 'simulated' } });
    input({});
    assert.equal((await message()).bitfinex.simulated, true);
    await until(() => statuses.find(({ fill }) => fill === 'blue'), 'the blue dot');
    input({ payload: { method: 'POST', path: 'auth/r/wallets' } });
    const wallets = await until(() => messages[1], 'the wallets');
    assert.deepEqual((wallets.payload as unknown[][]).map(([type, currency, total]) => `${String(type)} ${String(currency)} ${String(total)}`).sort(), ['exchange BTC 1', 'exchange USD 100000', 'margin BTC 1', 'margin USD 100000']);
    input({ payload: { method: 'fetchBalance' } });
    const balance = await until(() => messages[2], 'the balance');
    assert.deepEqual([(balance.payload as { USD: { free: number } }).USD.free, balance.bitfinex.simulated], [100_000, true]);
  });

  it('shows that a call failed, and why in a word', async () => {
    const { input, errors, statuses, exchange } = await start({ method: 'GET', path: 'ticker/tBTCUSD' });
    exchange.trouble.failRest(FAULT.truncated, { on: 'ticker/', times: Infinity });
    exchange.trouble.failRest(FAULT.rateLimit(60), { on: 'tickers', times: Infinity });
    input({ payload: { path: 'tickers', params: { symbols: 'ALL' } } });
    await until(() => statuses.find(({ fill, text }) => fill === 'yellow' && text?.includes('limited')), 'the limit');
    input({});
    await until(() => statuses.find(({ fill, text }) => fill === 'red' && text?.includes('failed')), 'the failure', 20_000);
    assert.deepEqual(errors.map(({ code }) => code), ['RATE_LIMITED', 'ANSWER_UNUSABLE']);
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

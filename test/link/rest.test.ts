import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { LIMITS } from '../../src/shared/core/limits';
import { BitfinexRest } from '../../src/shared/link/bitfinex-rest';
import { Courier } from '../../src/shared/link/rest-courier';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { settled, until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { failureOf, host, worldOver, type Host, type World } from './rest-world';

describe('rest', () => {
  let exchange: Exchange;
  let world: World;
  const hosts: Host[] = [];

  before(async () => {
    exchange = await startExchange({ seed: 3, recorded: new Map([['auth/r/wallets', '[["exchange","USD",1,0,1]]']]) });
  });
  beforeEach(() => {
    world = worldOver(exchange.rest);
  });
  afterEach(async () => {
    world.lane.end();
    for (const made of hosts.splice(0)) await made.stop();
  });
  after(() => exchange.stop());

  describe('what goes out', () => {
    const sent = () => exchange.calls.at(-1);

    it('is the path with its query, without what was not given', async () => {
      await world.lane.read('candles/trade:1m:tBTCUSD/hist', { limit: 2, start: undefined, end: null, sort: -1 });
      assert.equal(sent()?.url, '/v2/candles/trade:1m:tBTCUSD/hist?limit=2&sort=-1');
      await world.lane.read('tickers', { symbols: ['tBTCUSD', 'tDOGE:USD'] });
      assert.equal(sent()?.url, '/v2/tickers?symbols=tBTCUSD%2CtDOGE%3AUSD');
      assert.equal(sent()?.method, 'GET');
    });

    it('is for the calculators query and body, for one reads this and the other that', async () => {
      await world.lane.post('calc/fx', { ccy1: 'BTC', ccy2: 'USD' });
      assert.deepEqual([sent()?.method, sent()?.query, sent()?.body, sent()?.headers['content-type']], ['POST', 'ccy1=BTC&ccy2=USD', '{"ccy1":"BTC","ccy2":"USD"}', 'application/json']);
    });

    it('is no path that leads elsewhere', async () => {
      const before = exchange.calls.length;
      for (const path of ['', '/ticker/tBTCUSD', 'ticker//x', '../x', 'ticker/../auth/w/order/submit', 'ticker/./x', 'ticker/tBTCUSD?x=1', 'ticker#x', 'http://evil.test/x', '//evil.test/x', 'ticker/t BTC', 'ticker/%2e%2e/x', 'ticker/tBTC\r\nx: y', 'ticker\\x', 'tickér', '@evil.test', 7 as never, undefined as never]) {
        const { code, message } = await failureOf(world.lane.read(path));
        assert.equal(code, 'FIELD_INVALID', String(path));
        assert.match(message, /^path: /);
      }
      for (const params of [{ x: {} }, { x: NaN }, { x: [{}] }, { x: () => 1 }]) assert.match((await failureOf(world.lane.read('tickers', params))).message, /params\.x/);
      assert.equal(exchange.calls.length, before);
    });

    it('is nothing that cannot be written', async () => {
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const signed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      for (const params of [circle, { n: 1n }]) for (const path of ['auth/r/wallets', 'calc/fx']) assert.match((await failureOf(signed.post(path, params))).message, /^params: cannot be written as JSON/);
    });

    it('changes nothing at the exchange', async () => {
      const before = exchange.calls.length;
      const signed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      for (const path of ['auth/w/order/submit', 'auth/w/withdraw', 'auth/w/token', 'auth', 'auth/x']) assert.equal((await failureOf(signed.post(path))).code, 'WRITE_CLOSED', path);
      assert.equal((await failureOf(signed.read('auth/r/wallets'))).code, 'FIELD_INVALID');
      assert.equal((await failureOf(signed.post('ticker/tBTCUSD'))).code, 'FIELD_INVALID');
      assert.equal(exchange.calls.length, before);
    });
  });

  describe('answers', () => {
    it('that are the exchange\'s trouble are asked for again', async () => {
      exchange.trouble.failRest(FAULT.html(), { times: 2 });
      exchange.trouble.answerRest({ status: 500, body: '["error",11000,"not ready"]' });
      assert.equal(((await world.lane.read('ticker/tBTCUSD')) as unknown[]).length, 10);
      assert.deepEqual(world.heard.map(({ attempt, code, httpStatus }) => [attempt, code, httpStatus]), [[1, 'ANSWER_UNUSABLE', 502], [2, 'ANSWER_UNUSABLE', 502], [3, 'REQUEST_REFUSED', 500], [4, undefined, 200]]);
    });

    it('that stay so end with the last error', async () => {
      const spell = exchange.trouble.failRest(FAULT.html(520), { times: Infinity });
      const { code, httpStatus } = await failureOf(world.lane.read('ticker/tBTCUSD'));
      spell.stop();
      assert.deepEqual([code, httpStatus, spell.hits], ['ANSWER_UNUSABLE', 520, 5]);
    });

    it('that say no are taken at their word, at once', async () => {
      for (const [fault, code] of [
        [FAULT.error(10020, 'symbol: invalid'), 'REQUEST_REFUSED'],
        [FAULT.error(10020, 'symbol: invalid', 200), 'REQUEST_REFUSED'],
        [FAULT.error(10100, 'apikey: invalid'), 'KEY_REFUSED'],
        [FAULT.maintenance, 'MAINTENANCE'],
        [FAULT.unavailable, 'MAINTENANCE'],
        [FAULT.html(404), 'REQUEST_REFUSED'],
        [FAULT.html(403), 'ANSWER_UNUSABLE'],
        [FAULT.empty, 'ANSWER_UNUSABLE'],
        [FAULT.truncated, 'ANSWER_UNUSABLE'],
      ] as const) {
        const before = world.heard.length;
        exchange.trouble.failRest(fault);
        assert.equal((await failureOf(world.lane.read('ticker/tBTCUSD'))).code, code, JSON.stringify(fault));
        assert.equal(world.heard.length, before + 1, JSON.stringify(fault));
      }
    });

    it('are told one by one, with nothing of query, key or body', async () => {
      await world.lane.read('candles/trade:1m:tBTCUSD/hist', { limit: 1 });
      await world.lane.signedBy(() => ({ apiKey: 'canary-key', secret: 'canary-secret' })).post('auth/r/wallets', { note: 'canary-body' });
      const [candles, wallets] = world.heard;
      const { latencyMs, bytes, waitedMs, ...rest } = { ...candles };
      assert.deepEqual(rest, { limit: 'candles', lane: 'candles', method: 'GET', path: 'candles/trade:1m:tBTCUSD/hist', attempt: 1, httpStatus: 200, code: undefined });
      assert.ok((latencyMs as number) > 0 && (bytes as number) > 20 && (waitedMs as number) >= 0);
      assert.deepEqual([wallets?.limit, wallets?.lane, wallets?.method], ['auth', 'auth auth/r/wallets', 'POST']);
      assert.doesNotMatch(JSON.stringify(world.heard), /canary/);
    });
  });

  describe('limits', () => {
    it('close for as long as the exchange says: calls fail at once, those of other limits go on', async () => {
      const clock = new VirtualClock();
      world = worldOver(exchange.rest, { clock });
      exchange.trouble.failRest(FAULT.rateLimit());
      const first = await failureOf(world.lane.read('ticker/tBTCUSD'));
      const calls = exchange.calls.length;
      clock.advance(10_000);
      const second = await failureOf(world.lane.read('ticker/tETHUSD'));
      for (const { code, retryAt, message } of [first, second]) {
        assert.deepEqual([code, retryAt], ['RATE_LIMITED', Date.UTC(2026, 0, 1) + 60_000]);
        assert.match(message, /opens at 00:01:00 UTC/);
      }
      assert.equal(exchange.calls.length, calls);
      await world.lane.read('platform/status');
      clock.advance(50_000);
      await world.lane.read('ticker/tETHUSD');
    });

    it('closes for longer where Retry-After says so, and for the other form of the limit', async () => {
      const clock = new VirtualClock();
      world = worldOver(exchange.rest, { clock });
      exchange.trouble.failRest(FAULT.rateLimit(90));
      assert.equal((await failureOf(world.lane.read('ticker/tBTCUSD'))).retryAt, clock.now() + 90_000);
      exchange.trouble.failRest(FAULT.rateLimit11010);
      assert.equal((await failureOf(world.lane.read('tickers', { symbols: 'ALL' }))).retryAt, clock.now() + 60_000);
      assert.deepEqual([world.limiter.heldMs('ticker'), world.limiter.heldMs('tickers')], [90_000, 60_000]);
    });

    it('closes one endpoint, where each has a limit of its own', async () => {
      const signed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      exchange.trouble.failRest(FAULT.rateLimit());
      assert.equal((await failureOf(signed.post('auth/r/orders'))).code, 'RATE_LIMITED');
      assert.deepEqual(await signed.post('auth/r/wallets'), [['exchange', 'USD', 1, 0, 1]]);
    });

    it('tells those who wait already, when it closes', async () => {
      world = worldOver(exchange.rest, { clock: new VirtualClock() });
      for (let at = 0; at < LIMITS.liquidations.max - 1; at++) await world.lane.read('liquidations/hist');
      exchange.trouble.failRest(FAULT.rateLimit());
      const waits: number[] = [];
      const [refused, waiting] = ['first', 'second'].map(() => failureOf(world.lane.read('liquidations/hist', {}, { onWait: (waitMs) => waits.push(waitMs) })));
      assert.equal((await refused)?.code, 'RATE_LIMITED');
      assert.equal(waits.length, 1);
      assert.match((await waiting)?.message ?? '', /pause of "liquidations"; it opens at/);
    });

    it('waits out a 429 that names a short pause, or none', async () => {
      exchange.trouble.failRest({ kind: 'answer', status: 429, body: 'slow down', headers: { 'retry-after': '7' } });
      exchange.trouble.failRest({ kind: 'answer', status: 429, body: '' });
      const began = world.ports.clock.monotonic();
      assert.equal(((await world.lane.read('ticker/tBTCUSD')) as unknown[]).length, 10);
      assert.ok(world.ports.clock.monotonic() - began >= 7_000);
      assert.equal(world.heard.length, 3);
    });

    it('counts every try', async () => {
      exchange.trouble.failRest(FAULT.html(), { times: 2 });
      await world.lane.read('ticker/tBTCUSD');
      assert.equal(world.limiter.budget().find(({ limit }) => limit === 'ticker')?.used, 3);
    });

    it('let so many go as they say, however many ask', async () => {
      const clock = new VirtualClock();
      world = worldOver(exchange.rest, { clock });
      const { max, perMs } = LIMITS.candles;
      const all = Array.from({ length: max + 5 }, () => world.lane.read('candles/trade:1m:tBTCUSD/hist', { limit: 1 }));
      await Promise.all(all.slice(0, max));
      clock.advance(perMs - 1_000);
      for (let turn = 0; turn < 5; turn++) await settled();
      assert.equal(world.heard.length, max);
      clock.advance(2_000);
      await Promise.all(all);
      assert.equal(world.heard.length, max + 5);
    });
  });

  describe('writes', () => {
    const submit = (courier: Courier) =>
      failureOf(courier.carry({ method: 'POST', path: 'auth/w/order/submit', key: () => ({ apiKey: 'KEY', secret: 'SECRET' }), options: {}, prepare: () => ({ url: '/v2/auth/w/order/submit', body: '{}', headers: { 'bfx-nonce': '1' } }) }));

    for (const [what, fault] of [
      ['HTML', FAULT.html()],
      ['an empty body', FAULT.empty],
      ['half a body', FAULT.truncated],
      ['a cut line', FAULT.cutBefore],
      ['no answer', FAULT.silent],
      ['a redirect', FAULT.redirect('http://127.0.0.1:1')],
      ['an unknown code', FAULT.error(10008, 'concurrency')],
      ['success in no known form', { kind: 'answer', status: 200, body: '[]' }],
    ] as const) {
      it(`after ${what} are unknown, and never sent again`, async () => {
        const spell = exchange.trouble.failRest(fault, { times: Infinity });
        const { code, kind } = await submit(new Courier(world.ports));
        spell.stop();
        assert.deepEqual([code, kind, spell.hits], ['OUTCOME_UNKNOWN', 'unknown', 1]);
      });
    }

    it('that the exchange refuses with proof are refused, and never sent again', async () => {
      for (const [fault, wanted] of [[FAULT.error(10001, 'Invalid order'), 'REQUEST_REFUSED'], [FAULT.error(10114, 'nonce: small'), 'NONCE_REFUSED'], [FAULT.rateLimit(), 'RATE_LIMITED']] as const) {
        const spell = exchange.trouble.failRest(fault, { times: Infinity });
        const { code } = await submit(new Courier({ ...worldOver(exchange.rest).ports }));
        spell.stop();
        assert.deepEqual([code, spell.hits], [wanted, 1]);
      }
    });

    it('that never left are not unknown', async () => {
      const { code } = await submit(new Courier(worldOver('http://127.0.0.1:1').ports));
      assert.equal(code, 'EXCHANGE_UNREACHABLE');
    });

    it('wait 5 s for their answer', async () => {
      const silent = await host(() => undefined);
      hosts.push(silent);
      const { heard, ports } = worldOver(silent.url);
      assert.match((await submit(new Courier(ports))).what, /nothing complete within 5 s/);
      assert.ok((heard[0]?.latencyMs ?? 0) >= 4_900);
    });
  });

  describe('ccxt\'s methods', () => {
    it('answer in ccxt\'s shape, through the same limits', async () => {
      const ticker = (await world.lane.unified('fetchTicker', ['BTC/USD'])) as { symbol: string; bid: number; info: unknown[] };
      assert.deepEqual([ticker.symbol, ticker.bid, ticker.info.length], ['BTC/USD', ticker.info[0], 10]);
      assert.deepEqual(world.heard.map(({ limit }) => limit), ['conf', 'conf', 'ticker']);
      const candles = (await world.lane.unified('fetchOHLCV', ['BTC/USD', '1m', undefined, 3])) as number[][];
      assert.equal(candles.length, 3);
      assert.deepEqual(await world.lane.unified('publicGetPlatformStatus'), [1]);
    });

    it('read the markets once for all who ask together', async () => {
      const keyed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      await Promise.all([world.lane.unified('fetchTicker', ['BTC/USD']), keyed.unified('fetchTicker', ['ETH/USD']), world.lane.unified('fetchTrades', ['BTC/USD'])]);
      assert.equal(world.heard.filter(({ limit }) => limit === 'conf').length, 2);
    });

    it('read them again after a failure: ccxt would fail for ever', async () => {
      exchange.trouble.failRest(FAULT.error(10020, 'no'), { on: 'conf/' });
      assert.equal((await failureOf(world.lane.unified('fetchTicker', ['BTC/USD']))).code, 'REQUEST_REFUSED');
      assert.ok(await world.lane.unified('fetchTicker', ['BTC/USD']));
    });

    it('read them again a day later, or minutes after a failure, while the old ones still serve', async () => {
      const clock = new VirtualClock();
      world = worldOver(exchange.rest, { clock });
      await world.lane.unified('fetchTicker', ['BTC/USD']);
      clock.advance(25 * 3_600_000);
      const spell = exchange.trouble.failRest(FAULT.error(10020, 'no'), { on: 'conf/' });
      assert.ok(await world.lane.unified('fetchTicker', ['BTC/USD']));
      await until(() => spell.hits === 1, 'the markets are asked for');
      await until(() => world.heard.some(({ code }) => code !== undefined), 'and refused');
      assert.ok(await world.lane.unified('fetchTicker', ['BTC/USD']), 'a failure does no harm');
      clock.advance(11 * 60_000);
      await world.lane.unified('fetchTicker', ['BTC/USD']);
      await until(() => world.heard.filter(({ limit, code }) => limit === 'conf' && code === undefined).length === 4, 'and are read');
    });

    it('hand out a copy of the markets', async () => {
      const markets = (await world.lane.unified('loadMarkets')) as Record<string, { id: string }>;
      assert.equal(markets['BTC/USD']?.id, 'tBTCUSD');
      for (const name of Object.keys(markets)) Reflect.deleteProperty(markets, name);
      assert.ok(await world.lane.unified('fetchTicker', ['BTC/USD']));
    });

    it('do not fail because another who waited for the markets gave up', async () => {
      exchange.trouble.failRest(FAULT.late(300), { on: 'conf/' });
      const control = new AbortController();
      const given = world.lane.unified('fetchTicker', ['BTC/USD'], { signal: control.signal });
      const other = world.lane.unified('fetchTicker', ['BTC/USD']);
      const calls = exchange.calls.length;
      await until(() => exchange.calls.length > calls, 'the markets are asked for');
      control.abort(new Error('gone'));
      await assert.rejects(given, /gone/);
      assert.ok(await other);
    });

    it('fail at once with the reason of a signal that was given up before', async () => {
      const silent = await host(() => undefined);
      hosts.push(silent);
      const control = new AbortController();
      control.abort(new Error('before'));
      await assert.rejects(worldOver(silent.url).lane.unified('fetchTicker', ['BTC/USD'], { signal: control.signal }), /before/);
      assert.equal(silent.requests.length, 0);
    });

    it('that change something are refused by name', async () => {
      const before = exchange.calls.length;
      const writes = ['createOrder', 'createOrders', 'cancelOrder', 'cancelAllOrders', 'editOrder', 'withdraw', 'transfer', 'setMargin', 'createDepositAddress', 'fetchDepositAddress', 'closePosition', 'privatePostAuthWOrderSubmit', 'privatePostAuthWWithdraw', 'setLeverage'];
      for (const method of writes) {
        const { code, message } = await failureOf(world.lane.unified(method, ['BTC/USD', 'market', 'buy', 1]));
        assert.equal(code, 'WRITE_CLOSED', method);
        assert.match(message, new RegExp(`"${method}"`));
      }
      assert.equal(exchange.calls.length, before);
    });

    it('that are none are refused with the nearest names', async () => {
      assert.match((await failureOf(world.lane.unified('fetchTikcer'))).message, /^method: "fetchTikcer" is no method that reads \(nearest: fetchTicker, /);
      const before = exchange.calls.length;
      const plumbing = ['fetch', 'fetch2', 'sign', 'request', 'constructor', 'toString', '__proto__', 'fetchPaginatedCallDynamic', 'fetchPaginatedCallCursor', 'fetchWebEndpoint', 'fetchImplementation', 'nonce', 'describe', 'loadProxyModules', 'fetchTickerWs', 'apiKey', 'secret', ''];
      for (const method of plumbing) assert.equal((await failureOf(world.lane.unified(method, ['createOrder']))).code, 'FIELD_INVALID', method);
      assert.equal(exchange.calls.length, before);
    });

    it('say what is wrong with their arguments', async () => {
      for (const [method, args, code] of [
        ['fetchTicker', ['NO/PE'], 'SYMBOL_UNKNOWN'],
        ['fetchTicker', [], 'SYMBOL_UNKNOWN'],
        ['fetchTime', [], 'FIELD_INVALID'],
        ['fetchOHLCV', ['BTC/USD', '7m'], 'REQUEST_REFUSED'],
      ] as const) {
        const error = await failureOf(world.lane.unified(method, args));
        assert.ok([code, 'FIELD_INVALID'].includes(error.code), `${method} ${error.code} ${error.message}`);
        assert.equal(error.name, 'BitfinexError');
      }
    });

    it('make no pages by themselves, however many are wished for', async () => {
      await world.lane.unified('loadMarkets');
      const before = exchange.calls.length;
      const signed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      const params = { paginate: true, paginationCalls: 3_000_000, maxRetries: 1e15, maxEntriesPerRequest: 1 };
      for (const [method, args] of [
        ['fetchOHLCV', ['BTC/USD', '1m', 0, 1, params]],
        ['fetchTrades', ['BTC/USD', undefined, undefined, params]],
        ['fetchClosedOrders', ['BTC/USD', undefined, undefined, params]],
        ['fetchLedger', [undefined, undefined, undefined, params]],
        ['fetchFundingRateHistory', ['BTC/USDT:USDT', undefined, undefined, params]],
      ] as const) {
        const { code, message } = await failureOf(signed.unified(method, args));
        assert.equal(code, 'FIELD_INVALID', method);
        assert.match(message, /params\.paginate is not offered/, method);
      }
      assert.equal(exchange.calls.length, before);
    });

    it('say that an answer could not be read', async () => {
      await world.lane.unified('loadMarkets');
      exchange.trouble.answerRest({ status: 200, body: '[null]' });
      const { code, message } = await failureOf(world.lane.unified('fetchTickers', [['BTC/USD']]));
      assert.equal(code, 'ANSWER_UNUSABLE', message);
    });

    it('find no way to a write by themselves', async () => {
      const { prototype } = BitfinexRest;
      const { fetchStatus } = prototype;
      // as if a later ccxt made this of it
      prototype.fetchStatus = async function (this: BitfinexRest) {
        return this.privatePostAuthWWithdraw() as never;
      };
      try {
        const signed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
        assert.equal((await failureOf(signed.unified('fetchStatus'))).code, 'WRITE_CLOSED');
      } finally {
        prototype.fetchStatus = fetchStatus;
      }
      assert.equal(exchange.calls.filter(({ path }) => path === 'auth/w/withdraw').length, 0);
    });

    it('find no way to a write through their parameters', async () => {
      const signed = world.lane.signedBy(() => ({ apiKey: 'KEY', secret: 'SECRET' }));
      for (const symbol of ['../../auth/w/order/submit', 'x/../../w/order/cancel/multi', 'tBTCUSD?x=']) assert.equal((await failureOf(signed.unified('privatePostAuthROrdersSymbol', [{ symbol }]))).code, 'FIELD_INVALID');
      assert.equal(exchange.calls.filter(({ path }) => path.includes('/w/order/cancel')).length, 0);
    });
  });

  it('warns of nothing when many calls have one signal', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): number => warnings.push(warning);
    process.on('warning', hear);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 30 }, (_, at) => (at < 15 ? world.lane.read('ticker/tBTCUSD', {}, { signal }) : world.lane.unified('fetchTicker', ['BTC/USD'], { signal }))));
    await settled();
    process.off('warning', hear);
    assert.deepEqual(warnings, []);
  });

  it('repeats no markup and no control character of anybody', async () => {
    const odd = '<img src=x>\n\u001b[31m';
    const packer = await host((_request, response) => response.writeHead(200, { 'content-encoding': '<b>x</b>\u009b31m' }).end('[1]'));
    hosts.push(packer);
    const errors = [worldOver(packer.url).lane.read('platform/status'), world.lane.read(odd), world.lane.read('tickers', { [odd]: {} }), world.lane.unified(odd), world.lane.unified('fetchTicker', [odd])].map(failureOf);
    for (const { what } of await Promise.all(errors)) assert.doesNotMatch(what, /[<>\p{Cc}]/u);
  });

  it('shows no key, however it is looked at', async () => {
    const key = { apiKey: 'canary-api-key', secret: 'canary-secret' };
    const echo = await host((request, response) => response.writeHead(500).end(JSON.stringify(['error', 10100, `apikey: ${request.headers['bfx-apikey']} digest ${request.headers['bfx-signature']} invalid`])));
    hosts.push(echo);
    world = worldOver(echo.url);
    const signed = world.lane.signedBy(() => key);
    const errors = [await failureOf(signed.post('auth/r/wallets')), await failureOf(signed.unified('privatePostAuthRWallets'))];
    const signatures = echo.requests.map(({ headers }) => String(headers['bfx-signature']));
    assert.ok(signatures.length === 2 && signatures.every((signature) => /^[0-9a-f]{96}$/.test(signature)));
    assert.match(errors[0]?.message ?? '', /apikey: \*\*\* digest \*\*\* invalid/);
    const seen = [...errors.flatMap((error) => [error.message, error.stack, inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)]), inspect(signed, { depth: 30, showHidden: true }), JSON.stringify(world.heard), inspect(world, { depth: 30 })].join('\n');
    for (const secret of [key.apiKey, key.secret, ...signatures]) assert.ok(!seen.includes(secret), secret);
  });
});

import assert from 'node:assert/strict';
import { readCall } from '../../src/shared/red/request-call';
import { readPath } from '../../src/shared/red/request-path';

/** An error with this code that says this. */
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
    [{ method: 'fetchTicker', path: 'ticker/tBTCUSD' }, /payload\.path: is asked with GET or POST as the method/],
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

  it('passes a null as what JSON cannot say: an argument that is left out', () => {
    const call = readCall({}, { method: 'fetchOHLCV', params: ['BTC/USD', '1h', null, 5] });
    assert.deepEqual(call, { kind: 'method', method: 'fetchOHLCV', args: ['BTC/USD', '1h', undefined, 5] });
  });
});

import assert from 'node:assert/strict';
import type { UnifiedTicker } from '../../src/shared/core/unified';
import { until } from '../until';
import { dismantle, rig } from './flow';

const NODE = 'bitfinex-ticker-stream';

describe('ticker stream', () => {
  afterEach(dismantle);

  it('sends the ticker in ccxt shape and says where it comes from', async () => {
    const { message, statuses } = await rig(NODE, { symbols: 'BTC/USD' });
    const { topic, payload, bitfinex, _msgid } = await message();
    const ticker = payload as UnifiedTicker;
    assert.equal(topic, 'BTC/USD');
    assert.ok((ticker.bid as number) < (ticker.ask as number) && (ticker.last as number) > 0 && Array.isArray(ticker.info));
    assert.deepEqual({ ...bitfinex, receivedAt: 0 }, { symbol: 'tBTCUSD', channel: 'ticker', account: 'test', receivedAt: 0, state: 'live' });
    assert.ok(Math.abs(bitfinex.receivedAt - Date.now()) < 10_000 && typeof _msgid === 'string');
    await until(() => statuses.find(({ text, fill }) => fill === 'green' && text?.includes('live')), 'the status');
  });

  it('follows several symbols, perpetuals and funding currencies too', async () => {
    const { message } = await rig(NODE, { symbols: 'BTC/USD, tETHUSD BTC/USDT:USDT fUSD' });
    for (const topic of ['BTC/USD', 'ETH/USD', 'BTC/USDT:USDT', 'fUSD']) await message((one) => one.topic === topic);
    const funding = (await message((one) => one.topic === 'fUSD')).payload as UnifiedTicker;
    assert.ok((funding.frr as number) > 0 && (funding.bidPeriod as number) >= 2 && (funding.askPeriod as number) >= 2);
  });

  it('makes a real-time ticker of the book, a message only when its top changed', async () => {
    const { messages, exchange } = await rig(NODE, { symbols: 'BTC/USD', source: 'book', interval: 0 });
    await until(() => messages.length >= 5, 'five tickers', 15_000);
    const tops = messages.map(({ payload }) => ['bid', 'bidVolume', 'ask', 'askVolume'].map((field) => (payload as Record<string, unknown>)[field]).join(' '));
    for (const [at, top] of tops.entries()) assert.notEqual(top, tops[at - 1]);
    assert.equal(messages[0]?.bitfinex.channel, 'book');
    assert.ok(messages.every(({ bitfinex }) => bitfinex.verified === true || bitfinex.verified === 'pending'));
    assert.equal(exchange.log.filter((entry) => 'text' in entry && String(entry.text).includes('"subscribe"')).length, 1);
  });

  it('sends only when a chosen value changed', async () => {
    const { messages } = await rig(NODE, { symbols: 'BTC/USD', source: 'book', interval: 0, onlyChanged: 'bid' });
    await until(() => messages.length >= 3, 'three tickers', 15_000);
    const bids = messages.map(({ payload }) => (payload as UnifiedTicker).bid);
    for (const [at, bid] of bids.entries()) assert.notEqual(bid, bids[at - 1]);
  });

  it('subscribes, lists and unsubscribes by message, keeping what the message carried', async () => {
    const { message, messages, input, errors, exchange } = await rig(NODE, { symbols: '' });
    input({ action: 'subscribe', symbol: ['BTC/USD', 'ETHUSD'] });
    await message(({ topic }) => topic === 'ETH/USD');
    input({ action: 'list', color: 'red', _msgid: 'mine' });
    const list = await message(({ payload }) => Array.isArray(payload));
    assert.deepEqual([list.payload, list['color'], list['_msgid']], [['BTC/USD', 'ETH/USD'], 'red', 'mine']);
    input({ action: 'unsubscribe', symbol: 'BTC/USD' });
    await until(() => exchange.log.some((entry) => 'text' in entry && String(entry.text).includes('"unsubscribe"')), 'the unsubscription, without a grace');
    input({ action: 'list' });
    assert.deepEqual((await until(() => messages.filter(({ payload }) => Array.isArray(payload))[1], 'the second list')).payload, ['ETH/USD']);
    assert.deepEqual(errors, []);
  });

  it('does what it is told in order, even before the exchange has told its symbols', async () => {
    const { messages, input, exchange } = await rig(NODE, { symbols: 'BTC/USD ETH/USD' });
    input({ action: 'unsubscribe', symbol: 'ETH/USD' });
    input({ action: 'list' });
    const list = await until(() => messages.find(({ payload }) => Array.isArray(payload)), 'the list');
    assert.deepEqual(list.payload, ['BTC/USD']);
    assert.ok(exchange.log.length > 0);
  });

  it('refuses what it does not know, with a code and a way out, and changes nothing', async () => {
    const { input, errors, messages } = await rig(NODE, { symbols: '' });
    input({ action: 'fetch', symbol: 'BTC/USD' });
    input({ payload: 'no action' });
    input({ action: 'subscribe', symbol: 7 });
    input({ action: 'subscribe', symbol: 'BTC/USD, BTC/USX' });
    await until(() => errors.length === 4, 'four errors');
    assert.deepEqual(errors.map(({ code }) => code).sort(), ['ACTION_UNKNOWN', 'ACTION_UNKNOWN', 'SYMBOL_MISSING', 'SYMBOL_UNKNOWN']);
    assert.ok(errors.some(({ message }) => /BTC\/USX.*nearest: BTC\/USD/.test(message)));
    input({ action: 'list' });
    assert.deepEqual((await until(() => messages[0], 'the list')).payload, []);
  });

  it('runs the good symbols, is red and names the field when one is wrong', async () => {
    const { message, errors, statuses } = await rig(NODE, { symbols: 'BTC/USD, NOPE/USD' });
    await message(({ topic }) => topic === 'BTC/USD');
    assert.match((await until(() => errors[0], 'the error')).message, /symbols: "NOPE\/USD"/);
    await until(() => statuses.find(({ fill }) => fill === 'red'), 'the red status');
  });

  for (const [name, settings, account, expected] of [
    ['an unset environment variable', { symbols: '${PAIRS_NOT_SET}' }, {}, /symbols: the environment variable PAIRS_NOT_SET/],
    ['a bad interval', { symbols: 'BTC/USD', interval: 'soon' }, {}, /interval: "soon"/],
    ['a missing account', { symbols: 'BTC/USD', account: 'gone' }, {}, /account: the account node is missing/],
    ['a bad address', { symbols: 'BTC/USD' }, { wsUrl: 'nonsense' }, /wsUrl: "nonsense"/],
    ['another machine', { symbols: 'BTC/USD' }, { restUrl: 'http://example.com' }, /restUrl: example\.com/],
    ['an unknown environment', { symbols: 'BTC/USD' }, { environment: 'moon' }, /environment: "moon"/],
  ] as const) {
    it(`says what is wrong with ${name} and does not crash`, async () => {
      const { errors, statuses } = await rig(NODE, settings, { account });
      assert.match((await until(() => errors[0], 'the error')).message, expected);
      await until(() => statuses.find(({ fill }) => fill === 'red'), 'the red status');
    });
  }

  it('marks what the embedded exchange sends as simulated, and stops it with its last user', async () => {
    const { message, statuses } = await rig(NODE, { symbols: 'BTC/USD' }, { account: { environment: 'simulated' } });
    const { bitfinex } = await message();
    assert.equal(bitfinex.simulated, true);
    await until(() => statuses.find(({ fill }) => fill === 'blue'), 'the blue dot');
  });
});

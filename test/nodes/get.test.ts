import assert from 'node:assert/strict';
import type { BookDepth, TopOfBook, UnifiedBook, UnifiedTicker, UnifiedTrade } from '../../src/shared/core/unified';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { until } from '../until';
import { dismantle, rig } from './flow';

const TICKER = 'bitfinex-ticker-stream';
const TRADES = 'bitfinex-trades-stream';
const BOOK = 'bitfinex-book-stream';

const keysOf = (value: object): string[] => Object.keys(value).sort();

describe('get', () => {
  afterEach(dismantle);

  it('answers one ticker in the shape of the stream, without following it, and keeps what the message carried', async () => {
    const { message, messages, input, exchange } = await rig(TICKER, { symbols: '' });
    input({ action: 'get', symbol: 'BTC/USD', color: 'red', _msgid: 'mine', payload: 1700000000000 });
    const { topic, payload, bitfinex, color, _msgid } = await message();
    assert.deepEqual([topic, color, _msgid], ['BTC/USD', 'red', 'mine']);
    assert.deepEqual({ ...bitfinex, receivedAt: 0 }, { symbol: 'tBTCUSD', channel: 'ticker', account: 'test', receivedAt: 0, state: 'live', requested: true });
    assert.ok(Math.abs((payload as UnifiedTicker).timestamp - Date.now()) < 10_000);
    assert.ok(exchange.calls.some(({ path }) => path === 'ticker/tBTCUSD'));
    input({ action: 'list' });
    assert.deepEqual((await until(() => messages[1], 'the list')).payload, [], 'nothing is followed');
    input({ action: 'subscribe', symbol: 'BTC/USD' });
    const streamed = await message((one) => !Array.isArray(one.payload) && one.bitfinex.requested === undefined);
    assert.deepEqual(keysOf(streamed.payload as object), keysOf(payload as object));
    assert.equal((streamed.payload as { info: unknown[] }).info.length, (payload as { info: unknown[] }).info.length);
  });

  it('answers several tickers, or all, with one message and one call', async () => {
    const { messages, input, exchange } = await rig(TICKER, { symbols: '' });
    input({ action: 'get', symbol: 'BTC/USD, fUSD, BTC/USDT:USDT' });
    input({ action: 'get', symbol: ['ETH/USD'] });
    input({ action: 'get', symbol: 'ALL' });
    await until(() => messages.length === 3, 'three answers');
    const bySize = [...messages].sort((a, b) => (a.payload as unknown[]).length - (b.payload as unknown[]).length);
    const [one, three, all] = bySize.map(({ payload }) => (payload as UnifiedTicker[]).map(({ symbol }) => symbol));
    assert.deepEqual([one, three], [['ETH/USD'], ['BTC/USD', 'fUSD', 'BTC/USDT:USDT']]);
    assert.ok((all as string[]).length > 20 && (all as string[]).includes('fBTC'));
    assert.ok(messages.every(({ topic }) => topic === 'ALL'));
    assert.ok(((bySize[1]?.payload as UnifiedTicker[])[1]?.frr as number) > 0);
    assert.equal(exchange.calls.filter(({ path }) => path === 'tickers').length, 3);
  });

  it('answers trades with one message for each symbol, in the order asked for', async () => {
    const { messages, input } = await rig(TRADES, { symbols: '' });
    input({ action: 'get', symbol: 'BTC/USD fUSD', payload: { limit: 40, sort: -1 } });
    await until(() => messages.length === 2, 'two answers');
    assert.deepEqual(messages.map(({ topic }) => topic), ['BTC/USD', 'fUSD']);
    const [newest, funding] = messages.map(({ payload }) => payload as UnifiedTrade[]) as [UnifiedTrade[], UnifiedTrade[]];
    assert.ok(newest.length === 40 && newest.every(({ timestamp }, at) => at === 0 || timestamp <= (newest[at - 1] as UnifiedTrade).timestamp));
    assert.deepEqual(keysOf(newest[0] as object), ['amount', 'cost', 'id', 'info', 'price', 'side', 'symbol', 'timestamp']);
    assert.ok(funding.every(({ period }) => (period as number) >= 2));
    const [start, end] = [newest[30]?.timestamp as number, newest[10]?.timestamp as number];
    input({ action: 'get', symbol: 'BTC/USD', payload: { start: new Date(start).toISOString(), end, sort: 1 } });
    const range = (await until(() => messages[2], 'the range')).payload as UnifiedTrade[];
    assert.deepEqual(range.map(({ id }) => id).sort(), newest.filter(({ timestamp }) => timestamp >= start && timestamp <= end).map(({ id }) => id).sort());
    assert.ok((range[0] as UnifiedTrade).timestamp <= (range.at(-1) as UnifiedTrade).timestamp);
  });

  it('answers a book in the form that the node is set to, and never calls it verified', async () => {
    const ask = async (settings: Record<string, unknown>, symbol = 'BTC/USD'): Promise<unknown> => {
      const { message, input } = await rig(BOOK, { symbols: '', ...settings });
      input({ action: 'get', symbol });
      const { payload, bitfinex } = await message();
      assert.deepEqual([bitfinex.verified, bitfinex.requested], [false, true]);
      await dismantle();
      return payload;
    };
    const book = (await ask({ depth: 100 })) as UnifiedBook;
    assert.ok(book.bids.length === 100 && book.asks.length === 100 && Math.abs(book.timestamp - Date.now()) < 10_000);
    assert.ok(((await ask({ output: 'top' })) as TopOfBook).spread as number > 0);
    assert.equal(((await ask({ output: 'depth', slippageSize: 0.5 })) as BookDepth).slippage?.size, 0.5);
    assert.equal(((await ask({ output: 'changes' })) as UnifiedBook).bids.length, 25);
    const funding = (await ask({ precision: 'R0' }, 'fUSD')) as UnifiedBook;
    assert.ok(funding.asks.length > 0 && [...funding.bids, ...funding.asks].every((row) => row.length === 4 && (row[1] as number) > 0 && (row[2] as number) >= 2));
  }).timeout(40_000);

  it('gives funding currencies one shape in stream and answer', async () => {
    for (const [type, settings] of [[TRADES, { batch: true, interval: 0 }], [BOOK, { interval: 0 }], [BOOK, { interval: 0, precision: 'R0' }]] as const) {
      const { message, input } = await rig(type, { symbols: 'fUSD', ...settings });
      const streamed = await message(({ bitfinex }) => bitfinex.requested === undefined);
      input({ action: 'get', symbol: 'fUSD', payload: type === TRADES ? { limit: 100 } : undefined });
      const answered = await message(({ bitfinex }) => bitfinex.requested === true);
      assert.deepEqual([streamed.topic, answered.topic, streamed.bitfinex.symbol, answered.bitfinex.symbol], ['fUSD', 'fUSD', 'fUSD', 'fUSD']);
      if (type === TRADES) {
        const [live, asked] = [streamed.payload, answered.payload] as [UnifiedTrade[], UnifiedTrade[]];
        assert.ok(live.length === 30 && live.every((one) => [2, 30, 120].includes(one.period as number)));
        for (const one of live) assert.deepEqual(asked.find(({ id }) => id === one.id), one);
      } else {
        const [live, asked] = [streamed.payload, answered.payload] as [UnifiedBook, UnifiedBook];
        const width = 'precision' in settings ? 4 : 3;
        for (const rows of [live.bids, live.asks, asked.bids, asked.asks]) assert.ok(rows.length > 0 && rows.every((row) => row.length === width && (row[1] as number) > 0 && (row[2] as number) >= 2));
        // rates fall among bids and rise among offers, on both ways
        for (const { bids, asks } of [live, asked]) assert.ok((bids[0]?.[0] as number) >= (bids.at(-1)?.[0] as number) && (asks[0]?.[0] as number) <= (asks.at(-1)?.[0] as number));
      }
      await dismantle();
    }
  }).timeout(40_000);

  it('refuses what makes no sense by its name, and goes on', async () => {
    const { errors, input, message } = await rig(TICKER, { symbols: '' });
    input({ action: 'get', symbol: 'BTC/USD', payload: { limit: 5 } });
    input({ action: 'get', symbol: 'BTC/USD', payload: { count: 5 } });
    input({ action: 'get', symbol: 'NOPE/USD' });
    input({ action: 'get' });
    await until(() => errors.length === 4, 'four errors');
    assert.deepEqual(errors.map(({ code }) => code).sort(), ['FIELD_INVALID', 'FIELD_INVALID', 'SYMBOL_MISSING', 'SYMBOL_UNKNOWN']);
    assert.ok(errors.some(({ message: text }) => text.includes('payload.limit: makes no sense for tickers')));
    input({ action: 'get', symbol: 'BTC/USD' });
    assert.equal((await message()).topic, 'BTC/USD');
  });

  it('says which of many the exchange knows nothing about', async () => {
    const { errors, input } = await rig(TICKER, { symbols: '' });
    // listed as a currency, but nobody lends it here
    input({ action: 'get', symbol: ['BTC/USD', 'fEUR'] });
    assert.match((await until(() => errors[0], 'the error')).message, /the exchange has nothing about fEUR/);
  });

  for (const [type, settings, payload, symbol, expected] of [
    [BOOK, {}, { sort: 1 }, 'BTC/USD', /payload\.sort: makes no sense for books/],
    [BOOK, { emit: 'verified' }, undefined, 'BTC/USD', /emit: "verified" cannot work for get/],
    [BOOK, {}, undefined, 'ALL', /"ALL" works only where/],
    [TRADES, {}, undefined, 'ALL', /"ALL" works only where/],
    [TRADES, {}, { limit: 0 }, 'BTC/USD', /payload\.limit: "0"/],
  ] as const) {
    it(`refuses ${JSON.stringify({ type, ...settings, payload, symbol })}`, async () => {
      const { errors, input } = await rig(type, { symbols: '', ...settings });
      input({ action: 'get', symbol, payload });
      assert.match((await until(() => errors[0], 'the error')).message, expected);
    });
  }

  it('is given up in silence when the node goes meanwhile', async () => {
    const { input, node, exchange, errors, messages } = await rig(TICKER, { symbols: '' });
    const late = exchange.trouble.failRest(FAULT.late(300), { on: 'ticker/' });
    input({ action: 'get', symbol: 'BTC/USD' });
    await until(() => late.hits === 1, 'the call');
    await node.close(false);
    // an answer that comes after the time of the first one
    exchange.trouble.failRest(FAULT.late(400), { on: 'tickers' });
    await fetch(`${exchange.rest}/v2/tickers?symbols=ALL`);
    assert.deepEqual([errors, messages], [[], []]);
  });
});

import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { INSTRUMENTS } from '../../src/shared/simulator/markets/instruments';
import { VirtualClock } from '../virtual-clock';
import { Client, type Json } from './client';

describe('the simulated exchange on the socket', () => {
  let exchange: Exchange;
  let client: Client;
  before(async () => (exchange = await startExchange({ seed: 5 })));
  after(() => exchange.stop());
  beforeEach(async () => (client = await Client.open(exchange.ws)));
  afterEach(() => client.close());

  it('greets with version 2, its id and its status', () => {
    const { serverId, ...info } = client.frames[0] as Json;
    assert.deepEqual(info, { event: 'info', version: 2, platform: { status: 1 } });
    assert.match(String(serverId), /^[0-9a-f-]{36}$/);
  });

  it('answers ping with the same cid, and conf with the sum of the flags', async () => {
    client.send({ event: 'ping', cid: 1234 });
    client.send({ event: 'conf', flags: 196608 });
    const pong = await client.event(({ event }) => event === 'pong');
    assert.equal(pong['cid'], 1234);
    assert.ok(Math.abs((pong['ts'] as number) - Date.now()) < 5000);
    assert.deepEqual(await client.event(({ event }) => event === 'conf'), { event: 'conf', status: 'OK', flags: 196608 });
  });

  it('acknowledges with what was asked and what it adds, then sends the snapshot', async () => {
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tDOGE:USD', prec: 'P1', len: 25 });
    await client.until(() => client.of(chanId).length > 0);
    const answer = { ...(client.frames.at(-2) as Json) };
    delete answer['subId'];
    assert.deepEqual(answer, { event: 'subscribed', channel: 'book', chanId, symbol: 'tDOGE:USD', prec: 'P1', freq: 'F0', len: '25', pair: 'DOGE:USD' });
    const rows = client.of(chanId)[0]?.[1] as number[][];
    assert.ok(rows.length > 20 && rows.length <= 50);
  });

  const refusals: [string, Json, Json][] = [
    ['an unknown symbol', { channel: 'book', symbol: 'tNOPE', prec: 'P0', len: '25' }, { msg: 'symbol: invalid', code: 10300, pair: 'NOPE' }],
    ['lower case', { channel: 'ticker', symbol: 'tbtcusd' }, { msg: 'symbol: invalid', code: 10300, pair: 'btcusd' }],
    ['a symbol without its t', { channel: 'trades', symbol: 'BTCUSD' }, { msg: 'symbol: invalid', code: 10300 }],
    ['an unknown channel', { channel: 'wallet' }, { msg: 'channel: unknown', code: 10300 }],
    ['an unknown precision', { channel: 'book', symbol: 'tBTCUSD', prec: 'P5' }, { msg: 'precision: invalid', code: 10300, pair: 'BTCUSD' }],
    ['an unknown length', { channel: 'book', symbol: 'tBTCUSD', len: '50' }, { msg: 'length: invalid', code: 10300, pair: 'BTCUSD' }],
    ['a candle key without a known frame', { channel: 'candles', key: 'trade:7m:tBTCUSD' }, { msg: 'key: invalid', code: 10300 }],
    ['a funding candle key without its period', { channel: 'candles', key: 'trade:1m:fUSD' }, { msg: 'key: invalid', code: 10300 }],
  ];
  for (const [what, request, expected] of refusals) {
    it(`refuses ${what}, and says what was asked`, async () => {
      client.send({ event: 'subscribe', ...request, subId: 'mine' });
      const error = await client.event(({ event }) => event === 'error');
      assert.deepEqual({ ...error, ...expected, event: 'error', ...request, subId: 'mine' }, error);
    });
  }

  it('names the first channel when it is asked for a second time', async () => {
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    client.send({ event: 'subscribe', channel: 'book', symbol: 'tBTCUSD', prec: 'P0', freq: 'F0', len: '25' });
    const error = await client.event(({ event }) => event === 'error');
    assert.deepEqual([error['code'], error['msg'], error['chanId']], [10301, 'subscribe: dup', chanId]);
  });

  it('refuses the 26th channel of a socket', async () => {
    const symbols = INSTRUMENTS.map(({ symbol }) => symbol).slice(0, 26);
    for (const symbol of symbols.slice(0, 25)) await client.subscribe({ channel: 'ticker', symbol });
    await assert.rejects(client.subscribe({ channel: 'ticker', symbol: symbols[25] }), /subscribe: limit.*10305/);
  });

  it('ends a channel when asked, and refuses to end what is none', async () => {
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    client.send({ event: 'unsubscribe', chanId });
    assert.deepEqual(await client.event(({ event }) => event === 'unsubscribed'), { event: 'unsubscribed', status: 'OK', chanId });
    const heard = client.of(chanId).length;
    client.send({ event: 'unsubscribe', chanId });
    const error = await client.event(({ event }) => event === 'error');
    assert.deepEqual([error['code'], error['msg'], error['chanId']], [10400, 'unsubscribe: invalid', chanId]);
    assert.equal(client.of(chanId).length, heard);
  });

  it('says so to an unknown event, and nothing to what is no JSON or to an unknown status key', async () => {
    client.send('nonsense {');
    client.send({ event: 'subscribe', channel: 'status', key: 'deriv:tNOPE' });
    client.send({ event: 'nope' });
    await client.event(({ msg }) => msg === 'event: invalid (nope)');
    assert.equal(client.frames.length, 2);
  });

  it('lets nobody in without a key, and takes no command before a login', async () => {
    client.send({ event: 'auth', apiKey: 'x' });
    client.send([0, 'on', null, {}]);
    await client.event(({ event, status, msg }) => event === 'auth' && status === 'FAILED' && msg === 'apikey: invalid');
    await client.event(({ msg, code }) => msg === 'auth: invalid' && code === 10100);
  });

  it('numbers all frames of a socket and dates them, the number first', async () => {
    client.send({ event: 'conf', flags: 65536 + 32768 + 131072 });
    for (const channel of ['trades', 'book', 'ticker']) await client.subscribe({ channel, symbol: 'tBTCUSD' });
    await client.until(() => client.frames.some((frame) => Array.isArray(frame) && frame[1] === 'cs') && client.frames.some((frame) => Array.isArray(frame) && frame[1] === 'tu'));
    const arrays = client.frames.filter(Array.isArray);
    arrays.forEach((frame, at) => {
      assert.equal(frame.at(-2), at + 1);
      assert.ok(Math.abs((frame.at(-1) as number) - Date.now()) < 60_000);
    });
    const te = arrays.find((frame) => frame[1] === 'te');
    assert.equal(te?.length, 5);
  });

  it('announces each trade twice, te then tu, and moves the candle with it', async () => {
    const trades = await client.subscribe({ channel: 'trades', symbol: 'tBTCUSD' });
    const candles = await client.subscribe({ channel: 'candles', key: 'trade:1m:tBTCUSD' });
    await client.until(() => client.of(trades).filter(([, type]) => type === 'tu').length > 2);
    const [snapshot, ...updates] = client.of(trades);
    assert.equal((snapshot?.[1] as unknown[]).length, 30);
    const of = (type: string): unknown[] => updates.filter((frame) => frame[1] === type).map((frame) => frame[2]);
    assert.deepEqual(of('te'), of('tu'));
    const last = of('te').at(-1) as number[];
    const candle = client.of(candles).at(-1)?.[1] as number[];
    assert.equal(candle[2], last[3]);
    assert.equal(candle[0], Math.floor((last[1] as number) / 60_000) * 60_000);
  });

  it('sends rates with periods and inverted signs for funding', async () => {
    const book = await client.subscribe({ channel: 'book', symbol: 'fUSD' });
    const ticker = await client.subscribe({ channel: 'ticker', symbol: 'fUSD' });
    const trades = await client.subscribe({ channel: 'trades', symbol: 'fUSD' });
    await client.until(() => client.of(trades).length > 0);
    const rows = client.of(book)[0]?.[1] as number[][];
    assert.ok((rows[0]?.[3] ?? 0) < 0 && (rows.at(-1)?.[3] ?? 0) > 0);
    assert.equal((client.of(ticker)[0]?.[1] as unknown[]).length, 16);
    assert.equal((client.of(trades)[0]?.[1] as number[][])[0]?.length, 5);
    assert.equal((await client.event(({ channel }) => channel === 'ticker'))['currency'], 'USD');
  });

  it('writes down what clients did', () => {
    client.send({ event: 'ping' });
    return client.event(({ event }) => event === 'pong').then(() => {
      const frames = exchange.log.filter((entry) => entry.kind === 'frame');
      assert.equal(frames.at(-1)?.kind === 'frame' && frames.at(-1)?.text, '{"event":"ping"}');
    });
  });

  it('turns away a path that is none, and more connections than allowed', async () => {
    const strict = await startExchange({ limits: { connections: 2 } });
    const status = (url: string): Promise<number> =>
      new Promise((done) => {
        const socket = new WebSocket(url);
        socket.on('error', () => undefined);
        socket.on('unexpected-response', (_request, response) => done(response.statusCode ?? 0));
      });
    assert.equal(await status(strict.ws.replace('/ws/2', '/ws/1')), 404);
    const clients = [await Client.open(strict.ws), await Client.open(strict.ws)];
    assert.equal(await status(strict.ws), 429);
    for (const one of clients) one.close();
    await strict.stop();
  });
});

describe('the simulated exchange and time', () => {
  it('sends a heartbeat on each channel every 15 s, and drops who has no channel and says nothing for a minute', async () => {
    const clock = new VirtualClock();
    const exchange = await startExchange({ clock });
    const [silent, busy] = [await Client.open(exchange.ws), await Client.open(exchange.ws)];
    const chanId = await busy.subscribe({ channel: 'ticker', symbol: 'tLEOUSD' });
    const beats = (): number => busy.frames.filter((frame) => Array.isArray(frame) && frame[0] === chanId && frame[1] === 'hb').length;
    clock.advance(14_900);
    clock.advance(200);
    await busy.until(() => beats() === 1);
    clock.advance(44_800);
    await busy.until(() => beats() === 3);
    assert.equal(silent.closedWith, undefined);
    clock.advance(400);
    await silent.until(() => silent.closedWith === 1006);
    assert.equal(busy.closedWith, undefined);
    await exchange.stop();
    await busy.until(() => busy.closedWith === 1006);
    assert.equal(clock.waiting, 0);
  });
});

import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import type { CorruptionKind } from '../../src/shared/simulator/trouble/corruption';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { Checker } from './checker';
import { Client } from './client';
import { ask, Request } from './http';

const FLAGS = 131072;

describe('trouble on command', () => {
  let exchange: Exchange;
  let client: Client;
  beforeEach(async () => {
    exchange = await startExchange({ seed: 9, source: synthetic({ seed: 9, pace: 5 }) });
    client = await Client.open(exchange.ws, FLAGS);
  });
  afterEach(async () => {
    client.close();
    await exchange.stop();
  });

  for (const [kind, prec] of [
    ['amount', 'P0'],
    ['price', 'P0'],
    ['lost', 'P0'],
    ['lostDelete', 'P0'],
    ['swapped', 'P0'],
    ['duplicate', 'P0'],
    ['badChecksum', 'P0'],
    ['id', 'R0'],
    ['lostDelete', 'R0'],
  ] as [CorruptionKind, string][]) {
    it(`${kind} in ${prec}: the wire has something else, the book itself stays right`, async () => {
      const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD', prec });
      const what = await exchange.trouble.corruptNext({ symbol: 'tBTCUSD', kind, within: 10 });
      assert.equal(what.kind, kind);
      assert.notDeepEqual(what.sent, what.truth);
      if (kind === 'badChecksum') await client.until(() => client.of(chanId).some((frame) => frame[1] === 'cs' && frame[2] === what.sent[0]?.[0]));
      else for (const row of what.sent) await client.until(() => client.of(chanId).some((frame) => JSON.stringify(frame[1]) === JSON.stringify(row)));
      // whoever asks again is given the truth
      const other = await Client.open(exchange.ws, FLAGS);
      const again = await other.subscribe({ channel: 'book', symbol: 'tBTCUSD', prec });
      await other.until(() => other.of(again).some((frame) => frame[1] === 'cs'));
      const checker = new Checker(prec, 25);
      for (const frame of other.of(again)) checker.hear(frame);
      assert.ok(checker.checksums > 0);
      other.close();
    });
  }

  it('a lost deletion makes the following checksums fail', async () => {
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    const checker = new Checker('P0', 25);
    let read = 0;
    const catchUp = (): void => {
      for (const frame of client.of(chanId).slice(read)) {
        read++;
        checker.hear(frame);
      }
    };
    await client.until(() => client.of(chanId).length > 10);
    catchUp();
    await exchange.trouble.corruptNext({ symbol: 'tBTCUSD', kind: 'lostDelete', within: 25 });
    const seen = client.of(chanId).filter((frame) => frame[1] === 'cs').length;
    await client.until(() => client.of(chanId).filter((frame) => frame[1] === 'cs').length > seen + 1);
    assert.throws(catchUp, /checksum|crossed|longer/);
  });

  it('drops sockets, and greets them when they come back', async () => {
    assert.equal(exchange.trouble.dropSockets(), 1);
    await client.until(() => client.closedWith === 1006);
    client = await Client.open(exchange.ws);
    exchange.trouble.dropSockets(1012);
    await client.until(() => client.closedWith === 1012);
  });

  it('leaves a connection half open: nothing comes, nothing is answered, nothing is closed', async () => {
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await client.until(() => client.of(chanId).length > 3);
    assert.equal(exchange.trouble.halfOpen(), 1);
    const other = await Client.open(exchange.ws);
    const heard = client.frames.length;
    client.send({ event: 'ping', cid: 1 });
    client.socket.ping();
    const id = await other.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await other.until(() => other.of(id).length > 20);
    // what was on its way may still have come
    assert.ok(client.frames.length - heard < 5);
    assert.ok(!client.texts.some((text) => text.includes('pong')));
    assert.equal(client.closedWith, undefined);
    other.close();
  });

  it('refuses connections for a while', async () => {
    exchange.trouble.refuse(300);
    await assert.rejects(Client.open(exchange.ws));
    await assert.rejects(fetch(`${exchange.rest}/v2/platform/status`));
    await new Promise((done) => setTimeout(done, 320));
    (await Client.open(exchange.ws)).close();
  });

  it('goes into maintenance and comes out of it', async () => {
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    const get = async (path: string): Promise<unknown> => (await fetch(`${exchange.rest}/v2/${path}`)).json();
    exchange.trouble.maintenance(true);
    await client.event(({ event, code }) => event === 'info' && code === 20060);
    assert.deepEqual(await get('platform/status'), [0]);
    assert.deepEqual(await get('book/tBTCUSD/P0'), ['error', 20060, 'maintenance']);
    const late = await Client.open(exchange.ws);
    assert.deepEqual((late.frames[0] as { platform: unknown }).platform, { status: 0 });
    exchange.trouble.maintenance(false);
    await late.event(({ event, code }) => event === 'info' && code === 20061);
    assert.deepEqual(await get('platform/status'), [1]);
    const heard = client.of(chanId).length;
    await client.until(() => client.of(chanId).length > heard + 5);
    late.close();
  });

  it('says what it is told to say, even what is no JSON', async () => {
    exchange.trouble.info(20051, 'stopping');
    await client.event(({ code }) => code === 20051);
    exchange.trouble.sendRaw('[1,2');
    exchange.trouble.sendRaw(Buffer.from('"bytes"'));
    await client.until(() => client.texts.includes('[1,2') && client.texts.includes('"bytes"'));
  });

  it('acknowledges late, in any order, and after a heartbeat', async () => {
    exchange.trouble.shuffleAcks(200);
    const symbols = ['tBTCUSD', 'tETHUSD', 'tLTCUSD', 'tXRPUSD', 'tADAUSD', 'tDOGE:USD'];
    for (const symbol of symbols) client.send({ event: 'subscribe', channel: 'ticker', symbol });
    const acks = (): unknown[] => client.frames.flatMap((frame) => ((frame as { event?: string }).event === 'subscribed' ? [(frame as { symbol: string }).symbol] : []));
    await client.until(() => acks().length === symbols.length);
    assert.notDeepEqual(acks(), symbols);
    exchange.trouble.delayAcks(0)();
    const end = exchange.trouble.heartbeatBeforeAck();
    const chanId = await client.subscribe({ channel: 'trades', symbol: 'tBTCUSD' });
    end();
    const at = client.frames.findIndex((frame) => Array.isArray(frame) && frame[0] === chanId && frame[1] === 'hb');
    assert.ok(at >= 0 && at < client.frames.findIndex((frame) => (frame as { chanId?: number }).chanId === chanId));
  });

  it('silences one channel, slows all, and loses a frame with its number', async () => {
    client.send({ event: 'conf', flags: 65536 });
    const book = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    const other = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD', len: '100' });
    const end = exchange.trouble.silence('book tBTCUSD P0 F0 25');
    const heard = client.of(book).length;
    await client.until(() => client.of(other).length > 30);
    assert.ok(client.of(book).length - heard < 5);
    end();
    exchange.trouble.loseFrame();
    const gap = (): boolean => {
      const numbers = client.frames.filter(Array.isArray).map((frame) => frame.at(-1) as number);
      return numbers.some((number, at) => at > 0 && number !== (numbers[at - 1] as number) + 1);
    };
    await client.until(gap);
    const fast = exchange.trouble.slow(250);
    const from = performance.now();
    client.send({ event: 'ping', cid: 77 });
    await client.event(({ cid }) => cid === 77);
    assert.ok(performance.now() - from >= 240);
    fast();
  });

  it('answers REST with what it is told, once each', async () => {
    exchange.trouble.answerRest({ status: 429, body: '{"error":"ERR_RATE_LIMIT"}' }, { status: 502, body: '<html>', type: 'text/html' });
    const status = async (): Promise<number> => (await fetch(`${exchange.rest}/v2/platform/status`)).status;
    assert.deepEqual([await status(), await status(), await status()], [429, 502, 200]);
  });
});

describe('trouble with time, keys and reads', () => {
  let clock: VirtualClock;
  let exchange: Exchange;
  beforeEach(async () => {
    clock = new VirtualClock();
    exchange = await startExchange({ seed: 10, clock, limits: { silentMs: 3_600_000 } });
  });
  afterEach(() => exchange.stop());

  it('every time that the exchange says is wrong: rows, pongs, the HTTP date', async () => {
    const client = await Client.open(exchange.ws);
    const stated = async (cid: number): Promise<{ pong: unknown; date: number; candle: number }> => {
      client.send({ event: 'ping', cid });
      const { ts } = await client.event((frame) => frame['cid'] === cid);
      const { headers, body } = await ask(`${exchange.rest}/v2/candles/trade:1m:tBTCUSD/last`);
      return { pong: ts, date: Date.parse(headers?.date ?? ''), candle: (JSON.parse(body) as number[])[0] ?? 0 };
    };
    clock.advance(500);
    const right = clock.now();
    const truth = await stated(1);
    assert.deepEqual([truth.pong, truth.date], [right, right - 500]);
    for (const [skewMs, cid] of [
      [-600_000, 2],
      [600_000, 3],
    ] as const) {
      const end = exchange.trouble.skew(skewMs);
      const wrong = await stated(cid);
      assert.deepEqual([wrong.pong, wrong.date], [right + skewMs, right - 500 + skewMs]);
      end();
    }
    // a trade is dated by the wrong clock too
    exchange.trouble.skew(600_000);
    const trades = await client.subscribe({ channel: 'trades', symbol: 'tBTCUSD' });
    const dated = (): number[] => client.of(trades).flatMap(([, type, row]) => (type === 'te' ? [(row as number[])[1] as number] : []));
    await until(() => {
      clock.advance(60);
      return dated().length > 0;
    }, 'a trade');
    assert.ok((dated()[0] as number) >= right + 600_000);
    assert.equal((await stated(4)).candle, Math.floor((dated().at(-1) as number) / 60_000) * 60_000);
    client.close();
  });

  it('a clock that goes back breaks neither markets nor intervals', async () => {
    const client = await Client.open(exchange.ws, FLAGS);
    const book = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    const candles = await client.subscribe({ channel: 'candles', key: 'trade:1m:tBTCUSD' });
    exchange.trouble.skew(-14 * 86_400_000);
    const checksums = (): number => client.of(book).filter(([, type]) => type === 'cs').length;
    await until(() => {
      clock.advance(60);
      return checksums() > 3 && client.of(candles).length > 3;
    }, 'checksums and candles');
    const checker = new Checker('P0', 25);
    for (const frame of client.of(book)) checker.hear(frame);
    client.close();
  });

  it('logins and signed calls are refused as often as wished', () => {
    const { trouble } = exchange;
    const nonce = trouble.failAuth(10114, 'nonce: small', 2);
    const revoked = trouble.failAuth(10100, 'apikey: invalid', Infinity);
    const codes = [1, 2, 3, 4].map(() => trouble.takeAuthFailure()?.code);
    assert.deepEqual([codes, nonce.hits, revoked.hits], [[10114, 10114, 10100, 10100], 2, 2]);
    revoked.stop();
    assert.equal(trouble.takeAuthFailure(), undefined);
  });

  it('signed reads lag until that is over', () => {
    const { trouble } = exchange;
    assert.equal(trouble.readLagMs, 0);
    const end = trouble.readLag(30_000);
    assert.equal(trouble.readLagMs, 30_000);
    end();
    assert.equal(trouble.readLagMs, 0);
  });

  it('REST is late by latency and jitter, faults included', async () => {
    const url = `${exchange.rest}/v2/platform/status`;
    const end = exchange.trouble.slowRest(1000, 500);
    exchange.trouble.failRest({ kind: 'answer', status: 502, body: '', delayMs: 300 });
    const waitsOf = async (status: number): Promise<number> => {
      const [from, waiting] = [clock.monotonic(), clock.waiting];
      const request = new Request(url);
      await until(() => clock.waiting > waiting, 'it waits');
      while (clock.waiting > waiting) clock.advance(1);
      assert.equal((await request.outcome).status, status);
      return clock.monotonic() - from;
    };
    const faulty = await waitsOf(502);
    assert.ok(faulty >= 1300 && faulty <= 1801, `${faulty}`);
    const waits = [await waitsOf(200), await waitsOf(200), await waitsOf(200), await waitsOf(200)];
    assert.ok(waits.every((wait) => wait >= 1000 && wait <= 1501) && new Set(waits).size > 1, `${waits}`);
    end();
    assert.equal((await ask(url)).status, 200);
  });

  it('connections may be refused until further notice', async () => {
    const end = exchange.trouble.refuse(Infinity);
    await assert.rejects(Client.open(exchange.ws));
    end();
    (await Client.open(exchange.ws)).close();
  });
});

import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import type { CorruptionKind } from '../../src/shared/simulator/corruption';
import { synthetic } from '../../src/shared/simulator/synthetic';
import { Checker } from './checker';
import { Client } from './client';

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

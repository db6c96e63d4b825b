import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { FRAME_FAULT, type PrivateFrame } from '../../src/shared/simulator/trouble/frame-fault';
import { PRACTICE, type PracticeKind } from '../../src/shared/simulator/trouble/practice-trouble';
import type { RestCall } from '../../src/shared/simulator/rest/rest-call';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import type { MarketSource } from '../../src/shared/simulator/markets/source';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { Checker } from './checker';
import { Client } from './client';
import { ask, Request } from './http';

const CHECKSUMS = 131072;

describe('a rainy day', () => {
  let clock: VirtualClock;
  let exchange: Exchange;
  let client: Client;
  beforeEach(async () => {
    clock = new VirtualClock();
    exchange = await startExchange({ seed: 31, clock, limits: { silentMs: 3_600_000 } });
    client = await Client.open(exchange.ws, CHECKSUMS);
  });
  afterEach(async () => {
    client.close();
    await exchange.stop();
  });

  const status = (): ReturnType<typeof ask> => ask(`${exchange.rest}/v2/platform/status`);
  const kinds = (): string[] => exchange.trouble.active.map(({ kind }) => kind);

  /** The client is served: it asks, and is answered. */
  async function served(by: Client, cid: number): Promise<void> {
    by.send({ event: 'ping', cid });
    await by.event((frame) => frame['cid'] === cid);
  }

  /** Lets time pass in small steps, so that sockets get their turn between them. */
  async function pass(ms: number, stepMs = 100): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(stepMs, left));
      await new Promise((done) => void setImmediate(done));
    }
  }

  it('is listed while it goes on, with its end, and can be ended', () => {
    const { trouble } = exchange;
    const going = trouble.practise('slow');
    trouble.practise('server-errors', 5000);
    assert.deepEqual(trouble.active.map(({ kind, until: end, leftMs }) => [kind, end, leftMs]), [
      ['slow', clock.now() + 60_000, 60_000],
      ['server-errors', clock.now() + 5000, 5000],
    ]);
    clock.advance(4000);
    assert.deepEqual(trouble.active.map(({ leftMs }) => leftMs), [56_000, 1000]);
    clock.advance(1000);
    assert.deepEqual(kinds(), ['slow']);
    going.end();
    going.end();
    assert.deepEqual(kinds(), []);
  });

  it('of the same kind begins anew instead of twice', async () => {
    exchange.trouble.practise('maintenance');
    clock.advance(50_000);
    exchange.trouble.practise('maintenance');
    clock.advance(50_000);
    assert.deepEqual(kinds(), ['maintenance']);
    assert.equal((await status()).body, '[0]');
    assert.equal(exchange.trouble.endActive(), 1);
    assert.equal((await status()).body, '[1]');
  });

  it('lost-line: everything breaks, and 5 s later one may come back', async () => {
    exchange.trouble.practise('lost-line');
    await client.until(() => client.closedWith === 1006);
    await assert.rejects(Client.open(exchange.ws));
    assert.equal((await status()).status, undefined);
    clock.advance(5000);
    client = await Client.open(exchange.ws);
    assert.equal((await status()).body, '[1]');
  });

  it('lost-line can be ended at once', async () => {
    exchange.trouble.practise('lost-line').end();
    assert.equal((await status()).body, '[1]');
  });

  it('silent-line: the old socket says nothing more and breaks in the end, a new one is well', async () => {
    exchange.trouble.practise('silent-line');
    const heard = client.texts.length;
    client.send({ event: 'ping', cid: 1 });
    const other = await Client.open(exchange.ws);
    await served(other, 2);
    assert.deepEqual([client.texts.length, client.closedWith], [heard, undefined]);
    clock.advance(60_000);
    await client.until(() => client.closedWith === 1006);
    assert.equal(other.closedWith, undefined);
    other.close();
  });

  it('maintenance: begins, is seen everywhere, and ends by itself', async () => {
    exchange.trouble.practise('maintenance');
    await client.event(({ code }) => code === 20060);
    assert.equal((await status()).body, '[0]');
    clock.advance(60_000);
    await client.event(({ code }) => code === 20061);
    assert.equal((await status()).body, '[1]');
  });

  it('ends once, by whatever comes first', async () => {
    const ends = (): number => client.texts.filter((text) => text.includes('20061')).length;
    const going = exchange.trouble.practise('maintenance');
    going.end();
    going.end();
    clock.advance(60_000);
    await served(client, 1);
    assert.equal(ends(), 1);
    const again = exchange.trouble.practise('maintenance');
    clock.advance(60_000);
    again.end();
    await served(client, 2);
    assert.deepEqual([ends(), again.leftMs], [2, 0]);
  });

  it('restart: who was told is closed with 1012 a second later, who came meanwhile stays', async () => {
    exchange.trouble.practise('restart');
    await client.event(({ code }) => code === 20051);
    const other = await Client.open(exchange.ws);
    clock.advance(999);
    await served(client, 1);
    clock.advance(1);
    await client.until(() => client.closedWith === 1012);
    await served(other, 2);
    other.close();
    clock.advance(1000);
    assert.deepEqual(kinds(), []);
  });

  it('slow: sockets and REST are 2 to 3 s late for a minute', async () => {
    exchange.trouble.practise('slow');
    const waiting = clock.waiting;
    client.send({ event: 'ping', cid: 1 });
    const late = new Request(`${exchange.rest}/v2/platform/status`);
    await until(() => clock.waiting === waiting + 2, 'both wait');
    clock.advance(1999);
    assert.equal(clock.waiting, waiting + 2);
    clock.advance(1001);
    assert.equal((await late.outcome).body, '[1]');
    await client.event(({ cid }) => cid === 1);
    clock.advance(57_000);
    assert.equal((await status()).body, '[1]');
    await served(client, 2);
  });

  for (const [kind, expected] of [
    ['server-errors', 502],
    ['rate-limit', 429],
  ] as const) {
    it(`${kind}: HTTP ${expected} on REST for a minute, sockets are well`, async () => {
      exchange.trouble.practise(kind);
      assert.deepEqual([(await status()).status, (await status()).status], [expected, expected]);
      await served(client, 1);
      clock.advance(60_000);
      assert.equal((await status()).status, 200);
    });
  }

  it('bad-checksum: each book is wrong once, and right again for who asks anew', async () => {
    const wishes = [
      { channel: 'book', symbol: 'tBTCUSD' },
      { channel: 'book', symbol: 'tBTCUSD', len: '100' },
      { channel: 'book', symbol: 'tETHUSD', prec: 'P1' },
      { channel: 'book', symbol: 'tETHUSD', prec: 'R0' },
    ];
    const ids: number[] = [];
    for (const wish of wishes) ids.push(await client.subscribe(wish));
    await pass(3000);
    exchange.trouble.practise('bad-checksum');
    const checksums = ids.map((id) => client.of(id).filter(([, type]) => type === 'cs').length);
    await pass(8000);
    await client.until(() => ids.every((id, at) => client.of(id).filter(([, type]) => type === 'cs').length >= (checksums[at] ?? 0) + 2));
    wishes.forEach(({ prec = 'P0', len = '25' }, at) => {
      const checker = new Checker(prec, Number(len));
      assert.throws(() => client.of(ids[at] as number).forEach((frame) => checker.hear(frame)), `book ${at} is wrong`);
    });
    const again = await Client.open(exchange.ws, CHECKSUMS);
    const id = await again.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await pass(8000);
    await again.until(() => again.of(id).filter(([, type]) => type === 'cs').length >= 2);
    const checker = new Checker('P0', 25);
    for (const frame of again.of(id)) checker.hear(frame);
    assert.ok(checker.checksums >= 2);
    again.close();
  });

  const call = (path: string): RestCall => ({ path }) as RestCall;
  const frame = (type: string, input: string): PrivateFrame => ({ type, text: `[0,"${type}",[1,"${input}-req"]]`, connection: 1 });

  it('lost-answer: meets the next order on REST, once, and nothing else', () => {
    const { trouble } = exchange;
    trouble.practise('lost-answer');
    assert.equal(trouble.takeRest(call('auth/r/wallets')), undefined);
    assert.equal(trouble.takeRest(call('auth/w/order/cancel')), undefined);
    assert.deepEqual(trouble.takeRest(call('auth/w/order/submit')), FAULT.acceptThenDestroy);
    assert.deepEqual(kinds(), []);
    assert.deepEqual([trouble.takeRest(call('auth/w/order/submit')), trouble.takeFrame(frame('n', 'on'))], [undefined, undefined]);
  });

  it('lost-answer: or the next one on a socket', () => {
    const { trouble } = exchange;
    trouble.practise('lost-answer');
    assert.equal(trouble.takeFrame(frame('n', 'oc')), undefined);
    assert.equal(trouble.takeFrame(frame('on', 'on')), undefined);
    assert.deepEqual(trouble.takeFrame(frame('n', 'on')), FRAME_FAULT.lost);
    assert.deepEqual([trouble.takeRest(call('auth/w/order/submit')), trouble.takeFrame(frame('n', 'on')), kinds()], [undefined, undefined, []]);
  });

  for (const [kind, factor] of [
    ['crash', 0.95],
    ['rally', 1.05],
  ] as const) {
    it(`${kind}: the price moves to ${factor} of itself within 5 s, by real trades, in a book that stays whole`, async () => {
      const id = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD', prec: 'P0' });
      const trades = await client.subscribe({ channel: 'trades', symbol: 'tBTCUSD' });
      const funding = await client.subscribe({ channel: 'ticker', symbol: 'fUSD' });
      await pass(2000);
      await served(client, 1);
      const lastOf = (): number => (client.of(trades).findLast(([, type]) => type === 'te')?.[2] as number[])[3] as number;
      const before = client.of(trades).length;
      const price = (client.of(trades)[0]?.[1] as number[][])[0]?.[3] as number;
      exchange.trouble.practise(kind);
      await pass(5000);
      await served(client, 2);
      assert.ok(client.of(trades).length - before > 100, 'the fall is traded');
      assert.ok(Math.abs(lastOf() / price - factor) < 0.01, `${price} -> ${lastOf()}`);
      await pass(4000);
      await served(client, 3);
      const checker = new Checker('P0', 25);
      for (const one of client.of(id)) checker.hear(one);
      assert.ok(checker.checksums > 1);
      const rates = client.of(funding).map(([, row]) => (row as number[])[9] as number);
      assert.ok(rates.every((rate) => Math.abs(rate / (rates[0] as number) - 1) < 0.03), 'rates stand');
      assert.deepEqual(kinds(), []);
    });
  }

  it('moves the same markets in the same way', async () => {
    const run = async (): Promise<unknown[]> => {
      const time = new VirtualClock();
      const source = synthetic({ seed: 5 });
      const other = await startExchange({ seed: 5, clock: time, source });
      const seen: unknown[] = [];
      const stop = source.market('tBTCUSD')?.follow((event) => void (event.kind === 'trade' && seen.push(event.row)));
      time.advance(1000);
      other.trouble.practise('crash');
      time.advance(10_000);
      stop?.();
      await other.stop();
      return seen;
    };
    const [one, same] = [await run(), await run()];
    assert.ok(one.length > 200);
    assert.deepEqual(one, same);
  });

  it('cannot move prices that come from elsewhere', async () => {
    const still: MarketSource = { ...synthetic() };
    delete still.shock;
    const other = await startExchange({ source: still });
    assert.throws(() => other.trouble.practise('crash'), RangeError);
    assert.deepEqual([other.trouble.isMovable, exchange.trouble.isMovable], [false, true]);
    await other.stop();
  });

  it('ends with the exchange', async () => {
    const other = await startExchange({ clock });
    const waiting = clock.waiting;
    for (const kind of Object.keys(PRACTICE) as PracticeKind[]) other.trouble.practise(kind);
    assert.ok(clock.waiting > waiting);
    await other.stop();
    assert.ok(clock.waiting <= waiting);
  });

  it('has a few plain words for each trouble, and an end', () => {
    for (const [kind, { effect, lastsMs }] of Object.entries(PRACTICE)) {
      assert.match(effect, /^[a-z].{20,120}[^.]$/, kind);
      assert.ok(lastsMs >= 1000 && lastsMs <= 300_000, kind);
    }
  });
});

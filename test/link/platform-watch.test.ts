import assert from 'node:assert/strict';
import type { Channel } from '../../src/shared/core/channel';
import { BitfinexError } from '../../src/shared/core/errors';
import type { PlatformChange } from '../../src/shared/core/maintenance';
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { PlatformWatch, type Streams } from '../../src/shared/link/platform-watch';
import type { CallOptions, Params } from '../../src/shared/link/rest';
import { Venue } from '../../src/shared/link/venue';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { hurriedClock } from '../hurried-clock';
import { settled, until } from '../until';
import { VirtualClock } from '../virtual-clock';

const DAY_MS = 86_400_000;

describe('platform watch', () => {
  let clock: VirtualClock;
  let grace: Grace;
  let watch: PlatformWatch;
  let streams: Streams & { openLines: number; channels: number; isSettled: boolean; told: boolean[] };
  let polls: { at: number; path: string; params: Params; options: CallOptions }[];
  let answer: () => Promise<unknown>;
  let changes: PlatformChange[];
  const hear = (change: PlatformChange): void => void changes.push(change);
  const states = (): string[] => changes.map(({ state }) => state);

  beforeEach(() => {
    clock = new VirtualClock();
    grace = new Grace(clock);
    streams = { openLines: 0, channels: 0, isSettled: true, told: [], maintain: (on) => void streams.told.push(on) };
    [polls, changes] = [[], []];
    answer = async () => [1];
    const read = (path: string, params: Params = {}, options: CallOptions = {}): Promise<unknown> => {
      polls.push({ at: clock.monotonic(), path, params, options });
      return answer();
    };
    watch = new PlatformWatch({ clock, grace, rest: { read }, streams, report: () => undefined });
  });
  afterEach(() => watch.end());

  async function pass(ms: number, step = 1_000): Promise<void> {
    for (let gone = 0; gone < ms; gone += step) {
      clock.advance(Math.min(step, ms - gone));
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('asks at once when somebody watches, in the background, and nobody before', async () => {
    await pass(300_000);
    assert.deepEqual([polls.length, watch.state], [0, undefined]);
    watch.watch(hear);
    await pass(1_000);
    assert.deepEqual(polls.map(({ path, params, options: { priority } }) => [path, params, priority]), [['platform/status', {}, 'background']]);
    assert.deepEqual([watch.state, watch.present, states()], ['operative', changes[0], ['operative']]);
  });

  it('F99: for days, with many who watch, one poll a minute; in days of maintenance four to six', async () => {
    for (let at = 0; at < 20; at++) watch.watch((change) => hear(change));
    await pass(3 * DAY_MS, 30_000);
    assert.ok(polls.length >= 4_319 && polls.length <= 4_321, `${polls.length} polls in three days`);
    answer = async () => [0];
    const calm = polls.length;
    await pass(DAY_MS, 5_000);
    const perMinute = (polls.length - calm) / 1_440;
    assert.ok(perMinute >= 3.9 && perMinute <= 6, `${perMinute} polls a minute`);
    assert.deepEqual(new Set(states().slice(20)), new Set(['maintenance']), 'and one message for each of the twenty');
    assert.equal(changes.length, 40);
  }).timeout(120_000);

  it('goes on through a deploy without asking anew, and ends when nobody comes back', async () => {
    const stop = watch.watch(hear);
    await pass(10_000);
    stop();
    await pass(8_000);
    grace.flowsStarted();
    await pass(2_000);
    const back: PlatformChange[] = [];
    const stopBack = watch.watch((change) => back.push(change));
    await pass(30_000);
    assert.deepEqual([polls.length, watch.present?.state, back], [1, 'operative', []]);
    stopBack();
    await pass(600_000);
    assert.deepEqual([polls.length, clock.waiting], [2, 0], 'one more within the grace');
  });

  it('forgets what nobody watched for long, and tells the newcomer what is true now', async () => {
    watch.watch(hear)();
    answer = async () => [0];
    await pass(600_000);
    assert.deepEqual(states(), []);
    watch.watch(hear);
    assert.equal(watch.state, undefined);
    await pass(1_000);
    assert.deepEqual([states(), changes[0]?.previous], [['maintenance'], undefined]);
  });

  it('asks for the streams too while there is trouble, and stops with it', async () => {
    Object.assign(streams, { channels: 3, openLines: 1 });
    watch.hear({ kind: 'status', via: 'connection', operative: true, askedAt: clock.monotonic() });
    await pass(600_000);
    assert.equal(polls.length, 0);
    answer = async () => [0];
    watch.hear({ kind: 'info', code: 20060 });
    await pass(60_000);
    assert.ok(polls.length >= 4 && polls.length <= 6, String(polls.length));
    answer = async () => [1];
    streams.isSettled = false;
    watch.hear({ kind: 'info', code: 20061 });
    await pass(30_000);
    assert.deepEqual([watch.state, streams.told], ['maintenance', [true, false]]);
    streams.isSettled = true;
    await pass(1_000);
    assert.equal(watch.state, 'operative');
    const asked = polls.length;
    await pass(600_000);
    assert.equal(polls.length, asked);
  });

  it('F69: a 503 elsewhere makes it ask at once; one of the poll itself is just no answer', async () => {
    watch.watch(hear);
    await pass(30_000);
    watch.hearRest({ path: 'platform/status', httpStatus: 503, code: 'MAINTENANCE' });
    watch.hearRest({ path: 'ticker/tBTCUSD', httpStatus: 200 });
    watch.hearRest({ path: 'ticker/tBTCUSD', httpStatus: 502, code: 'ANSWER_UNUSABLE' });
    await pass(5_000);
    assert.equal(polls.length, 1);
    answer = async () => [0];
    watch.hearRest({ path: 'ticker/tBTCUSD', httpStatus: 503, code: 'MAINTENANCE' });
    await pass(1_000);
    assert.deepEqual([polls.length, states()], [2, ['operative', 'maintenance']]);
  });

  it('F69: an answer that was asked for before 20060 proves nothing', async () => {
    const answers: ((row: unknown) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    watch.watch(hear);
    await pass(1_000);
    watch.hear({ kind: 'info', code: 20060 });
    answers.shift()?.([1]);
    for (const state of ['maintenance', 'operative']) {
      await pass(16_000, 500);
      assert.deepEqual([states().at(-1), answers.length], ['maintenance', 1]);
      answers.shift()?.([1]);
      await pass(500, 500);
      assert.equal(states().at(-1), state);
    }
  });

  it('gives a poll up after 10 s, and three of them without a line are unreachable', async () => {
    answer = () => new Promise((_, reject) => polls.at(-1)?.options.signal?.addEventListener('abort', () => reject(new Error('given up'))));
    watch.watch(hear);
    await pass(9_000);
    assert.equal(polls[0]?.options.signal?.aborted, false);
    await pass(2_000);
    assert.equal(polls[0]?.options.signal?.aborted, true);
    await pass(60_000);
    assert.deepEqual(states(), ['unreachable']);
    assert.deepEqual(changes[0], { state: 'unreachable', since: changes[0]?.since, reason: 'no connection, and no answer to the status poll', witness: 'poll' });
  });

  it('takes nonsense for no answer, 20060 for maintenance, and our own limit for nothing at all', async () => {
    watch.watch(hear);
    for (const [row, expected] of [['nonsense', undefined], [[], undefined], [[{}], undefined]] as const) {
      answer = async () => row;
      await pass(5_000);
      assert.equal(watch.state, expected);
    }
    answer = async () => Promise.reject(new BitfinexError('RATE_LIMITED', 'too many'));
    await pass(300_000);
    assert.equal(watch.state, undefined);
    answer = async () => Promise.reject(new BitfinexError('MAINTENANCE', 'the exchange answered "maintenance"', { exchangeCode: 20060, httpStatus: 500 }));
    await pass(16_000);
    assert.equal(watch.state, 'maintenance');
  });

  it('the loss of all lines is worth a poll to who watches, and to nobody else', async () => {
    streams.channels = 1;
    watch.hear({ kind: 'lost' });
    await pass(60_000);
    assert.equal(polls.length, 0);
    watch.watch(hear);
    await pass(20_000);
    watch.hear({ kind: 'lost' });
    await pass(1_000);
    assert.equal(polls.length, 2);
  });

  it('leaves no timer and no poll behind, and says nothing after its end', async () => {
    answer = () => new Promise(() => undefined);
    watch.watch(hear);
    watch.hear({ kind: 'info', code: 20060 });
    await pass(16_000);
    watch.end();
    watch.hear({ kind: 'info', code: 20061 });
    await settled();
    clock.advance(20_000);
    assert.deepEqual([clock.waiting, states(), polls[0]?.options.signal?.aborted], [0, ['maintenance'], true]);
  });
});

describe('platform watch, over real sockets', function () {
  this.timeout(60_000);
  /** A minute passes in three seconds. */
  const TIMES = 20;
  let exchange: Exchange;
  let venue: Venue;
  let changes: PlatformChange[];
  const clock = hurriedClock(TIMES);
  const states = (): string[] => changes.map(({ state }) => state);
  const ticker = (symbol: string): Channel => ({ channel: 'ticker', symbol });
  const book = (symbol: string, length: 25 | 100 = 25): Channel => ({ channel: 'book', symbol, precision: 'P0', frequency: 'F0', length });
  const SYMBOLS = ['tBTCUSD', 'tETHUSD', 'tLTCUSD', 'tXRPUSD', 'tSOLUSD', 'tADAUSD', 'tDOTUSD', 'tDOGE:USD'];

  beforeEach(async () => {
    exchange = await startExchange({ seed: 4, clock, source: synthetic({ seed: 4 }) });
    const spec = { key: 'test', isSimulated: true, label: 'custom', addresses: async () => exchange, stop: async () => undefined, report: () => undefined } as const;
    venue = new Venue(spec, clock, new Grace(clock), new Limiter(clock));
    changes = [];
  });
  afterEach(async () => {
    await venue.end();
    await exchange.stop();
  });

  /** Follows these channels, watches, and waits until everything is live. */
  async function live(channels: readonly Channel[]): Promise<void> {
    for (const channel of channels) venue.pool.follow(channel, () => undefined);
    venue.platform.watch((change) => changes.push(change));
    await until(() => venue.platform.state === 'operative' && venue.pool.isSettled, 'operative and live', 15_000);
  }

  const isLive = (): boolean => venue.pool.channelStates.every((state) => state === 'live');
  const ended = (): Promise<unknown> => until(() => states().at(-1) === 'operative' && states().length > 1, 'the end', 20_000);
  const onePeriod = (state = 'maintenance'): void => assert.deepEqual(states(), ['operative', state, 'operative']);
  const twoSockets = (): Channel[] => SYMBOLS.flatMap((symbol) => [ticker(symbol), { channel: 'trades', symbol } as const, book(symbol), book(symbol, 100)]);

  it('F69, idle: without a socket the poll finds beginning and end', async () => {
    await live([]);
    exchange.trouble.maintenance(true);
    await until(() => venue.platform.state === 'maintenance', 'the beginning', 10_000);
    exchange.trouble.maintenance(false);
    await ended();
    onePeriod();
    assert.equal(changes[1]?.witness, 'poll');
  });

  it('F69, subscribing: what is asked for meanwhile comes stale, and is live at the end', async () => {
    await live([book('tBTCUSD')]);
    const stop = exchange.trouble.delayAcks(4_000);
    venue.pool.follow(ticker('tETHUSD'), () => undefined);
    await until(() => exchange.log.some((entry) => 'text' in entry && String(entry.text).includes('tETHUSD')), 'the request');
    exchange.trouble.maintenance(true);
    await until(() => venue.pool.channelStates.every((state) => state === 'maintenance'), 'both are stale', 10_000);
    stop();
    exchange.trouble.maintenance(false);
    await ended();
    onePeriod();
    assert.ok(isLive());
  });

  it('F69, streaming: on two sockets one start, every channel stale, one end with every book verified', async () => {
    await live(twoSockets());
    assert.equal(venue.pool.sockets, 2);
    const { losses } = venue.pool.counts;
    exchange.trouble.maintenance(true);
    await until(() => venue.pool.channelStates.every((state) => state === 'maintenance'), 'all stale');
    await until(() => venue.platform.state === 'maintenance', 'the beginning');
    const logged = exchange.log.length;
    exchange.trouble.maintenance(false);
    await ended();
    onePeriod();
    assert.ok(isLive() && venue.pool.isSettled);
    const asked = exchange.log.slice(logged).flatMap((entry) => ('text' in entry && String(entry.text).includes('"subscribe"') ? [entry.text] : []));
    assert.deepEqual([asked.length, new Set(asked).size, venue.pool.counts.losses], [32, 32, losses], 'each once, on the same lines');
  });

  it('F69, calling: a REST answer 20060 begins it; a 503 with status 1 does not', async () => {
    await live([ticker('tBTCUSD')]);
    const unavailable = exchange.trouble.restDown('unavailable');
    await assert.rejects(venue.rest.read('ticker/tBTCUSD'), { code: 'MAINTENANCE', httpStatus: 503 });
    const asked = (): number => exchange.calls.filter(({ path }) => path === 'platform/status').length;
    const before = asked();
    await until(() => asked() > before, 'the poll that decides', 10_000);
    unavailable.stop();
    assert.deepEqual(states(), ['operative']);
    const refuses = exchange.trouble.restDown('maintenance');
    await assert.rejects(venue.rest.read('book/tBTCUSD/P0'), { code: 'MAINTENANCE', exchangeCode: 20060 });
    assert.deepEqual([venue.platform.state, changes.at(-1)?.witness], ['maintenance', 'rest']);
    refuses.stop();
    await ended();
    onePeriod();
    assert.ok(isLive());
  });

  it('F69: a 503 with status 0 is maintenance', async () => {
    await live([]);
    exchange.trouble.platformStatus(false);
    exchange.trouble.restDown('unavailable');
    await assert.rejects(venue.rest.read('ticker/tBTCUSD'));
    await until(() => venue.platform.state === 'maintenance', 'the beginning', 10_000);
    assert.deepEqual(states(), ['operative', 'maintenance']);
  });

  it('F70: 20060 to one of two sockets and never 20061: stale everywhere, and the poll ends it', async () => {
    await live(twoSockets());
    const stop = exchange.trouble.platformStatus(false);
    exchange.trouble.info(20060, '', 1);
    await until(() => venue.pool.channelStates.every((state) => state === 'maintenance'), 'all stale');
    const polls = exchange.calls.length;
    await until(() => exchange.calls.length > polls, 'a poll that says 0', 10_000);
    stop();
    await ended();
    onePeriod();
    assert.ok(isLive());
  });

  it('F70: 20061 without 20060 changes nothing; 20060 a hundred times is one period', async () => {
    await live([book('tBTCUSD'), ticker('tBTCUSD')]);
    exchange.trouble.info(20061);
    const logged = exchange.log.length;
    for (let at = 0; at < 100; at++) exchange.trouble.info(20060);
    await until(() => venue.platform.state === 'maintenance', 'the beginning');
    assert.equal(exchange.log.slice(logged).filter((entry) => 'text' in entry && String(entry.text).includes('subscribe')).length, 0);
    for (let at = 0; at < 100; at++) exchange.trouble.info(20061);
    await ended();
    onePeriod();
    assert.ok(isLive());
  });

  it('F70: lines that are lost meanwhile come back with a greeting that says what is', async () => {
    await live([book('tBTCUSD'), ticker('tBTCUSD')]);
    exchange.trouble.maintenance(true);
    await until(() => venue.platform.state === 'maintenance', 'the beginning');
    exchange.trouble.dropSockets();
    await until(() => venue.pool.counts.losses > 0 && venue.pool.channelStates.every((state) => state === 'maintenance'), 'back, and still stale', 15_000);
    exchange.trouble.maintenance(false);
    await ended();
    onePeriod();
    assert.ok(isLive());
  });

  it('F68: 20051 is a restart until the lines are back and every book is verified', async () => {
    await live([book('tBTCUSD'), ticker('tETHUSD')]);
    exchange.trouble.info(20051, 'Stopping. Please try to reconnect');
    await until(() => venue.platform.state === 'restarting', 'the restart');
    await ended();
    onePeriod('restarting');
    assert.ok(isLive() && venue.pool.isSettled);
  });

  it('says unreachable when nothing answers any more, and operative when all is back', async () => {
    await live([book('tBTCUSD')]);
    exchange.trouble.refuse(90_000);
    exchange.trouble.dropSockets();
    await until(() => venue.platform.state === 'unreachable', 'unreachable', 15_000);
    await ended();
    onePeriod('unreachable');
    assert.ok(isLive());
  });

  it('F99: a storm of refused calls is no storm of polls', async () => {
    await live([ticker('tBTCUSD')]);
    exchange.trouble.restDown('unavailable');
    const began = clock.monotonic();
    while (clock.monotonic() - began < 60_000) await venue.rest.read('conf/pub:info:pair').catch(() => undefined);
    const polls = exchange.calls.filter(({ path }) => path === 'platform/status').length;
    assert.ok(venue.restCounts.limits.size > 0 && polls <= 10, `${polls} polls in a minute`);
    assert.deepEqual(states(), ['operative']);
  });
});

import assert from 'node:assert/strict';
import type { Channel } from '../../src/shared/core/channel';
import { crc32 } from '../../src/shared/core/crc32';
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { PlatformWatch } from '../../src/shared/link/platform-watch';
import { Pool } from '../../src/shared/link/pool';
import type { StreamEvent } from '../../src/shared/link/stream';
import { settled } from '../until';
import { VirtualClock } from '../virtual-clock';
import { FakeLines, type FakeLine } from './fake-lines';

const ticker = (symbol: string): Channel => ({ channel: 'ticker', symbol });
const trades = (symbol: string): Channel => ({ channel: 'trades', symbol });
const book = (symbol: string): Channel => ({ channel: 'book', symbol, precision: 'P0', frequency: 'F0', length: 25 });
const TICKER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const SNAPSHOT = [[100, 1, 1], [101, 1, -1]];
const CHECKSUM = crc32('100:1:101:-1');

/** Everything one follower heard, with states as texts. */
class Ear {
  readonly events: StreamEvent[] = [];
  readonly hear = (event: StreamEvent): void => void this.events.push(event);
  get states(): string[] {
    return this.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
  }
  get news(): number {
    return this.events.filter(({ kind }) => kind !== 'state').length;
  }
}

describe('pool', () => {
  let clock: VirtualClock;
  let grace: Grace;
  let lines: FakeLines;
  let pool: Pool;
  let platform: PlatformWatch;
  /** What `platform/status` says; nothing = no answer. */
  let status: boolean | undefined;

  beforeEach(() => {
    clock = new VirtualClock();
    grace = new Grace(clock);
    lines = new FakeLines(() => clock.monotonic());
    pool = new Pool({ clock, limiter: new Limiter(clock), connects: new Limiter(clock), openLine: lines.open, url: async () => 'ws://exchange', report: () => undefined }, grace, (sighting) => platform.hear(sighting));
    status = true;
    platform = new PlatformWatch({ clock, grace, streams: pool, report: () => undefined, rest: { read: () => (status === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve([Number(status)])) } });
  });
  afterEach(() => {
    platform.end();
    pool.end();
  });

  /** Steps time in small parts, letting everything run between them. */
  async function pass(ms: number, step = 1000): Promise<void> {
    for (let gone = 0; gone < ms; gone += step) {
      clock.advance(Math.min(step, ms - gone));
      await settled();
    }
  }

  async function ready(): Promise<void> {
    await settled();
    lines.last.ready();
    await settled();
  }

  it('asks once for a channel that two follow, and both hear the same', async () => {
    const [first, second] = [new Ear(), new Ear()];
    pool.follow(ticker('tBTCUSD'), first.hear);
    pool.follow(ticker('tBTCUSD'), second.hear);
    await ready();
    const id = lines.last.acknowledge('ticker', 'tBTCUSD');
    lines.last.frame(id, TICKER);
    assert.equal(lines.last.requests('subscribe').length, 1);
    assert.deepEqual(first.events, second.events);
    assert.deepEqual(first.states, ['connecting', 'live']);
    assert.equal(first.news, 1);
  });

  it('tells a late follower the state and the last value at once', async () => {
    pool.follow(ticker('tBTCUSD'), new Ear().hear);
    await ready();
    lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
    const late = new Ear();
    pool.follow(ticker('tBTCUSD'), late.hear);
    assert.deepEqual([late.states, late.news], [['live'], 1]);
  });

  it('opens a second line for the 26th channel (F74)', async () => {
    for (let at = 0; at < 26; at++) pool.follow(ticker(`tAA${at}USD`), new Ear().hear);
    await settled();
    assert.equal(lines.lines.length, 2);
    for (const line of lines.lines) line.ready();
    await pass(4000, 100);
    assert.deepEqual(lines.lines.map((line) => line.requests('subscribe').length), [25, 1]);
  });

  it('finds its way when acknowledgements come out of order and a heartbeat before them (F85)', async () => {
    const [one, other] = [new Ear(), new Ear()];
    pool.follow(ticker('tBTCUSD'), one.hear);
    pool.follow(ticker('tETHUSD'), other.hear);
    await ready();
    lines.last.frame(100, 'hb');
    const eth = lines.last.acknowledge('ticker', 'tETHUSD');
    const btc = lines.last.acknowledge('ticker', 'tBTCUSD');
    lines.last.frame(btc, TICKER);
    assert.deepEqual([one.news, other.news], [1, 0]);
    lines.last.frame(eth, TICKER);
    assert.deepEqual([one.news, other.news], [1, 1]);
  });

  it('gives a channel back at once when the last one left on purpose, and closes the empty line', async () => {
    const leave = pool.follow(ticker('tBTCUSD'), new Ear().hear);
    await ready();
    const id = lines.last.acknowledge('ticker', 'tBTCUSD');
    leave('at-once');
    assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: id }]);
    lines.last.unsubscribed(id);
    assert.equal(lines.last.ended, true);
    assert.deepEqual([pool.sockets, pool.channels], [0, 0]);
  });

  it('keeps a channel through a deploy that another node holds up for 8 s (F75)', async () => {
    const leave = pool.follow(ticker('tBTCUSD'), new Ear().hear);
    await ready();
    const id = lines.last.acknowledge('ticker', 'tBTCUSD');
    lines.last.frame(id, TICKER);
    leave('after-grace');
    await pass(8000);
    grace.flowsStarted();
    await pass(4000);
    const back = new Ear();
    pool.follow(ticker('tBTCUSD'), back.hear);
    lines.last.frame(id, 'hb');
    await pass(30_000, 10_000);
    assert.deepEqual([lines.lines.length, lines.last.requests('subscribe').length, lines.last.requests('unsubscribe').length], [1, 1, 0]);
    assert.deepEqual([back.states[0], back.news], ['live', 1]);
  });

  it('lets go 5 s after the flows started, or after 30 s when they never do (F75)', async () => {
    for (const [waitMs, starts] of [[5_001, true], [30_001, false]] as const) {
      const leave = pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await ready();
      const id = lines.last.acknowledge('ticker', 'tBTCUSD');
      leave('after-grace');
      if (starts) grace.flowsStarted();
      clock.advance(waitMs - 2);
      assert.equal(lines.last.requests('unsubscribe').length, 0);
      clock.advance(2);
      assert.equal(lines.last.requests('unsubscribe').length, 1);
      lines.last.unsubscribed(id);
    }
  });

  it('gives a trade follower that comes back exactly what it missed', async () => {
    const stay = new Ear();
    pool.follow(trades('tBTCUSD'), stay.hear);
    const leave = pool.follow(trades('tBTCUSD'), new Ear().hear, { name: 'node 1' });
    await ready();
    const id = lines.last.acknowledge('trades', 'tBTCUSD');
    lines.last.frame(id, 'te', [1, 1, 1, 1]);
    leave('after-grace');
    lines.last.frame(id, 'te', [2, 2, 1, 1]);
    const back = new Ear();
    pool.follow(trades('tBTCUSD'), back.hear, { name: 'node 1' });
    const heard = back.events.flatMap((event) => (event.kind === 'trades' ? event.trades.map(({ trade }) => trade.id) : []));
    assert.deepEqual(heard, [2]);
  });

  it('cuts a line that is silent for 35 s and comes back with exactly the wanted set, never live in between (F64)', async () => {
    const ears = [new Ear(), new Ear()] as const;
    pool.follow(ticker('tBTCUSD'), ears[0].hear);
    pool.follow(trades('tETHUSD'), ears[1].hear);
    await ready();
    const line = lines.last;
    line.frame(line.acknowledge('ticker', 'tBTCUSD'), TICKER);
    line.frame(line.acknowledge('trades', 'tETHUSD'), []);
    await pass(35_000);
    assert.equal(line.ended, true);
    await pass(2_000);
    assert.equal(lines.lines.length, 2);
    await ready();
    assert.deepEqual(lines.last.requests('subscribe').map(({ channel, symbol }) => `${String(channel)} ${String(symbol)}`).sort(), ['ticker tBTCUSD', 'trades tETHUSD']);
    assert.equal(ears[0].states.at(-1), 'connecting');
    lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
    assert.deepEqual(ears[0].states, ['connecting', 'live', 'offline', 'connecting', 'live']);
  });

  it('takes a heartbeat for a sign of life (F86)', async () => {
    const ear = new Ear();
    pool.follow(ticker('tBTCUSD'), ear.hear);
    await ready();
    const id = lines.last.acknowledge('ticker', 'tBTCUSD');
    lines.last.frame(id, TICKER);
    for (let beat = 0; beat < 40; beat++) {
      await pass(15_000, 5_000);
      lines.last.frame(id, 'hb');
    }
    assert.deepEqual([ear.states, lines.lines.length], [['connecting', 'live'], 1]);
  });

  it('renews only the channel that is silent while others flow (F87)', async () => {
    const [quiet, lively] = [new Ear(), new Ear()];
    pool.follow(ticker('tBTCUSD'), quiet.hear);
    pool.follow(ticker('tETHUSD'), lively.hear);
    await ready();
    const silent = lines.last.acknowledge('ticker', 'tBTCUSD');
    const alive = lines.last.acknowledge('ticker', 'tETHUSD');
    lines.last.frame(silent, TICKER);
    for (let at = 0; at < 7; at++) {
      lines.last.frame(alive, TICKER);
      await pass(5_000);
    }
    assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: silent }]);
    assert.equal(quiet.states.at(-1), 'stale');
    lines.last.unsubscribed(silent);
    await settled();
    lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
    assert.equal(quiet.states.at(-1), 'live');
    assert.deepEqual([lively.states, lines.lines.length], [['connecting', 'live'], 1]);
  });

  it('does not blame the exchange when this process stood still (F104)', async () => {
    const ear = new Ear();
    pool.follow(ticker('tBTCUSD'), ear.hear);
    await ready();
    lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
    clock.oversleep(120_000);
    await settled();
    assert.deepEqual([ear.states, lines.lines.length], [['connecting', 'live'], 1]);
    await pass(36_000);
    assert.equal(lines.lines[0]?.ended, true, 'silence afterwards counts');
  });

  it('is live again on a quiet market, where the snapshot holds nothing new', async () => {
    const ear = new Ear();
    pool.follow(trades('tBTCUSD'), ear.hear);
    await ready();
    lines.last.frame(lines.last.acknowledge('trades', 'tBTCUSD'), [[1, 1, 1, 1]]);
    lines.last.close();
    await pass(3_000);
    await ready();
    const id = lines.last.acknowledge('trades', 'tBTCUSD');
    lines.last.frame(id, [[1, 1, 1, 1]]);
    assert.equal(ear.states.at(-1), 'live');
    for (let beat = 0; beat < 8; beat++) {
      await pass(15_000, 5_000);
      lines.last.frame(id, 'hb');
    }
    assert.deepEqual([lines.last.requests('unsubscribe').length, ear.news], [0, 1]);
  });

  it('gives a follower that held news back the same again when it returns', async () => {
    pool.follow(trades('tBTCUSD'), new Ear().hear);
    const leave = pool.follow(trades('tBTCUSD'), new Ear().hear, { name: 'node 1' });
    await ready();
    const id = lines.last.acknowledge('trades', 'tBTCUSD');
    for (let trade = 1; trade <= 5; trade++) lines.last.frame(id, 'te', [trade, trade, 1, 1]);
    leave('after-grace', 2);
    const back = new Ear();
    pool.follow(trades('tBTCUSD'), back.hear, { name: 'node 1' });
    assert.deepEqual(back.events.flatMap((event) => (event.kind === 'trades' ? event.trades.map(({ trade }) => trade.id) : [])), [4, 5]);
  });

  it('says so when the exchange takes a channel away, and asks for it again', async () => {
    const ear = new Ear();
    pool.follow(ticker('tBTCUSD'), ear.hear);
    await ready();
    const id = lines.last.acknowledge('ticker', 'tBTCUSD');
    lines.last.frame(id, TICKER);
    lines.last.unsubscribed(id);
    await settled();
    assert.equal(ear.states.at(-1), 'resyncing');
    assert.equal(lines.last.requests('subscribe').length, 2);
  });

  it('does not mind when the exchange gives the same id again', async () => {
    pool.follow(book('tBTCUSD'), new Ear().hear);
    await ready();
    lines.last.frame(lines.last.acknowledge('book', 'tBTCUSD', 5), SNAPSHOT);
    lines.last.frame(5, 'cs', 0);
    lines.last.unsubscribed(5);
    await settled();
    lines.last.acknowledge('book', 'tBTCUSD', 5);
    lines.last.frame(5, SNAPSHOT);
    for (let beat = 0; beat < 5; beat++) {
      await pass(15_000, 5_000);
      lines.last.frame(5, 'hb');
    }
    assert.deepEqual([lines.last.requests('subscribe').length, lines.last.requests('unsubscribe').length], [2, 1]);
  });

  describe('with a book', () => {
    let ear: Ear;
    let id: number;

    beforeEach(async () => {
      ear = new Ear();
      pool.follow(book('tBTCUSD'), ear.hear);
      await ready();
      id = lines.last.acknowledge('book', 'tBTCUSD');
      lines.last.frame(id, SNAPSHOT);
    });

    /** The exchange gives the channel back and again, with a snapshot. */
    async function resync(): Promise<void> {
      lines.last.unsubscribed(id);
      await settled();
      id = lines.last.acknowledge('book', 'tBTCUSD');
      lines.last.frame(id, SNAPSHOT);
    }

    it('says nothing between a failed checksum and the next snapshot, then is live by itself (F79)', async () => {
      const before = ear.news;
      lines.last.frame(id, 'cs', CHECKSUM + 1);
      lines.last.frame(id, [99, 1, 1]);
      lines.last.frame(id, 'cs', CHECKSUM);
      assert.equal(ear.news, before);
      assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: id }]);
      await resync();
      assert.deepEqual(ear.states, ['connecting', 'live', 'resyncing', 'live']);
      assert.equal(ear.news, before + 1);
    });

    it('after three failures in a row asks slowly, says so, and shows only what is confirmed (F79)', async () => {
      for (let at = 0; at < 2; at++) {
        lines.last.frame(id, 'cs', 0);
        await resync();
      }
      lines.last.frame(id, 'cs', 0);
      const asked = lines.last.requests('subscribe').length;
      lines.last.unsubscribed(id);
      await settled();
      assert.equal(lines.last.requests('subscribe').length, asked, 'not at once');
      assert.equal(ear.states.at(-1), 'unverified');
      await pass(61_000);
      assert.equal(lines.lines.length, 2, 'the empty line was closed meanwhile');
      await ready();
      id = lines.last.acknowledge('book', 'tBTCUSD');
      const before = ear.news;
      lines.last.frame(id, SNAPSHOT);
      assert.equal(ear.news, before, 'the snapshot alone proves nothing any more');
      lines.last.frame(id, 'cs', CHECKSUM);
      assert.equal(ear.states.at(-1), 'live');
      const shown = ear.events.at(-1);
      assert.ok(shown?.kind === 'book' && shown.verified === true && shown.changes === undefined);
    });

    it('leaves a lost frame to the checksum, but renews what no checksum covers (F83)', async () => {
      pool.follow(book('fUSD'), new Ear().hear);
      await settled();
      const funding = lines.last.acknowledge('book', 'fUSD');
      lines.last.frame(funding, [[0.0002, 2, 1, 5]]);
      lines.last.skip();
      lines.last.frame(id, [99, 1, 1]);
      assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: funding }]);
      assert.equal(pool.counts.gaps, 1);
    });

    it('renews deep books and trades too, but not again and again when the numbers never add up (F83)', async () => {
      const deep: Channel = { channel: 'book', symbol: 'tETHUSD', precision: 'P0', frequency: 'F0', length: 250 };
      pool.follow(deep, new Ear().hear);
      pool.follow(trades('tETHUSD'), new Ear().hear);
      await settled();
      const ids = [lines.last.acknowledge('book', 'tETHUSD'), lines.last.acknowledge('trades', 'tETHUSD')];
      lines.last.skip();
      lines.last.frame(id, [99, 1, 1]);
      assert.deepEqual(lines.last.requests('unsubscribe').map(({ chanId }) => chanId), ids);
      for (let at = 0; at < 50; at++) {
        lines.last.skip();
        lines.last.frame(id, [99, 1, 1]);
      }
      assert.equal(lines.last.requests('unsubscribe').length, 2);
    });

    it('never shows what is not confirmed again, however slowly the checksums fail', async () => {
      for (let at = 0; at < 3; at++) {
        lines.last.frame(id, 'cs', 0);
        if (at < 2) await resync();
      }
      lines.last.unsubscribed(id);
      const before = ear.news;
      for (let round = 0; round < 6; round++) {
        const known = lines.lines.length;
        for (let second = 0; second < 70 && lines.lines.length === known; second++) await pass(1_000);
        await ready();
        id = lines.last.acknowledge('book', 'tBTCUSD');
        lines.last.frame(id, SNAPSHOT);
        await pass(20_000, 5_000);
        lines.last.frame(id, 'cs', 0);
        lines.last.unsubscribed(id);
      }
      assert.deepEqual([ear.news, ear.states.at(-1)], [before, 'unverified']);
    });

    it('renews a channel whose snapshot never comes (F63)', async () => {
      const waiting = new Ear();
      pool.follow(book('tETHUSD'), waiting.hear);
      await settled();
      const late = lines.last.acknowledge('book', 'tETHUSD');
      for (let at = 0; at < 4; at++) {
        await pass(8_000);
        for (const chanId of [id, late]) lines.last.frame(chanId, 'hb');
      }
      assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: late }]);
    });
  });

  describe('when the exchange refuses', () => {
    const refuse = (code: number, msg: string, symbol: string, more = {}): void => lines.last.event({ event: 'error', channel: 'ticker', symbol, code, msg, ...more });

    it('tells only the one who asked (10300), without asking again and without reconnecting (F72)', async () => {
      const [wrong, right] = [new Ear(), new Ear()];
      pool.follow(ticker('tNOPE'), wrong.hear);
      pool.follow(ticker('tBTCUSD'), right.hear);
      await ready();
      refuse(10300, 'symbol: invalid', 'tNOPE');
      lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
      await pass(10_000);
      assert.deepEqual(wrong.events.at(-1), { kind: 'state', state: 'refused', reason: 'symbol: invalid (10300)' });
      assert.equal(right.states.at(-1), 'live');
      assert.deepEqual([lines.lines.length, lines.last.requests('subscribe').length], [1, 2]);
    });

    it('moves to another line when this one is full (10305) (F72)', async () => {
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      pool.follow(ticker('tETHUSD'), new Ear().hear);
      await ready();
      lines.last.acknowledge('ticker', 'tBTCUSD');
      refuse(10305, 'subscribe: limit', 'tETHUSD');
      await settled();
      assert.equal(lines.lines.length, 2);
      await ready();
      assert.deepEqual(lines.last.requests('subscribe').map(({ symbol }) => symbol), ['tETHUSD']);
    });

    it('asks again later when the error may pass (11000), and after 10305 on a line with no other channel', async () => {
      for (const code of [11000, 10008, 10305]) {
        const ear = new Ear();
        const leave = pool.follow(ticker('tBTCUSD'), ear.hear);
        await ready();
        refuse(code, 'not now', 'tBTCUSD');
        await settled();
        assert.deepEqual([ear.states.at(-1), lines.last.requests('subscribe').length], ['waiting', 1]);
        await pass(11_000);
        lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD', 9), TICKER);
        assert.deepEqual([ear.states.at(-1), lines.last.requests('subscribe').length], ['live', 2]);
        leave('at-once');
        lines.last.unsubscribed(9);
      }
    });

    it('takes over a channel that was subscribed already (10301) and asks for its snapshot (F72)', async () => {
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await ready();
      refuse(10301, 'subscribe: dup', 'tBTCUSD', { chanId: 555 });
      assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: 555 }]);
      lines.last.unsubscribed(555);
      await settled();
      assert.equal(lines.last.requests('subscribe').length, 2);
    });

    it('asks again when no answer comes, and gives back what is acknowledged too late (F63)', async () => {
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await ready();
      await pass(31_000);
      assert.equal(lines.last.requests('subscribe').length, 2);
      lines.last.acknowledge('ticker', 'tBTCUSD', 7);
      lines.last.acknowledge('ticker', 'tBTCUSD', 8);
      assert.deepEqual(lines.last.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: 8 }]);
    });

    it('ignores errors and events that mean nothing here (F71)', async () => {
      const ear = new Ear();
      pool.follow(ticker('tBTCUSD'), ear.hear);
      await ready();
      lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
      for (const event of [{ event: 'error', code: 10000, msg: 'event: invalid' }, { event: 'sneezegasm' }, { event: 'info', code: 5000 }, { event: 'error' }, { event: {} }]) lines.last.event(event);
      lines.last.raw('7');
      lines.last.raw('[7]');
      lines.last.raw('nonsense');
      await settled();
      assert.deepEqual([ear.states, lines.lines.length, pool.counts.malformed], [['connecting', 'live'], 1, 4]);
    });
  });

  describe('when the exchange goes away', () => {
    it('reconnects after 20051 and never more often than 20 times a minute, with growing pauses', async () => {
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await ready();
      lines.last.event({ event: 'info', code: 20051, msg: 'Stopping' });
      assert.equal(lines.last.ended, true);
      for (let second = 0; second < 3600; second++) {
        clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
        if (second % 5 === 0) await settled();
        if (!lines.last.ended) lines.last.close('ECONNREFUSED');
      }
      const { openedAt } = lines;
      assert.ok(openedAt.length > 50, `${openedAt.length} attempts in an hour`);
      for (const at of openedAt) assert.ok(openedAt.filter((other) => other >= at && other <= at + 60_000).length <= 20);
      const pauses = openedAt.slice(1).map((at, index) => at - (openedAt[index] as number));
      assert.ok((pauses[0] as number) <= 3_000 && Math.max(...pauses) > 30_000 && Math.max(...pauses) <= 62_000, String(pauses));
    }).timeout(60_000);

    it('holds still for at least a minute after HTTP 429 (F67)', async () => {
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await settled();
      lines.last.close('HTTP 429', 60_000);
      await pass(59_000);
      assert.equal(lines.lines.length, 1);
      await pass(3_000);
      assert.equal(lines.lines.length, 2);
    });

    it('lets no other line open either while the exchange asks for a pause (F67)', async () => {
      for (let at = 0; at < 30; at++) pool.follow(ticker(`tAA${at}USD`), new Ear().hear);
      await settled();
      assert.equal(lines.lines.length, 2);
      lines.lines[0]?.close('HTTP 429', 60_000);
      lines.lines[1]?.close();
      await pass(59_000);
      assert.equal(lines.lines.length, 2);
      await pass(4_000);
      assert.equal(lines.lines.length, 4);
    });

    it('spends nothing of the limit on lines that nobody wants any more', async () => {
      for (let at = 0; at < 40; at++) pool.follow(ticker(`tAA${at}USD`), new Ear().hear)('at-once');
      await pass(1_000, 100);
      assert.equal(lines.lines.length, 0);
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await pass(1_000, 100);
      assert.equal(lines.lines.length, 1);
    });

    it('gives up on a line that opens and says nothing, that does not answer conf, or that speaks another version (F63)', async () => {
      pool.follow(ticker('tBTCUSD'), new Ear().hear);
      await settled();
      lines.last.openSilently();
      await pass(15_000);
      assert.equal(lines.last.ended, true);
      await pass(2_000);
      lines.last.greet();
      await pass(15_000);
      assert.equal(lines.last.ended, true);
      await pass(5_000);
      lines.last.greet({ version: 3 });
      assert.equal(lines.last.ended, true);
      const attempts = lines.lines.length;
      await pass(59_000);
      assert.equal(lines.lines.length, attempts);
    });

    it('keeps the line in maintenance, says so, and asks for everything anew when it ends', async () => {
      const ear = new Ear();
      pool.follow(ticker('tBTCUSD'), ear.hear);
      await ready();
      let id = lines.last.acknowledge('ticker', 'tBTCUSD');
      lines.last.frame(id, TICKER);
      lines.last.event({ event: 'info', code: 20060 });
      lines.last.frame(id, TICKER);
      assert.equal(ear.states.at(-1), 'maintenance');
      lines.last.event({ event: 'info', code: '20061' });
      lines.last.unsubscribed(id);
      await settled();
      id = lines.last.acknowledge('ticker', 'tBTCUSD');
      lines.last.frame(id, TICKER);
      assert.deepEqual([ear.states.at(-1), lines.lines.length], ['live', 1]);
    });

    describe('in maintenance', () => {
      /** 30 tickers on two lines, all live. */
      async function twoLines(): Promise<Ear[]> {
        const ears = Array.from({ length: 30 }, () => new Ear());
        for (const [at, ear] of ears.entries()) pool.follow(ticker(`tAA${at}USD`), ear.hear);
        await settled();
        for (const line of lines.lines) line.ready();
        await pass(3_000, 100);
        for (const line of lines.lines) acknowledgeAll(line);
        assert.deepEqual([lines.lines.length, ears.every(({ states }) => states.at(-1) === 'live')], [2, true]);
        return ears;
      }

      let answered = new Map<FakeLine, number>();
      beforeEach(() => (answered = new Map()));

      /** Everything that was asked for since the last time is confirmed, with data. */
      function acknowledgeAll(line: FakeLine): void {
        const asked = line.requests('subscribe');
        for (const { channel, symbol } of asked.slice(answered.get(line) ?? 0)) line.frame(line.acknowledge(String(channel), String(symbol)), TICKER);
        answered.set(line, asked.length);
      }

      it('F69: 20060 on one of two lines makes every stream stale, and new ones too', async () => {
        const ears = await twoLines();
        lines.lines[0]?.event({ event: 'info', code: 20060 });
        assert.ok(ears.every(({ states }) => states.at(-1) === 'maintenance'));
        assert.deepEqual(pool.lineStates.map(({ state }) => state), ['maintenance', 'maintenance']);
        const late = new Ear();
        pool.follow(ticker('tLATEUSD'), late.hear);
        await settled();
        acknowledgeAll(lines.last);
        assert.deepEqual([late.states, late.news], [['connecting', 'maintenance'], 1]);
        assert.deepEqual(pool.isSettled, false);
      });

      it('F70: 20060 a hundred times tells each stream once; a 20061 alone tells nothing', async () => {
        const ears = await twoLines();
        for (const line of lines.lines) line.event({ event: 'info', code: 20061 });
        for (let at = 0; at < 50; at++) for (const line of lines.lines) line.event({ event: 'info', code: 20060 });
        assert.ok(ears.every(({ states }) => states.join() === 'connecting,live,maintenance'));
        assert.deepEqual(lines.lines.map((line) => line.requests('unsubscribe').length), [0, 0]);
      });

      it('F69: asks for everything anew at the end, staggered, and is operative when all of it is live', async () => {
        const ears = await twoLines();
        for (const line of lines.lines) line.event({ event: 'info', code: 20060 });
        await pass(20_000, 10_000);
        for (const line of lines.lines) line.event({ event: 'info', code: 20061 });
        assert.deepEqual(lines.lines.map((line) => line.requests('unsubscribe').length), [25, 5], 'once, however many sockets say so');
        for (const line of lines.lines) for (const { chanId } of line.requests('unsubscribe')) line.unsubscribed(chanId as number);
        await settled();
        assert.equal(lines.lines.reduce((sum, line) => sum + line.requests('subscribe').length, 0), 30 + 25, '25 in a second');
        for (const line of lines.lines) acknowledgeAll(line);
        await pass(500, 100);
        assert.equal(platform.state, 'maintenance');
        await pass(5_000, 1_000);
        for (const line of lines.lines) acknowledgeAll(line);
        await pass(1_000, 250);
        assert.equal(platform.state, 'operative');
        assert.ok(ears.every(({ states }) => states.join() === 'connecting,live,maintenance,resyncing,live'));
      });

      it('F69: a status poll, or a REST answer, closes and opens the streams as well', async () => {
        for (const begins of [
          (): void => platform.hearRest({ path: 'book/tBTCUSD/P0', httpStatus: 500, code: 'MAINTENANCE' }),
          (): void => platform.hearRest({ path: 'ticker/tBTCUSD', httpStatus: 503, code: 'MAINTENANCE' }),
        ]) {
          const ear = new Ear();
          const leave = pool.follow(ticker('tBTCUSD'), ear.hear);
          await ready();
          let id = lines.last.acknowledge('ticker', 'tBTCUSD');
          lines.last.frame(id, TICKER);
          status = false;
          begins();
          await pass(1_000, 100);
          assert.equal(ear.states.at(-1), 'maintenance');
          status = true;
          await pass(32_000);
          lines.last.unsubscribed(id);
          await settled();
          id = lines.last.acknowledge('ticker', 'tBTCUSD');
          lines.last.frame(id, TICKER);
          await pass(1_000, 250);
          assert.deepEqual([ear.states.at(-1), platform.state], ['live', 'operative']);
          leave('at-once');
          lines.last.unsubscribed(id);
          await pass(700_000, 10_000);
        }
      });

      it('F70: what a new line says in its greeting decides', async () => {
        const ear = new Ear();
        pool.follow(ticker('tBTCUSD'), ear.hear);
        await settled();
        lines.last.greet({ version: 2, platform: { status: 0 } });
        lines.last.event({ event: 'conf', status: 'OK', flags: 0 });
        await settled();
        lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
        assert.deepEqual([ear.states.at(-1), platform.present?.witness], ['maintenance', 'connection']);
        status = undefined;
        lines.last.close();
        await pass(3_000);
        await ready();
        lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
        await pass(1_000, 250);
        assert.deepEqual([ear.states.at(-1), platform.state], ['live', 'operative']);
      });

      it('F68: 20051 cuts its line alone; the exchange restarts until that is back, before its greeting too', async () => {
        const ears = await twoLines();
        lines.lines[1]?.event({ event: 'info', code: 20051 });
        assert.deepEqual([platform.state, lines.lines[0]?.ended, lines.lines[1]?.ended], ['restarting', false, true]);
        assert.equal(ears.filter(({ states }) => states.at(-1) === 'live').length, 25);
        await pass(3_000);
        lines.last.event({ event: 'info', code: 20051 });
        assert.equal(lines.last.ended, true);
        const tries = lines.lines.length;
        while (lines.lines.length === tries) await pass(1_000);
        lines.last.ready();
        await pass(2_000, 250);
        assert.equal(platform.state, 'restarting');
        acknowledgeAll(lines.last);
        await pass(1_000, 250);
        assert.deepEqual([platform.state, ears.every(({ states }) => states.at(-1) === 'live')], ['operative', true]);
      });

      it('waits for the checksum of a book, but not for what cannot be had', async () => {
        const ears = { book: new Ear(), refused: new Ear(), silent: new Ear() };
        pool.follow(book('tBTCUSD'), ears.book.hear);
        pool.follow(ticker('tNOPE'), ears.refused.hear);
        pool.follow({ channel: 'status', key: 'deriv:tNOPEF0:USTF0' }, ears.silent.hear);
        await ready();
        let id = lines.last.acknowledge('book', 'tBTCUSD');
        lines.last.frame(id, SNAPSHOT);
        lines.last.event({ event: 'error', channel: 'ticker', symbol: 'tNOPE', code: 10300, msg: 'symbol: invalid' });
        lines.last.event({ event: 'info', code: 20060 });
        lines.last.event({ event: 'info', code: 20061 });
        lines.last.unsubscribed(id);
        await settled();
        id = lines.last.acknowledge('book', 'tBTCUSD');
        lines.last.frame(id, SNAPSHOT);
        for (let at = 0; at < 8; at++) {
          await pass(5_000);
          lines.last.frame(id, [99, 1 + at, 1]);
        }
        assert.deepEqual([ears.book.states.at(-1), ears.refused.states.at(-1), platform.state], ['live', 'refused', 'maintenance']);
        lines.last.frame(id, 'cs', crc32('100:1:101:-1:99:1'));
        await pass(500, 250);
        assert.equal(platform.state, 'operative');
      });

      it('does not wait for the checksum of a still book, for none comes, nor for ever for a snapshot', async () => {
        const still = new Ear();
        pool.follow(book('tBTCUSD'), still.hear);
        pool.follow(book('tETHUSD'), new Ear().hear);
        await ready();
        const ids = ['tBTCUSD', 'tETHUSD'].map((symbol) => lines.last.acknowledge('book', symbol));
        for (const id of ids) lines.last.frame(id, SNAPSHOT);
        lines.last.event({ event: 'info', code: 20060 });
        lines.last.event({ event: 'info', code: 20061 });
        for (const id of ids) lines.last.unsubscribed(id);
        await settled();
        const id = lines.last.acknowledge('book', 'tBTCUSD');
        const without = lines.last.acknowledge('book', 'tETHUSD');
        lines.last.frame(id, SNAPSHOT);
        await pass(25_000, 5_000);
        for (const chanId of [id, without]) lines.last.frame(chanId, 'hb');
        assert.deepEqual([still.states.at(-1), platform.state], ['live', 'maintenance'], 'the other one may come yet');
        await pass(10_000);
        assert.equal(platform.state, 'operative');
      });

      it('does not blame channels that are silent meanwhile', async () => {
        const ears = [new Ear(), new Ear()] as const;
        pool.follow(ticker('tBTCUSD'), ears[0].hear);
        pool.follow(ticker('tETHUSD'), ears[1].hear);
        await ready();
        const alive = lines.last.acknowledge('ticker', 'tETHUSD');
        lines.last.frame(lines.last.acknowledge('ticker', 'tBTCUSD'), TICKER);
        status = false;
        lines.last.event({ event: 'info', code: 20060 });
        for (let beat = 0; beat < 8; beat++) {
          await pass(15_000, 5_000);
          lines.last.frame(alive, 'hb');
        }
        assert.deepEqual([ears[0].states.at(-1), lines.last.requests('unsubscribe').length, lines.lines.length], ['maintenance', 0, 1]);
      });
    });

    it('does not open a line for somebody who left while it was waiting', async () => {
      const leave = pool.follow(ticker('tBTCUSD'), new Ear().hear);
      leave('at-once');
      await settled();
      await pass(5_000);
      assert.deepEqual([lines.lines.length, pool.sockets], [0, 0]);
    });

    it('leaves no timer behind when it ends', async () => {
      for (let at = 0; at < 30; at++) pool.follow(book(`tAA${at}USD`), new Ear().hear);
      await ready();
      pool.end();
      await pass(90_000, 1_000);
      assert.equal(clock.waiting, 0);
      assert.ok(lines.lines.every((line) => line.ended));
    });
  });
});

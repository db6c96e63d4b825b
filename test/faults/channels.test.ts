import assert from 'node:assert/strict';
import { book, Ear, PoolWorld, ticker, TICKER, trades } from './pool-world';

const symbols = (count: number): string[] => Array.from({ length: count }, (_, at) => `tA${String(at).padStart(3, '0')}USD`);

/** One price that tells whose row it is. */
const rowOf = (price: number): number[] => TICKER.map((value, column) => (column === 6 ? price : value));

const lastOf = (ear: Ear): number | undefined => {
  const news = ear.news.at(-1);
  return news?.kind === 'ticker' ? news.ticker.last : undefined;
};

describe('faults of channels', () => {
  let world: PoolWorld;
  beforeEach(() => {
    world = new PoolWorld();
  });
  afterEach(() => world.end());

  /** The newest line greets and is asked for what is wanted. */
  async function opened() {
    await world.pass(100);
    const line = world.lines.last.ready();
    await world.pass(100);
    return line;
  }

  it('errors, events and info codes of no meaning are counted, however many, and nobody reconnects (F71)', async () => {
    const [ear] = world.follow(ticker('tBTCUSD'));
    const line = await opened();
    world.acknowledge(line);
    const { frames } = world.pool.counts;
    for (let at = 0; at < 100; at++) {
      line.event({ event: 'error', msg: 'event: invalid', code: 10000 + at });
      line.event({ event: 'error', chanId: at, msg: 'unsubscribe: invalid', code: 'none' });
      line.event({ event: `new-${at}`, chanId: 100 });
      line.event({ event: 'info', code: 20_100 + at, msg: 'something' });
      line.event({ event: 'info' });
    }
    await world.pass(1_000);
    assert.equal(world.pool.counts.frames - frames, 500);
    assert.deepEqual([ear?.states, world.lines.lines.length, line.ended], [['connecting', 'live'], 1, false]);
    assert.deepEqual([line.requests('subscribe').length, line.requests('unsubscribe').length, line.requests('conf').length], [1, 0, 1]);
  });

  it('an unknown channel (10302) is told to its followers alone, and not asked for again (F72)', async () => {
    const [wrong, right] = world.follow(trades('tBTCUSD'), ticker('tBTCUSD')) as [Ear, Ear];
    const line = await opened();
    line.event({ event: 'error', channel: 'trades', symbol: 'tBTCUSD', code: 10302, msg: 'channel: unknown' });
    line.frame(line.acknowledge('ticker', 'tBTCUSD'), TICKER);
    await world.pass(20_000);
    assert.deepEqual([wrong.state, right.state], ['refused', 'live']);
    assert.deepEqual([world.lines.lines.length, line.requests('subscribe').length], [1, 2]);
  });

  it('what is acknowledged after its last follower has left is given back, and its line closed (F73)', async () => {
    const leave = world.pool.follow(ticker('tBTCUSD'), new Ear().hear);
    const line = await opened();
    leave('at-once');
    const id = line.acknowledge('ticker', 'tBTCUSD');
    line.frame(id, TICKER);
    assert.deepEqual(line.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: id }]);
    line.unsubscribed(id);
    await world.pass(60_000);
    assert.deepEqual([world.pool.sockets, world.pool.channels, line.ended, world.lines.lines.length], [0, 0, true, 1]);
    assert.equal(world.time.timers.own, 0, 'nothing is watched any more');
  });

  it('a channel that is given up and wanted again before its answer is asked for once and kept (F73)', async () => {
    const leave = world.pool.follow(ticker('tBTCUSD'), new Ear().hear);
    const line = await opened();
    leave('at-once');
    const [ear] = world.follow(ticker('tBTCUSD')) as [Ear];
    line.frame(line.acknowledge('ticker', 'tBTCUSD'), TICKER);
    await world.pass(5_000);
    assert.deepEqual([ear.state, line.requests('subscribe').length, line.requests('unsubscribe').length], ['live', 1, 0]);
  });

  it('the 26th and the 51st channel go to further lines, those that wait for an answer counted (F74)', async () => {
    world.follow(...symbols(25).map(ticker));
    const first = await opened();
    assert.equal(first.requests('subscribe').length, 25, 'none is acknowledged yet');
    world.follow(ticker('t26USD'));
    await world.pass(2_000);
    assert.deepEqual([world.lines.lines.length, first.requests('subscribe').length], [2, 25]);
    world.lines.last.ready();
    world.follow(...symbols(50).slice(25, 49).map(ticker));
    await world.pass(5_000);
    assert.equal(world.lines.lines.length, 2);
    world.follow(ticker('t51USD'));
    await world.pass(2_000);
    world.lines.last.ready();
    await world.pass(5_000);
    assert.deepEqual(world.lines.lines.map((line) => line.requests('subscribe').length), [25, 25, 1]);
  });

  it('60 followers of one symbol share one channel, and hear the same (F74)', async () => {
    const ears = world.follow(...Array.from({ length: 60 }, () => ticker('tBTCUSD')));
    const line = await opened();
    world.acknowledge(line);
    for (let price = 1; price <= 10; price++) line.frame(100, rowOf(price));
    await world.pass(1_000);
    assert.deepEqual([world.lines.lines.length, line.requests('subscribe').length], [1, 1]);
    for (const ear of ears) assert.deepEqual(ear.events, ears[0]?.events);
    assert.equal(ears[0]?.news.length, 11);
  });

  it('who leaves and comes back a hundred times within the grace costs the exchange nothing (F75)', async () => {
    world.beHelpful();
    world.follow(ticker('tETHUSD'));
    let leave = world.pool.follow(ticker('tBTCUSD'), new Ear().hear);
    await world.pass(3_000);
    const line = world.lines.last;
    const ear = new Ear();
    for (let at = 0; at < 100; at++) {
      leave('after-grace');
      await world.pass(250);
      leave = world.pool.follow(ticker('tBTCUSD'), ear.hear);
    }
    assert.deepEqual([line.requests('subscribe').length, line.requests('unsubscribe').length, world.lines.lines.length], [2, 0, 1]);
    leave('after-grace');
    await world.pass(31_000);
    assert.equal(line.requests('unsubscribe').length, 1, 'and is let go once');
  });

  it('numbers that jump, begin anew, are missing or have another trailer cost no line (F83)', async () => {
    const [ear] = world.follow(ticker('tBTCUSD')) as [Ear];
    const line = await opened();
    const id = line.acknowledge('ticker', 'tBTCUSD');
    const time = 1_700_000_000_000;
    for (const trailer of [[1, time], [2, time], [9, time], [3, time], [3, time], [], [time], [10], [11, 4, time], [12, 5, time], [13, -1, time], [0, time], [-7, time], [1.5, time], ['14', time], [null, null]]) {
      line.raw(JSON.stringify([id, rowOf(100), ...trailer]));
      line.raw(JSON.stringify([id, 'hb', ...trailer]));
    }
    await world.pass(1_000);
    assert.equal(ear.news.length, 16, 'every row came through');
    assert.deepEqual([ear.states, world.lines.lines.length, line.ended, line.requests('unsubscribe').length], [['connecting', 'live'], 1, false, 0]);
    assert.ok(world.pool.counts.gaps >= 3, `${world.pool.counts.gaps} gaps counted`);
  });

  it('an id that stood for another symbol before the line was lost means its new symbol alone (F84)', async () => {
    const [btc, eth] = world.follow(ticker('tBTCUSD'), ticker('tETHUSD')) as [Ear, Ear];
    let line = await opened();
    for (const [symbol, id] of [['tBTCUSD', 7], ['tETHUSD', 8]] as const) line.frame(line.acknowledge('ticker', symbol, id), rowOf(id));
    assert.deepEqual([lastOf(btc), lastOf(eth)], [7, 8]);
    line.close();
    await world.pass(3_000);
    line = world.lines.last.ready();
    await world.pass(100);
    const before = [btc.news.length, eth.news.length];
    line.frame(7, rowOf(1));
    line.frame(8, rowOf(2));
    assert.deepEqual([btc.news.length, eth.news.length], before, 'nothing is acknowledged on this line');
    line.acknowledge('ticker', 'tETHUSD', 7);
    line.frame(7, rowOf(3));
    line.frame(8, rowOf(4));
    assert.deepEqual([lastOf(btc), lastOf(eth), btc.news.length], [7, 3, before[0]]);
    line.acknowledge('ticker', 'tBTCUSD', 8);
    line.frame(8, rowOf(5));
    assert.deepEqual([lastOf(btc), lastOf(eth)], [5, 3]);
  });

  it('an id that the exchange gives to another channel on the same line is not told to the old followers (F84)', async () => {
    const [btc] = world.follow(ticker('tBTCUSD')) as [Ear];
    const line = await opened();
    line.frame(line.acknowledge('ticker', 'tBTCUSD', 7), rowOf(7));
    line.unsubscribed(7);
    await world.pass(100);
    const [eth] = world.follow(ticker('tETHUSD')) as [Ear];
    await world.pass(100);
    line.frame(line.acknowledge('ticker', 'tETHUSD', 7), rowOf(8));
    assert.deepEqual([lastOf(btc), btc.news.length, lastOf(eth)], [7, 1, 8]);
  });

  it('data of an id before its acknowledgement goes to nobody, and the channel still becomes live (F85)', async () => {
    const [btc, eth] = world.follow(ticker('tBTCUSD'), book('tETHUSD')) as [Ear, Ear];
    const line = await opened();
    line.frame(1, rowOf(1));
    line.frame(2, [[100, 1, 1], [101, 1, -1]]);
    line.frame(3, rowOf(3));
    assert.deepEqual([btc.news.length, eth.news.length], [0, 0]);
    line.acknowledge('ticker', 'tBTCUSD', 1);
    line.acknowledge('book', 'tETHUSD', 2);
    line.frame(2, [99, 1, 1]);
    assert.deepEqual([btc.news.length, eth.news.length], [0, 0], 'an update without its snapshot');
    line.frame(1, rowOf(4));
    // the snapshot that came too early is asked for again
    for (let second = 0; second < 35 && line.requests('unsubscribe').length === 0; second++) {
      await world.pass(1_000);
      for (const id of [1, 2]) line.frame(id, 'hb');
    }
    assert.deepEqual(line.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: 2 }]);
    line.unsubscribed(2);
    await world.pass(100);
    line.frame(line.acknowledge('book', 'tETHUSD', 5), [[100, 1, 1], [101, 1, -1]]);
    assert.deepEqual([lastOf(btc), btc.state, eth.state], [4, 'live', 'live']);
  });

  it('10 minutes of heartbeats alone are a quiet market, for books and trades as well (F86)', async () => {
    const ears = world.follow(ticker('tBTCUSD'), trades('tBTCUSD'), book('tBTCUSD'));
    const line = await opened();
    const ids = [line.acknowledge('ticker', 'tBTCUSD'), line.acknowledge('trades', 'tBTCUSD'), line.acknowledge('book', 'tBTCUSD')];
    line.frame(ids[0] as number, TICKER);
    line.frame(ids[1] as number, []);
    line.frame(ids[2] as number, [[100, 1, 1], [101, 1, -1]]);
    for (let beat = 0; beat < 40; beat++) {
      await world.pass(15_000);
      for (const id of ids) line.frame(id, 'hb');
    }
    for (const { states } of ears) assert.deepEqual(states, ['connecting', 'live']);
    assert.deepEqual([world.lines.lines.length, line.requests('unsubscribe').length], [1, 0]);
  });

  it('a silent channel is called stale within 35 s, and asked for again on the line that the others keep (F87)', async () => {
    const [silent, lively] = world.follow(book('tBTCUSD'), ticker('tETHUSD')) as [Ear, Ear];
    const line = await opened();
    const gone = line.acknowledge('book', 'tBTCUSD');
    const alive = line.acknowledge('ticker', 'tETHUSD');
    line.frame(gone, [[100, 1, 1], [101, 1, -1]]);
    const since = world.time.monotonic();
    while (silent.state !== 'stale') {
      line.frame(alive, TICKER);
      await world.pass(250);
      assert.ok(world.time.monotonic() - since <= 35_000, 'not within 35 s');
    }
    assert.ok(world.time.monotonic() - since > 30_000, 'two heartbeats may be missed');
    line.unsubscribed(gone);
    await world.pass(100);
    line.frame(line.acknowledge('book', 'tBTCUSD'), [[100, 1, 1], [101, 1, -1]]);
    assert.deepEqual([silent.states, lively.states, line.ended], [['connecting', 'live', 'stale', 'live'], ['connecting', 'live'], false]);
  });
});

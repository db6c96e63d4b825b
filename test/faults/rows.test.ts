import assert from 'node:assert/strict';
import type { FakeLine } from '../link/fake-lines';
import { PoolWorld, ticker, TICKER, trades, type Ear } from './pool-world';

describe('faults of rows', () => {
  let world: PoolWorld;
  beforeEach(() => {
    world = new PoolWorld();
  });
  afterEach(() => world.end());

  /** The newest line greets and is asked for what is wanted. */
  async function opened(): Promise<FakeLine> {
    await world.pass(100);
    const line = world.lines.last.ready();
    await world.pass(100);
    return line;
  }

  it('longer rows are read, shorter ones dropped and counted, and the channel goes on (F90)', async () => {
    const [btc, deals] = world.follow(ticker('tBTCUSD'), trades('tBTCUSD')) as [Ear, Ear];
    const line = await opened();
    const [one, two] = [line.acknowledge('ticker', 'tBTCUSD'), line.acknowledge('trades', 'tBTCUSD')];
    for (let columns = 0; columns < 10; columns++) line.frame(one, TICKER.slice(0, columns));
    assert.equal(btc.news.length, 0);
    line.frame(one, [...TICKER, 'new', null, { nested: [1] }]);
    for (let columns = 0; columns < 4; columns++) line.frame(two, 'te', [1, 2, 3, 4].slice(0, columns));
    line.frame(two, 'te', [1, 1_700_000_000_000, 0.5, 100, 'new', 7]);
    assert.deepEqual([btc.news.length, btc.state, deals.news.length, deals.state], [1, 'live', 1, 'live']);
    // an empty array is an empty list of rows, and tells nothing
    assert.equal(world.pool.counts.dropped, 9 + 4);
    assert.deepEqual([world.lines.lines.length, line.requests('unsubscribe').length], [1, 0]);
  });

  it('a trade is told once, by te, tu, or the snapshots after lost lines (F92)', async () => {
    const [ear] = world.follow(trades('tBTCUSD')) as [Ear];
    const told = (): string[] => ear.news.flatMap((news) => (news.kind === 'trades' ? news.trades.map(({ trade }) => String(trade.id)) : []));
    const row = (id: number): number[] => [id, 1_700_000_000_000 + id, 1, 100];
    const newest = (last: number): number[][] => Array.from({ length: 30 }, (_, at) => row(last - at));
    let line = await opened();
    let last = 30;
    for (let round = 0; round < 20; round++) {
      const id = line.acknowledge('trades', 'tBTCUSD');
      line.frame(id, newest(last));
      for (let at = 0; at < 40; at++) {
        last++;
        line.frame(id, at % 3 === 0 ? 'tu' : 'te', row(last));
        line.frame(id, 'tu', row(last));
        line.frame(id, 'te', row(last - 5));
      }
      line.close();
      // a few are made while nobody listens
      last += 12;
      await world.pass(70_000);
      line = world.lines.last.ready();
      await world.pass(100);
    }
    assert.deepEqual(told(), Array.from({ length: last - 12 }, (_, at) => String(at + 1)));
  });
});

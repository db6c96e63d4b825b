import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BookFeed } from '../../src/shared/core/book-feed';
import { unifiedBook } from '../../src/shared/core/unified';
import { readFrame, type ChannelFrame } from '../../src/shared/wire/frame';
import { checksumOf } from '../node-red/collector/crc.cjs';
import type { FakeLine } from '../link/fake-lines';
import { book, PoolWorld, type Ear } from './pool-world';

const LONG = process.env['LONG'] === '1';

type Row = [price: number, count: number, amount: number];

const SNAPSHOT: Row[] = [[100, 1, 1], [99, 2, 3], [101, 1, -1]];

/** What the exchange would send for a book of these rows. */
function checksum(rows: readonly Row[]): number {
  const bids = rows.filter(([, , amount]) => amount > 0).sort((a, b) => b[0] - a[0]);
  const asks = rows.filter(([, , amount]) => amount < 0).sort((a, b) => a[0] - b[0]);
  return checksumOf({ bids: bids.map(([price, , amount]) => [price, amount]), asks: asks.map(([price, , amount]) => [price, -amount]) }, false);
}

describe('faults of books', () => {
  let world: PoolWorld;
  let line: FakeLine;
  let ear: Ear;
  let id: number;

  beforeEach(async () => {
    world = new PoolWorld();
    [ear] = world.follow(book('tBTCUSD')) as [Ear];
    await world.pass(100);
    line = world.lines.last.ready();
    await world.pass(100);
    id = line.acknowledge('book', 'tBTCUSD');
  });
  afterEach(() => world.end());

  const shown = (): unknown => {
    const news = ear.news.at(-1);
    if (news?.kind !== 'book') return undefined;
    const { bids, asks } = unifiedBook('BTC/USD', news.book, 1, undefined);
    return { bids, asks };
  };

  const verified = (): unknown => {
    const news = ear.news.at(-1);
    return news?.kind === 'book' ? news.verified : undefined;
  };

  /** The channel was given back; the exchange gives it again, with a snapshot. */
  async function again(rows: readonly Row[] = SNAPSHOT): Promise<void> {
    line.unsubscribed(id);
    await world.pass(100);
    id = line.acknowledge('book', 'tBTCUSD');
    line.frame(id, rows);
  }

  it('an update before the snapshot shows nothing, and leaves nothing behind (F80)', () => {
    line.frame(id, [98, 1, 7]);
    line.frame(id, 'cs', checksum([[98, 1, 7]]));
    assert.deepEqual([ear.news.length, line.requests('unsubscribe').length], [0, 0]);
    line.frame(id, SNAPSHOT);
    assert.deepEqual(shown(), { bids: [[100, 1], [99, 3]], asks: [[101, 1]] });
  });

  it('a second snapshot replaces the first, an empty one empties the book, and a short one is confirmed (F80)', () => {
    line.frame(id, SNAPSHOT);
    line.frame(id, [[50, 1, 1], [51, 1, -2]]);
    assert.deepEqual(shown(), { bids: [[50, 1]], asks: [[51, 2]] });
    line.frame(id, 'cs', checksum([[50, 1, 1], [51, 1, -2]]));
    assert.equal(verified(), true);
    line.frame(id, []);
    assert.deepEqual(shown(), { bids: [], asks: [] });
    line.frame(id, 'cs', 0);
    assert.deepEqual([verified(), ear.state, line.requests('unsubscribe').length], [true, 'live', 0]);
    line.frame(id, [100, 1, 1]);
    line.frame(id, 'cs', checksum([[100, 1, 1]]));
    assert.deepEqual(shown(), { bids: [[100, 1]], asks: [] });
    assert.equal(ear.state, 'live');
  });

  const IMPOSSIBLE: readonly (readonly [string, unknown[]])[] = [
    ['crosses', [102, 1, 1]],
    ['locks', [101, 1, 1]],
    ['has a price of 0', [0, 1, 1]],
    ['has a price below 0', [-5, 1, 1]],
    ['has an amount of 0', [98, 1, 0]],
    ['has a count below 0', [98, -1, 1]],
    ['has a price that is no number', ['98', 1, 1]],
    ['has no amount', [98, 1]],
    ['deletes what is not there', [97, 0, 1]],
  ];
  for (const [what, row] of IMPOSSIBLE) {
    it(`an update that ${what} is never shown: nothing leaves until a new snapshot, which is asked for at once (F81)`, async () => {
      line.frame(id, SNAPSHOT);
      const before = ear.news.length;
      line.frame(id, row);
      line.frame(id, [98, 1, 1]);
      line.frame(id, 'cs', checksum([...SNAPSHOT, [98, 1, 1]]));
      assert.equal(ear.news.length, before);
      assert.deepEqual(line.requests('unsubscribe'), [{ event: 'unsubscribe', chanId: id }]);
      await again();
      assert.deepEqual([ear.states, ear.news.length, line.ended], [['connecting', 'live', 'resyncing', 'live'], before + 1, false]);
    });
  }

  it('a snapshot with a crossed, worthless or unreadable level is not shown (F81)', async () => {
    for (const bad of [[101, 1, 1], [0, 1, 1], [-1, 1, -1], [98, 0, 1], [98, 1, 0], [98, 1, null], ['98', 1, 1], 'x', {}, [], [98]]) {
      const before = ear.news.length;
      line.frame(id, [...SNAPSHOT, bad]);
      assert.equal(ear.news.length, before, JSON.stringify(bad));
      await again();
      // confirmed, so that the next one is not a fault in a row
      line.frame(id, 'cs', checksum(SNAPSHOT));
      assert.equal(ear.state, 'live');
    }
  });
});

/** What the way to us does to one frame. */
type Mishap = 'arrives' | 'is lost' | 'comes twice' | 'comes later';
const mishap = fc.oneof({ weight: 30, arbitrary: fc.constant<Mishap>('arrives') }, { weight: 1, arbitrary: fc.constantFrom<Mishap>('is lost', 'comes twice', 'comes later') });
const update = fc.record({ price: fc.integer({ min: 1, max: 15 }), isBid: fc.boolean(), amount: fc.integer({ min: 0, max: 5 }), mishap });

const frame = (...parts: unknown[]): ChannelFrame => readFrame(JSON.stringify([17, ...parts])) as ChannelFrame;

describe('books whose updates are lost, doubled or swapped', function () {
  this.timeout(60_000);

  it('are never called verified when they are wrong, and say nothing after the next checksum unless they are right (F82)', () => {
    const seen = { cycles: 0, faults: 0, confirmed: 0, harmless: 0 };
    fc.assert(
      fc.property(fc.array(fc.array(update, { minLength: 1, maxLength: 12 }), { minLength: 3, maxLength: 12 }), (cycles) => {
        const feed = new BookFeed(book('tBTCUSD') as never);
        const truth = new Map<number, Row>([[100, [100, 1, 1]], [200, [200, 1, -1]]]);
        feed.receive(frame([...truth.values()]));
        for (const updates of cycles) {
          seen.cycles++;
          const frames: unknown[][] = [];
          let spoiled = false;
          for (const { price, isBid, amount, mishap: how } of updates) {
            const at = isBid ? 100 - price : 200 + price;
            if (amount === 0 && !truth.has(at)) continue;
            const row: Row = [at, amount === 0 ? 0 : 1, (amount === 0 ? 1 : amount) * (isBid ? 1 : -1)];
            if (amount === 0) truth.delete(at);
            else truth.set(at, row);
            spoiled ||= how !== 'arrives';
            if (how === 'arrives') frames.push(row);
            if (how === 'comes twice') frames.push(row, row);
            if (how === 'comes later') frames.splice(Math.max(0, frames.length - 1), 0, row);
          }
          const value = checksum([...truth.values()]);
          const faults = frames.some((row) => feed.receive(frame(row))?.kind === 'fault');
          const answer = feed.receive(frame('cs', value));
          if (answer?.kind === 'book') {
            assert.equal(answer.verified, true);
            const { bids, asks } = unifiedBook('S', answer.book, 1, undefined);
            const right = [...truth.values()].map(([price, , amount]) => `${price} ${amount}`).sort();
            assert.deepEqual([...bids.map(([price, amount]) => `${price} ${amount}`), ...asks.map(([price, amount]) => `${price} ${-(amount as number)}`)].sort(), right);
            seen.confirmed++;
            if (spoiled) seen.harmless++;
            continue;
          }
          assert.ok(spoiled, 'a sound book was thrown away');
          assert.ok(faults || answer?.kind === 'fault', JSON.stringify(answer));
          assert.equal(feed.receive(frame([100, 1, 2])), undefined, 'nothing more until the next snapshot');
          seen.faults++;
          feed.receive(frame([...truth.values()]));
        }
      }),
      { numRuns: LONG ? 10_000 : 800 },
    );
    console.log(`      ${JSON.stringify(seen)}`);
    for (const count of Object.values(seen)) assert.ok(count > seen.cycles / 100, JSON.stringify(seen));
  });
});

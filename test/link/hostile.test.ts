import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Channel } from '../../src/shared/core/channel';
import type { News } from '../../src/shared/core/feed';
import { unifiedBook, unifiedTicker, unifiedTrade } from '../../src/shared/core/unified';
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { Pool } from '../../src/shared/link/pool';
import { Stream } from '../../src/shared/link/stream';
import { readFrame } from '../../src/shared/wire/frame';
import { settled } from '../until';
import { VirtualClock } from '../virtual-clock';
import { FakeLines } from './fake-lines';

const CHANNELS: Channel[] = [
  { channel: 'ticker', symbol: 'tBTCUSD' },
  { channel: 'ticker', symbol: 'fUSD' },
  { channel: 'trades', symbol: 'tBTCUSD' },
  { channel: 'trades', symbol: 'fUSD' },
  { channel: 'book', symbol: 'tBTCUSD', precision: 'P0', frequency: 'F0', length: 25 },
  { channel: 'book', symbol: 'tBTCUSD', precision: 'R0', frequency: 'F0', length: 25 },
  { channel: 'book', symbol: 'fUSD', precision: 'P0', frequency: 'F0', length: 25 },
  { channel: 'book', symbol: 'fUSD', precision: 'R0', frequency: 'F0', length: 25 },
];

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

/** Everything that may leave: each field of the type that the contract gives it. */
function check(news: News): void {
  if (news.kind === 'ticker') {
    const { symbol, info, frrAmountAvailable, ...numbers } = unifiedTicker('S', news, 1);
    assert.ok(symbol === 'S' && Array.isArray(info) && (frrAmountAvailable == null || isNumber(frrAmountAvailable)));
    for (const [field, value] of Object.entries(numbers)) assert.ok(isNumber(value), `${field}: ${String(value)}`);
  } else if (news.kind === 'trades') {
    for (const item of news.trades) {
      const { id, side, symbol, info, ...numbers } = unifiedTrade('S', item);
      assert.ok(/^-?\d+$/.test(id) && (side === 'buy' || side === 'sell') && symbol === 'S' && Array.isArray(info));
      for (const [field, value] of Object.entries(numbers)) assert.ok(typeof value === 'number' && !Number.isNaN(value), `${field}: ${String(value)}`);
    }
  } else if (news.kind === 'book') {
    const { bids, asks } = unifiedBook('S', news.book, 1, undefined);
    for (const row of [...bids, ...asks]) assert.ok(row.every(isNumber) && (row[0] as number) > 0 && (row[1] as number) > 0, String(row));
  }
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
}

const odd = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -5, max: 200 }) },
  { weight: 3, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, '', 'x', '7', [], {}, -0, 2 ** 53 + 1, 1e300, { __proto__: { polluted: 1 } }) },
);
const row = fc.oneof(
  { weight: 4, arbitrary: fc.array(odd, { minLength: 0, maxLength: 18 }) },
  // nearly right: what a broken exchange would send
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 }), odd, odd, odd).map((cells) => cells as unknown[]) },
);
const payload = fc.oneof(
  row.map((cells) => JSON.stringify([17, cells])),
  fc.array(row, { maxLength: 6 }).map((rows) => JSON.stringify([17, rows])),
  fc.tuple(fc.constantFrom('te', 'tu', 'fte', 'ftu', 'hb', 'cs', 'xx'), fc.oneof(row, odd)).map(([type, cells]) => JSON.stringify([17, type, cells])),
  fc.json().map((text) => `[17,${text}]`),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('[17,[1e400,1,1]]', '[17,{"__proto__":{"polluted":1}}]', '{"__proto__":{"polluted":1}}', '[17,"te",null]', '[17]', `${'['.repeat(50_000)}`, `[17,${'['.repeat(5_000)}${']'.repeat(5_000)}]`, '[17,[[1,1,1],"x"]]', '[17,"cs","1"]', '[NaN]', '﻿[17,"hb"]'),
);

describe('a hostile exchange', function () {
  this.timeout(120_000);

  it('never gets a field of a wrong type past a channel, and never throws (F89)', () => {
    let delivered = 0;
    let cases = 0;
    for (const channel of CHANNELS) {
      fc.assert(
        fc.property(fc.array(payload, { minLength: 1, maxLength: 8 }), (frames) => {
          cases++;
          const stream = new Stream(channel, new VirtualClock());
          stream.follow((event) => {
            if (event.kind === 'state') return;
            delivered++;
            check(event);
          }, {});
          for (const text of ['[17,[]]', ...frames]) {
            const frame = readFrame(text);
            if ('chanId' in frame && 'sequence' in frame) stream.receive(frame, 0);
          }
        }),
        { numRuns: 1_500 },
      );
    }
    assert.ok(cases >= 10_000, `${cases} cases`);
    assert.ok(delivered > 3_000, `only ${delivered} of them were delivered: the cases are too wild to prove anything`);
  });

  it('never breaks the pool: what makes no sense is counted, the line lives, and good data still arrives (F88)', async () => {
    const clock = new VirtualClock();
    const lines = new FakeLines(() => clock.monotonic());
    const pool = new Pool({ clock, limiter: new Limiter(clock), connects: new Limiter(clock), openLine: lines.open, url: async () => 'ws://exchange', report: () => undefined }, new Grace(clock));
    let good = 0;
    pool.follow({ channel: 'ticker', symbol: 'tBTCUSD' }, (event) => {
      if (event.kind === 'state') return;
      check(event);
      good++;
    });
    await settled();
    const line = lines.last.ready();
    await settled();
    line.acknowledge('ticker', 'tBTCUSD', 17);
    const event = fc.record({ event: fc.constantFrom<unknown>('info', 'subscribed', 'unsubscribed', 'error', 'conf', 'auth', 'pong', 'nope', 7), chanId: odd, code: fc.constantFrom<unknown>(5000, 10300, 'x', null, 10000), status: odd, msg: odd, symbol: odd, channel: fc.constantFrom<unknown>('trades', 7, null), platform: odd, version: odd });
    fc.assert(
      fc.property(fc.oneof(payload, event.map((object) => JSON.stringify(object)), fc.anything().map((thing) => JSON.stringify(thing) ?? '')), (text) => {
        // an exchange may unsubscribe the channel: that is its right, and not what is tested here
        if (!/"chanId":17|unsubscribed/.test(text)) line.raw(text);
      }),
      { numRuns: 4_000 },
    );
    assert.equal(lines.lines.length, 1);
    assert.ok(pool.counts.malformed > 100 && pool.counts.dropped > 100, JSON.stringify(pool.counts));
    const before = good;
    line.raw('[17,[1,2,3,4,5,6,7,8,9,10]]');
    assert.equal(good, before + 1);
    pool.end();
  });
});

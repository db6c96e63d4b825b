import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Book } from '../../src/shared/core/book';
import { crc32, feedNumber } from '../../src/shared/core/crc32';
import { LEVEL_TABLES, levelFormat } from '../../src/shared/core/level';
import type { Precision } from '../../src/shared/core/channel';
import { jsonLines, needsData } from '../shared-data';

type Row = readonly number[];
const apply = (book: Book, row: Row): string => {
  const level = book.read(row);
  return level === undefined ? 'malformed' : book.apply(level);
};
const prices = (book: Book): [number[], number[]] => [book.bids.levels.map(({ price }) => price), book.asks.levels.map(({ price }) => price)];

describe('book', () => {
  it('keeps bids falling and asks rising, replaces and deletes by price', () => {
    const book = new Book('P0', false);
    assert.equal(book.reset([[100, 1, 2], [102, 1, 1], [103, 1, -1], [105, 2, -4]]), 'changed');
    assert.equal(apply(book, [101, 3, 5]), 'changed');
    assert.equal(apply(book, [100, 2, 7]), 'changed');
    assert.equal(apply(book, [105, 0, -1]), 'changed');
    assert.deepEqual(prices(book), [[102, 101, 100], [103]]);
    assert.equal(book.bids.levels[2]?.amount, 7);
  });

  it('orders raw orders of one price by id, and moves an order that changed its price', () => {
    const book = new Book('R0', false);
    book.reset([[12, 99, 1], [11, 99, 2], [20, 101, -1]]);
    apply(book, [12, 100, 1]);
    assert.deepEqual(book.bids.levels.map(({ key }) => key), [12, 11]);
    apply(book, [12, 99, 1]);
    assert.deepEqual(book.bids.levels.map(({ key }) => key), [11, 12]);
    assert.equal(apply(book, [20, 0, -1]), 'changed');
    assert.equal(book.asks.levels.length, 0);
  });

  it('has the sides of a funding book the other way round and never calls it crossed', () => {
    const book = new Book('P0', true);
    assert.equal(book.reset([[0.0003, 120, 1, -500], [0.0002, 2, 1, 700]]), 'changed');
    assert.equal(book.bids.levels[0]?.period, 120);
    assert.equal(book.asks.levels[0]?.price, 0.0002);
    assert.equal(apply(book, [0.0002, 2, 0, 1]), 'changed', 'COUNT 0 with AMOUNT 1 deletes the ask');
    assert.equal(book.asks.levels.length, 0);
  });

  it('keeps funding offers of one rate apart by their period', () => {
    const book = new Book('P0', true);
    book.reset([[0.0002, 30, 1, 5], [0.0002, 2, 1, 7]]);
    assert.deepEqual(book.asks.levels.map(({ period }) => period), [2, 30]);
  });

  it('reports a delete of a level it never had as a gap, and bids above asks as crossed', () => {
    const book = new Book('P0', false);
    book.reset([[100, 1, 1], [101, 1, -1]]);
    assert.equal(apply(book, [99, 0, 1]), 'gap');
    assert.equal(apply(book, [101, 1, 1]), 'crossed');
    assert.equal(new Book('P0', false).reset([[102, 1, 1], [101, 1, -1]]), 'crossed');
  });

  it('calls rows malformed that cannot be levels', () => {
    const book = new Book('P0', false);
    book.reset([]);
    for (const row of [['1', 1, 1], [1, null, 1], [1, 1], [-1, 1, 1], [0, 1, 1], [1, 1, 0], [1, -1, 1], [Infinity, 1, 1], [NaN, 1, 1]]) {
      assert.equal(apply(book, row as unknown as Row), 'malformed', JSON.stringify(row));
    }
    assert.equal(book.reset([[1, 0, 1]]), 'malformed', 'a snapshot holds no deletes');
    assert.equal(book.reset([7]), 'malformed');
  });

  it('reads every column where its wire table has it', () => {
    const cases = [
      ['trading', 'P0', false, [100.5, 3, -7e-7]],
      ['rawTrading', 'R0', false, [34006738527, 8744.9, 0.25]],
      ['funding', 'P0', true, [0.0003, 30, 4, -1500]],
      ['rawFunding', 'R0', true, [658286906, 2, 0.0001, 99]],
    ] as const;
    for (const [name, precision, funding, row] of cases) {
      const { price, amount } = LEVEL_TABLES[name].decode(row);
      const level = levelFormat(precision, funding).read(row);
      assert.deepEqual([level?.price, level?.amount], [price, amount], name);
    }
  });

  it('equals a book that is sorted anew after every update, whatever the history', () => {
    const history = fc.array(fc.record({ price: fc.integer({ min: 1, max: 30 }), amount: fc.integer({ min: 1, max: 9 }), bid: fc.boolean(), remove: fc.boolean() }), { maxLength: 120 });
    fc.assert(
      fc.property(history, (steps) => {
        const book = new Book('P0', false);
        book.reset([]);
        const bids = new Map<number, number>();
        const asks = new Map<number, number>();
        for (const { price, amount, bid, remove } of steps) {
          // bids below 100, asks above: the sides never cross
          const [side, at, sign] = bid ? [bids, price, 1] : [asks, price + 100, -1];
          const known = side.has(at);
          const fact = apply(book, [at, remove ? 0 : 1, remove ? sign : sign * amount]);
          assert.equal(fact, remove && !known ? 'gap' : 'changed');
          if (remove) side.delete(at);
          else side.set(at, sign * amount);
        }
        const sorted = (side: Map<number, number>, down: number): number[][] => [...side].sort(([a], [b]) => (a - b) * down);
        assert.deepEqual(book.bids.levels.map(({ price, amount }) => [price, amount]), sorted(bids, -1));
        assert.deepEqual(book.asks.levels.map(({ price, amount }) => [price, amount]), sorted(asks, 1));
      }),
      { numRuns: 500 },
    );
  });
});

describe('checksum', () => {
  it('is the CRC-32 of zlib, signed', () => {
    assert.equal(crc32('123456789'), 0xcbf43926 | 0);
    assert.equal(crc32('6000:1:6100:-2'), 2140995657);
  });

  it('takes a number as JavaScript writes it, whatever the number', () => {
    const asWritten = (value: number): void => assert.equal(~feedNumber(-1, value), crc32(String(value)), String(value));
    for (const value of [0, -0, 1, 100, 7e-7, 1e-6, 9999999.99999999, 12345678.9, 34006738527, 2 ** 53, 1e21, 0.1 + 0.2]) asWritten(value);
    const decimals = fc.tuple(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), fc.integer({ min: 0, max: 12 })).map(([digits, places]) => Number(`${digits}e-${places}`));
    fc.assert(fc.property(fc.oneof(decimals, fc.double(), fc.maxSafeInteger()), asWritten), { numRuns: 2_000 });
  });

  it('equals the worked raw example before and after its updates', () => {
    const book = new Book('R0', false);
    book.reset([[34006738527, 8744.9, 0.25], [34006738001, 8744.9, 1], [34006738530, 8744, 0.5], [34006738600, 8745.1, -1.5], [34006738550, 8745, -0.1], [34006738529, 8745, -2]]);
    assert.equal(book.checksum(), 999821616);
    apply(book, [34006738001, 0, 1]);
    apply(book, [34006738700, 8744.9, 1e-8]);
    assert.equal(book.checksum(), 873125748);
  });

  it('equals what the exchange sent, numbers such as 7e-7 included', function () {
    needsData(this);
    let compared = 0;
    for (const entry of jsonLines('checksums.jsonl') as Iterable<{ frames?: string[]; prec: Precision; cs: number; string?: string; symbol?: string }>) {
      if (entry.string !== undefined && entry.frames === undefined) {
        // gocryptotrader writes 0.000005 where JavaScript writes 0.000005 too: the string itself is what is judged
        assert.equal(crc32(entry.string), entry.cs);
        compared++;
        continue;
      }
      const book = new Book(entry.prec, false);
      for (const frame of entry.frames ?? []) {
        const payload = (JSON.parse(frame) as [number, Row | Row[]])[1];
        if (Array.isArray(payload[0])) book.reset(payload as Row[]);
        else apply(book, payload as Row);
      }
      assert.equal(book.checksum(), entry.cs, entry.symbol ?? '');
      compared++;
    }
    assert.equal(compared, 5);
  });

  it('writes tiny numbers as the exchange does', () => {
    const book = new Book('P0', false);
    book.reset([[7e-7, 1, 10000], [0.000001, 1, 1e-8], [0.0000011, 2, -266122.94]]);
    assert.equal(book.checksum(), crc32('0.000001:1e-8:0.0000011:-266122.94:7e-7:10000'));
  });
});

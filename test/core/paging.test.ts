import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Paging, type History, type Range } from '../../src/shared/core/paging';

interface Row {
  readonly id: number;
  readonly time: number;
}

/** An exchange with one history: 0 means "not given", rows of one millisecond come in another order each time. */
class Shelf {
  readonly asked: Range[] = [];

  constructor(
    readonly rows: Row[],
    private readonly maxRows: number,
    private readonly shown = 3,
  ) {}

  answer(range: Range): Row[] {
    this.asked.push(range);
    assert.ok((range.limit ?? 1) <= this.maxRows, `${range.limit} rows are more than the exchange gives at once`);
    const turn = this.asked.length % 2 === 0 ? 1 : -1;
    return this.within(range)
      .sort((a, b) => (a.time - b.time) * (range.sort ?? -1) || (a.id - b.id) * turn)
      .slice(0, range.limit || this.shown);
  }

  within({ start, end }: Range): Row[] {
    return this.rows.filter(({ time }) => time >= (start || 0) && time <= (end || Infinity));
  }
}

const historyOf = (maxRows: number): History<Row> => ({ maxRows, timeOf: ({ time }) => time, keyOf: ({ id }) => id });

function readAll(shelf: Shelf, maxRows: number, range: Range, between: () => void = () => undefined): Row[] {
  const paging = new Paging(historyOf(maxRows), range);
  for (let ask = paging.next; ask !== undefined; ask = paging.next) {
    paging.take(shelf.answer(ask));
    between();
    assert.ok(shelf.asked.length < 500, 'it never ends');
  }
  return paging.rows;
}

const rowsAt = (...times: number[]): Row[] => times.map((time, id) => ({ id, time }));
const timesOf = (rows: readonly Row[]): number[] => rows.map(({ time }) => time);

/** Fewer rows in one millisecond than a page holds: more cannot be asked for. */
const shelves = fc
  .record({ maxRows: fc.integer({ min: 2, max: 7 }), groups: fc.array(fc.record({ gap: fc.integer({ min: 1, max: 4 }), rows: fc.integer({ min: 1, max: 6 }) }), { maxLength: 20 }) })
  .map(({ maxRows, groups }) => {
    let time = 0;
    const times = groups.flatMap(({ gap, rows }) => Array<number>(Math.min(rows, maxRows - 1)).fill((time += gap)));
    return { maxRows, times };
  });
const ranges = fc.record({
  start: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  end: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 120 }),
  sort: fc.constantFrom(1, -1, undefined),
});
const runs = { numRuns: process.env['LONG'] ? 20_000 : 600 };

describe('paging', () => {
  it('reads exactly what one large answer would hold, whatever shares a millisecond', () => {
    fc.assert(
      fc.property(shelves, ranges, ({ maxRows, times }, range) => {
        const shelf = new Shelf(rowsAt(...times), maxRows);
        const read = readAll(shelf, maxRows, range as Range);
        const wanted = timesOf(shelf.within(range as Range)).sort((a, b) => (a - b) * (range.sort ?? -1)).slice(0, range.limit);
        assert.deepEqual(timesOf(read), wanted);
        assert.equal(new Set(read.map(({ id }) => id)).size, read.length, 'a row came twice');
      }),
      runs,
    );
  });

  it('is not confused by rows that happen meanwhile', () => {
    fc.assert(
      fc.property(shelves, fc.integer({ min: 1, max: 120 }), fc.constantFrom<1 | -1>(1, -1), ({ maxRows, times }, limit, sort) => {
        const shelf = new Shelf(rowsAt(...times), maxRows);
        const before = [...shelf.rows];
        let latest = (times.at(-1) ?? 0) + 1;
        const read = readAll(shelf, maxRows, { limit, sort }, () => shelf.asked.length < 50 && shelf.rows.push({ id: 1_000 + latest, time: latest++ }));
        assert.equal(new Set(read.map(({ id }) => id)).size, read.length, 'a row came twice');
        const wanted = timesOf(before).sort((a, b) => (a - b) * sort).slice(0, limit);
        assert.deepEqual(timesOf(read).slice(0, wanted.length), wanted);
      }),
      runs,
    );
  });

  it('asks once where no limit or a small one is given', () => {
    const shelf = new Shelf(rowsAt(1, 2, 3, 4, 5), 4);
    assert.deepEqual(timesOf(readAll(shelf, 4, {})), [5, 4, 3]);
    assert.deepEqual(timesOf(readAll(shelf, 4, { limit: 2, sort: 1 })), [1, 2]);
    assert.deepEqual(shelf.asked, [{}, { limit: 2, sort: 1 }]);
  });

  it('begins with the oldest when sorted that way without a start, and sends no zero', () => {
    const shelf = new Shelf(rowsAt(1, 2, 3, 4, 5, 6), 3);
    assert.deepEqual(timesOf(readAll(shelf, 3, { start: 0, end: 0, limit: 5, sort: 1 })), [1, 2, 3, 4, 5]);
    assert.deepEqual(shelf.asked, [{ limit: 3, sort: 1 }, { start: 3, limit: 3, sort: 1 }]);
  });

  it('stops at a page that is not full', () => {
    const shelf = new Shelf(rowsAt(1, 2, 3, 4), 3);
    assert.deepEqual(timesOf(readAll(shelf, 3, { limit: 100 })), [4, 3, 2, 1]);
    assert.equal(shelf.asked.length, 2);
  });

  it('stops when a page brings nothing new, be it a full one', () => {
    const sameTime = new Shelf(rowsAt(7, 7, 7, 7, 7), 2);
    assert.ok(readAll(sameTime, 2, { limit: 100 }).length >= 2);
    const deaf = new Paging(historyOf(2), { limit: 100 });
    deaf.take(rowsAt(5, 4));
    assert.deepEqual(deaf.next, { end: 4, limit: 2 });
    deaf.take(rowsAt(5, 4));
    assert.equal(deaf.next, undefined);
    assert.deepEqual(timesOf(deaf.rows), [5, 4]);
  });

  it('never asks for an end of 0, which would mean the newest rows', () => {
    const paging = new Paging(historyOf(2), { limit: 10 });
    paging.take(rowsAt(1, 0));
    assert.equal(paging.next, undefined);
  });

  it('keeps a border that has a fraction of a millisecond inside the next page', () => {
    const newestFirst = new Paging(historyOf(2), { limit: 10 });
    newestFirst.take(rowsAt(9.5, 8.2));
    assert.deepEqual(newestFirst.next, { end: 9, limit: 2 });
    const oldestFirst = new Paging(historyOf(2), { limit: 10, sort: 1 });
    oldestFirst.take(rowsAt(8.2, 9.5));
    assert.deepEqual(oldestFirst.next, { sort: 1, start: 9, limit: 2 });
  });
});

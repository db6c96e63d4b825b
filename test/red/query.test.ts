import assert from 'node:assert/strict';
import { FieldError } from '../../src/shared/red/fields';
import { readQuery, refuseQuery } from '../../src/shared/red/query';

const names = (field: string) => (error: unknown) => error instanceof FieldError && error.code === 'FIELD_INVALID' && error.field === `payload.${field}`;

describe('the query of a get', () => {
  it('is what msg.payload names, with times in any form that means one', () => {
    const start = Date.UTC(2026, 0, 31);
    for (const time of [start, String(start), '2026-01-31', '2026-01-31T00:00:00Z', new Date(start), start + 0.7]) {
      assert.deepEqual(readQuery({ start: time }), { start }, String(time));
    }
    assert.deepEqual(readQuery({ start, end: start, limit: '500', sort: '-1' }), { start, end: start, limit: 500, sort: -1 });
    assert.deepEqual(readQuery({ start: 0, end: '', limit: null, sort: undefined }), { start: 0 });
  });

  it('may be written as JSON, and is no other text', () => {
    assert.deepEqual(readQuery('{"limit": 3}'), { limit: 3 });
    for (const text of ['2026-11-20', '[3]', '3', '{limit: 3}']) assert.throws(() => readQuery(text), (error: unknown) => error instanceof FieldError && error.field === 'payload');
  });

  it('means everything between its two ends, unless it says how much', () => {
    assert.deepEqual(readQuery({ start: '2026-01-01', end: '2026-02-01' }), { start: Date.UTC(2026, 0), end: Date.UTC(2026, 1), limit: 100_000 });
    assert.equal(readQuery({ start: '2026-01-01', end: '2026-02-01', limit: 5 }).limit, 5);
    assert.equal(readQuery({ start: '2026-01-01' }).limit, undefined);
  });

  it('has no wishes where the payload is no object', () => {
    for (const payload of [undefined, null, '', ' ', 1700000000000, true, ['limit'], {}]) assert.deepEqual(readQuery(payload), {});
  });

  for (const [payload, field] of [
    [{ count: 5 }, 'count'],
    [{ constructor: 1 }, 'constructor'],
    [{ start: 'yesterday' }, 'start'],
    [{ start: -1 }, 'start'],
    [{ start: true }, 'start'],
    [{ end: [5] }, 'end'],
    [{ end: NaN }, 'end'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ limit: true }, 'limit'],
    [{ limit: 100_001 }, 'limit'],
    [{ limit: 'many' }, 'limit'],
    [{ sort: 0 }, 'sort'],
    [{ sort: 'asc' }, 'sort'],
    [{ start: '2026-02-01', end: '2026-01-01' }, 'start'],
  ] as const) {
    it(`refuses ${JSON.stringify(payload)} by its name`, () => {
      assert.throws(() => readQuery(payload), names(field));
    });
  }

  it('takes a time in seconds for the mistake that it is', () => {
    assert.throws(() => readQuery({ start: 1_700_000_000 }), /give milliseconds, not seconds/);
  });

  it('may be empty only where there is no history', () => {
    refuseQuery({}, 'tickers');
    assert.throws(() => refuseQuery(readQuery({ limit: 5 }), 'tickers'), names('limit'));
    assert.throws(() => refuseQuery(readQuery({ limit: 5 }), 'tickers'), /payload\.limit: makes no sense for tickers/);
  });
});

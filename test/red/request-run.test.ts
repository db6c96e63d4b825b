import assert from 'node:assert/strict';
import type { CallOptions, Params, Rest } from '../../src/shared/link/rest';
import { runCall } from '../../src/shared/red/request-run';

const code = (expected: string, says?: RegExp) => (error: { code: string; message: string }) => error.code === expected && (says === undefined || says.test(error.message));

describe('long histories by their paths', () => {
  /** REST that has rows of one a second. */
  function fake(rowOf: (time: number) => unknown, count: number, maxRows: number): { rest: Rest; asked: Params[] } {
    const asked: Params[] = [];
    const answer = async (_path: string, params: Params = {}): Promise<unknown> => {
      asked.push(params);
      assert.ok((params['limit'] as number) <= maxRows);
      const [start, end, sort] = [Number(params['start'] ?? 0), Number(params['end'] ?? Infinity), Number(params['sort'] ?? -1)];
      const times = Array.from({ length: count }, (_, at) => (at + 1) * 1000).filter((time) => time >= start && time <= end);
      return (sort === 1 ? times : times.reverse()).slice(0, params['limit'] as number).map(rowOf);
    };
    return { rest: { read: answer, post: answer, unified: () => assert.fail('no method of ccxt') }, asked };
  }
  const run = (rest: Rest, method: 'GET' | 'POST', path: string, params: Params, options: CallOptions = {}): Promise<unknown> => runCall(rest, { kind: 'path', method, path, params }, options);

  it('are read in pages, with all other params in each', async () => {
    const { rest, asked } = fake((time) => [time, null, null, time], 7_000, 2_500);
    const rows = (await run(rest, 'POST', 'auth/r/ledgers/hist', { limit: 6_000, category: 28 })) as number[][];
    assert.deepEqual(rows.map(([time]) => time), Array.from({ length: 6_000 }, (_, at) => (7_000 - at) * 1000));
    assert.ok(asked.length === 3 && asked.every(({ category }) => category === 28));
  });

  it('are read oldest first where that is asked for, liquidations out of their wrapping too', async () => {
    const { rest } = fake((time) => [['pos', 1, time + 0.5]], 2_000, 500);
    const rows = (await run(rest, 'GET', 'liquidations/hist', { limit: '1200', sort: 1 })) as [[string, number, number]][];
    assert.deepEqual(rows.map(([[, , time]]) => time), Array.from({ length: 1_200 }, (_, at) => (at + 1) * 1000 + 0.5));
  });

  it('are asked once, as they are, within one page and where no column is known to be the time', async () => {
    const { rest, asked } = fake((time) => [1, time], 10, 100_000);
    await run(rest, 'GET', 'trades/tBTCUSD/hist', { limit: 10_000, start: 5 });
    await run(rest, 'GET', 'ticker/tBTCUSD', { limit: 50_000 });
    assert.deepEqual(asked, [{ limit: 10_000, start: 5 }, { limit: 50_000 }]);
  });

  it('have an end, and rows that say when they were', async () => {
    const { rest } = fake((time) => [time], 10, 10_000);
    await assert.rejects(run(rest, 'GET', 'candles/trade:1m:tBTCUSD/hist', { limit: 1_000_000 }), code('FIELD_INVALID', /params\.limit/));
    await assert.rejects(run(fake((time) => [1, String(time)], 10_000, 10_000).rest, 'GET', 'trades/tBTCUSD/hist', { limit: 20_000 }), code('ANSWER_UNUSABLE'));
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Gate } from '../../src/shared/core/gate';

const itemsOf = (held: readonly { item: number }[]): number[] => held.map(({ item }) => item);

describe('gate', () => {
  it('is closed until it is opened, and lets everything pass while it is open', () => {
    const gate = new Gate<number>({ mode: 'block', limit: 100, maxMs: 60_000 });
    assert.equal(gate.arrive(1, 0), 'closed');
    gate.open();
    assert.equal(gate.arrive(2, 1), 'pass');
    gate.close();
    assert.equal(gate.arrive(3, 2), 'closed');
    assert.deepEqual([gate.size, gate.dueAt, gate.open()], [0, Infinity, []]);
  });

  it('holds in order up to its limit, and tells how long', () => {
    const gate = new Gate<number>({ mode: 'hold', limit: 2, maxMs: 60_000 });
    assert.deepEqual([gate.arrive(1, 10), gate.arrive(2, 20), gate.arrive(3, 30)], ['held', 'held', 'full']);
    assert.deepEqual(gate.open(), [{ item: 1, since: 10 }, { item: 2, since: 20 }]);
    assert.deepEqual(gate.open(), [], 'nothing comes out twice');
  });

  it('gives up what has waited as long as it may, and only that', () => {
    const gate = new Gate<number>({ mode: 'hold', limit: 9, maxMs: 1_000 });
    for (const at of [0, 400, 1_200]) gate.arrive(at, at);
    assert.equal(gate.dueAt, 1_000);
    assert.deepEqual(itemsOf(gate.expire(999)), []);
    assert.deepEqual(itemsOf(gate.expire(1_400)), [0, 400]);
    assert.deepEqual([gate.dueAt, itemsOf(gate.open())], [2_200, [1_200]]);
  });

  it('loses nothing, doubles nothing and keeps the order, whatever happens', () => {
    const step = fc.oneof(fc.constantFrom('arrive', 'arrive', 'arrive', 'open', 'close', 'expire', 'clear'));
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.nat(700))), fc.constantFrom('block' as const, 'hold' as const), (steps, mode) => {
        const gate = new Gate<number>({ mode, limit: 5, maxMs: 1_000 });
        const out: number[] = [];
        let [at, arrivals] = [0, 0];
        const open = (): void => {
          out.push(...itemsOf(gate.open()));
        };
        const arrive = (): void => {
          const ruling = gate.arrive(++arrivals, at);
          if (ruling !== 'held') out.push(arrivals);
          assert.ok(gate.size <= 5);
          assert.ok(ruling !== 'pass' || gate.size === 0, 'nothing overtakes what is held');
        };
        for (const [what, ms] of steps) {
          at += ms;
          if (what === 'arrive') arrive();
          else if (what === 'open') open();
          else if (what === 'close') gate.close();
          else out.push(...itemsOf(what === 'expire' ? gate.expire(at) : gate.clear()));
        }
        open();
        assert.deepEqual([...out].sort((a, b) => a - b), Array.from({ length: arrivals }, (_, index) => index + 1));
      }),
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { againMs, TRIES } from '../../src/shared/core/retry';

describe('retry', () => {
  it('waits longer from try to try, 10 s at most, and gives up after the fifth', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((tried) => againMs({ again: 'later' }, tried, 0.5));
    assert.deepEqual(waits, [375, 750, 1_500, 3_000, undefined, undefined]);
    assert.equal(TRIES, 5);
  });

  it('spreads the waits by luck, over the second half of each', () => {
    assert.deepEqual([againMs({ again: 'later' }, 1, 0), againMs({ again: 'later' }, 1, 0.999)], [250, 499.75]);
  });

  it('keeps a pause that the exchange asked for, unless it is long', () => {
    assert.equal(againMs({ again: 'later', pauseMs: 7_000 }, 1, 0), 7_000);
    assert.equal(againMs({ again: 'later', pauseMs: 10_001 }, 1, 0), undefined);
  });

  it('asks three times in all where the nonce is refused, and once where that is useless', () => {
    assert.deepEqual([1, 2, 3].map((tried) => againMs({ again: 'fresh nonce' }, tried, 0) !== undefined), [true, true, false]);
    assert.equal(againMs({ again: 'never' }, 1, 0), undefined);
  });

  it('never waits more than 10 s between two tries', () => {
    fc.assert(
      fc.property(fc.constantFrom('later' as const, 'fresh nonce' as const), fc.integer({ min: 1, max: 10 }), fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.integer({ min: 0, max: 20_000 }), (again, tried, luck, pauseMs) => {
        const waitMs = againMs({ again, pauseMs }, tried, luck);
        assert.ok(waitMs === undefined ? tried >= 3 || pauseMs > 10_000 : waitMs <= 10_000 && waitMs >= pauseMs);
      }),
    );
  });
});

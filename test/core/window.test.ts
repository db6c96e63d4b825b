import assert from 'node:assert/strict';
import { SlidingWindow } from '../../src/shared/core/window';

const THREE_A_SECOND = { max: 3, perMs: 1_000, source: 'this test' };

describe('sliding window', () => {
  it('lets the next start through once the oldest no longer counts, and a little later', () => {
    const window = new SlidingWindow(THREE_A_SECOND);
    for (const at of [0, 400, 800]) {
      assert.equal(window.waitMs(at), 0);
      window.take(at);
    }
    assert.equal(window.used(800), 3);
    assert.equal(window.waitMs(800), 700);
    assert.equal(window.waitMs(1_499), 1);
    assert.equal(window.waitMs(1_500), 0);
    assert.equal(window.used(1_500), 2);
  });

  it('tells how long a start waits behind others, over as many windows as it takes', () => {
    const window = new SlidingWindow(THREE_A_SECOND);
    for (const at of [0, 100, 200]) window.take(at);
    assert.deepEqual([0, 1, 2, 3, 5, 6].map((ahead) => window.waitMs(200, ahead)), [1_300, 1_400, 1_500, 2_800, 3_000, 4_300]);
    const empty = new SlidingWindow(THREE_A_SECOND);
    assert.deepEqual([0, 2, 3, 6].map((ahead) => empty.waitMs(50, ahead)), [0, 0, 1_500, 3_000]);
  });

  it('counts a start that was admitted as if it left now, until it leaves or is given back', () => {
    const window = new SlidingWindow(THREE_A_SECOND);
    const [first, second, third] = [window.reserve(), window.reserve(), window.reserve()];
    for (const now of [0, 5_000]) assert.deepEqual([window.used(now), window.waitMs(now), window.waitMs(now, 3)], [3, 1_500, 3_000]);
    first.leave(5_000);
    first.giveBack();
    assert.deepEqual([window.used(6_000), window.waitMs(6_000)], [3, 500]);
    second.giveBack();
    second.leave(6_000);
    assert.deepEqual([window.used(6_000), window.waitMs(6_000), window.waitMs(6_000, 1)], [2, 0, 500]);
    third.leave(6_400);
    assert.deepEqual([window.used(6_500), window.waitMs(6_500, 2)], [1, 1_400]);
  });

  it('holds still until it may go on, and forgets no start meanwhile', () => {
    const window = new SlidingWindow(THREE_A_SECOND);
    window.hold(5_000);
    window.hold(2_000);
    assert.deepEqual([window.waitMs(1_000), window.heldMs(1_000), window.heldMs(5_000)], [4_000, 4_000, 0]);
    for (const at of [5_000, 5_000, 5_000]) window.take(at);
    window.hold(5_100);
    assert.equal(window.waitMs(5_000), 1_500);
    assert.equal(window.waitMs(4_000, 0) > 0, true);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffMs } from '../../src/shared/core/backoff';
import { LIMITS } from '../../src/shared/core/limits';
import { Pulse, SILENCE_MS, Watch, WATCH_MS } from '../../src/shared/core/pulse';
import { Throttle } from '../../src/shared/core/throttle';
import { SlidingWindow } from '../../src/shared/core/window';
import { VirtualClock } from '../virtual-clock';

describe('backoff', () => {
  it('begins with 0.5 to 2 s, grows, and never exceeds 60 s', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 0.999999, noNaN: true }), (tries, luck) => {
        const wait = backoffMs(tries, luck);
        assert.ok(wait >= 500 && wait <= 60_000);
        assert.ok(backoffMs(tries + 1, luck) >= wait);
        if (tries === 0) assert.ok(wait <= 2_000);
      }),
    );
    assert.ok(backoffMs(20, 0.999) > 59_000);
  });
});

describe('pulse', () => {
  it('is stale only after a silence longer than two heartbeats', () => {
    const pulse = new Pulse(0);
    assert.equal(pulse.isStale(SILENCE_MS), false);
    assert.equal(pulse.isStale(SILENCE_MS + 1), true);
    pulse.beat(SILENCE_MS);
    assert.equal(pulse.isStale(SILENCE_MS + 31_000), false);
  });

  it('knows a watch that was itself asleep', () => {
    const watch = new Watch(0);
    assert.equal(watch.look(WATCH_MS + 40), 0);
    assert.ok(watch.look(WATCH_MS + 40 + 20_000) > 18_000);
  });
});

describe('sliding window', () => {
  it('never admits more than the limit in any window, whatever arrives when', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(arrivals, (gaps) => {
        const { max, perMs } = LIMITS.connect;
        const window = new SlidingWindow(LIMITS.connect);
        const starts: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          now += window.waitMs(now);
          assert.equal(window.waitMs(now), 0);
          window.take(now);
          starts.push(now);
        }
        for (const [at, start] of starts.entries()) assert.ok(starts.slice(at).filter((other) => other - start <= perMs).length <= max);
      }),
    );
  });
});

describe('throttle', () => {
  it('lets the first through, then the newest state at most once an interval', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    let state = 0;
    const throttle = new Throttle(clock, 1000, () => seen.push(state));
    for (state = 1; state <= 50; state++) {
      throttle.poke();
      clock.advance(100);
    }
    assert.deepEqual(seen, [1, 10, 20, 30, 40, 50]);
    throttle.poke();
    clock.advance(5000);
    assert.deepEqual(seen.slice(6), [51], 'the last change is not lost, and said once');
  });

  it('says nothing any more once cancelled, and everything at interval 0', () => {
    const clock = new VirtualClock();
    let said = 0;
    const throttle = new Throttle(clock, 1000, () => said++);
    throttle.poke();
    throttle.poke();
    throttle.cancel();
    clock.advance(5000);
    assert.equal(said, 1);
    const every = new Throttle(clock, 0, () => said++);
    for (let at = 0; at < 5; at++) every.poke();
    assert.equal(said, 6);
  });
});

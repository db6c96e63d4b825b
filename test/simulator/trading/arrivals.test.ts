import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Luck } from '../../../src/shared/simulator/luck';
import { Arrivals } from '../../../src/shared/simulator/trading/market/arrivals';
import { ScopedClock } from '../../../src/shared/simulator/wall-clock';
import { VirtualClock } from '../../virtual-clock';

describe('simulator/trading/arrivals', () => {
  it('come in the order in which they were asked for, after the latency and its jitter, and never without it', () => {
    const way = fc.record({ latencyMs: fc.nat(400), jitterMs: fc.nat(300) });
    fc.assert(
      fc.property(fc.integer(), way, fc.array(fc.nat(200), { minLength: 1, maxLength: 40 }), (seed, { latencyMs, jitterMs }, pauses) => {
        const clock = new VirtualClock();
        const arrivals = new Arrivals(new ScopedClock(clock), new Luck(seed, 'way'), { latencyMs, jitterMs });
        const came: { number: number; waitMs: number }[] = [];
        pauses.forEach((pauseMs, number) => {
          clock.advance(pauseMs);
          const asked = clock.monotonic();
          arrivals.later(() => came.push({ number, waitMs: clock.monotonic() - asked }));
        });
        clock.advance(1000);
        assert.deepEqual(came.map(({ number }) => number), pauses.map((_, number) => number));
        for (const { waitMs } of came) {
          assert.ok(Number.isInteger(waitMs), 'whole milliseconds');
          assert.ok(waitMs >= Math.max(0, latencyMs - jitterMs) - 0.5 && waitMs <= latencyMs + jitterMs + 0.5, `${waitMs} ms`);
        }
      }),
    );
  });

  it('keep their order although both fall due at one moment', () => {
    const clock = new VirtualClock();
    const arrivals = new Arrivals(new ScopedClock(clock), new Luck(1, 'way'), { latencyMs: 100, jitterMs: 0 });
    const came: number[] = [];
    for (const number of [1, 2, 3]) arrivals.later(() => came.push(number));
    clock.oversleep(5000);
    assert.deepEqual(came, [1, 2, 3]);
  });
});

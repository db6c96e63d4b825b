import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LIMITS } from '../../src/shared/core/limits';
import { Limiter } from '../../src/shared/link/limiter';
import { settled } from '../until';
import { VirtualClock } from '../virtual-clock';

/** A wall clock that a test can set back while monotonic time goes on. */
class JumpingClock extends VirtualClock {
  private jump = 0;
  override now = (): number => Date.UTC(2026, 0, 1) + this.monotonic() + this.jump;
  setBack(ms: number): void {
    this.jump -= ms;
  }
}

async function pass(clock: VirtualClock, ms: number, step: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += step) {
    clock.advance(step);
    await settled();
  }
}

describe('limiter', () => {
  it('admits at once up to the limit, then as the window slides', async () => {
    const clock = new VirtualClock();
    const limiter = new Limiter(clock);
    const { max, perMs } = LIMITS.subscribe;
    const admitted: number[] = [];
    for (let at = 0; at < max + 5; at++) void limiter.admit('subscribe').then(() => admitted.push(clock.monotonic()));
    for (let turn = 0; turn < 40; turn++) await settled();
    assert.equal(admitted.length, max);
    assert.equal(limiter.isShort('subscribe'), true);
    const { used, waiting } = limiter.budget().find(({ limit }) => limit === 'subscribe') ?? {};
    assert.deepEqual([used, waiting], [max, 5]);
    await pass(clock, perMs + 1_000, 100);
    assert.equal(admitted.length, max + 5);
    assert.ok((admitted.at(-1) as number) > perMs);
  });

  it('never lets more through in any window, whatever arrives when', async () => {
    const { max, perMs } = LIMITS.connect;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 5, maxLength: 40 }), async (gaps) => {
        const clock = new VirtualClock();
        const limiter = new Limiter(clock);
        const admitted: number[] = [];
        for (const gap of gaps) {
          for (let burst = 0; burst < 4; burst++) void limiter.admit('connect').then(() => admitted.push(clock.monotonic()));
          clock.advance(gap);
          await settled();
        }
        for (const at of admitted) assert.ok(admitted.filter((other) => other >= at && other <= at + perMs).length <= max);
      }),
      { numRuns: process.env['LONG'] ? 200 : 12 },
    );
  });

  it('goes on when the wall clock jumps back ten minutes', async () => {
    // Bottleneck reads Date.now: a jump back must not make it wait for the old time to come again
    const real = Date.now;
    const clock = new JumpingClock();
    const limiter = new Limiter(clock);
    const { max } = LIMITS.connect;
    try {
      let admitted = 0;
      Date.now = () => clock.now();
      for (let at = 0; at < max + 3; at++) void limiter.admit('connect').then(() => admitted++);
      await pass(clock, 1_000, 20);
      clock.setBack(600_000);
      await pass(clock, 65_000, 1_000);
      assert.equal(admitted, max + 3);
      void limiter.admit('connect').then(() => admitted++);
      clock.setBack(600_000);
      await pass(clock, 5_000, 500);
      assert.equal(admitted, max + 4);
    } finally {
      Date.now = real;
    }
  });

  it('serves what is urgent before what is not', async () => {
    const clock = new VirtualClock();
    const limiter = new Limiter(clock);
    const order: string[] = [];
    for (let at = 0; at < LIMITS.connect.max; at++) void limiter.admit('connect');
    for (let turn = 0; turn < 30; turn++) await settled();
    void limiter.admit('connect', { priority: 'background' }).then(() => order.push('held back already'));
    await settled();
    void limiter.admit('connect', { priority: 'background' }).then(() => order.push('background'));
    void limiter.admit('connect', { priority: 'read' }).then(() => order.push('read'));
    await pass(clock, 70_000, 1_000);
    assert.deepEqual(order, ['held back already', 'read', 'background']);
  });
});

import assert from 'node:assert/strict';
import { AccountGate, REAL_ACCOUNT_LIMITS } from '../../src/shared/simulator/account-limits';
import { RollingCount } from '../../src/shared/simulator/rolling-count';
import { VirtualClock } from '../virtual-clock';

const OFF = { authConnections: Infinity, orders: Infinity };
const many = (count: number, ask: () => boolean): boolean[] => Array.from({ length: count }, ask);

describe('what those with keys may do', () => {
  it('is unlimited unless set', () => {
    const gate = new AccountGate(OFF, new VirtualClock());
    assert.ok(many(5000, () => gate.admitsLogin() && gate.admitsOrders('1')).every(Boolean));
  });

  it('is five logins in 15 s; one more, and all wait for 15 s', () => {
    const clock = new VirtualClock();
    const gate = new AccountGate(REAL_ACCOUNT_LIMITS, clock);
    assert.deepEqual(many(3, () => gate.admitsLogin()), [true, true, true]);
    clock.advance(14_000);
    assert.deepEqual(many(3, () => gate.admitsLogin()), [true, true, false]);
    // the first three no longer count, but the block stands
    clock.advance(14_999);
    assert.equal(gate.admitsLogin(), false);
    clock.advance(1);
    assert.deepEqual(many(6, () => gate.admitsLogin()), [true, true, true, true, true, false]);
  });

  it('is a thousand orders in any five minutes, each user for himself', () => {
    const clock = new VirtualClock();
    const gate = new AccountGate(REAL_ACCOUNT_LIMITS, clock);
    assert.ok(many(600, () => gate.admitsOrders('1')).every(Boolean));
    clock.advance(200_000);
    assert.ok(many(400, () => gate.admitsOrders('1')).every(Boolean));
    assert.equal(gate.admitsOrders('1'), false);
    assert.equal(gate.admitsOrders('2'), true);
    clock.advance(100_000);
    // the first 600 are five minutes old
    assert.ok(many(600, () => gate.admitsOrders('1')).every(Boolean));
    assert.equal(gate.admitsOrders('1'), false);
  });

  it('counts a multi operation as a whole: all of its orders or none', () => {
    const gate = new AccountGate({ ...OFF, orders: 100 }, new VirtualClock());
    assert.deepEqual([gate.admitsOrders('1', 75), gate.admitsOrders('1', 75), gate.admitsOrders('1', 25), gate.admitsOrders('1')], [true, false, true, false]);
  });
});

describe('a rolling count', () => {
  it('never admits more than its number in any window, and no less than it may (random arrivals)', () => {
    const clock = new VirtualClock();
    const count = new RollingCount(7, 1000, clock);
    const admitted: number[] = [];
    let refused = 0;
    for (let at = 0; at < 5000; at++) {
      clock.advance(Math.floor(clock.random() * 250));
      const now = clock.monotonic();
      const within = admitted.filter((time) => time > now - 1000).length;
      assert.equal(count.admits(), within < 7);
      if (within < 7) admitted.push(now);
      else refused++;
    }
    assert.ok(refused > 100 && admitted.length > 100);
  });
});

import assert from 'node:assert/strict';
import { AccountState } from '../../../src/shared/simulator/trading/account/account-state';
import { findOrder } from '../../../src/shared/simulator/trading/orders/find-order';
import { findOrders } from '../../../src/shared/simulator/trading/orders/find-orders';
import type { Order } from '../../../src/shared/simulator/trading/account/order';

const DAY = 86_400_000;

/** How often any order was asked when it was made. */
let looks = 0;

/** An account with so many open orders, ten of each cid, one of them a day. */
function accountWith(count: number): { state: AccountState } {
  const state = new AccountState();
  for (let id = 1; id <= count; id++) {
    const made = Object.defineProperty({ id, cid: Math.floor((id - 1) / 10), gid: null }, 'createdAt', { get: () => (looks++, ((id - 1) % 10) * DAY) });
    state.orders.set(id, made as Order);
  }
  return { state };
}

const ids = (found: ReturnType<typeof findOrders>): number[] => (Array.isArray(found) ? (found as Order[]) : []).map(({ id }) => id);

describe('the orders that a client means', () => {
  const account = accountWith(2000);
  beforeEach(() => (looks = 0));

  it('are found by cid and day, each looked at once however many are named', () => {
    const cid = Array.from({ length: 1000 }, (_, at) => [at % 2 === 0 ? at / 20 : 7, '1970-01-03']);
    const named = cid.map(([one, date]) => [Math.floor(one as number), date]);
    const found = ids(findOrders(account, { cid: named }));
    assert.deepEqual(found.slice(0, 3), [3, 13, 23]);
    assert.equal(found.length, 50);
    assert.ok(looks <= 2000, `${looks} looks`);
  });

  it('is one by cid and day, found without a look at the others', () => {
    assert.equal((findOrder(account, { cid: 12, cid_date: '1970-01-05' }) as Order).id, 125);
    assert.ok(looks <= 20, `${looks} looks`);
  });

  it('are a thousand of a kind at most', () => {
    const many = Array.from({ length: 1001 }, (_, at) => at);
    for (const payload of [{ id: many }, { gid: many }, { cid: many.map((one) => [one, '1970-01-01']) }]) assert.match(JSON.stringify(findOrders(account, payload)), /: invalid/);
    assert.equal(ids(findOrders(account, { id: many.slice(1) })).length, 1000);
  });
});

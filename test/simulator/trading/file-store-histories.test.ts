import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { ORDER_FLAGS, ORDER_TYPES } from '../../../src/shared/simulator/trading/account/order';
import type { OrderWish } from '../../../src/shared/simulator/trading/orders/order-wish';
import { Folder, KeptFloor, SYMBOLS } from './kept-floor';

const RUNS = process.env['LONG'] === '1' ? 2_000 : 150;

type Act = (floor: KeptFloor) => void;

const price = fc.integer({ min: 94, max: 107 });
const amount = fc.integer({ min: -40, max: 40 }).filter((units) => units !== 0).map((units) => unitsOf(units / 100));
const market = fc.constantFrom(...SYMBOLS.keys());

/** An order that most accounts can pay for; what is refused changes nothing. */
const submit: fc.Arbitrary<Act> = fc
  .record({ symbol: fc.constantFrom(...SYMBOLS), type: fc.constantFrom(...ORDER_TYPES), spot: fc.boolean(), amount, price, auxLimit: price, trailing: fc.integer({ min: 1, max: 4 }), oco: fc.boolean(), late: fc.boolean() })
  .map(({ type, trailing, oco, auxLimit, late, ...wish }) => (floor) => {
    const isPair = oco && type === 'LIMIT' && wish.spot;
    const made: Partial<OrderWish> = {
      ...{ ...wish, type, trailing: type === 'TRAILING STOP' ? trailing : 0, auxLimit: type === 'STOP LIMIT' ? auxLimit : 0, price: type === 'MARKET' ? 0 : wish.price },
      ...{ ocoStop: isPair ? auxLimit : 0, flags: isPair ? ORDER_FLAGS.oco : 0, tif: late ? floor.clock.now() + 5_000 : null },
    };
    try {
      floor.submit(made);
    } catch (error) {
      assert.match((error as Error).message, /Invalid order|balance/);
    }
  });

const pick = fc.nat(50);
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: submit },
  { weight: 3, arbitrary: fc.tuple(market, price, amount).map(([at, paid, units]) => (floor: KeptFloor) => floor.markets[at]?.print(paid, Number(units) / 1e8)) },
  { weight: 2, arbitrary: fc.tuple(market, price).map(([at, bid]) => (floor: KeptFloor) => floor.markets[at]?.show({ bids: [[bid, 0.2], [bid - 2, 3]], asks: [[bid + 1, 0.1], [bid + 3, 4]] })) },
  { weight: 2, arbitrary: pick.map((at) => (floor: KeptFloor) => {
    const open = [...floor.account.state.orders.keys()];
    if (open.length > 0) floor.cancel(open[at % open.length] as number);
  }) },
  { weight: 3, arbitrary: fc.constantFrom(20, 150, 1000).map((ms) => (floor: KeptFloor) => floor.clock.advance(ms)) },
);

describe('accounts in a file, over random histories', () => {
  it('are the same after each kill and each restart in between', () => {
    const counts = { kills: 0, restarts: 0, orders: 0, trades: 0, positions: 0 };
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(acts, { maxLength: 15 }), fc.boolean()), { minLength: 1, maxLength: 5 }), (lives) => {
        const folder = new Folder();
        try {
          let floor = new KeptFloor(folder.file());
          for (const [several, isKilled] of lives) {
            for (const act of several) act(floor);
            const whole = floor.whole;
            counts[isKilled ? 'kills' : 'restarts']++;
            floor = isKilled ? floor.kill() : floor.restart();
            assert.deepEqual(floor.whole, whole);
            assert.deepEqual(floor.reports, []);
          }
          const { closedOrders, trades, positions } = floor.account.state;
          counts.orders += closedOrders.length;
          counts.trades += trades.length;
          counts.positions += positions.size;
        } finally {
          folder.remove();
        }
      }),
      { numRuns: RUNS },
    );
    assert.ok(Object.values(counts).every((count) => count > 20), JSON.stringify(counts));
  });
});

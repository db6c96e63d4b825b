import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Triggers } from '../../../src/shared/simulator/trading/market/triggers';

const NONE = { fired: [], moved: [] };

describe('stops', () => {
  it('fire at their price or beyond, once: buys when the last price rises, sells when it falls', () => {
    const triggers = new Triggers();
    triggers.add(1, true, 105, 0);
    triggers.add(2, false, 95, 0);
    assert.deepEqual(triggers.onTrade(104.9), NONE);
    assert.deepEqual(triggers.onTrade(95.1), NONE);
    assert.deepEqual(triggers.onTrade(105), { fired: [1], moved: [] });
    assert.deepEqual(triggers.onTrade(94), { fired: [2], moved: [] });
    assert.deepEqual(triggers.onTrade(200), NONE);
    assert.equal(triggers.size, 0);
  });

  it('fire in the order of their age when one trade hits several', () => {
    const triggers = new Triggers();
    triggers.add(9, true, 105, 0);
    triggers.add(8, false, 120, 5);
    triggers.add(7, true, 101, 0);
    triggers.add(6, true, 105, 0);
    triggers.add(5, true, 111, 0);
    triggers.add(4, false, 110, 0);
    assert.deepEqual(triggers.onTrade(110), { fired: [9, 8, 7, 6, 4], moved: [] });
    assert.equal(triggers.size, 1);
  });

  it('do not fire when they were removed', () => {
    const triggers = new Triggers();
    for (const id of [1, 2, 3]) triggers.add(id, true, 105, 0);
    triggers.add(4, true, 105, 1);
    triggers.remove(2);
    triggers.remove(4);
    triggers.remove(99);
    assert.deepEqual(triggers.onTrade(106), { fired: [1, 3], moved: [] });
  });
});

describe('trailing stops', () => {
  it('follow the best last price at their distance, never back, and fire', () => {
    const triggers = new Triggers();
    triggers.add(1, false, 95, 5);
    assert.deepEqual(triggers.onTrade(100), NONE);
    assert.deepEqual(triggers.onTrade(103), { fired: [], moved: [{ id: 1, price: 98 }] });
    assert.deepEqual(triggers.onTrade(99), NONE);
    assert.deepEqual(triggers.onTrade(103.1), { fired: [], moved: [{ id: 1, price: 98.1 }] });
    assert.deepEqual(triggers.onTrade(98.1), { fired: [1], moved: [] });
  });

  it('of buys follow the lowest price', () => {
    const triggers = new Triggers();
    triggers.add(1, true, 105, 5);
    assert.deepEqual(triggers.onTrade(99.3), { fired: [], moved: [{ id: 1, price: 104.3 }] });
    assert.deepEqual(triggers.onTrade(104.2), NONE);
    assert.deepEqual(triggers.onTrade(104.3), { fired: [1], moved: [] });
  });

  it('have prices of whole units, without the noise of binary fractions', () => {
    const triggers = new Triggers();
    triggers.add(1, false, 0.1, 0.1);
    assert.deepEqual(triggers.onTrade(0.3).moved, [{ id: 1, price: 0.2 }]);
    assert.notEqual(0.3 - 0.1, 0.2);
  });

  it('without a price start from the first trade', () => {
    const triggers = new Triggers();
    triggers.add(1, true, 0, 5);
    triggers.add(2, false, 0, 5);
    assert.deepEqual(triggers.onTrade(100), { fired: [], moved: [{ id: 1, price: 105 }, { id: 2, price: 95 }] });
    assert.deepEqual(triggers.onTrade(105), { fired: [1], moved: [{ id: 2, price: 100 }] });
  });
});

describe('stops and trades of any kind', () => {
  const price = fc.integer({ min: 90, max: 110 }).map((tick) => tick / 10);
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), id: fc.integer({ min: 1, max: 30 }), buy: fc.boolean(), price, trailing: fc.constantFrom(0, 0, 0.3, 0.7) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), id: fc.integer({ min: 1, max: 30 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('trade' as const), price }) },
  );

  it('agree with a list of stops that are all looked at', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
    const seen = { fired: 0, moved: 0 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const triggers = new Triggers();
        let all: { id: number; buy: boolean; price: number; trailing: number }[] = [];
        for (const action of steps) {
          if (action.do !== 'trade') all = all.filter(({ id }) => id !== action.id);
          if (action.do === 'remove') triggers.remove(action.id);
          if (action.do === 'add') {
            triggers.add(action.id, action.buy, action.price, action.trailing);
            all.push({ ...action });
          }
          if (action.do === 'trade') {
            const last = action.price;
            const fired = all.filter((stop) => (stop.buy ? last >= stop.price : last <= stop.price));
            all = all.filter((stop) => !fired.includes(stop));
            const moved: { id: number; price: number }[] = [];
            for (const stop of all.filter(({ trailing }) => trailing > 0)) {
              const wanted = Number((stop.buy ? last + stop.trailing : last - stop.trailing).toFixed(8));
              if (stop.buy ? wanted >= stop.price : wanted <= stop.price) continue;
              stop.price = wanted;
              moved.push({ id: stop.id, price: wanted });
            }
            seen.fired += fired.length;
            seen.moved += moved.length;
            assert.deepEqual(triggers.onTrade(last), { fired: fired.map(({ id }) => id), moved });
          }
          assert.equal(triggers.size, all.length);
        }
      }),
      { seed, numRuns: process.env['LONG'] === '1' ? 20_000 : 2_000 },
    );
    console.log(`      seed ${seed}: ${JSON.stringify(seen)}`);
    assert.ok(seen.fired > 1_000 && seen.moved > 1_000);
  });
});

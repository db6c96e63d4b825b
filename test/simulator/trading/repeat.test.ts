import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Floor } from './floor';

/** One thing that happens on the floor. */
type Step = (floor: Floor) => void;

const tenths = (from: number, to: number): fc.Arbitrary<number> => fc.integer({ min: from * 10, max: to * 10 }).map((tenth) => tenth / 10);
const price = tenths(95, 106);
const signed = fc.tuple(tenths(0.1, 3), fc.boolean()).map(([size, buys]) => (buys ? size : -size));

const wish = fc
  .record({
    type: fc.constantFrom('LIMIT', 'MARKET', 'STOP', 'STOP LIMIT', 'TRAILING STOP', 'FOK', 'IOC'),
    prefix: fc.constantFrom('EXCHANGE ', 'EXCHANGE ', ''),
    amount: signed,
    price,
    price_aux_limit: price,
    price_trailing: tenths(0.5, 4),
    price_oco_stop: price,
    flags: fc.constantFrom(0, 0, 0, 64, 512, 1024, 4096, 16384),
    gid: fc.constantFrom(null, 1),
    tif: fc.constantFrom(null, null, '2026-01-01 00:00:05'),
  })
  .map(({ prefix, type, ...rest }) => ({ symbol: 'tBTCUSD', type: `${prefix}${type}`, ...rest }));

/** The nth open order, if there are so many. */
const open = (floor: Floor, number: number): number | undefined => [...floor.account.state.orders.keys()][number];

const level = fc.tuple(tenths(0.1, 4), fc.nat(20));
const bookStep = fc.tuple(price, level, level).map(
  ([middle, [bid, below], [ask, above]]): Step =>
    ({ market }) => market.show({ bids: [[middle - 0.1 - below / 10, bid], [90, 5]], asks: [[middle + 0.1 + above / 10, ask], [112, 5]] }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: wish.map((payload): Step => (floor) => void floor.say('on', payload)) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(4), price, signed).map(([number, to, amount]): Step => (floor) => void floor.say('ou', { id: open(floor, number), price: to, amount })) },
  { weight: 1, arbitrary: fc.nat(4).map((number): Step => (floor) => void floor.say('oc', { id: open(floor, number) })) },
  { weight: 1, arbitrary: fc.constantFrom({ all: 1 }, { gid: [1] }).map((payload): Step => (floor) => void floor.say('oc_multi', payload)) },
  { weight: 1, arbitrary: fc.tuple(wish, wish).map((two): Step => (floor) => void floor.say('ox_multi', two.map((payload) => ['on', payload]))) },
  { weight: 3, arbitrary: fc.tuple(price, signed).map(([at, amount]): Step => ({ market }) => market.print(at, amount)) },
  { weight: 3, arbitrary: bookStep },
  { weight: 4, arbitrary: fc.nat(400).map((ms): Step => ({ clock }) => clock.advance(ms)) },
  { weight: 1, arbitrary: fc.boolean().map((isStale): Step => ({ market }) => market.turn(isStale)) },
);

/** What was written down and told, as text: amounts are bigints. */
function historyOf(seed: number, steps: readonly Step[]): { events: string[]; told: string[]; floor: Floor } {
  const floor = new Floor({ seed });
  floor.market.show({ bids: [[100, 2]], asks: [[101, 2]] });
  floor.market.print(100.5, 1);
  for (const one of steps) one(floor);
  floor.clock.advance(10_000);
  const text = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
  return { events: floor.events.map(text), told: floor.heard.map(text), floor };
}

describe('simulator/trading: what repeats', () => {
  it('is everything: the same seed and commands make the same events and messages, another seed has other ids', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { minLength: 5, maxLength: 40 }), (seed, steps) => {
        const [first, second, other] = [historyOf(seed, steps), historyOf(seed, steps), historyOf(seed + 1, steps)];
        assert.deepEqual(second.events, first.events);
        assert.deepEqual(second.told, first.told);
        const orders = first.events.filter((text) => text.includes('"accepted"')).length;
        if (orders > 5) assert.notDeepEqual(other.events, first.events);
      }),
      { numRuns: 150 },
    );
  });

  it('is no end: each order has one, says nothing after it, and holds nothing then', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const { floor } = historyOf(7, steps);
        const ended = new Set<unknown>();
        for (const { type, row } of floor.heard) {
          if (!/^o[nuc]$/.test(type)) continue;
          assert.ok(!ended.has(row[0]), `${type} of ${String(row[0])} after its end`);
          if (type === 'oc') ended.add(row[0]);
        }
        const accepted = floor.events.filter(({ kind }) => kind === 'accepted').length;
        const { closedOrders, orders } = floor.account.state;
        // the stop of an OCO pair that was over before it came is not told
        const silent = closedOrders.filter(({ id, placedId }) => placedId !== null && !floor.heard.some(({ type, row }) => /^o[nuc]$/.test(type) && row[0] === id));
        assert.equal(accepted, ended.size + silent.length + orders.size);
        for (const currency of ['USD', 'BTC']) assert.ok(floor.available('exchange', currency) >= 0, currency);
        floor.market.turn(false);
        floor.say('oc_multi', { all: 1 });
        floor.settle();
        for (const currency of ['USD', 'BTC']) assert.equal(floor.available('exchange', currency), floor.total('exchange', currency), currency);
      }),
      { numRuns: 300 },
    );
  });
});

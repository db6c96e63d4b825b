import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Sides } from '../../../src/shared/simulator/markets/ladder';
import type { Fill, FillMode, Resting } from '../../../src/shared/simulator/trading/market/matcher';
import { least, type Units } from '../../../src/shared/simulator/trading/account/money';
import { CheckedMatcher, type Seen } from './checked-matcher';
import { bookOf, type Shown } from './small-book';
import { SlowMatcher } from './slow-matcher';

const LONG = process.env['LONG'] === '1';
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9);
const RUNS = LONG ? 20_000 : 2_000;

/** Twelve prices; bids and asks overlap now and then, as in a book of which half a change was heard. */
const priceOf = (tick: number): number => Number((99.4 + tick / 10).toFixed(1));
const bidTick = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }) }, { weight: 1, arbitrary: fc.integer({ min: 6, max: 8 }) });
const tickOf = (bid: boolean): fc.Arbitrary<number> => (bid ? bidTick : bidTick.map((tick) => 11 - tick));
const sized = (max: number): fc.Arbitrary<number> => fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max }) }, { weight: 1, arbitrary: fc.constant(7e-7) }).map((tenths) => tenths / 10);
const unitsIn = (size: number): Units => BigInt(Math.round(size * 1e8));

const sideOf = (bid: boolean): fc.Arbitrary<{ bid: boolean; tick: number }> => tickOf(bid).map((tick) => ({ bid, tick }));
const place = fc.boolean().chain(sideOf);
const id = fc.integer({ min: 1, max: 12 });

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('show' as const), place, size: sized(30), how: fc.constantFrom('told', 'told', 'told', 'shown', 'hidden') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('print' as const), tick: fc.integer({ min: 0, max: 11 }), size: sized(40).filter((size) => size > 0), buy: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('rest' as const), id, place, size: sized(30), ahead: fc.option(sized(30), { nil: undefined, freq: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), buy: fc.boolean(), tick: fc.option(fc.integer({ min: 0, max: 11 }), { nil: undefined, freq: 3 }), size: sized(60), most: sized(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resize' as const), id, size: sized(20) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface World {
  readonly mode: FillMode;
  /** Levels of a side; Infinity: the book is whole. */
  readonly length: number;
  readonly raw: boolean;
}

const world: fc.Arbitrary<World> = fc.record({
  mode: fc.oneof({ weight: 4, arbitrary: fc.constant<FillMode>('queue') }, { weight: 1, arbitrary: fc.constantFrom<FillMode>('pessimistic', 'optimistic') }),
  length: fc.constantFrom(2, 4, Infinity),
  raw: fc.boolean(),
});

/** The whole book, and what is shown of it. */
class Truth {
  private readonly sizes = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  sides: Sides = bookOf([], []);

  constructor(private readonly world: World) {
    for (let tick = 0; tick < 5; tick++) {
      this.set(true, tick, 1 + tick / 10);
      this.set(false, 11 - tick, 2 + tick / 10);
    }
    this.show();
  }

  set(bid: boolean, tick: number, size: number): void {
    const side = bid ? this.sizes.bids : this.sizes.asks;
    if (size === 0) side.delete(tick);
    else side.set(tick, size);
  }

  show(): void {
    this.sides = bookOf(this.best(true), this.best(false), this.world.raw);
  }

  private best(bid: boolean): Shown[] {
    const all = [...(bid ? this.sizes.bids : this.sizes.asks)].sort(([a], [b]) => (bid ? b - a : a - b));
    return all.slice(0, this.world.length).map(([tick, size]) => [priceOf(tick), size]);
  }
}

/** One matcher with its own orders, and accounts that answer oddly: always the same way for the same order. */
class Actor {
  readonly log: string[] = [];
  readonly orders = new Map<number, Resting>();
  readonly matcher: CheckedMatcher | SlowMatcher;
  private sides: Sides | undefined;
  private depth = 0;

  constructor(Kind: typeof CheckedMatcher | typeof SlowMatcher, { mode, length }: World) {
    this.matcher = new Kind(mode, this.fill, length === Infinity);
  }

  run(action: Step, sides: Sides): void {
    this.sides = sides;
    const { matcher } = this;
    if (action.do === 'show' && action.how === 'told') matcher.onBook(sides);
    if (action.do === 'print') matcher.onTrade(priceOf(action.tick), action.buy ? action.size : -action.size);
    if (action.do === 'rest' && action.size > 0) this.rest(action);
    if (action.do === 'remove') this.remove(action.id);
    if (action.do === 'resize') this.resize(action.id, unitsIn(action.size));
    if (action.do === 'take') this.take(action.buy, action.tick === undefined ? undefined : priceOf(action.tick), unitsIn(action.size), unitsIn(action.most));
    const state = [...this.orders.values()].filter(({ left }) => left > 0n).map((order) => `${order.id}:${order.left}/${order.ahead}`);
    this.log.push(`${action.do} ${matcher.size} ${matcher.takeable(sides, true, undefined)} ${matcher.takeable(sides, false, undefined)} ${state.join(' ')}`);
  }

  private rest({ id: orderId, place: { bid, tick }, size, ahead }: Step & { do: 'rest' }): void {
    const order = { id: orderId, buy: bid, price: priceOf(tick), left: unitsIn(size), ahead: ahead === undefined ? undefined : unitsIn(ahead) };
    // who changes is taken out first
    this.remove(orderId);
    this.orders.set(orderId, order);
    this.matcher.add(order, this.sides as Sides);
  }

  private remove(orderId: number): void {
    this.orders.delete(orderId);
    this.matcher.remove(orderId);
  }

  private resize(orderId: number, left: Units): void {
    const order = this.orders.get(orderId);
    if (order !== undefined && left < order.left) this.matcher.resize(orderId, left);
  }

  private take(buy: boolean, limit: number | undefined, units: Units, most: Units): void {
    const sum = this.matcher.take(this.sides as Sides, { buy, limit, units }, (price, offered) => {
      this.log.push(`take ${offered} @${price}`);
      return least(offered, most);
    });
    this.log.push(`took ${sum}`);
  }

  private readonly fill: Fill = (order, units) => {
    this.log.push(`fill ${order.id} ${units} @${order.price} before it ${order.ahead}`);
    if (order.id === 3) {
      this.orders.delete(3);
      return 0n;
    }
    if (order.id === 5) return least(units, 50_000_000n);
    if (order.id === 7) for (const gone of [6, 7, 8]) this.remove(gone);
    if (order.id === 9 && this.depth === 0) this.takeMeanwhile(order);
    return units;
  };

  private takeMeanwhile({ buy }: Resting): void {
    this.depth++;
    this.take(buy, undefined, 40_000_000n, 20_000_000n);
    this.depth--;
  }
}

describe('the matcher in any history', function () {
  this.timeout(LONG ? 900_000 : 90_000);

  it('fills within what was shown and printed, and just as the rules say when everything is looked at', () => {
    const total: Seen = { byTrade: 0, byBook: 0, byTaker: 0, refused: 0, units: 0n };
    fc.assert(
      fc.property(world, fc.array(step, { maxLength: 120, size: 'max' }), (given, steps) => {
        const truth = new Truth(given);
        const fast = new Actor(CheckedMatcher, given);
        const slow = new Actor(SlowMatcher, given);
        for (const [at, action] of steps.entries()) {
          if (action.do === 'show') {
            truth.set(action.place.bid, action.place.tick, action.size);
            if (action.how !== 'hidden') truth.show();
          }
          for (const actor of [fast, slow]) actor.run(action, truth.sides);
          assert.deepEqual(fast.log.splice(0), slow.log.splice(0), `step ${at}`);
        }
        const { seen } = fast.matcher as CheckedMatcher;
        for (const key of ['byTrade', 'byBook', 'byTaker', 'refused'] as const) total[key] += seen[key];
        total.units += seen.units;
      }),
      { seed: SEED, numRuns: RUNS },
    );
    console.log(`      seed ${SEED}, ${RUNS} histories: ${JSON.stringify(total, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))}`);
    for (const key of ['byTrade', 'byBook', 'byTaker', 'refused'] as const) assert.ok(total[key] > RUNS / 4, key);
  });
});

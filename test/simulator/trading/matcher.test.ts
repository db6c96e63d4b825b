import assert from 'node:assert/strict';
import { Matcher, type FillMode, type Resting } from '../../../src/shared/simulator/trading/market/matcher';
import { textOf, unitsOf, type Units } from '../../../src/shared/simulator/trading/account/money';
import { bookOf, type Shown } from './small-book';

/** One market in which everybody can pay for what he is offered, unless a test says otherwise. */
class Scene {
  /** `id price units`, as they come. */
  readonly fills: string[] = [];
  readonly matcher: Matcher;
  answer: (order: Resting, units: Units) => Units = (_, units) => units;
  private bids: readonly Shown[] = [];
  private asks: readonly Shown[] = [];

  constructor(mode: FillMode = 'queue', isWhole = false) {
    this.matcher = new Matcher(
      mode,
      (order, units) => {
        const filled = this.answer(order, units);
        this.fills.push(`${order.id} @${order.price} ${textOf(filled)}`);
        return filled;
      },
      isWhole,
    );
  }

  /** Shows this book. */
  book(bids: readonly Shown[], asks: readonly Shown[]): void {
    [this.bids, this.asks] = [bids, asks];
    this.matcher.onBook(this.sides);
  }

  get sides(): ReturnType<typeof bookOf> {
    return bookOf(this.bids, this.asks);
  }

  buy(id: number, price: number, size: number, ahead?: number): Resting {
    return this.rest(id, true, price, size, ahead);
  }

  sell(id: number, price: number, size: number, ahead?: number): Resting {
    return this.rest(id, false, price, size, ahead);
  }

  /** Takes all it is offered, or of each level what `wants` says. @returns `price units` for each level */
  take(buy: boolean, size: number, limit?: number, wants: (price: number) => number = () => Infinity): string[] {
    const got: string[] = [];
    this.matcher.take(this.sides, { buy, limit, units: unitsOf(size) }, (price, units) => {
      const wanted = wants(price);
      const accepted = wanted === Infinity ? units : unitsOf(wanted);
      got.push(`@${price} ${textOf(accepted)}`);
      return accepted;
    });
    return got;
  }

  takeable(buy: boolean, limit?: number): string {
    return textOf(this.matcher.takeable(this.sides, buy, limit));
  }

  /** The fills since the last look. */
  get news(): string[] {
    return this.fills.splice(0);
  }

  private rest(id: number, buy: boolean, price: number, size: number, ahead: number | undefined): Resting {
    const order: Resting = { id, buy, price, left: unitsOf(size), ahead: ahead === undefined ? undefined : unitsOf(ahead) };
    this.matcher.add(order, this.sides);
    return order;
  }
}

const aheadOf = ({ ahead }: Resting): string => (ahead === undefined ? 'unknown' : textOf(ahead));

const BIDS: readonly Shown[] = [[100, 5], [99, 7], [98, 9]];
const ASKS: readonly Shown[] = [[101, 4], [102, 6], [103, 8]];

function scene(mode?: FillMode, isWhole?: boolean): Scene {
  const made = new Scene(mode, isWhole);
  made.book(BIDS, ASKS);
  return made;
}

describe('a taker', () => {
  it('walks the visible book from the best level, and not beyond its limit', () => {
    assert.deepEqual(scene().take(true, 7), ['@101 4', '@102 3']);
    assert.deepEqual(scene().take(true, 12, 102), ['@101 4', '@102 6']);
    assert.deepEqual(scene().take(false, 13, 99), ['@100 5', '@99 7']);
    assert.deepEqual(scene().take(true, 1, 100.5), []);
    assert.equal(scene().takeable(true), '18');
    assert.equal(scene().takeable(false, 99), '12');
  });

  it('finds a level that was taken empty, and the rest of one that was taken in part, until it shows another amount', () => {
    const market = scene();
    market.take(true, 6);
    assert.equal(market.takeable(true, 102), '4');
    assert.deepEqual(market.take(true, 1, 101), []);
    market.book(BIDS, ASKS);
    market.book([[100, 6], ...BIDS.slice(1)], ASKS);
    assert.equal(market.takeable(true, 102), '4', 'the other side does not count');
    market.book(BIDS, [[101, 3.5], [102, 6], [103, 8]]);
    assert.equal(market.takeable(true, 102), '7.5', '101 is new, 102 is as it was');
    assert.deepEqual(market.take(true, 100), ['@101 3.5', '@102 4', '@103 8']);
  });

  it('finds a level whole again that was gone meanwhile, but not one that was out of sight', () => {
    const market = scene();
    market.take(true, 18);
    market.book(BIDS, [[102, 6]]);
    market.book(BIDS, ASKS);
    assert.deepEqual(market.take(true, 100), ['@101 4']);
    const whole = scene('queue', true);
    whole.take(true, 18);
    whole.book(BIDS, [[102, 6]]);
    whole.book(BIDS, ASKS);
    assert.deepEqual(whole.take(true, 100), ['@101 4', '@103 8'], 'a whole book shows that 103 was gone');
  });

  it('believes what is shown now, though nobody told of the change yet', () => {
    const market = scene();
    market.take(true, 3);
    const changed = bookOf(BIDS, [[101, 5], [102, 6]]);
    assert.equal(market.matcher.takeable(changed, true, 101), unitsOf(5));
  });

  it('is asked level by level what it really wants: less than offered ends it, and what it leaves stays free', () => {
    const market = scene();
    assert.deepEqual(market.take(true, 18, undefined, (price) => (price === 102 ? 2.5 : Infinity)), ['@101 4', '@102 2.5']);
    assert.deepEqual(market.take(true, 18, undefined, () => 0), ['@102 0']);
    assert.equal(market.takeable(true), '11.5');
  });

  it('gets the orders of a raw book that stand at one price at once', () => {
    const raw = bookOf(BIDS, ASKS, true);
    const matcher = new Matcher('queue', (_, units) => units);
    const got: string[] = [];
    const take = (units: Units): Units => matcher.take(raw, { buy: true, limit: undefined, units }, (price, offered) => (got.push(`@${price} ${textOf(offered)}`), offered));
    assert.equal(take(unitsOf(7)), unitsOf(7));
    take(unitsOf(100));
    assert.deepEqual(got, ['@101 4', '@102 3', '@102 3', '@103 8']);
  });

  it('gets dust to the last unit', () => {
    const market = new Scene();
    market.book([], [[101, 7e-8], [102, 0.1], [103, 0.2]]);
    assert.deepEqual(market.take(true, 0.3), ['@101 0.00000007', '@102 0.1', '@103 0.19999993']);
    assert.equal(market.takeable(true), '0.00000007');
  });

  it('does not take what a fill takes while it is asked', () => {
    const market = scene();
    const inner: string[][] = [];
    market.matcher.take(market.sides, { buy: true, limit: undefined, units: unitsOf(5) }, (_, units) => {
      if (inner.length === 0) inner.push(market.take(true, 5));
      return units;
    });
    assert.deepEqual(inner, [['@102 5']], 'the 4 of 101 are on offer to the other');
    assert.equal(market.takeable(true, 102), '0');
  });
});

describe('the queue', () => {
  it('is joined behind what is shown, and a new level has nobody before it', () => {
    const market = scene();
    assert.deepEqual([market.buy(1, 100, 1), market.buy(2, 99.5, 1), market.buy(3, 100.5, 1), market.sell(4, 102, 1)].map(aheadOf), ['5', '0', '0', '6']);
    assert.equal(market.matcher.size, 4);
  });

  it('moves on by what trades at its price, and only the excess fills', () => {
    const market = scene();
    const order = market.buy(1, 100, 2);
    market.matcher.onTrade(100, -3);
    assert.deepEqual([aheadOf(order), market.news], ['2', []]);
    market.matcher.onTrade(100, -2.5);
    assert.deepEqual([aheadOf(order), market.news, textOf(order.left)], ['0', ['1 @100 0.5'], '1.5']);
    market.matcher.onTrade(100, -9);
    assert.deepEqual([market.news, market.matcher.size], [['1 @100 1.5'], 0]);
  });

  it('does not care for trades on the other side or at worse prices', () => {
    const market = scene();
    const [buy, sell] = [market.buy(1, 100, 2), market.sell(2, 101, 2)];
    market.matcher.onTrade(100, 9);
    market.matcher.onTrade(101, -9);
    market.matcher.onTrade(100.5, 9);
    market.matcher.onTrade(100.5, -9);
    assert.deepEqual([aheadOf(buy), aheadOf(sell), market.news], ['5', '4', []]);
  });

  it('a trade through the price fills at our own price, up to its size', () => {
    const market = scene();
    const order = market.buy(1, 100, 2);
    market.matcher.onTrade(99, -0.75);
    assert.deepEqual([market.news, aheadOf(order)], [['1 @100 0.75'], '0']);
    market.matcher.onTrade(99, -7);
    assert.deepEqual(market.news, ['1 @100 1.25']);
  });

  it('a trade through the price leaves nobody before those either whom it did not reach', () => {
    const market = scene();
    const [first, second] = [market.sell(1, 101, 2), market.sell(2, 102, 2)];
    market.matcher.onTrade(103, 1);
    assert.deepEqual([market.news, aheadOf(first), aheadOf(second)], [['1 @101 1'], '0', '0']);
  });

  it('one trade has one budget: the best price first, then age', () => {
    const market = new Scene();
    market.book([[90, 1]], [[110, 1]]);
    market.buy(1, 99, 2);
    market.buy(2, 100, 2);
    market.buy(3, 100, 2);
    market.matcher.onTrade(98, -5);
    assert.deepEqual(market.news, ['2 @100 2', '3 @100 2', '1 @99 1']);
  });

  it('several of ours at one price wait for the same others: a trade of 6 with 5 and 8 before them', () => {
    const market = new Scene();
    market.book([[100, 5]], ASKS);
    const first = market.buy(1, 100, 10);
    market.book([[100, 8]], ASKS);
    const second = market.buy(2, 100, 10);
    assert.deepEqual([aheadOf(first), aheadOf(second)], ['5', '8']);
    market.matcher.onTrade(100, -6);
    assert.deepEqual([market.news, aheadOf(first), aheadOf(second)], [['1 @100 1'], '0', '3']);
    market.matcher.onTrade(100, -12);
    assert.deepEqual([market.news, aheadOf(second)], [['1 @100 9'], '0']);
  });

  it('shrinks with the level, ends with it, and never grows', () => {
    const market = scene();
    const order = market.buy(1, 99, 2);
    market.book([[100, 5], [99, 9], [98, 9]], ASKS);
    assert.equal(aheadOf(order), '7');
    market.book([[100, 5], [99, 3.5], [98, 9]], ASKS);
    assert.equal(aheadOf(order), '3.5');
    market.book([[100, 5], [98, 9]], ASKS);
    assert.equal(aheadOf(order), '0');
    market.book(BIDS, ASKS);
    assert.equal(aheadOf(order), '0');
  });

  it('keeps the place of an order that becomes smaller, and puts one that joins again to the back', () => {
    const market = scene();
    const order = market.buy(1, 100, 4);
    market.matcher.onTrade(100, -2);
    market.matcher.resize(1, unitsOf(1));
    assert.equal(aheadOf(order), '3');
    market.matcher.remove(1);
    order.price = 99;
    market.matcher.add(Object.assign(order, { ahead: undefined }), market.sides);
    assert.equal(aheadOf(order), '7');
    market.matcher.onTrade(99, -9);
    assert.deepEqual([market.news, market.matcher.size], [['1 @99 1'], 0]);
  });

  it('forgets an order that is removed or made nothing of, whatever its price says by then', () => {
    const market = scene();
    const order = market.buy(1, 100, 4);
    order.price = 98;
    market.matcher.remove(1);
    market.buy(2, 100, 4);
    market.matcher.resize(2, 0n);
    market.matcher.remove(77);
    market.matcher.onTrade(90, -99);
    assert.deepEqual([market.news, market.matcher.size], [[], 0]);
  });

  it('keeps a place that is given, until the book shows less', () => {
    const market = scene();
    const order = market.buy(1, 100, 2, 6);
    assert.equal(aheadOf(order), '6');
    market.book(BIDS, ASKS);
    assert.equal(aheadOf(order), '5');
  });
});

describe('what a window does not show', () => {
  it('is unknown until the window reaches the price: then everything shown stands before us', () => {
    const market = scene();
    const order = market.buy(1, 97, 2);
    assert.equal(aheadOf(order), 'unknown');
    market.matcher.onTrade(97, -50);
    assert.deepEqual(market.news, [], 'nobody knows who stood there');
    market.book([[98, 9], [97, 11], [96, 1]], ASKS);
    assert.equal(aheadOf(order), '11');
  });

  it('keeps a place that is known when the price goes out of sight', () => {
    const market = scene();
    const order = market.buy(1, 98, 2);
    market.book([[101, 1], [100, 5], [99, 7]], [[102, 6]]);
    assert.equal(aheadOf(order), '9');
    market.book([], [[102, 6]]);
    assert.equal(aheadOf(order), '9', 'an empty side shows nothing');
    market.book([[98, 4]], ASKS);
    assert.equal(aheadOf(order), '4');
  });

  it('is filled by a trade through it all the same', () => {
    const market = scene();
    market.buy(1, 97, 2);
    market.matcher.onTrade(96.5, -1);
    assert.deepEqual(market.news, ['1 @97 1']);
  });

  it('is nobody where the book is whole', () => {
    const market = scene('queue', true);
    const [far, worst] = [market.buy(1, 90, 2), market.buy(2, 98, 2)];
    assert.deepEqual([aheadOf(far), aheadOf(worst)], ['0', '9']);
    market.book(BIDS.slice(0, 2), ASKS);
    assert.equal(aheadOf(worst), '0', 'the level is gone, though now it would lie beyond the worst');
    market.book([...BIDS, [90, 3]], ASKS);
    assert.deepEqual([aheadOf(far), aheadOf(worst)], ['0', '0'], 'who came later stands behind');
  });

  it('a place that is given beyond a whole book is not believed', () => {
    const market = scene('queue', true);
    const order = market.buy(1, 90, 2, 6);
    market.book(BIDS, ASKS);
    assert.equal(aheadOf(order), '0');
  });
});

describe('a book that comes to our price', () => {
  it('fills at our own price what it shows there, once', () => {
    const market = scene();
    market.buy(1, 100.5, 3);
    market.book(BIDS, [[100, 1], [100.5, 0.5], [101, 4]]);
    assert.deepEqual(market.news, ['1 @100.5 1', '1 @100.5 0.5']);
    market.book(BIDS, [[100, 1], [100.5, 0.5], [101, 5]]);
    assert.deepEqual(market.news, []);
    market.book(BIDS, [[100, 0.25], [100.5, 0.5], [101, 5]]);
    assert.deepEqual(market.news, ['1 @100.5 0.25']);
  });

  it('shares what it shows with takers', () => {
    const market = scene();
    market.sell(1, 100.5, 3);
    market.book([[100.5, 2], [100, 5]], ASKS);
    assert.deepEqual(market.news, ['1 @100.5 2']);
    assert.deepEqual(market.take(false, 4), ['@100 4']);
    const other = scene();
    other.take(true, 3, 101);
    other.buy(1, 101, 9);
    other.book(BIDS, ASKS);
    assert.deepEqual(other.news, ['1 @101 1'], 'the remainder of a taker, too, finds only what it left');
  });

  it('shares it among several of ours: the best price first, then age', () => {
    const market = scene();
    market.buy(1, 100.4, 2);
    market.buy(2, 100.5, 2);
    market.buy(3, 100.5, 2);
    market.book(BIDS, [[100.2, 5], [101, 4]]);
    assert.deepEqual(market.news, ['2 @100.5 2', '3 @100.5 2', '1 @100.4 1']);
  });

  it('fills nobody at the very price while others are shown before him, but whoever it has passed', () => {
    const market = scene();
    const order = market.buy(1, 100, 2);
    market.book(BIDS, [[100, 3], [101, 4]]);
    assert.deepEqual([market.news, aheadOf(order)], [[], '5']);
    market.book(BIDS, [[99.5, 1], [100, 3]]);
    assert.deepEqual([market.news, aheadOf(order)], [['1 @100 1', '1 @100 1'], '0']);
  });
});

describe('a fill that is not what was offered', () => {
  it('of nothing takes the order out, and the next one gets it', () => {
    const market = new Scene();
    market.book([[90, 1]], [[110, 1]]);
    for (const id of [1, 2]) market.buy(id, 100, 2);
    market.answer = ({ id }, units) => (id === 1 ? 0n : units);
    market.matcher.onTrade(100, -1);
    assert.deepEqual([market.news, market.matcher.size], [['1 @100 0', '2 @100 1'], 1]);
    market.buy(1, 101, 2);
    market.book([[90, 1]], [[100, 1.5]]);
    assert.deepEqual([market.news, market.matcher.size], [['1 @101 0', '2 @100 1'], 0]);
    assert.equal(market.takeable(true), '0.5', 'what was refused is not taken');
  });

  it('of a part leaves the rest of a trade to the next one', () => {
    const market = new Scene();
    market.book([[90, 1]], [[110, 1]]);
    for (const id of [1, 2]) market.buy(id, 100, 2);
    market.answer = ({ id }, units) => (id === 1 ? unitsOf(0.5) : units);
    market.matcher.onTrade(100, -3);
    assert.deepEqual([market.news, market.matcher.size], [['1 @100 0.5', '2 @100 2'], 1]);
  });

  it('may take any order out meanwhile, itself too', () => {
    const market = new Scene();
    market.book([[90, 1]], [[110, 1]]);
    for (const id of [1, 2, 3]) market.buy(id, 100, 1);
    market.buy(4, 99, 1);
    market.answer = ({ id }, units) => {
      for (const gone of [id, id + 1]) market.matcher.remove(gone);
      return units;
    };
    market.matcher.onTrade(98, -9);
    assert.deepEqual([market.news, market.matcher.size], [['1 @100 1', '3 @100 1'], 0]);
    for (const id of [1, 2, 3]) market.sell(id, 100, 3);
    market.book([[101, 1], [100.5, 1]], [[110, 1]]);
    assert.deepEqual([market.news, market.matcher.size], [['1 @100 1', '3 @100 1'], 0], 'removed in the middle of its fills');
  });
});

describe('an order', () => {
  it('that joins anew while it is filled is another one', () => {
    const market = new Scene();
    market.book([[90, 1]], [[110, 1]]);
    market.buy(1, 100, 1);
    market.answer = (_, units) => {
      if (market.fills.length === 0) market.buy(1, 95, 3);
      return units;
    };
    market.matcher.onTrade(100, -5);
    assert.deepEqual([market.fills, market.matcher.size], [['1 @100 1'], 1]);
    market.matcher.onTrade(95, -5);
    assert.deepEqual([market.fills, market.matcher.size], [['1 @100 1', '1 @95 3'], 0]);
  });
});

describe('the pessimistic mode', () => {
  it('fills by nothing but trades and books that go through the price, and no more than they have', () => {
    const market = scene('pessimistic');
    const order = market.buy(1, 100.5, 9);
    market.matcher.onTrade(100.5, -3);
    market.book(BIDS, [[100.5, 3]]);
    assert.deepEqual(market.news, []);
    market.matcher.onTrade(100.4, -3);
    market.book(BIDS, [[100.4, 2], [100.5, 3]]);
    assert.deepEqual([market.news, textOf(order.left)], [['1 @100.5 3', '1 @100.5 2'], '4']);
  });
});

describe('the optimistic mode', () => {
  it('fills everything by a touch: a trade at the price, or the opposite best', () => {
    const market = scene('optimistic');
    market.buy(1, 100, 50);
    market.buy(2, 100, 50);
    market.buy(3, 99.9, 50);
    market.matcher.onTrade(100, -0.1);
    assert.deepEqual(market.news, ['1 @100 50', '2 @100 50']);
    market.book(BIDS, [[99.9, 0.1]]);
    assert.deepEqual(market.news, ['3 @99.9 50']);
  });
});

describe('a matcher', () => {
  it('is idle when nothing rests and nothing that is still shown was taken', () => {
    const market = scene();
    assert.equal(market.matcher.isIdle, true);
    market.buy(1, 99, 1);
    assert.equal(market.matcher.isIdle, false);
    market.matcher.remove(1);
    market.take(true, 1);
    assert.equal(market.matcher.isIdle, false);
    market.book(BIDS, [[101, 3], [102, 6]]);
    assert.equal(market.matcher.isIdle, true);
    market.take(true, 1, undefined, () => 0);
    market.book(BIDS, [[101, 3], [102, 6]]);
    assert.equal(market.matcher.isIdle, true, 'nothing was taken after all');
  });
});

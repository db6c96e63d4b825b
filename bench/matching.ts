/** What matching costs beside the plainest way to do it: the same events, once with nobody who listens. */
import { Side } from '../src/shared/core/side';
import type { Sides } from '../src/shared/simulator/markets/ladder';
import { Matcher, type Resting } from '../src/shared/simulator/trading/market/matcher';
import { unitsOf } from '../src/shared/simulator/trading/account/money';
import { Luck } from './luck';

interface Scale {
  readonly what: string;
  readonly yardstickName: string;
  readonly symbols: number;
  readonly orders: number;
  /** In one round: the plain way takes milliseconds for each where all orders are in one market. */
  readonly events: number;
  readonly target: number;
}

const SCALES: readonly Scale[] = [
  { what: 'matching, 10,000 orders in 100 markets', yardstickName: 'look at every order', symbols: 100, orders: 10_000, events: 10_000, target: 0.5 },
  { what: 'matching, 10,000 orders in one market', yardstickName: 'look at every order', symbols: 1, orders: 10_000, events: 1_000, target: 0.1 },
];

/** What listens to a market: the part of a matcher that events touch. */
type Listener = Pick<Matcher, 'add' | 'onBook' | 'onTrade' | 'size'>;

/** Levels on each side of a book, and how far from its best price our orders lie at most: most are out of sight. */
const LEVELS = 100;
const FAR = 300;

const ROUNDS = 5;

/** Nanoseconds of CPU per event, a number for each round. */
export interface MeasuredMatching extends Scale {
  readonly nanoseconds: number[];
  readonly yardstickNanoseconds: number[];
}

/**
 * Measures in interleaved rounds, after one that only warms up. What the trading side costs when nothing happens (10
 * symbols, no subscriber) is a matter of the whole exchange and has to be measured there.
 */
export function measureMatching(): MeasuredMatching[] {
  return SCALES.map((scale) => {
    const makers = [() => undefined, () => new Matcher('queue', (_, units) => units), () => new PlainMatcher()];
    const worlds = makers.map((make) => new World(scale, make));
    const rounds: number[][] = [[], [], []];
    for (let round = -1; round < ROUNDS; round++) {
      for (const [at, world] of worlds.entries()) {
        const nanoseconds = world.run(scale.events);
        if (round >= 0) rounds[at]?.push(nanoseconds);
      }
    }
    const [idle, own, plain] = rounds as [number[], number[], number[]];
    const beyond = (all: number[]): number[] => all.map((value, round) => value - (idle[round] as number));
    return { ...scale, nanoseconds: beyond(own), yardstickNanoseconds: beyond(plain) };
  });
}

/** Markets whose levels change, whose best prices move, and where somebody trades. Orders that are filled are replaced. */
class World {
  private readonly luck = new Luck(11);
  /** The events must be the same whoever listens, so orders have their own. */
  private readonly ordersLuck = new Luck(12);
  private readonly markets: { readonly sides: Sides; readonly listener: Listener | undefined; mid: number }[];
  private lastId = 0;

  constructor(
    private readonly scale: Scale,
    make: () => Listener | undefined,
  ) {
    this.markets = Array.from({ length: scale.symbols }, () => ({ sides: { bids: new Side(true, false), asks: new Side(false, false) }, listener: make(), mid: 10_000 }));
    for (const { sides } of this.markets) for (let at = 1; at <= LEVELS; at++) for (const bid of [true, false]) this.show(sides, bid, at, 10_000);
  }

  /** @returns nanoseconds of CPU per event */
  run(events: number): number {
    const begun = process.cpuUsage();
    for (let at = 0; at < events; at++) this.happen();
    const { user, system } = process.cpuUsage(begun);
    return ((user + system) * 1000) / events;
  }

  private happen(): void {
    const { luck } = this;
    const market = this.markets[luck.below(this.markets.length)] as World['markets'][number];
    const { sides, listener } = market;
    this.refill(market);
    const luckOfThis = luck.next();
    const bid = luck.next() < 0.5;
    if (luckOfThis < 0.1) listener?.onTrade(market.mid + (bid ? -1 : 1), bid ? -luck.amount() : luck.amount());
    else if (luckOfThis < 0.2) this.move(market, bid ? -1 : 1);
    else this.show(sides, bid, 1 + Math.floor(LEVELS * luck.next() ** 3), market.mid);
    if (luckOfThis >= 0.1) listener?.onBook(sides);
  }

  private refill({ sides, listener, mid }: World['markets'][number]): void {
    const { ordersLuck: luck, scale } = this;
    while (listener !== undefined && listener.size < scale.orders / scale.symbols) {
      const buy = luck.next() < 0.5;
      const distance = 1 + luck.below(FAR);
      const order: Resting = { id: ++this.lastId, buy, price: buy ? mid - distance : mid + distance, left: unitsOf(luck.amount()), ahead: undefined };
      listener.add(order, sides);
    }
  }

  /** The best price of one side goes, that of the other comes a tick nearer; the windows move with them. */
  private move(market: World['markets'][number], by: number): void {
    const { sides } = market;
    const [came, went] = by > 0 ? [sides.bids, sides.asks] : [sides.asks, sides.bids];
    went.levels.shift();
    came.levels.pop();
    market.mid += by;
    this.show(sides, by > 0, 1, market.mid);
    this.show(sides, by < 0, LEVELS, market.mid);
  }

  private show({ bids, asks }: Sides, bid: boolean, distance: number, mid: number): void {
    const price = bid ? mid - distance : mid + distance;
    const amount = this.luck.amount();
    (bid ? bids : asks).put({ price, amount: bid ? amount : -amount, count: 1, tie: 0, period: 0, key: price });
  }
}

/** The first that comes to mind: one list, of which every event looks at every order, in floats and without any memory of what was taken. */
class PlainMatcher implements Listener {
  private orders: Resting[] = [];

  get size(): number {
    return this.orders.length;
  }

  add(order: Resting, sides: Sides): void {
    this.orders.push(order);
    order.ahead = unitsOf(Math.abs(this.shownAt(sides, order) ?? 0));
  }

  onBook(sides: Sides): void {
    for (const order of this.orders) {
      const shown = unitsOf(Math.abs(this.shownAt(sides, order) ?? 0));
      if (order.ahead === undefined || order.ahead > shown) order.ahead = shown;
      const best = (order.buy ? sides.asks : sides.bids).levels[0];
      if (best !== undefined && (order.buy ? best.price <= order.price : best.price >= order.price)) order.left -= unitsOf(Math.abs(best.amount));
    }
    this.orders = this.orders.filter(({ left }) => left > 0n);
  }

  onTrade(price: number, amount: number): void {
    let left = unitsOf(Math.abs(amount));
    for (const order of this.orders.sort((a, b) => (a.buy ? b.price - a.price : a.price - b.price))) {
      if (order.buy === amount > 0 || (order.buy ? order.price < price : order.price > price)) continue;
      left -= order.ahead ?? 0n;
      if (left > 0n) order.left -= left;
      left -= order.left;
    }
    this.orders = this.orders.filter(({ left: rest }) => rest > 0n);
  }

  private shownAt({ bids, asks }: Sides, { buy, price }: Resting): number | undefined {
    return (buy ? bids : asks).levels.find((level) => level.price === price)?.amount;
  }
}

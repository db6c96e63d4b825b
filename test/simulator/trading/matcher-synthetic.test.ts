import assert from 'node:assert/strict';
import { significant, type Sides } from '../../../src/shared/simulator/markets/ladder';
import { Luck } from '../../../src/shared/simulator/luck';
import type { Market } from '../../../src/shared/simulator/markets/source';
import { synthetic } from '../../../src/shared/simulator/markets/synthetic';
import type { Resting } from '../../../src/shared/simulator/trading/market/matcher';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { VirtualClock } from '../../virtual-clock';
import { CheckedMatcher } from './checked-matcher';
import { SlowMatcher } from './slow-matcher';

const LONG = process.env['LONG'] === '1';
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9);
const HOUR_MS = 3_600_000;

/** As many of ours rest in each market. */
const RESTING = 60;

function marketOf(symbol: string, clock: VirtualClock): Market {
  const source = synthetic({ seed: SEED });
  void source.start({ clock, channels: () => [], backlog: () => 0 });
  return source.market(symbol) as Market;
}

/** Somebody whose orders rest near the price of a market, some far from it, and who takes now and then. */
class Trader {
  readonly fills: string[] = [];
  readonly matcher: CheckedMatcher | SlowMatcher;
  private readonly luck = new Luck(SEED, 'trader');
  private readonly ids: number[] = [];
  private lastId = 0;

  constructor(
    private readonly market: Market,
    Kind: typeof CheckedMatcher | typeof SlowMatcher,
  ) {
    this.matcher = new Kind('queue', (order, units) => (this.fills.push(`${order.id} ${units}`), units), true);
    market.follow((event) => {
      if (event.kind === 'trade' && event.type === 'te') this.matcher.onTrade(event.row[3] as number, event.row[2] as number);
      if (event.kind !== 'book') return;
      this.matcher.onBook(this.sides);
      this.act();
    });
  }

  private get sides(): Sides {
    return this.market.sides('P0', 250) as Sides;
  }

  private act(): void {
    const { luck, matcher, ids } = this;
    while (matcher.size < RESTING) this.place();
    if (luck.chance(0.02)) matcher.remove(luck.pick(ids.slice(-RESTING)));
    if (luck.chance(0.01)) this.take();
  }

  private place(): void {
    const { luck } = this;
    const buy = luck.chance(0.5);
    const best = (buy ? this.sides.bids : this.sides.asks).levels[0]?.price as number;
    const far = luck.chance(0.2) ? luck.between(-0.0001, 0.02) : luck.exponential() * 0.0003;
    const price = significant(best * (buy ? 1 - far : 1 + far), 5, !buy);
    const order: Resting = { id: ++this.lastId, buy, price, left: unitsOf(Number((luck.exponential() * 2 + 0.001).toFixed(8))), ahead: undefined };
    this.ids.push(order.id);
    this.matcher.add(order, this.sides);
  }

  private take(): void {
    const { luck, matcher } = this;
    const buy = luck.chance(0.5);
    const units = unitsOf(Number((luck.exponential() * 3).toFixed(8)));
    const taken = matcher.take(this.sides, { buy, limit: undefined, units }, (_, offered) => offered);
    this.fills.push(`took ${taken}`);
  }
}

describe('the matcher on synthetic markets', function () {
  this.timeout(LONG ? 900_000 : 90_000);

  for (const [symbol, hours] of [['tBTCUSD', 0.5], ['tETHBTC', 2], ['tLTCUSD', 3]] as const) {
    it(`${symbol}: hours of orders near the price are filled within what was shown and printed`, () => {
      const clock = new VirtualClock();
      const { matcher } = new Trader(marketOf(symbol, clock), CheckedMatcher);
      clock.advance(hours * HOUR_MS * (LONG ? 10 : 1));
      const { seen } = matcher as CheckedMatcher;
      console.log(`      seed ${SEED}: ${JSON.stringify({ ...seen, units: Number(seen.units) / 1e8 })}`);
      for (const how of ['byTrade', 'byBook', 'byTaker'] as const) assert.ok(seen[how] > 30, how);
    });
  }

  it('fills just as the rules say when everything is looked at', () => {
    const clock = new VirtualClock();
    const market = marketOf('tLTCUSD', clock);
    const [fast, slow] = [new Trader(market, CheckedMatcher), new Trader(market, SlowMatcher)];
    clock.advance((HOUR_MS / 6) * (LONG ? 10 : 1));
    assert.deepEqual(fast.fills, slow.fills);
    assert.ok(fast.fills.length > 20, String(fast.fills.length));
  });
});

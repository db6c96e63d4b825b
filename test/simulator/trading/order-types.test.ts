import assert from 'node:assert/strict';
import { order as orderTable, type Order } from '../../../src/shared/wire/order';
import { Floor } from './floor';
import { MarginFloor } from './margin-floor';
import { told } from './told';

/** Bids 100 × 2 and 99 × 5, asks 101 × 1 and 102 × 3; the last trade was at 100.5. */
function floorWith(options: ConstructorParameters<typeof Floor>[0] = {}): Floor {
  const floor = new Floor(options);
  for (const market of floor.markets) market.show({ bids: [[100, 2], [99, 5]], asks: [[101, 1], [102, 3]] });
  floor.market.print(100.5, 0.1);
  floor.settle();
  told(floor);
  return floor;
}

/** What is told of orders and trades. */
const news = (floor: Floor): string[] => told(floor).filter((message) => /^(on|ou|oc|te|n)\b/.test(message));

function placed(floor: Floor, wish: Readonly<Record<string, unknown>>): number {
  const id = floor.submit(wish);
  floor.settle();
  return id;
}

/** The last that was told of an order. */
function lastRow(floor: Floor, id: number): Order {
  const found = floor.heard.findLast(({ type, row }) => /^o[nuc]$/.test(type) && row[0] === id);
  return orderTable.decode(found?.row);
}

describe('simulator/trading: order types', () => {
  it('MARKET takes what is shown and ends with the rest', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE MARKET', amount: 5 });
    assert.deepEqual(news(floor), ['te 1 101', 'te 3 102', 'oc EXCHANGE MARKET CANCELED was: PARTIALLY FILLED @ 102.0(3.0): was PARTIALLY FILLED @ 101.0(1.0)']);
    assert.equal(floor.available('exchange', 'USD'), floor.total('exchange', 'USD'));
  });

  it('MARKET takes no more than the account can pay when the price ran away', () => {
    const floor = floorWith();
    floor.market.show({ asks: [[20_000, 10]] });
    floor.submit({ type: 'EXCHANGE MARKET', amount: 4 });
    floor.market.show({ asks: [[40_000, 10]] });
    floor.settle();
    assert.deepEqual(news(floor), ['te 2.5 40000', 'oc EXCHANGE MARKET INSUFFICIENT BALANCE (G1) was: PARTIALLY FILLED @ 40000.0(2.5)']);
    assert.deepEqual([floor.total('exchange', 'USD'), floor.available('exchange', 'USD')], [0, 0]);
  });

  it('IOC takes what it can up to its limit, and ends', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE IOC', amount: 2, price: 101 });
    assert.deepEqual(news(floor), ['te 1 101', 'oc EXCHANGE IOC IOC CANCELED was: PARTIALLY FILLED @ 101.0(1.0)']);
    placed(floor, { type: 'EXCHANGE IOC', amount: 2, price: 99 });
    assert.deepEqual(news(floor), ['oc EXCHANGE IOC IOC CANCELED']);
  });

  it('FOK on margin is not filled in part where the margin has become too little', () => {
    const floor = new MarginFloor(['tBTCUSD', 'tETHUSD'], { USD: 1000 });
    floor.quote({ bid: 29_990, ask: 30_000, last: 30_000 });
    floor.quote({ at: 1, bid: 1999, ask: 2000, last: 2000 });
    floor.trade(1, { symbol: 'tETHUSD' });
    const id = floor.submit({ type: 'FOK', amount: 0.095, price: 30_000 });
    floor.markets[1]?.print(1500, 0.1);
    floor.settle();
    assert.equal(floor.statusOf(id), 'FILLORKILL CANCELED');
    assert.equal(floor.account.state.positions.has('tBTCUSD'), false);
  });

  it('FOK is filled whole, over several levels, or not at all', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE FOK', amount: 4.1, price: 102 });
    placed(floor, { type: 'EXCHANGE FOK', amount: 1.1, price: 101 });
    assert.deepEqual(news(floor), ['oc EXCHANGE FOK FILLORKILL CANCELED', 'oc EXCHANGE FOK FILLORKILL CANCELED']);
    placed(floor, { type: 'EXCHANGE FOK', amount: 4, price: 102 });
    assert.deepEqual(news(floor), ['te 1 101', 'te 3 102', 'oc EXCHANGE FOK EXECUTED @ 102.0(3.0): was PARTIALLY FILLED @ 101.0(1.0)']);
  });

  it('STOP waits for the last trade, is a market order then, and says what it was', () => {
    const floor = floorWith();
    const id = placed(floor, { type: 'EXCHANGE STOP', amount: 1, price: 101.5 });
    assert.deepEqual(news(floor), ['on EXCHANGE STOP ACTIVE']);
    floor.market.print(101.4, 1);
    floor.market.show({ bids: [[101.5, 1]], asks: [[103, 2]] });
    assert.deepEqual(news(floor), [], 'neither a lower trade nor the book');
    floor.market.print(101.5, 1);
    const { type, typePrev, price } = lastRow(floor, id);
    assert.deepEqual([type, typePrev, price], ['EXCHANGE MARKET', 'EXCHANGE STOP', 101.5]);
    assert.deepEqual(news(floor), ['ou EXCHANGE MARKET ACTIVE', 'te 1 103', 'oc EXCHANGE MARKET EXECUTED @ 103.0(1.0)']);
  });

  it('STOP whose price was passed already is hit as it arrives', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE STOP', amount: -1, price: 100.5 });
    assert.deepEqual(news(floor), ['on EXCHANGE STOP ACTIVE', 'ou EXCHANGE MARKET ACTIVE', 'te -1 100', 'oc EXCHANGE MARKET EXECUTED @ 100.0(-1.0)']);
  });

  it('STOP LIMIT is a limit order with its second price once it was hit', () => {
    const floor = floorWith();
    const id = placed(floor, { type: 'EXCHANGE STOP LIMIT', amount: -1, price: 99, price_aux_limit: 100.5 });
    const before = lastRow(floor, id);
    assert.deepEqual([before.price, before.priceAuxLimit], [99, 100.5]);
    floor.market.print(99, -0.1);
    const after = lastRow(floor, id);
    assert.deepEqual([after.type, after.typePrev, after.price, after.priceAuxLimit], ['EXCHANGE LIMIT', 'EXCHANGE STOP LIMIT', 100.5, 0]);
    assert.deepEqual(news(floor), ['on EXCHANGE STOP LIMIT ACTIVE', 'ou EXCHANGE LIMIT ACTIVE'], 'it rests');
    floor.market.print(101, 1);
    const trade = floor.heard.find(({ type }) => type === 'te')?.row;
    assert.deepEqual([trade?.[5], trade?.[6], trade?.[7]], [100.5, 'EXCHANGE LIMIT', 100.5]);
    assert.deepEqual(news(floor), ['te -1 100.5', 'oc EXCHANGE LIMIT EXECUTED @ 100.5(-1.0)']);
  });

  it('TRAILING STOP stands its distance from the last price, follows the best one, and never goes back', () => {
    const floor = floorWith();
    const id = placed(floor, { type: 'EXCHANGE TRAILING STOP', amount: -1, price_trailing: 2 });
    const prices = [lastRow(floor, id).price];
    for (const price of [103, 101.5, 104]) {
      floor.market.print(price, 0.1);
      prices.push(lastRow(floor, id).price);
    }
    assert.deepEqual(prices, [98.5, 101, 101, 102]);
    told(floor);
    floor.market.print(102, -0.1);
    assert.deepEqual(news(floor), ['ou EXCHANGE MARKET ACTIVE', 'te -1 100', 'oc EXCHANGE MARKET EXECUTED @ 100.0(-1.0)']);
  });

  it('TRAILING STOP that buys holds for where it stands, not for what is asked today, and keeps that', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE TRAILING STOP', amount: 1, price_trailing: 50 });
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 150.5);
    floor.market.print(99, 0.1);
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 150.5);
    assert.equal(floor.say('on', { symbol: 'tBTCUSD', type: 'EXCHANGE TRAILING STOP', amount: 3, price_trailing: 40_000 }).status, 'ERROR');
  });

  it('TRAILING STOP that sells stands above 0', () => {
    const floor = floorWith();
    const sell = (distance: number): string => floor.say('on', { symbol: 'tBTCUSD', type: 'EXCHANGE TRAILING STOP', amount: -0.5, price_trailing: distance }).text;
    assert.deepEqual([sell(100.5), sell(500)], ['price_trailing: invalid', 'price_trailing: invalid']);
    assert.equal(sell(100.4), 'Submitting exchange trailing stop sell order for -0.5 BTC.');
  });

  it('TRAILING STOP before the first trade starts from it', () => {
    const floor = new Floor();
    floor.market.show({ bids: [[100, 2]], asks: [[101, 1]] });
    const id = placed(floor, { type: 'EXCHANGE TRAILING STOP', amount: 0.5, price_trailing: 3 });
    assert.equal(lastRow(floor, id).price, 0);
    floor.market.print(100, 1);
    assert.equal(lastRow(floor, id).price, 103);
  });
});

describe('simulator/trading: flags and time in force', () => {
  it('post-only ends where it would take, and rests elsewhere', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE LIMIT', amount: 1, price: 101, flags: 4096 });
    placed(floor, { type: 'EXCHANGE LIMIT', amount: 1, price: 100.5, flags: 4096 });
    assert.deepEqual(news(floor), ['oc EXCHANGE LIMIT POSTONLY CANCELED', 'on EXCHANGE LIMIT ACTIVE']);
  });

  it('post-only counts for a stop limit when it is hit', () => {
    const floor = floorWith();
    placed(floor, { type: 'EXCHANGE STOP LIMIT', amount: 1, price: 101, price_aux_limit: 102, flags: 4096 });
    floor.market.print(101, 0.1);
    assert.deepEqual(news(floor), ['on EXCHANGE STOP LIMIT ACTIVE', 'ou EXCHANGE LIMIT ACTIVE', 'oc EXCHANGE LIMIT POSTONLY CANCELED']);
  });

  it('a hidden order says so, and pays as a taker where it rested', () => {
    const floor = floorWith();
    const id = placed(floor, { type: 'EXCHANGE LIMIT', amount: 1, price: 99.5, flags: 64 });
    assert.equal(lastRow(floor, id).hidden, true);
    floor.market.print(99, -5);
    const fee = floor.heard.find(({ type }) => type === 'tu')?.row;
    assert.deepEqual([fee?.[8], fee?.[9]], [1, -0.002]);
  });

  it('a time in force ends an order when it comes, whatever it still waits for', () => {
    const floor = floorWith({ options: { latencyMs: 5000, jitterMs: 0 } });
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 99, tif: '2026-01-01 00:00:03' });
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 98, tif: '2026-01-01 00:00:07' });
    floor.clock.advance(10_000);
    assert.deepEqual(news(floor), ['oc EXCHANGE LIMIT CANCELED', 'on EXCHANGE LIMIT ACTIVE', 'oc EXCHANGE LIMIT CANCELED']);
    assert.deepEqual(floor.account.state.closedOrders.map(({ updatedAt }) => updatedAt - Date.UTC(2026, 0, 1)), [3000, 7000]);
  });

  it('a time in force ends with its order: no timer is left', () => {
    const floor = floorWith();
    const waiting = floor.clock.waiting;
    const ids = [97, 98, 99].map((price) => placed(floor, { type: 'EXCHANGE LIMIT', amount: 1, price, tif: '2026-06-01' }));
    floor.say('ou', { id: ids[0], tif: '2026-05-01' });
    floor.settle();
    assert.equal(floor.clock.waiting, waiting + 3);
    floor.say('oc', { id: ids[0] });
    floor.market.print(97.5, -9);
    floor.settle();
    assert.equal(floor.clock.waiting, waiting);
  });

  it('a time in force may lie months away, and be changed', () => {
    const floor = floorWith();
    const id = placed(floor, { type: 'EXCHANGE LIMIT', amount: 1, price: 99, tif: '2026-06-01' });
    floor.clock.advance(20 * 86_400_000);
    floor.say('ou', { id, tif: '2026-03-01' });
    floor.clock.advance(Date.UTC(2026, 2, 1) - floor.clock.now() - 1);
    assert.equal(floor.account.state.orders.has(id), true);
    floor.clock.advance(1);
    assert.equal(floor.account.state.orders.has(id), false);
  });
});

describe('simulator/trading: OCO pairs', () => {
  const PAIR = { type: 'EXCHANGE LIMIT', amount: 1, price: 99, flags: 16384, price_oco_stop: 103 };

  it('hold once, for whichever may cost more', () => {
    const floor = floorWith();
    placed(floor, PAIR);
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 103);
    placed(floor, { ...PAIR, amount: -1, price: 105, price_oco_stop: 95 });
    assert.equal(floor.available('exchange', 'BTC'), 0);
    assert.equal(news(floor).length, 4);
  });

  it('lose their stop with the first fill, and hold no more than the limit then', () => {
    const floor = floorWith();
    placed(floor, { ...PAIR, amount: 2 });
    told(floor);
    floor.market.print(98.5, -0.5);
    assert.deepEqual(news(floor), ['te 0.5 99', 'ou EXCHANGE LIMIT PARTIALLY FILLED @ 99.0(0.5)', 'oc EXCHANGE STOP CANCELED']);
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 2 * 99);
  });

  it('lose their limit when the stop is hit', () => {
    const floor = floorWith();
    placed(floor, PAIR);
    told(floor);
    floor.market.print(103, 1);
    assert.deepEqual(news(floor), ['ou EXCHANGE MARKET ACTIVE', 'oc EXCHANGE LIMIT CANCELED', 'te 1 101', 'oc EXCHANGE MARKET EXECUTED @ 101.0(1.0)']);
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 101);
  });

  for (const leg of [0, 1])
    it(`end together when leg ${leg} is cancelled`, () => {
      const floor = floorWith();
      const { orders } = floor.say('on', { symbol: 'tBTCUSD', ...PAIR });
      floor.settle();
      floor.say('oc', { id: orders[leg]?.[0] });
      floor.settle();
      assert.deepEqual(news(floor).slice(2).sort(), ['oc EXCHANGE LIMIT CANCELED', 'oc EXCHANGE STOP CANCELED']);
      assert.equal(floor.available('exchange', 'USD'), 100_000);
    });

  it('never come to the market with the stop of a limit that was filled as it arrived', () => {
    const floor = floorWith();
    placed(floor, { ...PAIR, price: 101 });
    assert.deepEqual(news(floor), ['te 1 101', 'oc EXCHANGE LIMIT EXECUTED @ 101.0(1.0)'], 'nobody heard of the stop');
    assert.deepEqual(floor.account.state.closedOrders.map(({ status }) => status), ['EXECUTED @ 101.0(1.0)', 'CANCELED']);
    floor.market.print(104, 1);
    assert.deepEqual(news(floor), []);
  });

  it('cannot be changed in what they trade, but in what they are called', () => {
    const floor = floorWith();
    const id = placed(floor, PAIR);
    assert.equal(floor.say('ou', { id, price: 98 }).text, 'Invalid order: an OCO pair cannot be changed');
    assert.equal(floor.say('ou', { id, gid: 4 }).status, 'SUCCESS');
  });
});

describe('simulator/trading: orders for a position only', () => {
  /** Long 1 BTC on margin. */
  function longFloor(): Floor {
    const floor = floorWith();
    floor.market.show({ asks: [[101, 1]] });
    placed(floor, { type: 'MARKET', amount: 1 });
    told(floor);
    return floor;
  }
  const position = (floor: Floor): bigint | undefined => floor.account.state.positions.get('tBTCUSD')?.amount;

  it('close: becomes as large as the position, whatever its amount says', () => {
    for (const amount of [-0.4, -2, 3]) {
      const floor = longFloor();
      assert.equal(orderTable.decode(floor.say('on', { type: 'MARKET', symbol: 'tBTCUSD', amount, flags: 512 }).orders[0]).status, 'ACTIVE (note:POSCLOSE)');
      floor.settle();
      assert.deepEqual(news(floor), ['te -1 100', 'oc MARKET EXECUTED @ 100.0(-1.0) was ACTIVE (note:POSCLOSE)']);
      assert.equal(position(floor), undefined);
    }
  });

  it('close: ends without a position', () => {
    const floor = floorWith();
    placed(floor, { type: 'MARKET', amount: -1, flags: 512 });
    assert.deepEqual(news(floor), ['oc MARKET CANCELED was: ACTIVE (note:POSCLOSE)']);
  });

  it('reduce-only: each rule has its word', () => {
    const words = (floor: Floor, amount: number): string[] => {
      placed(floor, { type: 'MARKET', amount, flags: 1024 });
      return news(floor);
    };
    assert.deepEqual(words(floorWith(), -1), ['oc MARKET RSN_POS_NOTFOUND']);
    assert.deepEqual(words(longFloor(), 0.5), ['oc MARKET RSN_POS_REDUCE_INCR']);
    assert.deepEqual(words(longFloor(), -1.5), ['oc MARKET RSN_POS_REDUCE_FLIP']);
    assert.deepEqual(words(longFloor(), -0.4), ['te -0.4 100', 'oc MARKET EXECUTED @ 100.0(-0.4)']);
  });

  it('reduce-only: two that rest together never flip the position', () => {
    const floor = longFloor();
    for (const price of [105, 106]) placed(floor, { type: 'LIMIT', amount: -0.75, price, flags: 1024 });
    floor.market.print(110, 5);
    const status = 'PARTIALLY FILLED @ 106.0(-0.25)';
    assert.deepEqual(news(floor).slice(2), ['te -0.75 105', 'oc LIMIT EXECUTED @ 105.0(-0.75)', 'te -0.25 106', `ou LIMIT ${status}`, `oc LIMIT RSN_POS_REDUCE_FLIP was: ${status}`]);
    assert.equal(position(floor), undefined);
  });

  it('reduce-only: a stop is judged when it is hit', () => {
    const floor = longFloor();
    placed(floor, { type: 'STOP', amount: -1, price: 99, flags: 1024 });
    placed(floor, { type: 'MARKET', amount: -1 });
    told(floor);
    floor.market.print(99, -1);
    assert.deepEqual(news(floor), ['ou MARKET ACTIVE', 'oc MARKET RSN_POS_NOTFOUND']);
  });
});

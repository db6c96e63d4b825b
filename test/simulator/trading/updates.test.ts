import assert from 'node:assert/strict';
import { order as orderTable, type Order } from '../../../src/shared/wire/order';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { Floor } from './floor';
import { MarginFloor } from './margin-floor';
import { told } from './told';

/** Bids 100 × 2, asks 101 × 1, last 100.5, and a resting purchase of 3 at 99. */
function floorWithOrder(wish: Readonly<Record<string, unknown>> = {}): { floor: Floor; id: number } {
  const floor = new Floor();
  floor.market.show({ bids: [[100, 2]], asks: [[101, 1]] });
  floor.market.print(100.5, 0.1);
  const id = floor.submit({ type: 'EXCHANGE LIMIT', amount: 3, price: 99, cid: 8, ...wish });
  floor.settle();
  told(floor);
  return { floor, id };
}

const news = (floor: Floor): string[] => told(floor).filter((message) => /^(on|ou|oc|te|n)\b/.test(message));

/** The order as the reply to this update shows it. */
function updated(floor: Floor, payload: unknown): Order {
  const { status, text, orders } = floor.say('ou', payload);
  assert.equal(status, 'SUCCESS', text);
  return orderTable.decode(orders[0]);
}

describe('simulator/trading: updates', () => {
  it('say what the order is to be, and it becomes that', () => {
    const { floor, id } = floorWithOrder();
    const reply = floor.say('ou', { id, amount: '4', price: '98', gid: 3, flags: 64, tif: '2026-02-01', meta: { aff_code: 'A' } });
    assert.equal(reply.text, 'Submitting update to exchange limit buy order for 4 BTC.');
    const { remaining, amount, price, gid, flags, mtsTif, meta, status } = orderTable.decode(reply.orders[0]);
    assert.deepEqual([remaining, amount, price, gid, flags, mtsTif, meta, status], [4, 4, 98, 3, 64, Date.UTC(2026, 1, 1), { aff_code: 'A', source: 'api' }, 'ACTIVE']);
    assert.equal(floor.account.state.orders.get(id)?.price, 99, 'not before it has come to the market');
    floor.settle();
    assert.deepEqual(floor.heard.filter(({ type }) => type === 'ou').map(({ row }) => [row[6], row[16]]), [[4, 98]]);
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 4 * 98);
  });

  it('find the order by its cid and day', () => {
    const { floor } = floorWithOrder();
    assert.equal(updated(floor, { cid: 8, cid_date: '2026-01-01', price: 97 }).price, 97);
  });

  it('name what is still to be traded: what was filled is added to it', () => {
    const { floor, id } = floorWithOrder();
    floor.market.print(98, -1);
    const { remaining, amount } = updated(floor, { id, amount: 5 });
    assert.deepEqual([remaining, amount], [5, 6]);
  });

  it('may name the difference', () => {
    const { floor, id } = floorWithOrder();
    assert.deepEqual([updated(floor, { id, delta: '-0.5' }).remaining, updated(floor, { id, delta: 1 }).remaining], [2.5, 4]);
    floor.settle();
    assert.equal(floor.account.state.orders.get(id)?.remaining, unitsOf(3.5), 'one after the other');
  });

  it('of a sale have its sign', () => {
    const { floor, id } = floorWithOrder({ amount: -0.5, price: 110 });
    assert.equal(floor.say('ou', { id, amount: '-0.7' }).text, 'Submitting update to exchange limit sell order for 0.7 BTC.');
    assert.equal(floor.say('ou', { id, amount: '0.7' }).text, 'amount: invalid');
  });

  it('of a stop limit change trigger and limit, and only the limit once it was hit', () => {
    const { floor, id } = floorWithOrder({ type: 'EXCHANGE STOP LIMIT', amount: 1, price: 103, price_aux_limit: 99 });
    const before = updated(floor, { id, price: 102, price_aux_limit: 98 });
    assert.deepEqual([before.price, before.priceAuxLimit], [102, 98]);
    floor.settle();
    floor.market.print(102, 1);
    const after = updated(floor, { id, price: 97, price_aux_limit: 1 });
    assert.deepEqual([after.type, after.price, after.priceAuxLimit], ['EXCHANGE LIMIT', 97, 0]);
  });

  it('of a trailing stop start it again from the last price', () => {
    const { floor, id } = floorWithOrder({ type: 'EXCHANGE TRAILING STOP', amount: -0.5, price_trailing: 2 });
    floor.market.print(104, 0.1);
    floor.market.print(103, 0.1);
    told(floor);
    const { price, priceTrailing } = updated(floor, { id, price_trailing: 5 });
    assert.deepEqual([price, priceTrailing], [98, 5]);
    floor.settle();
    assert.deepEqual(news(floor), ['ou EXCHANGE TRAILING STOP ACTIVE']);
    floor.market.print(98, -0.1);
    assert.equal(news(floor)[0], 'ou EXCHANGE MARKET ACTIVE');
  });

  it('of a price that crosses trade at once', () => {
    const { floor, id } = floorWithOrder();
    floor.say('ou', { id, price: 101 });
    floor.settle();
    assert.deepEqual(news(floor), ['ou EXCHANGE LIMIT ACTIVE', 'te 1 101', 'ou EXCHANGE LIMIT PARTIALLY FILLED @ 101.0(1.0)']);
  });

  it('of price or size upwards go to the back of the queue, others keep their place', () => {
    const aheadAfter = (payload: Readonly<Record<string, unknown>>): bigint | undefined => {
      const { floor, id } = floorWithOrder();
      // there was nobody at 99 when it came; now there is
      floor.market.show({ bids: [[100, 2], [99, 7]] });
      floor.say('ou', { id, ...payload });
      floor.settle();
      floor.trading.notePlaces();
      return floor.account.state.orders.get(id)?.ahead;
    };
    for (const payload of [{ amount: 2 }, { delta: -1 }, { gid: 4 }, { amount: 3 }, { price: 99 }, { price: 99, amount: 2 }]) assert.equal(aheadAfter(payload), 0n, JSON.stringify(payload));
    for (const payload of [{ amount: 4 }, { delta: 1 }, { price: 99, amount: 4 }]) assert.equal(aheadAfter(payload), unitsOf(7), JSON.stringify(payload));
  });

  it('that name the distance of a trailing stop as it is do not start it again', () => {
    const { floor, id } = floorWithOrder({ type: 'EXCHANGE TRAILING STOP', amount: -0.5, price_trailing: 2 });
    floor.market.print(104, 0.1);
    floor.market.print(103, 0.1);
    assert.equal(updated(floor, { id, price_trailing: 2 }).price, 102);
    floor.settle();
    assert.equal(floor.account.state.orders.get(id)?.price, 102);
  });

  it('of a trailing stop give no distance that leads below every price', () => {
    const { floor, id } = floorWithOrder({ type: 'EXCHANGE TRAILING STOP', amount: -0.5, price_trailing: 2 });
    assert.equal(floor.say('ou', { id, price_trailing: 100.5 }).text, 'price_trailing: invalid');
  });

  const FAULTS: readonly (readonly [payload: Record<string, unknown>, text: string])[] = [
    [{ amount: 0 }, 'amount: invalid'],
    [{ amount: 'x' }, 'amount: invalid'],
    [{ amount: -1 }, 'amount: invalid'],
    [{ delta: -3 }, 'amount: invalid'],
    [{ delta: -4 }, 'amount: invalid'],
    [{ delta: 'x' }, 'delta: invalid'],
    [{ amount: '0.00001' }, 'Invalid order: minimum size for BTC/USD is 0.00004'],
    [{ amount: 2001 }, 'Invalid order: maximum size for BTC/USD is 2000.0'],
    [{ price: 0 }, 'Invalid price.'],
    [{ price: -5 }, 'Invalid price.'],
    [{ price: 'x' }, 'price: invalid'],
    [{ flags: 16384 }, 'flags: invalid'],
    [{ flags: 512 }, 'flags: invalid'],
    [{ flags: 1024 }, 'flags: invalid'],
    [{ flags: 3 }, 'flags: invalid'],
    [{ flags: 'x' }, 'flags: invalid'],
    [{ gid: 2 ** 45 }, 'gid: invalid'],
    [{ tif: '2025-12-31' }, 'tif: invalid'],
    [{ meta: 'x' }, 'meta: invalid'],
    [{ amount: 1100 }, 'Invalid order: not enough exchange balance for 1100.0 BTCUSD at 99.0'],
    [{ price: 40_000 }, 'Invalid order: not enough exchange balance for 3.0 BTCUSD at 40000.0'],
  ];
  for (const [payload, text] of FAULTS)
    it(`are refused for ${JSON.stringify(payload)}: ${text}`, () => {
      const { floor, id } = floorWithOrder();
      const reply = floor.say('ou', { id, ...payload });
      assert.deepEqual([reply.status, reply.text, reply.orders[0]?.[0], reply.orders[0]?.length], ['ERROR', text, id, 32]);
      floor.settle();
      assert.deepEqual(news(floor), []);
    });

  it('of what is not open are refused', () => assert.equal(floorWithOrder().floor.say('ou', { id: 4, price: 1 }).text, 'Order not found.'));

  it('may use what the order itself holds', () => {
    const { floor, id } = floorWithOrder({ amount: 1000 });
    assert.equal(floor.available('exchange', 'USD'), 1000);
    assert.equal(floor.say('ou', { id, price: 100 }).status, 'SUCCESS');
    floor.settle();
    assert.equal(floor.available('exchange', 'USD'), 0);
  });
});

describe('simulator/trading: what races', () => {
  it('an update of an order that is on its way comes after it', () => {
    const { floor } = floorWithOrder();
    const id = floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 98 });
    floor.say('ou', { id, price: 97 });
    floor.settle();
    assert.deepEqual(news(floor), ['on EXCHANGE LIMIT ACTIVE', 'ou EXCHANGE LIMIT ACTIVE']);
  });

  it('a cancel of an order that is on its way comes after it', () => {
    const { floor } = floorWithOrder();
    floor.say('oc', { id: floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 98 }) });
    floor.settle();
    assert.deepEqual(news(floor), ['on EXCHANGE LIMIT ACTIVE', 'oc EXCHANGE LIMIT CANCELED']);
  });

  it('a cancel that comes too late does nothing more', () => {
    const { floor, id } = floorWithOrder();
    floor.say('oc', { id });
    floor.market.print(98, -5);
    floor.settle();
    assert.deepEqual(news(floor), ['te 3 99', 'oc EXCHANGE LIMIT EXECUTED @ 99.0(3.0)']);
  });

  it('a cancel that comes in between ends the rest', () => {
    const { floor, id } = floorWithOrder();
    floor.say('oc', { id });
    floor.market.print(98, -1);
    floor.settle();
    assert.deepEqual(news(floor).at(-1), 'oc EXCHANGE LIMIT CANCELED was: PARTIALLY FILLED @ 99.0(1.0)');
    floor.market.print(98, -5);
    assert.deepEqual(news(floor), []);
  });

  it('two cancels of one order end it once', () => {
    const { floor, id } = floorWithOrder();
    floor.say('oc', { id });
    assert.equal(floor.say('oc', { id }).status, 'SUCCESS');
    floor.settle();
    assert.deepEqual(news(floor), ['oc EXCHANGE LIMIT CANCELED']);
    assert.equal(floor.say('oc', { id }).text, 'Order not found.');
  });

  it('an update of an order that is filled meanwhile is for nothing', () => {
    const { floor, id } = floorWithOrder();
    floor.say('ou', { id, amount: 9 });
    floor.market.print(98, -5);
    floor.settle();
    assert.deepEqual(news(floor), ['te 3 99', 'oc EXCHANGE LIMIT EXECUTED @ 99.0(3.0)']);
  });

  it('an update of the rest counts from when it comes: what is filled meanwhile is filled besides', () => {
    const { floor, id } = floorWithOrder();
    floor.say('ou', { id, amount: 2 });
    floor.market.print(98, -2.5);
    floor.settle();
    const { remaining, amount } = floor.account.state.orders.get(id) ?? {};
    assert.deepEqual([remaining, amount], [unitsOf(2), unitsOf(4.5)]);
  });

  it('a difference that takes away what is left ends the order', () => {
    const { floor, id } = floorWithOrder();
    floor.say('ou', { id, delta: -1 });
    floor.market.print(98, -2.5);
    floor.settle();
    assert.equal(news(floor).at(-1), 'oc EXCHANGE LIMIT CANCELED was: PARTIALLY FILLED @ 99.0(2.5)');
  });

  it('an update whose money is gone when it comes is refused then, and the order stays as it was', () => {
    const { floor, id } = floorWithOrder();
    floor.say('ou', { id, amount: 1000 });
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 1000, price: 50 });
    floor.settle();
    assert.deepEqual(news(floor), ['n ou-req ERROR Invalid order: not enough exchange balance for 1000.0 BTCUSD at 99.0', 'on EXCHANGE LIMIT ACTIVE']);
    assert.equal(floor.account.state.orders.get(id)?.remaining, unitsOf(3));
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 297 - 50_000);
  });
});

describe('simulator/trading: an order that only reduces, and is to do more', () => {
  const MARKETS: readonly (readonly [symbol: string, money: Readonly<Record<string, number>>])[] = [
    ['tBTCUSD', { USD: 1000 }],
    ['tBTCF0:USTF0', { USTF0: 1000 }],
  ];
  for (const [symbol, money] of MARKETS) {
    const floorOf = (): MarginFloor => {
      const floor = new MarginFloor([symbol], money);
      floor.quote({ bid: 29_990, ask: 30_000, last: 30_000 });
      return floor;
    };

    it(`${symbol}: must have behind it what any order must`, () => {
      const floor = floorOf();
      const id = floor.submit({ type: 'STOP', amount: 1, price: 31_000, flags: 1024, lev: 10 });
      floor.settle();
      assert.equal(floor.say('ou', { id, flags: 0 }).text, `Invalid order: not enough tradable balance for 1.0 ${symbol.slice(1)} at 31000.0`);
    });

    it(`${symbol}: the first of several takes what is there`, () => {
      const floor = floorOf();
      const ids = [1, 2, 3].map(() => floor.submit({ type: 'STOP', amount: 0.15, price: 31_000, flags: 1024, lev: 5 }));
      floor.settle();
      // each alone could: it is judged again when it comes to the market
      for (const id of ids) assert.equal(floor.say('ou', { id, flags: 0 }).status, 'SUCCESS');
      floor.settle();
      assert.deepEqual(ids.map((id) => floor.account.state.orders.get(id)?.flags), [0, 1024, 1024]);
      for (const currency of Object.keys(money)) assert.ok(floor.available('margin', currency) >= 0);
    });
  }
});

describe('simulator/trading: while nothing is matched', () => {
  const SHUT: readonly (readonly [why: string, shut: (floor: Floor, isShut: boolean) => void])[] = [
    ['the market cannot be relied on', (floor, isShut) => floor.market.turn(isShut)],
    [
      'the exchange is halted',
      (floor, isShut) => {
        floor.isHalted = isShut;
        floor.market.show({});
      },
    ],
  ];
  for (const [why, shut] of SHUT) {
    it(`because ${why}, no trade and no book fills or triggers anything; stops go by the last price afterwards`, () => {
      const { floor } = floorWithOrder();
      floor.submit({ type: 'EXCHANGE STOP', amount: 1, price: 104 });
      floor.submit({ type: 'EXCHANGE STOP', amount: -1, price: 98 });
      floor.settle();
      told(floor);
      shut(floor, true);
      floor.market.print(98, -9);
      floor.market.print(105, 9);
      floor.market.show({ bids: [[90, 1]], asks: [[91, 9]] });
      assert.deepEqual(news(floor), []);
      shut(floor, false);
      const stop = ['ou EXCHANGE MARKET ACTIVE', 'te 1 91', 'oc EXCHANGE MARKET EXECUTED @ 91.0(1.0)'];
      assert.deepEqual(news(floor), [...stop, 'te 3 99', 'oc EXCHANGE LIMIT EXECUTED @ 99.0(3.0)'], 'the book as it is then counts');
      floor.market.show({ bids: [[98.5, 1]], asks: [[100, 9]] });
      assert.deepEqual(news(floor), [], 'once');
    });

    it(`because ${why}, what arrives waits, is announced if it rests, and trades afterwards`, () => {
      const { floor } = floorWithOrder();
      const wishes = [{ type: 'EXCHANGE LIMIT', amount: 0.4, price: 101 }, { type: 'EXCHANGE MARKET', amount: 0.4 }, { type: 'EXCHANGE STOP', amount: -0.5, price: 103 }];
      for (const wish of wishes) floor.submit(wish);
      shut(floor, true);
      floor.settle();
      assert.deepEqual(news(floor), ['on EXCHANGE LIMIT ACTIVE', 'on EXCHANGE STOP ACTIVE']);
      shut(floor, false);
      const status = 'EXECUTED @ 101.0(0.4)';
      const stop = ['ou EXCHANGE MARKET ACTIVE', 'te -0.5 100', 'oc EXCHANGE MARKET EXECUTED @ 100.0(-0.5)'];
      assert.deepEqual(news(floor), ['te 0.4 101', `oc EXCHANGE LIMIT ${status}`, 'te 0.4 101', `oc EXCHANGE MARKET ${status}`, ...stop]);
    });

    it(`because ${why}, orders can be cancelled, also those that wait`, () => {
      const { floor, id } = floorWithOrder();
      const waiting = floor.submit({ type: 'EXCHANGE MARKET', amount: 0.5 });
      for (const one of [id, waiting]) floor.say('oc', { id: one });
      shut(floor, true);
      floor.settle();
      assert.deepEqual(news(floor), ['oc EXCHANGE LIMIT CANCELED', 'oc EXCHANGE MARKET CANCELED']);
      shut(floor, false);
      assert.deepEqual(news(floor), []);
    });
  }
});

describe('simulator/trading: after a halt', () => {
  it('who waited comes before who arrives later, also in a market where nothing happens', () => {
    const { floor } = floorWithOrder();
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 0.7, price: 101 });
    floor.isHalted = true;
    floor.settle();
    floor.isHalted = false;
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 0.7, price: 101 });
    floor.settle();
    assert.deepEqual(news(floor), ['on EXCHANGE LIMIT ACTIVE', 'te 0.7 101', 'oc EXCHANGE LIMIT EXECUTED @ 101.0(0.7)', 'te 0.3 101', 'on EXCHANGE LIMIT PARTIALLY FILLED @ 101.0(0.3)']);
  });
});

describe('simulator/trading: fill modes', () => {
  for (const [fillMode, touched, through] of [['queue', 0, 1], ['pessimistic', 0, 1], ['optimistic', 3, 0]] as const)
    it(`${fillMode}: a trade at the price of an order behind others fills ${touched}, one through it ${through} more`, () => {
      const floor = new Floor({ options: { fillMode } });
      floor.market.show({ bids: [[99, 5]], asks: [[101, 1]] });
      floor.submit({ type: 'EXCHANGE LIMIT', amount: 3, price: 99 });
      floor.settle();
      told(floor);
      const filled = (): number => told(floor).filter((message) => message.startsWith('te')).reduce((sum, message) => sum + Number(message.split(' ')[1]), 0);
      floor.market.print(99, -1);
      assert.equal(filled(), touched);
      floor.market.print(98, -1);
      assert.equal(filled(), through);
    });
});

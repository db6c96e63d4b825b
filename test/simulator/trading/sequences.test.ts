import assert from 'node:assert/strict';
import { Floor } from './floor';
import { told } from './told';

/** Bids 100 × 2, asks 101 × 1 and 102 × 3, and nobody minds what others do: at once, and one trade at 100.5 so far. */
function smallFloor(options: ConstructorParameters<typeof Floor>[0] = {}): Floor {
  const floor = new Floor(options);
  floor.market.show({ bids: [[100, 2]], asks: [[101, 1], [102, 3]] });
  floor.market.print(100.5, 0.1);
  floor.settle();
  told(floor);
  return floor;
}

/** Only what is told of orders and trades. */
const ofOrders = (messages: readonly string[]): string[] => messages.filter((message) => /^(on|ou|oc|te|tu|n)\b/.test(message));

describe('simulator/trading: sequences of frames (bitfinex-v2.md 5.10)', () => {
  it('a limit order that rests: on, and later what can still be spent', () => {
    const floor = smallFloor();
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 99 });
    assert.deepEqual(told(floor), [], 'nothing before it has come to the market');
    floor.clock.advance(200);
    assert.deepEqual(told(floor), ['on EXCHANGE LIMIT ACTIVE']);
    floor.settle();
    assert.deepEqual(told(floor), ['wu USD 99901', 'bu']);
  });

  it('a resting order that is partly filled, and then all of it', () => {
    const floor = smallFloor();
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 3, price: 99 });
    floor.settle();
    told(floor);
    floor.market.print(98, -1);
    assert.deepEqual(told(floor), ['wu BTC ...', 'wu USD ...', 'te 1 99', 'ou EXCHANGE LIMIT PARTIALLY FILLED @ 99.0(1.0)', 'wu BTC ...', 'tu -0.001 BTC']);
    floor.settle();
    assert.deepEqual(told(floor), ['wu USD 99703', 'wu BTC 1.999', 'bu']);
    floor.market.print(98, -5);
    const status = 'EXECUTED @ 99.0(2.0): was PARTIALLY FILLED @ 99.0(1.0)';
    assert.deepEqual(told(floor), ['wu BTC ...', 'wu USD ...', 'te 2 99', `oc EXCHANGE LIMIT ${status}`, 'wu BTC ...', 'tu -0.002 BTC']);
  });

  it('an order that is filled at once was never new', () => {
    const floor = smallFloor();
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 101 });
    floor.settle();
    assert.deepEqual(told(floor), ['wu BTC ...', 'wu USD ...', 'te 1 101', 'oc EXCHANGE LIMIT EXECUTED @ 101.0(1.0)', 'wu BTC ...', 'tu -0.002 BTC', 'wu USD 99899', 'wu BTC 1.998', 'bu']);
  });

  it('an order that is filled in part at once is new when it rests', () => {
    const floor = smallFloor();
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 2, price: 101 });
    floor.settle();
    assert.deepEqual(ofOrders(told(floor)), ['te 1 101', 'tu -0.002 BTC', 'on EXCHANGE LIMIT PARTIALLY FILLED @ 101.0(1.0)']);
  });

  it('either of them is new at once where the exchange announces all', () => {
    const floor = smallFloor({ options: { announcesAll: true } });
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 2, price: 101.5 });
    floor.settle();
    assert.deepEqual(ofOrders(told(floor)), ['on EXCHANGE LIMIT ACTIVE', 'te 1 101', 'ou EXCHANGE LIMIT PARTIALLY FILLED @ 101.0(1.0)', 'tu -0.002 BTC']);
    floor.submit({ type: 'EXCHANGE MARKET', amount: -1 });
    floor.settle();
    assert.deepEqual(ofOrders(told(floor)), ['on EXCHANGE MARKET ACTIVE', 'te -1 100', 'oc EXCHANGE MARKET EXECUTED @ 100.0(-1.0)', 'tu -0.2 USD']);
  });

  it('cancel: oc, and later what can be spent again', () => {
    const floor = smallFloor();
    const id = floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 99 });
    floor.settle();
    told(floor);
    floor.say('oc', { id });
    assert.deepEqual(told(floor), []);
    floor.settle();
    assert.deepEqual(told(floor), ['oc EXCHANGE LIMIT CANCELED', 'wu USD 100000', 'bu']);
  });

  it('update: ou', () => {
    const floor = smallFloor();
    const id = floor.submit({ type: 'EXCHANGE LIMIT', amount: 1, price: 99 });
    floor.settle();
    told(floor);
    floor.say('ou', { id, price: 98 });
    floor.settle();
    assert.deepEqual(told(floor), ['ou EXCHANGE LIMIT ACTIVE', 'wu USD 99902', 'bu']);
  });

  it('a refused order: nothing but its notification', () => {
    const floor = smallFloor();
    floor.say('on', { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: 2000, price: 99 });
    floor.settle();
    assert.deepEqual(told(floor), []);
    assert.deepEqual(floor.events.filter(({ kind }) => kind !== 'moved'), []);
  });

  it('every event is written down before its message goes out', () => {
    const floor = smallFloor();
    const written: number[] = [];
    floor.account.listeners.add((type) => void (['on', 'oc', 'te'].includes(type) && written.push(floor.events.length)));
    floor.submit({ type: 'EXCHANGE LIMIT', amount: 2, price: 101 });
    floor.settle();
    assert.deepEqual(floor.events.slice(-3).map(({ kind }) => kind), ['accepted', 'filled', 'placed']);
    assert.deepEqual(written, [floor.events.length - 1, floor.events.length]);
  });
});

describe('simulator/trading: money', () => {
  it('adds up in the example of the fill model: 90996.1014', () => {
    const floor = new Floor();
    const { market } = floor;
    market.show({ bids: [[29990, 1]], asks: [[29995, 1]] });
    floor.submit({ type: 'EXCHANGE LIMIT', amount: '0.4', price: 29993 });
    floor.settle();
    assert.equal(floor.available('exchange', 'USD'), 100_000 - 0.4 * 29993);
    market.print(29992, -1);
    // the maker's 0.1 % of 0.4 BTC
    assert.deepEqual([floor.total('exchange', 'USD'), floor.total('exchange', 'BTC')], [88_002.8, 1.3996]);
    market.show({ bids: [[29993, 0.1]] });
    floor.submit({ type: 'EXCHANGE MARKET', amount: '-0.1' });
    floor.settle();
    // the taker's 0.2 % of 2999.3 USD is 5.9986
    assert.deepEqual([floor.total('exchange', 'USD'), floor.total('exchange', 'BTC')], [90_996.1014, 1.2996]);
    assert.equal(floor.available('exchange', 'USD'), 90_996.1014, 'nothing is held any more');
  });

  it('walks the book: each level is a trade of its own, and the average is right', () => {
    const floor = smallFloor();
    const id = floor.submit({ type: 'EXCHANGE LIMIT', amount: '3.5', price: 102 });
    floor.settle();
    assert.deepEqual(ofOrders(told(floor)), [
      ...['te 1 101', 'tu -0.002 BTC', 'te 2.5 102'],
      ...['oc EXCHANGE LIMIT EXECUTED @ 102.0(2.5): was PARTIALLY FILLED @ 101.0(1.0)', 'tu -0.005 BTC'],
    ]);
    const order = floor.account.state.closedOrders.find((one) => one.id === id);
    assert.equal(order?.filledCost, 35_600_000_000n);
    assert.equal(floor.total('exchange', 'USD'), 100_000 - 101 - 255);
  });

  it('never takes a level twice, not even in a market where nobody had anything in between', () => {
    const floor = smallFloor();
    for (const cid of [1, 2]) {
      floor.submit({ type: 'EXCHANGE IOC', amount: 1, price: 101, cid });
      floor.settle();
    }
    assert.deepEqual(ofOrders(told(floor)), ['te 1 101', 'oc EXCHANGE IOC EXECUTED @ 101.0(1.0)', 'tu -0.002 BTC', 'oc EXCHANGE IOC IOC CANCELED']);
    assert.equal(floor.market.followers, 1, 'what is taken is remembered');
    floor.market.show({ asks: [[101, 0.5]] });
    assert.equal(floor.market.followers, 0, 'until the book is another one');
  });
});

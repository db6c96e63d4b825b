import assert from 'node:assert/strict';
import { ORDER_FLAGS, type Order } from '../../../src/shared/simulator/trading/account/order';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { Folder, KeptFloor } from './kept-floor';

/** What became of an order. */
const fateOf = ({ account: { state } }: KeptFloor, { id }: Order): Order | undefined => state.orders.get(id) ?? state.closedOrders.find((order) => order.id === id);

/** What the account's clients hear from now on: type, id and status. */
function heardOn(floor: KeptFloor): string[] {
  const heard: string[] = [];
  floor.account.listeners.add((type, payload) => {
    const row = payload as readonly unknown[];
    if (['on', 'ou', 'oc', 'n'].includes(type)) heard.push(`${type} ${String(type === 'n' ? row[7] : row[0])}`);
  });
  return heard;
}

for (const [how, end] of [['kill', (floor: KeptFloor) => floor.kill()], ['end as it should be', (floor: KeptFloor) => floor.restart()]] as const)
  describe(`what was acknowledged and is on its way at a ${how}`, () => {
    let folder: Folder;
    let floor: KeptFloor;
    let order: Order;
    beforeEach(() => {
      folder = new Folder();
      floor = new KeptFloor(folder.file());
      order = floor.submit({ price: 99 });
      floor.settle();
    });
    afterEach(() => folder.remove());

    /** The next life, with all that was on its way. */
    const next = (): KeptFloor => {
      const whole = floor.whole;
      floor = end(floor);
      assert.deepEqual([floor.whole, floor.reports], [whole, []]);
      floor.settle();
      return floor;
    };

    it('a cancel is carried out', () => {
      assert.equal(floor.say('oc', { id: order.id }).status, 'SUCCESS');
      assert.equal(fateOf(next(), order)?.status, 'CANCELED');
    });

    it('cancels of several are', () => {
      const orders = [order, floor.submit({ price: 98 }), floor.submit({ symbol: 'tETHUSD', price: 97 })];
      assert.equal(floor.say('oc_multi', { all: 1 }).status, 'SUCCESS');
      next();
      assert.deepEqual(orders.map((one) => fateOf(floor, one)?.status), ['CANCELED', 'CANCELED', 'CANCELED']);
    });

    it('an update is, and only once', () => {
      assert.equal(floor.say('ou', { id: order.id, price: 98, delta: '0.3', meta: { a: '~b' } }).status, 'SUCCESS');
      const { price, remaining, meta } = fateOf(next(), order) ?? {};
      assert.deepEqual([price, remaining, meta], [98, unitsOf(0.4), '{"a":"~b"}']);
      assert.equal(fateOf(next(), order)?.remaining, unitsOf(0.4));
    });

    it('comes in the order in which it was asked for, with the orders that are on their way', () => {
      const gone = floor.submit({ price: 98 });
      floor.settle();
      floor.say('oc', { id: gone.id });
      const late = floor.submit({ price: 97 });
      floor.say('ou', { id: order.id, price: 96 });
      floor.say('ou', { id: late.id, price: 95 });
      floor.say('oc', { id: late.id });
      floor = end(floor);
      const heard = heardOn(floor);
      floor.settle();
      assert.deepEqual(heard, [`oc ${gone.id}`, `on ${late.id}`, `ou ${order.id}`, `ou ${late.id}`, `oc ${late.id}`]);
    });

    it('an update that was refused on arrival is not tried again', () => {
      floor.say('ou', { id: order.id, amount: 1000 });
      floor.submit({ price: 50, amount: unitsOf(1000) });
      const heard = heardOn(floor);
      floor.settle();
      assert.match(heard.join(), /n Invalid order: not enough exchange balance/);
      floor.cancel([...floor.account.state.orders.keys()].at(-1) as number);
      floor.settle();
      assert.equal(fateOf(next(), order)?.remaining, unitsOf(0.1));
    });

    it('a cancel of one leg of a pair ends both', () => {
      const pair = floor.submit({ price: 98, ocoStop: 103, flags: ORDER_FLAGS.oco });
      floor.settle();
      floor.say('oc', { id: pair.id });
      next();
      assert.deepEqual([...floor.account.state.orders.keys()], [order.id]);
    });
  });

describe('what is asked for', () => {
  const folder = new Folder();
  after(() => folder.remove());

  it('is told to nobody before it is done', () => {
    const floor = new KeptFloor(folder.file());
    const order = floor.submit({ price: 99 });
    floor.settle();
    const heard: string[] = [];
    floor.account.listeners.add((type) => void heard.push(type));
    const before = fateOf(floor, order)?.updatedAt;
    floor.say('ou', { id: order.id, price: 98 });
    floor.say('oc', { id: order.id });
    assert.deepEqual([heard, fateOf(floor, order)?.updatedAt], [[], before]);
  });

  it('stands in no file before anything was asked for: those of before there was such a thing are read', () => {
    const floor = new KeptFloor(folder.file('old.json'));
    const order = floor.submit({ price: 99 });
    floor.settle();
    const next = floor.restart();
    assert.doesNotMatch(next.snapshot + next.log, /"ask/);
    next.say('oc', { id: order.id });
    next.settle();
    assert.equal(fateOf(next, order)?.status, 'CANCELED');
  });
});

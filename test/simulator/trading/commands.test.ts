import assert from 'node:assert/strict';
import { decodeRows } from '../../../src/shared/wire/row';
import { order as orderTable, orderReply } from '../../../src/shared/wire/order';
import { noticeRow } from '../../../src/shared/simulator/trading/orders/notice';
import { runCommand } from '../../../src/shared/simulator/trading/orders/commands';
import type { Reply } from '../../../src/shared/simulator/trading/orders/reply';
import { jsonLines, needsData } from '../../shared-data';
import { Floor } from './floor';

const BUY = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.001', price: '10000' };

/** A floor where nothing is sold below 30000. */
function quietFloor(options: ConstructorParameters<typeof Floor>[0] = {}): Floor {
  const floor = new Floor(options);
  for (const market of floor.markets) market.show({ bids: [[20_000, 1]], asks: [[30_000, 1]] });
  return floor;
}

const ended = ({ status, text, code }: Reply): readonly unknown[] => [status, text, code];

/** What each column of a row is: its type, or null. */
const shapeOf = (row: unknown): unknown => (Array.isArray(row) ? row.map(shapeOf) : row === null ? null : typeof row);

describe('simulator/trading/commands: a new order', () => {
  it('is acknowledged in the exchange\'s words', () => {
    const floor = quietFloor();
    floor.trading.deposit(floor.account, 'exchange', 'ETH', 10n ** 10n);
    assert.deepEqual(ended(floor.say('on', BUY)), ['SUCCESS', 'Submitting exchange limit buy order for 0.001 BTC.', null]);
    assert.equal(floor.say('on', { ...BUY, type: 'LIMIT', amount: '-2.5', price: 40000 }).text, 'Submitting limit sell order for -2.5 BTC.');
    assert.equal(floor.say('on', { ...BUY, type: 'EXCHANGE TRAILING STOP', price_trailing: 1 }).text, 'Submitting exchange trailing stop buy order for 0.001 BTC.');
  });

  it('is shown as it was taken in: active, with its own cid or the time', () => {
    const floor = quietFloor();
    const [row] = floor.say('on', { ...BUY, cid: 77, gid: 5, meta: { aff_code: 'AFF' }, flags: 4096 }).orders;
    const { clientOrderId, gid, status, remaining, amount, type, price, flags, meta, routing, timestamp } = orderTable.decode(row);
    assert.deepEqual([clientOrderId, gid, status, remaining, amount, type, price, flags], [77, 5, 'ACTIVE', 0.001, 0.001, 'EXCHANGE LIMIT', 10000, 4096]);
    assert.deepEqual([meta, routing, timestamp], [{ aff_code: 'AFF', $F7: 1, source: 'api' }, 'API>BFX', floor.clock.now()]);
    const [unnamed] = floor.say('on', BUY).orders;
    assert.equal(orderTable.decode(unnamed).clientOrderId, floor.clock.now());
  });

  it('is one row on the socket and a list on REST, which tells the time in seconds', () => {
    const floor = quietFloor();
    const now = floor.clock.now() + 345;
    const reply = floor.say('on', BUY);
    const [onSocket, onRest] = [noticeRow(reply, 'socket', now), noticeRow(reply, 'rest', now)];
    assert.deepEqual([onSocket[0], onRest[0]], [now, Math.floor(now / 1000)]);
    assert.deepEqual(onSocket[4], reply.orders[0]);
    assert.deepEqual(onRest[4], [reply.orders[0]]);
    assert.deepEqual([onSocket[1], onSocket[6], onRest[7]], ['on-req', 'SUCCESS', 'Submitting 1 orders.']);
  });

  it('as an OCO pair is its limit order on the socket and both on REST', () => {
    const floor = quietFloor();
    const reply = floor.say('on', { ...BUY, flags: 16384, price_oco_stop: 31000, cid: 1, cid_oco: 2 });
    const [limit, stop] = decodeRows(orderTable, noticeRow(reply, 'rest', 0)[4]);
    assert.deepEqual([limit?.type, limit?.price, limit?.clientOrderId, limit?.placedId], ['EXCHANGE LIMIT', 10000, 1, null]);
    assert.deepEqual([stop?.type, stop?.price, stop?.clientOrderId, stop?.placedId], ['EXCHANGE STOP', 31000, 2, limit?.id]);
    assert.equal(orderTable.decode(noticeRow(reply, 'socket', 0)[4]).id, limit?.id);
    assert.equal(noticeRow(reply, 'rest', 0)[7], 'Submitting 2 orders.');
  });

  it('that is refused echoes what it said, in a row of the same length', () => {
    const reply = quietFloor().say('on', { ...BUY, cid: 555, amount: '-1', price: '-12483' });
    assert.deepEqual(ended(reply), ['ERROR', 'Invalid price.', 10001]);
    const { id, clientOrderId, symbol, remaining, amount, type, status, price } = orderReply.decode(reply.orders[0]);
    assert.deepEqual([id, clientOrderId, symbol, remaining, amount, type, status, price], [null, 555, 'tBTCUSD', -1, null, 'EXCHANGE LIMIT', null, -12483]);
    assert.equal(reply.orders[0]?.length, 32);
  });

  it('is refused where the money is missing, and what others hold is missing', () => {
    const floor = quietFloor();
    assert.equal(floor.say('on', { ...BUY, amount: '11' }).text, 'Invalid order: not enough exchange balance for 11.0 BTCUSD at 10000.0');
    assert.equal(floor.say('on', { ...BUY, amount: '-1.5' }).text, 'Invalid order: not enough exchange balance for -1.5 BTCUSD at 10000.0');
    floor.submit({ ...BUY, amount: '10' });
    assert.equal(floor.available('exchange', 'USD'), 0);
    assert.equal(floor.say('on', BUY).status, 'ERROR');
    assert.equal(floor.total('exchange', 'USD'), 100_000);
  });

  it('may have a cid again, unless the exchange minds it: then the next day', () => {
    const twice = (floor: Floor): readonly string[] => [floor.say('on', { ...BUY, cid: 9 }).status, floor.say('on', { ...BUY, cid: 9 }).text];
    assert.deepEqual(twice(quietFloor()), ['SUCCESS', 'Submitting exchange limit buy order for 0.001 BTC.']);
    const strict = quietFloor({ options: { uniqueCids: true } });
    assert.deepEqual(twice(strict), ['SUCCESS', 'cid: duplicate']);
    strict.say('oc_multi', { all: 1 });
    strict.settle();
    assert.equal(strict.say('on', { ...BUY, cid: 9 }).text, 'cid: duplicate', 'one that is over counts too');
    assert.equal(strict.say('on', BUY).status, 'SUCCESS', 'without a cid of its own');
    assert.equal(strict.say('on', BUY).status, 'SUCCESS', 'and again');
    strict.clock.advance(86_400_000);
    assert.equal(strict.say('on', { ...BUY, cid: 9 }).status, 'SUCCESS');
  });

  it('is refused in maintenance, as is every other command', () => {
    const floor = quietFloor();
    const id = floor.submit(BUY);
    floor.isHalted = true;
    for (const [type, payload] of [['on', BUY], ['ou', { id, price: 1 }], ['oc', { id }], ['oc_multi', { all: 1 }], ['ox_multi', [['oc', { id }]]]] as const)
      assert.deepEqual(ended(floor.say(type, payload)), ['ERROR', 'maintenance', 20060], type);
    floor.settle();
    assert.equal(floor.account.state.orders.size, 1);
  });
});

describe('simulator/trading/commands: cancel', () => {
  it('shows the order as it still is, by its id or by its cid and day', () => {
    const floor = quietFloor();
    const id = floor.submit({ ...BUY, cid: 12 });
    floor.settle();
    const reply = floor.say('oc', { id });
    assert.deepEqual(ended(reply), ['SUCCESS', `Submitted for cancellation; waiting for confirmation (ID: ${id}).`, null]);
    assert.equal(orderTable.decode(reply.orders[0]).status, 'ACTIVE');
    floor.settle();
    assert.equal(floor.account.state.orders.size, 0);
    const other = floor.submit({ ...BUY, cid: 12 });
    assert.match(floor.say('oc', { cid: '12', cid_date: '2026-01-01' }).text, new RegExp(`ID: ${other}`));
  });

  it('takes the newest of several with one cid', () => {
    const floor = quietFloor();
    floor.submit({ ...BUY, cid: 12 });
    const newest = floor.submit({ ...BUY, cid: 12 });
    assert.match(floor.say('oc', { cid: 12, cid_date: '2026-01-01' }).text, new RegExp(`ID: ${newest}`));
  });

  const FAULTS: readonly (readonly [what: string, payload: unknown, text: string, code: number])[] = [
    ['an unknown id', { id: 22948376339485 }, 'Order not found.', 10001],
    ['an id that is none', { id: 'abc' }, 'id: invalid', 10020],
    ['an id of 0', { id: 0 }, 'id: invalid', 10020],
    ['nothing', null, 'id: invalid', 10020],
    ['a list', [1], 'id: invalid', 10020],
    ['a cid without its day', { cid: 12 }, 'cid_date: invalid', 10020],
    ['a day that does not exist', { cid: 12, cid_date: '2026-13-01' }, 'cid_date: invalid', 10020],
    ['a day with an hour', { cid: 12, cid_date: '2026-01-01 00:00:00' }, 'cid_date: invalid', 10020],
    ['a cid that is none', { cid: {}, cid_date: '2026-01-01' }, 'cid: invalid', 10020],
    ['the day after', { cid: 12, cid_date: '2026-01-02' }, 'Order not found.', 10001],
  ];
  for (const [what, payload, text, code] of FAULTS)
    it(`refuses ${what}: ${text}`, () => {
      const floor = quietFloor();
      floor.submit({ ...BUY, cid: 12 });
      const reply = floor.say('oc', payload);
      assert.deepEqual([...ended(reply), reply.orders[0]?.length], ['ERROR', text, code, 32]);
    });

  it('echoes the id, or the cid, of what it does not find', () => {
    const floor = quietFloor();
    const byId = orderReply.decode(floor.say('oc', { id: 5 }).orders[0]);
    const byCid = orderReply.decode(floor.say('oc', { cid: 6, cid_date: '2026-01-01' }).orders[0]);
    assert.deepEqual([byId.id, byId.clientOrderId, byCid.id, byCid.clientOrderId], [5, null, null, 6]);
  });
});

describe('simulator/trading/commands: cancel several', () => {
  /** Orders with cids 1 to 4, of which 2 and 3 are a group. */
  function floorOfFour(): { floor: Floor; ids: readonly number[] } {
    const floor = quietFloor();
    const ids = [1, 2, 3, 4].map((cid) => floor.submit({ ...BUY, cid, gid: cid === 2 || cid === 3 ? 11 : null }));
    return { floor, ids };
  }
  const DAY = '2026-01-01';

  const CHOICES: readonly (readonly [what: string, choose: (ids: readonly number[]) => unknown, chosen: readonly number[]])[] = [
    ['by id', ([first, , third]) => ({ id: [first, third] }), [1, 3]],
    ['by a single id', ([first]) => ({ id: first }), [1]],
    ['by cid and day', () => ({ cid: [[2, DAY], ['4', DAY], [1, '2026-01-02']] }), [2, 4]],
    ['by group', () => ({ gid: [11, 12] }), [2, 3]],
    ['by several ways, each once', ([first, second]) => ({ id: [first, second], gid: [11] }), [1, 2, 3]],
    ['all', () => ({ all: 1 }), [1, 2, 3, 4]],
    ['none, where none is meant', () => ({ id: [1] }), []],
  ];
  for (const [what, choose, chosen] of CHOICES)
    it(`${what}`, () => {
      const { floor, ids } = floorOfFour();
      const reply = floor.say('oc_multi', choose(ids));
      assert.deepEqual(ended(reply), ['SUCCESS', `Submitting ${chosen.length} order cancellations.`, null]);
      assert.deepEqual(reply.orders.map((row) => row[2]), chosen);
      assert.deepEqual(noticeRow(reply, 'socket', 0)[4], reply.orders);
      floor.settle();
      assert.deepEqual([...floor.account.state.orders.values()].map(({ cid }) => cid), [1, 2, 3, 4].filter((cid) => !chosen.includes(cid)));
    });

  for (const [payload, text] of [[{}, 'input: invalid'], [null, 'input: invalid'], [{ all: 0 }, 'input: invalid'], [{ id: ['x'] }, 'id: invalid'], [{ gid: {} }, 'gid: invalid'], [{ cid: [1] }, 'cid: invalid'], [{ cid: 1 }, 'cid: invalid'], [{ cid: [[1, 'today']] }, 'cid: invalid']] as const)
    it(`refuses ${JSON.stringify(payload)}: ${text}`, () => assert.deepEqual(ended(floorOfFour().floor.say('oc_multi', payload)), ['ERROR', text, 10020]));
});

describe('simulator/trading/commands: several operations', () => {
  const operations = (count: number): unknown[] => Array.from({ length: count }, () => ['on', BUY]);

  it('are each answered for themselves: one that fails stops no other', () => {
    const floor = quietFloor();
    const id = floor.submit({ ...BUY, gid: 3 });
    const reply = floor.say('ox_multi', [['on', { ...BUY, cid: 1 }], ['oc', { id: 5 }], ['ou', { id, price: 9000 }], ['oc_multi', { gid: [3] }]]);
    assert.deepEqual(ended(reply), ['SUCCESS', 'Submitting 4 order operations.', null]);
    assert.deepEqual(reply.parts?.map(({ type, status }) => [type, status]), [['on-req', 'SUCCESS'], ['oc-req', 'ERROR'], ['ou-req', 'SUCCESS'], ['oc_multi-req', 'SUCCESS']]);
    const parts = noticeRow(reply, 'rest', 0)[4] as unknown[][];
    assert.deepEqual(parts.map(([, type]) => type), ['on-req', 'oc-req', 'ou-req', 'oc_multi-req']);
    assert.equal(parts[0]?.[7], 'Submitting 1 orders.');
  });

  it('are called ops on REST', () => assert.equal(quietFloor().say('ox_multi', { ops: operations(2) }).parts?.length, 2));

  it('are up to 75', () => {
    assert.equal(quietFloor().say('ox_multi', operations(75)).parts?.length, 75);
    const floor = quietFloor();
    assert.deepEqual(ended(floor.say('ox_multi', operations(76))), ['ERROR', 'input: invalid', 10020]);
    assert.equal(floor.account.state.orders.size, 0);
  });

  for (const payload of [null, {}, [], 'on', [['on']].flat(), [['no', {}]], [['ox_multi', []]], [['constructor', {}]], [null], [[BUY, 'on']]])
    it(`are refused as a whole where they are no operations: ${JSON.stringify(payload)}`, () => {
      const reply = quietFloor().say('ox_multi', payload);
      assert.deepEqual(ended(reply), ['ERROR', 'input: invalid', 10020]);
      assert.equal(noticeRow(reply, 'socket', 0)[4], null);
    });

  it('answers a command that it does not know', () => assert.deepEqual(ended(quietFloor().say('toString', {})), ['ERROR', 'input: invalid', 10020]));
});

describe('simulator/trading/commands: recorded turns', () => {
  const SHAPES: readonly (readonly [name: string, via: 'socket' | 'rest', make: (floor: Floor) => Reply])[] = [
    ['PlaceOrder', 'socket', (floor) => floor.say('on', { ...BUY, type: 'LIMIT', amount: '-2.5', price: '40000' })],
    ['UpdateOrder', 'socket', (floor) => floor.say('ou', { id: floor.submit({ ...BUY, type: 'LIMIT', amount: '-2.5', price: '40000' }), amount: '-3' })],
  ];
  for (const [name, via, make] of SHAPES)
    it(`${name} has the shape of the recorded answer`, function () {
      needsData(this);
      const script = jsonLines<{ name: string; steps: { dir: string; text: string }[] }>('ws-scripts.jsonl').find((one) => one.name === name);
      const [, , recorded] = JSON.parse(script?.steps.at(-1)?.text ?? '') as [number, string, unknown[]];
      const floor = quietFloor();
      const made = JSON.parse(JSON.stringify(noticeRow(make(floor), via, floor.clock.now()))) as unknown[];
      const [ours, theirs] = [shapeOf(made), shapeOf(recorded)] as [unknown[][], unknown[][]];
      // HIDDEN and META were null or absent in 2019: bitfinex-v2.md 5.2
      for (const at of [24, 31]) for (const row of [ours[4], theirs[4]]) row?.splice(at, 1, 'either');
      assert.deepEqual(ours, theirs);
    });

  it('throws nothing, whatever it is given', () => {
    const floor = quietFloor();
    const odd = [null, undefined, 0, '', 'x', [], {}, [[]], [['on', null]], { id: {} }, { id: [] }, { cid: NaN, cid_date: {} }, { all: {} }, { ops: [['on', { ...BUY, price: 1e300 }]] }, { ...BUY, amount: 1e300 }, { ...BUY, price: Infinity }, { ...BUY, meta: { a: { b: 1 } } }];
    const { trading, account, clock } = floor;
    for (const type of ['on', 'ou', 'oc', 'oc_multi', 'ox_multi', 'x', '__proto__'])
      for (const payload of odd) {
        const reply = runCommand({ trading, account, now: clock.now(), isHalted: false }, type, payload);
        for (const via of ['socket', 'rest'] as const) assert.equal(noticeRow(reply, via, 0)[1], `${type}-req`);
      }
    floor.settle();
  });
});

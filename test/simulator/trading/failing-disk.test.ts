import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Folder, KeptFloor } from './kept-floor';

const LIMIT = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.1', price: '99' };
const NOT_READY = ['ERROR', 11000, 'server: not ready'];

describe('a disk that refuses', () => {
  let folder: Folder;
  let path = '';
  let log = '';
  beforeEach(() => {
    folder = new Folder();
    path = folder.file();
    log = folder.file('state.log.jsonl');
  });
  afterEach(() => folder.remove());

  /** An account with an order in the book. */
  function used(): { floor: KeptFloor; id: number } {
    const floor = new KeptFloor(path);
    const { id } = floor.submit({ price: 98 });
    floor.settle();
    return { floor, id };
  }

  /** Nothing can be written any more. */
  function spoil(): void {
    rmSync(log, { force: true });
    mkdirSync(`${path}.tmp`);
  }

  const said = (floor: KeptFloor, type: string, payload: unknown): unknown[] => {
    const { status, code, text } = floor.say(type, payload);
    return [status, code, text];
  };

  for (const [what, type, payload] of [['order', 'on', LIMIT], ['pair', 'on', { ...LIMIT, flags: 16_384, price_oco_stop: '120' }], ['update', 'ou', { price: '97' }]] as const)
    it(`has no ${what} acknowledged that would be lost, not the first one either`, () => {
      const { floor, id } = used();
      const { orders } = floor.account.state;
      const held = floor.account.state.held('exchange', 'USD');
      spoil();
      for (let at = 0; at < 2; at++) {
        assert.deepEqual(said(floor, type, { id, ...payload }), NOT_READY);
        floor.settle();
        assert.deepEqual([orders.size, orders.get(id)?.price, floor.account.state.closedOrders, floor.account.state.held('exchange', 'USD')], [1, 98, [], held]);
      }
      assert.equal(floor.reports.length, 1);
      assert.match(floor.reports[0] ?? '', /cannot be written \(EISDIR.*\): no new order is taken until it can, and what happens/);
    });

  it('lets orders be cancelled, and takes them again when it can', () => {
    const { floor, id } = used();
    spoil();
    assert.equal(said(floor, 'on', LIMIT)[0], 'ERROR');
    assert.equal(said(floor, 'oc', { id })[0], 'SUCCESS');
    floor.settle();
    assert.equal(floor.account.state.orders.size, 0);
    rmSync(`${path}.tmp`, { recursive: true });
    floor.clock.advance(10_000);
    assert.equal(said(floor, 'on', LIMIT)[0], 'SUCCESS');
    assert.match(floor.reports[1] ?? '', /is written again/);
    assert.deepEqual([floor.kill().whole, floor.reports.length], [floor.whole, 2]);
  });

  it('takes orders where nothing could ever be written: nothing was promised', () => {
    mkdirSync(`${path}.tmp`);
    const floor = new KeptFloor(path);
    assert.equal(said(floor, 'on', LIMIT)[0], 'SUCCESS');
    floor.settle();
    assert.equal(said(floor, 'on', LIMIT)[0], 'SUCCESS');
    assert.equal(floor.reports.length, 1);
    assert.match(floor.reports[0] ?? '', /EISDIR.*\): what happens from now on is lost/);
  });

  it('has orders refused where another program has written, and leaves its files alone', () => {
    const { floor } = used();
    writeFileSync(path, 'other');
    for (let at = 0; at < 2; at++) {
      assert.deepEqual(said(floor, 'on', LIMIT), NOT_READY);
      floor.clock.advance(100_000);
    }
    floor.side.end();
    assert.equal(floor.snapshot, 'other');
    assert.equal(floor.reports.length, 1);
  });

  for (const [what, files] of [['log', [false, true]], ['snapshot', [true, false]], ['snapshot and log', [true, true]]] as const)
    it(`of which the ${what} is gone, is nobody's: all is written anew`, () => {
      const { floor } = used();
      for (const [at, file] of [path, log].entries()) if (files[at]) rmSync(file);
      for (let at = 0; at < 2; at++) {
        assert.equal(said(floor, 'on', LIMIT)[0], 'SUCCESS');
        assert.deepEqual([floor.kill().whole, floor.kill().reports, floor.reports], [floor.whole, [], []]);
      }
      assert.notEqual(floor.log, '', 'and the log goes on');
    });
});


import assert from 'node:assert/strict';
import { MarginFloor } from './margin-floor';

describe('liquidation on margin', () => {
  /** Two coins bought at 20000: 9920 are left, and 9920 + 2 (P - 20000) = a tenth of 2 P at 16711.11. */
  const long = (symbols: readonly string[] = ['tBTCUSD']): MarginFloor => {
    const floor = new MarginFloor(symbols, { USD: 10_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(2);
    return floor;
  };

  it('comes at the price that was told, not before, and costs what the market gives', () => {
    const floor = long();
    const liquidation = floor.last('pu')[8] as number;
    assert.ok(Math.abs(liquidation - 30_080 / 1.8) < 1e-6);
    floor.quote({ bid: 16_700, ask: 16_720, last: 16_712 });
    assert.equal(floor.account.state.positions.size, 1);
    floor.market.print(16_711, 0.001);
    assert.equal(floor.account.state.positions.size, 0);
    // 2 x (16700 - 20000), and 0.2 % of 33400
    assert.equal(floor.total('margin', 'USD'), 9920 - 6600 - 66.8);
    const order = floor.last('oc');
    assert.deepEqual([order[6], order[7], order[8], order[13]], [0, -2, 'MARKET', 'FORCED EXECUTED @ 16700.0(-2.0)']);
    const closed = floor.last('pc');
    assert.deepEqual([closed[1], closed[2], closed[3]], ['CLOSED', 0, 20_000]);
    assert.deepEqual(closed[19], { reason: 'LIQUIDATION', order_id: order[0], order_id_oppo: null, liq_stage: 1, trade_price: '16700', trade_amount: '-2' });
  });

  it('is told to the public twice, as the exchange does', () => {
    const floor = long();
    const [position] = floor.account.state.positions.values();
    floor.quote({ bid: 16_700, ask: 16_720, last: 16_700 });
    const at = floor.clock.now();
    assert.deepEqual(floor.liquidated, [
      ['pos', position?.id, at, null, 'tBTCUSD', 2, 20_000, null, 0, 0, null, null],
      ['pos', position?.id, at, null, 'tBTCUSD', 2, 20_000, null, 1, 1, null, 16_700],
    ]);
  });

  it('through a gap costs more than there is: the wallet owes the rest', () => {
    const floor = long();
    floor.quote({ bid: 14_000, ask: 14_010, last: 14_000 });
    // 9920 - 12000 - 56
    assert.equal(floor.total('margin', 'USD'), -2136);
    assert.match(floor.say('on', { symbol: 'tBTCUSD', type: 'LIMIT', amount: '0.1', price: '14000' }).text, /not enough tradable balance for 0.1 BTCUSD at 14000.0/);
  });

  it('goes on at the next trade where the market has too little', () => {
    const floor = long();
    floor.market.show({ bids: [[16_700, 0.5]] });
    floor.market.print(16_700, 0.001);
    const [left] = floor.account.state.positions.values();
    assert.equal(left?.amount, 1_50000000n);
    assert.match(String(floor.last('oc')[13]), /^CANCELED was: PARTIALLY FILLED @ 16700.0\(-0.5\)$/);
    // 9920 - 1650 - 16.7 = 8253.3; that and 1.5 x -4200 are less than a tenth of 23700; the fee is 47.4
    floor.market.show({ bids: [[15_800, 10]] });
    assert.equal(floor.account.state.positions.size, 1);
    floor.market.print(15_800, 0.001);
    assert.equal(floor.account.state.positions.size, 0);
    assert.equal(floor.total('margin', 'USD'), 1905.9);
  });

  it('waits, and writes nothing down, while the market shows nothing for it', () => {
    const floor = long();
    floor.market.show({ bids: [] });
    const before = floor.events.length;
    for (let print = 0; print < 100; print++) floor.market.print(16_000, 0.001);
    assert.equal(floor.events.length, before);
    floor.market.show({ bids: [[16_000, 10]] });
    floor.market.print(16_000, 0.001);
    assert.equal(floor.account.state.positions.size, 0);
  });

  it('comes as soon as the market can be relied on again', () => {
    const floor = long();
    floor.market.turn(true);
    floor.quote({ bid: 16_000, ask: 16_010, last: 16_000 });
    assert.equal(floor.account.state.positions.size, 1);
    floor.market.turn(false);
    assert.equal(floor.account.state.positions.size, 0);
  });

  it('takes the greatest loss first, and leaves the rest alone when it is safe', () => {
    const floor = new MarginFloor(['tBTCUSD', 'tETHUSD'], { USD: 10_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.quote({ at: 1, bid: 1990, ask: 2000, last: 2000 });
    floor.trade(1);
    floor.trade(5, { symbol: 'tETHUSD' });
    // ether loses 1000; it is bitcoin whose trade shows that both together are too much: 9940 - 1000 - 6900 = 2040 < 0.1 x 22100
    floor.quote({ at: 1, bid: 1800, ask: 1810, last: 1800 });
    floor.quote({ bid: 13_100, ask: 13_110, last: 13_100 });
    assert.deepEqual([...floor.account.state.positions.keys()], ['tETHUSD']);
  });

  it('cancels orders for which too little is left, the newest first', () => {
    const floor = long();
    // 9920 - 8000 are free for a fifth of 9000
    const old = floor.submit({ type: 'LIMIT', amount: '0.25', price: '18000' });
    const recent = floor.submit({ type: 'LIMIT', amount: '0.25', price: '18000.1' });
    const sale = floor.submit({ type: 'EXCHANGE LIMIT', amount: '-0.1', price: '30000' });
    floor.settle();
    // 9920 - 7000 - 66 = 2854 left: a fifth of 9000 fits, so all stay
    floor.quote({ bid: 16_500, ask: 19_000, last: 16_500 });
    assert.deepEqual([...floor.account.state.orders.keys()], [old, recent, sale]);
    const deep = long();
    const orders = [18_000, 18_000].map((price) => deep.submit({ type: 'LIMIT', amount: '0.25', price: String(price) }));
    deep.settle();
    // 9920 - 8800 - 62.4 = 1057.6 left: a fifth of 4500 fits, of 9000 does not
    deep.quote({ bid: 15_600, ask: 19_000, last: 15_600 });
    assert.deepEqual([...deep.account.state.orders.keys()], orders.slice(0, 1));
    assert.equal(deep.statusOf(orders[1] as number), 'INSUFFICIENT MARGIN');
  });

  it('of a short position comes from above', () => {
    const floor = new MarginFloor(['tBTCUSD'], { USD: 10_000 });
    floor.quote({ bid: 20_000, ask: 20_010, last: 20_000 });
    floor.trade(-2);
    // 9920 - 2 (P - 20000) = a tenth of 2 P at 22690.909
    floor.quote({ bid: 22_680, ask: 22_690, last: 22_690 });
    assert.equal(floor.account.state.positions.size, 1);
    floor.quote({ bid: 22_690, ask: 22_700, last: 22_691 });
    assert.equal(floor.account.state.positions.size, 0);
    assert.equal(floor.total('margin', 'USD'), 9920 - 5400 - 90.8);
  });

  it('waits while nothing is matched', () => {
    const floor = long();
    floor.isHalted = true;
    floor.quote({ bid: 15_000, ask: 15_010, last: 15_000 });
    assert.equal(floor.account.state.positions.size, 1);
    floor.isHalted = false;
    floor.market.turn(true);
    floor.market.print(15_000, 0.001);
    assert.equal(floor.account.state.positions.size, 1);
    floor.market.turn(false);
    floor.market.print(15_000, 0.001);
    assert.equal(floor.account.state.positions.size, 0);
  });
});

describe('liquidation of a derivative', () => {
  /** A tenth of a coin at 20000 with leverage 10: 200 stand for it, and 200 + 0.1 (P - 20000) = 0.5 % of 0.1 P at 18090.45. */
  const long = (): MarginFloor => {
    const floor = new MarginFloor(['tBTCF0:USTF0'], { USTF0: 1000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(0.1, { lev: 10 });
    return floor;
  };

  it('hangs on its own collateral alone', () => {
    const floor = long();
    floor.quote({ bid: 18_080, ask: 18_100, last: 18_091 });
    assert.equal(floor.account.state.positions.size, 1);
    floor.market.print(18_090, 0.001);
    assert.equal(floor.account.state.positions.size, 0);
    // 0.1 x -1920, fee 0.2 % of 1808
    assert.equal(floor.total('margin', 'USTF0'), 996 - 192 - 3.616);
    assert.equal(floor.available('margin', 'USTF0'), 800.384);
    assert.match(String(floor.last('oc')[13]), /^FORCED EXECUTED @ 18080.0\(-0.1\)$/);
  });

  it('leaves no order uncovered that was to close it', () => {
    const floor = new MarginFloor(['tBTCF0:USTF0'], { USTF0: 1000 });
    floor.quote({ bid: 20_000, ask: 20_010, last: 20_000 });
    floor.trade(-0.4, { lev: 100 });
    // to close it asks for nothing; to open as much it would take 3600
    const id = floor.submit({ type: 'LIMIT', amount: '0.2', price: '18000', lev: 1 });
    floor.settle();
    // 80 - 0.4 x 110 are less than 0.5 % of 8044
    floor.quote({ bid: 20_100, ask: 20_110, last: 20_110 });
    assert.equal(floor.account.state.positions.size, 0);
    assert.equal(floor.statusOf(id), 'INSUFFICIENT MARGIN');
    // fees 16 and 16.088, lost 0.4 x 110
    assert.equal(floor.available('margin', 'USTF0'), 1000 - 16 - 16.088 - 44);
  });

  it('costs no more than its collateral and the fee: the insurance fund bears what a gap costs beyond', () => {
    const floor = long();
    floor.quote({ bid: 17_000, ask: 17_010, last: 17_000 });
    // lost 300, of which 200 are its own; fee 3.4
    assert.equal(floor.total('margin', 'USTF0'), 996 - 300 - 3.4 + 100);
    assert.deepEqual(
      floor.account.state.ledger.slice(-3).map(({ category, units }) => [category, units]),
      [[22, -300_00000000n], [31, 100_00000000n], [201, -3_40000000n]],
    );
  });
});

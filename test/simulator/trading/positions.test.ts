import assert from 'node:assert/strict';
import { MarginFloor } from './margin-floor';

const about = (actual: unknown, expected: number, what?: string): void => assert.ok(Math.abs(Number(actual) - expected) < 1e-6, `${what ?? ''} ${String(actual)} is not ${expected}`);

describe('a position on margin', () => {
  it('comes and goes with a loss: 100000 - 80 - 2000 - 76 = 97844', () => {
    const floor = new MarginFloor(['tBTCUSD'], { USD: 100_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(2);
    // bought at 20000: the fee is 0.2 % of 40000
    assert.equal(floor.total('margin', 'USD'), 99_920);
    floor.quote({ bid: 19_000, ask: 19_010, last: 19_000 });
    floor.trade(-2);
    // 2 x (19000 - 20000) and 0.2 % of 38000
    assert.equal(floor.total('margin', 'USD'), 97_844);
    assert.equal(floor.account.state.positions.size, 0);
    assert.deepEqual(floor.positionTalk, ['pn', 'pu', 'pc']);
    const entries = floor.account.state.ledger.slice(-3).map(({ description, units }) => [description, units]);
    assert.deepEqual(entries, [
      ['Trading fees for 2 BTC (BTCUSD) @ 20000 on BFX (0.2%) on wallet margin', -80_00000000n],
      ['Position closed @ 19000 (TRADE) on wallet margin', -2000_00000000n],
      ['Trading fees for 2 BTC (BTCUSD) @ 19000 on BFX (0.2%) on wallet margin', -76_00000000n],
    ]);
  });

  it('is told first without and then with its figures, worked out by hand', () => {
    const floor = new MarginFloor(['tBTCUSD'], { USD: 10_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    const order = floor.submit({ type: 'MARKET', amount: '2' });
    floor.clock.advance(200);
    const opened = floor.last('pn');
    assert.deepEqual(opened.slice(0, 11), ['tBTCUSD', 'ACTIVE', 2, 20_000, 0, 0, null, null, null, null, null]);
    assert.deepEqual([opened[15], opened[17], opened[18]], [0, 0, 0]);
    assert.deepEqual(opened[19], { reason: 'TRADE', order_id: order, order_id_oppo: null, liq_stage: null, trade_price: '20000', trade_amount: '2' });
    floor.market.print(19_500, 0.001);
    floor.settle();
    const [, , , , , , profit, percentage, liquidation, leverage] = floor.last('pu');
    // 2 x -500, of 40000
    assert.deepEqual([profit, percentage], [-1000, -2.5]);
    // 9920 + 2 (P - 20000) = a tenth of 2 P
    about(liquidation, 30_080 / 1.8);
    // 39000 by 9920 - 1000
    about(leverage, 39_000 / 8920);
  });

  it('is averaged where more is added, and won on by the part that leaves', () => {
    const floor = new MarginFloor(['tBTCUSD'], { USD: 100_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(1);
    floor.quote({ bid: 20_090, ask: 20_100, last: 20_100 });
    floor.trade(1);
    assert.equal(floor.last('pu')[3], 20_050);
    floor.quote({ bid: 20_200, ask: 20_210, last: 20_200 });
    floor.trade(-0.5);
    assert.deepEqual(floor.last('pu').slice(2, 4), [1.5, 20_050]);
    // fees 40 + 40.2 + 20.2, won 0.5 x 150
    assert.equal(floor.total('margin', 'USD'), 100_000 - 40 - 40.2 - 20.2 + 75);
  });

  it('that is turned around is closed, and another one is opened with an id of its own', () => {
    const floor = new MarginFloor(['tBTCUSD'], { USD: 100_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(1);
    const [first] = floor.account.state.positions.values();
    floor.quote({ bid: 21_000, ask: 21_010, last: 21_000 });
    floor.trade(-3);
    const [second] = floor.account.state.positions.values();
    assert.deepEqual(floor.positionTalk, ['pn', 'pu', 'pc', 'pn', 'pu']);
    assert.deepEqual(floor.last('pc').slice(0, 4), ['tBTCUSD', 'CLOSED', 0, 20_000]);
    assert.deepEqual(floor.last('pn').slice(0, 4), ['tBTCUSD', 'ACTIVE', -2, 21_000]);
    assert.notEqual(first?.id, second?.id);
    // fees 40 and 126, won 1000
    assert.equal(floor.total('margin', 'USD'), 100_834);
  });

  it('short loses when the price rises', () => {
    const floor = new MarginFloor(['tBTCUSD'], { USD: 10_000 });
    floor.quote({ bid: 20_000, ask: 20_010, last: 20_000 });
    floor.trade(-1);
    floor.market.print(21_000, 0.001);
    const [position] = floor.account.state.positions.values();
    assert.equal(position?.amount, -1_00000000n);
    // 9960 - (P - 20000) = a tenth of P
    about(floor.last('pu')[8], 29_960 / 1.1);
  });

  it('in another quote currency is reckoned in dollars by its rate', () => {
    const floor = new MarginFloor(['tETHBTC', 'tBTCUSD', 'tETHUSD'], { USD: 10_000 });
    floor.quote({ at: 1, bid: 19_990, ask: 20_010, last: 20_000 });
    floor.quote({ bid: 0.0499, ask: 0.05, last: 0.05 });
    // 10 x 0.05 BTC are 10000 dollars
    floor.trade(10);
    floor.quote({ bid: 0.048, ask: 0.0481, last: 0.048 });
    floor.trade(-10);
    // lost 0.02 BTC, fees 0.001 and 0.00096
    assert.equal(floor.total('margin', 'BTC'), -0.02196);
    const [, , balance] = floor.heard.filter(({ type, row }) => type === 'miu' && row[0] === 'base').at(-1)?.row[1] as number[];
    about(balance, 10_000 - 0.02196 * 20_000);
  });
});

describe('a derivative', () => {
  const open = (): MarginFloor => {
    const floor = new MarginFloor(['tBTCF0:USTF0'], { USTF0: 1000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    return floor;
  };

  it('takes a tenth of its cost as collateral with leverage 10: 1000 - 4 in all, 796 available', () => {
    const floor = open();
    floor.trade(0.1, { lev: 10 });
    assert.equal(floor.total('margin', 'USTF0'), 996);
    assert.equal(floor.available('margin', 'USTF0'), 796);
    const row = floor.last('pu');
    assert.deepEqual([row[2], row[3], row[6], row[9], row[15], row[17]], [0.1, 20_000, 0, 10, 1, 200]);
    // 0.5 % of what it is worth; 200 + 0.1 (P - 20000) = 0.5 % of 0.1 P
    assert.equal(row[18], 10);
    about(row[8], 1800 / 0.0995);
  });

  it('asks for collateral and fee of what it opens, and for nothing of what it closes', () => {
    const floor = open();
    // 20000 / 10 and 40 for each coin: 0.49 fit into 1000
    assert.match(floor.say('on', { symbol: 'tBTCF0:USTF0', type: 'LIMIT', amount: '0.5', price: '20000', lev: 10 }).text, /not enough tradable balance for 0.5 BTCF0:USTF0 at 20000.0/);
    floor.trade(0.49, { type: 'LIMIT', price: '20000', lev: 10 });
    assert.equal(floor.available('margin', 'USTF0'), 0.4);
    floor.submit({ type: 'LIMIT', amount: '-0.49', price: '20500', lev: 10 });
    assert.equal(floor.available('margin', 'USTF0'), 0.4);
    // what goes beyond the position opens another one
    assert.match(floor.say('on', { symbol: 'tBTCF0:USTF0', type: 'LIMIT', amount: '-0.1', price: '20500', lev: 10 }).text, /not enough tradable balance/);
  });

  it('gives its collateral back in the part that is closed', () => {
    const floor = open();
    floor.trade(0.1, { lev: 10 });
    floor.quote({ bid: 20_500, ask: 20_510, last: 20_500 });
    floor.trade(-0.04, { lev: 10 });
    // won 0.04 x 500, fee 1.64; 120 of 200 stay
    assert.equal(floor.total('margin', 'USTF0'), 996 + 20 - 1.64);
    assert.equal(floor.available('margin', 'USTF0'), 996 + 20 - 1.64 - 120);
    assert.equal(floor.last('pu')[17], 120);
  });

  it('that is turned around has the collateral of the new one only', () => {
    const floor = open();
    floor.trade(0.1, { lev: 10 });
    floor.quote({ bid: 20_500, ask: 20_510, last: 20_500 });
    floor.trade(-0.3, { lev: 10 });
    // won 50, fee 12.3; a tenth of 0.2 x 20500 is held
    assert.equal(floor.total('margin', 'USTF0'), 996 + 50 - 12.3);
    assert.equal(floor.available('margin', 'USTF0'), 996 + 50 - 12.3 - 410);
    assert.deepEqual(floor.last('pn').slice(2, 4), [-0.2, 20_500]);
  });

  it('holds for an order what it may cost, and gives it back', () => {
    const floor = open();
    const id = floor.submit({ type: 'LIMIT', amount: '0.1', price: '19000', lev: 20 });
    // 1900 / 20 and the fee of 3.8
    assert.equal(floor.available('margin', 'USTF0'), 1000 - 95 - 3.8);
    floor.settle();
    floor.say('oc', { id });
    floor.settle();
    assert.equal(floor.available('margin', 'USTF0'), 1000);
  });

  it('is closed by an order in several fills, between which nothing is judged', () => {
    const floor = new MarginFloor(['tBTCF0:USTF0'], { USTF0: 2000 });
    floor.quote({ bid: 20_000, ask: 20_010, last: 20_000 });
    floor.trade(-0.4, { lev: 100 });
    // this one closes as long as there is something to close; then it would take 3800
    const resting = floor.submit({ type: 'LIMIT', amount: '0.2', price: '19000', lev: 1 });
    floor.market.show({ asks: [[20_010, 0.1], [20_020, 0.2], [20_030, 0.5]] });
    const id = floor.trade(0.4, { type: 'FOK', price: '20030', lev: 50 });
    assert.match(floor.statusOf(id), /^EXECUTED @ 20030.0\(0.1\): was PARTIALLY FILLED @ 20020.0\(0.2\): was/);
    assert.equal(floor.statusOf(resting), 'INSUFFICIENT MARGIN');
  });

  it('has its collateral set within its limits', () => {
    const floor = open();
    floor.trade(0.1, { lev: 10 });
    assert.equal(floor.trading.setCollateral(floor.account, 'tBTCF0:USTF0', 500_00000000n), undefined);
    assert.equal(floor.available('margin', 'USTF0'), 496);
    floor.settle();
    assert.deepEqual([floor.last('pu')[9], floor.last('pu')[17]], [4, 500]);
    // the least is 1 % of 2000
    assert.notEqual(floor.trading.setCollateral(floor.account, 'tBTCF0:USTF0', 19_99999999n), undefined);
    assert.equal(floor.trading.setCollateral(floor.account, 'tBTCF0:USTF0', 20_00000000n), undefined);
    // and the most what is there
    assert.notEqual(floor.trading.setCollateral(floor.account, 'tBTCF0:USTF0', 996_00000001n), undefined);
    assert.notEqual(floor.trading.setCollateral(floor.account, 'tETHF0:USTF0', 100_00000000n), undefined);
  });
});

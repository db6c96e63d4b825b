import assert from 'node:assert/strict';
import { answerCalc } from '../../../src/shared/simulator/trading/funds/calc';
import { numberOf } from '../../../src/shared/simulator/trading/account/money';
import { orderAvail, type AvailQuestion } from '../../../src/shared/simulator/trading/funds/order-avail';
import { spendable } from '../../../src/shared/simulator/trading/funds/spendable';
import type { Valuation } from '../../../src/shared/simulator/trading/funds/valuation';
import { MarginFloor } from './margin-floor';

const valuation = ({ account: { state }, trading: { prices } }: MarginFloor): Valuation => ({ state, prices });

/** 10000 dollars, and bitcoin at 20000. */
function open(symbols: readonly string[] = ['tBTCUSD']): MarginFloor {
  const floor = new MarginFloor(symbols, { USD: 10_000 });
  floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
  return floor;
}

describe('the tradable balance', () => {
  it('is five times what the wallet holds, in the words of the exchange', () => {
    const floor = open();
    const order = { symbol: 'tBTCUSD', type: 'LIMIT', price: '20000' };
    assert.equal(floor.say('on', { ...order, amount: '2.50001' }).text, 'Invalid order: not enough tradable balance for 2.50001 BTCUSD at 20000.0');
    assert.equal(floor.say('on', { ...order, amount: '2.5' }).status, 'SUCCESS');
  });

  it('counts what is open on the larger side only, and neither closing nor reducing', () => {
    const floor = open();
    const order = { symbol: 'tBTCUSD', type: 'LIMIT' };
    floor.submit({ ...order, amount: '1.5', price: '15000' });
    floor.submit({ ...order, amount: '-1.5', price: '25000' });
    // a fifth of 37500 of 50000 is asked for on the selling side
    assert.equal(floor.say('on', { ...order, amount: '-0.51', price: '25000' }).status, 'ERROR');
    assert.equal(floor.say('on', { ...order, amount: '-0.5', price: '25000' }).status, 'SUCCESS');
    const closing = open();
    closing.trade(2.4);
    assert.equal(closing.say('on', { ...order, amount: '0.1', price: '19000' }).status, 'ERROR');
    assert.equal(closing.say('on', { ...order, amount: '-2.4', price: '25000' }).status, 'SUCCESS');
    assert.equal(closing.say('on', { ...order, amount: '-2.4', price: '24000', flags: 1024 }).status, 'SUCCESS');
  });

  it('is looked at again when an order grows', () => {
    const floor = open();
    const id = floor.submit({ type: 'LIMIT', amount: '2', price: '19000' });
    floor.settle();
    assert.equal(floor.say('ou', { id, amount: '3' }).text, 'Invalid order: not enough tradable balance for 3.0 BTCUSD at 19000.0');
    assert.equal(floor.say('ou', { id, amount: '2.6' }).status, 'SUCCESS');
  });

  it('ends an order that it cannot fill any more', () => {
    const floor = open(['tBTCUSD', 'tETHUSD']);
    floor.quote({ at: 1, bid: 1995, ask: 2000, last: 2000 });
    floor.trade(10, { symbol: 'tETHUSD' });
    const [first, second, third] = [['0.9', 19_000], ['0.1', 18_900], ['0.01', 18_000]].map(([amount, price]) => floor.submit({ type: 'LIMIT', amount, price: String(price) }));
    floor.settle();
    // ether loses 10 x 500: 10000 - 40 - 5000 = 4960; three quarters of a fifth of 15000 must stay for it
    floor.quote({ at: 1, bid: 1400, ask: 1600, last: 1500 });
    floor.market.print(18_999, -100);
    // each coin keeps 0.15 x 18999 and loses 1 and the fee of 19: (4960 - 2250) / 2869.85 = 0.944, so it is filled
    assert.equal(floor.statusOf(first as number), 'EXECUTED @ 19000.0(0.9)');
    floor.market.print(18_899, -100);
    // 4960 - 17.1 - 0.9 x 101 = 4852, less 2250 and 0.15 x 17009.1 = 2551.365: 50.635 by 2834.85 + 1 + 18.9
    assert.equal(floor.statusOf(second as number), 'INSUFFICIENT MARGIN was: PARTIALLY FILLED @ 18900.0(0.0177371)');
    floor.market.print(17_900, -100);
    assert.equal(floor.statusOf(third as number), 'INSUFFICIENT MARGIN');
  });

  it('is none in a pair that is not traded on margin', () => {
    const floor = new MarginFloor(['tDOGE:USD'], { USD: 10_000 });
    floor.quote({ bid: 0.1, ask: 0.11, last: 0.1 });
    assert.equal(floor.say('on', { symbol: 'tDOGE:USD', type: 'LIMIT', amount: '100', price: '0.1' }).status, 'ERROR');
    assert.equal(floor.account.state.orders.size, 0);
  });
});

describe('what may leave the margin wallet', () => {
  it('is what positions and orders do not need', () => {
    const floor = open();
    floor.give('margin', 'BTC', 1);
    floor.trade(1);
    // 9960 and a coin of 20000, of which a fifth of 20000 stays
    assert.equal(numberOf(spendable(valuation(floor), 'margin', 'USD')), 9960);
    floor.submit({ type: 'LIMIT', amount: '-4', price: '40000' });
    // beyond the position three coins of 40000: a fifth is 24000
    assert.equal(numberOf(spendable(valuation(floor), 'margin', 'USD')), 5960);
    assert.equal(numberOf(spendable(valuation(floor), 'margin', 'BTC')), 0.298);
    floor.settle();
    const [, , , , available] = floor.heard.filter(({ type, row }) => type === 'wu' && row[0] === 'margin' && row[1] === 'USD').at(-1)?.row ?? [];
    assert.equal(available, 5960);
  });

  it('is everything, to the last unit, when nothing is open', () => {
    const floor = open();
    floor.give('margin', 'BTC', 0.12345679);
    assert.equal(spendable(valuation(floor), 'margin', 'BTC'), 12345679n);
    assert.equal(spendable(valuation(floor), 'margin', 'USD'), 10_000_00000000n);
  });
});

describe('calc', () => {
  it('answers what there is with the messages of channel 0', () => {
    const floor = open();
    floor.trade(1);
    const ask = (...what: string[]): unknown[] => answerCalc(valuation(floor), what.map((one) => [one])).map(([type, row]) => [type, row]);
    assert.deepEqual(ask('margin_base'), [['miu', ['base', [0, 0, 9960, 9960, 2000]]]]);
    // (9960 - 4000) x 5; at 20000 1.49 more, or 1 and 2.49 the other way
    assert.deepEqual(ask('margin_sym_tBTCUSD'), [['miu', ['sym', 'tBTCUSD', [29_800, 29_800, 1.49, 3.49, null, null, null, null]]]]);
    assert.deepEqual(ask('wallet_margin_USD'), [['wu', ['margin', 'USD', 9960, 0, 5960, 'Trading fees for 1 BTC (BTCUSD) @ 20000 on BFX (0.2%) on wallet margin', null]]]);
    assert.deepEqual(ask('funding_sym_fUSD'), [['fiu', ['sym', 'fUSD', [0, 0, 0, 0]]]]);
    const [[type, position]] = ask('position_tBTCUSD') as [[string, unknown[]]];
    assert.deepEqual([type, position.slice(0, 4), position[6], position[7]], ['pu', ['tBTCUSD', 'ACTIVE', 1, 20_000], 0, 0]);
    // the exchange wallet's 100000 and coin of 20000, and this one
    assert.deepEqual(ask('balance'), [['bu', [129_960, 129_960]]]);
    floor.market.print(20_500, 0.001);
    // a coin of 500 more, and the position's profit
    assert.deepEqual(ask('balance'), [['bu', [130_460, 130_960]]]);
  });

  it('counts what a derivative won or lost as balance, too', () => {
    const floor = new MarginFloor(['tBTCF0:USTF0', 'tUSTUSD'], { USTF0: 1000 });
    floor.quote({ at: 1, bid: 1, ask: 1.01, last: 1 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(0.1);
    floor.market.print(19_000, 0.001);
    const [[, [aum = 0, net = 0] = []] = []] = answerCalc(valuation(floor), [['balance']]) as [string, number[]][];
    assert.equal(Math.round((net - aum) * 1e8), -100e8);
  });

  it('says nothing of what there is not, and lives through what makes no sense', () => {
    const floor = open();
    const nothing = [['position_tBTCUSD'], ['wallet_margin_XYZ'], ['wallet_nope_USD'], ['margin_sym_tDOGE:USD'], ['constructor'], ['__proto__'], [null], [], 5, {}, ['margin_sym_']];
    assert.deepEqual(answerCalc(valuation(floor), nothing), []);
    for (const senseless of [undefined, null, 'balance', 7, {}]) assert.deepEqual(answerCalc(valuation(floor), senseless), []);
    assert.equal(answerCalc(valuation(floor), Array.from({ length: 100 }, () => ['balance'])).length, 30);
  });
});

describe('the greatest order', () => {
  const ask = (floor: MarginFloor, question: Partial<AvailQuestion>): number | undefined => {
    const units = orderAvail({ symbol: 'tBTCUSD', type: 'MARGIN', buy: true, rate: undefined, lev: 10, ...question }, valuation(floor), 2000);
    return units === undefined ? undefined : numberOf(units);
  };

  it('that is told is taken, and one unit more is not', () => {
    const floor = open();
    floor.trade(0.7);
    for (const [buy, price] of [[true, 19_500], [false, 20_500], [true, 30_000]] as const) {
      const most = ask(floor, { buy, rate: price }) ?? 0;
      const order = { symbol: 'tBTCUSD', type: 'LIMIT', price: String(price) };
      const amount = (units: number): string => (buy ? units : -units).toFixed(8);
      assert.equal(floor.say('on', { ...order, amount: amount(most + 2e-8) }).status, 'ERROR', `${price}`);
      const { status, orders } = floor.say('on', { ...order, amount: amount(most) });
      assert.equal(status, 'SUCCESS', `${price}`);
      floor.say('oc', { id: orders[0]?.[0] });
      floor.settle();
    }
  });

  it('that is told fits between orders of other prices, too', () => {
    const floor = open();
    floor.trade(0.7);
    for (const price of [25_000, 20_600]) floor.submit({ type: 'LIMIT', amount: '-0.4', price: String(price) });
    const most = ask(floor, { buy: false, rate: 21_000 }) ?? 0;
    assert.ok(most > 2);
    assert.equal(floor.say('on', { symbol: 'tBTCUSD', type: 'LIMIT', amount: (most * -1.01).toFixed(8), price: '21000' }).status, 'ERROR');
    assert.equal(floor.say('on', { symbol: 'tBTCUSD', type: 'LIMIT', amount: (-most).toFixed(8), price: '21000' }).status, 'SUCCESS');
  });

  it('that sells is reckoned with the better price, where the market has one', () => {
    const floor = open();
    const most = ask(floor, { buy: false, rate: 10_000 }) ?? 0;
    assert.equal(most, 2.5);
    assert.equal(floor.say('on', { symbol: 'tBTCUSD', type: 'LIMIT', amount: String(-most), price: '10000' }).status, 'SUCCESS');
  });

  it('of a derivative leaves room for the fee', () => {
    const floor = new MarginFloor(['tBTCF0:USTF0'], { USTF0: 1000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    const derivative = { symbol: 'tBTCF0:USTF0', type: 'DERIV' } as const;
    // 1000 / (2000 + 40)
    assert.equal(ask(floor, derivative), 0.49019607);
    assert.equal(ask(floor, { ...derivative, lev: 100, rate: 10_000 }), 8.33333333);
    floor.trade(0.49019607, { lev: 10 });
    assert.equal(ask(floor, { ...derivative, buy: false }), 0.49019607);
    assert.equal(floor.account.state.positions.get('tBTCF0:USTF0')?.amount, 49019607n);
  });

  it('from the exchange wallet is what is free', () => {
    const floor = open();
    floor.submit({ type: 'EXCHANGE LIMIT', amount: '-0.25', price: '30000' });
    assert.equal(ask(floor, { type: 'EXCHANGE', buy: false }), 0.75);
    assert.equal(ask(floor, { type: 'EXCHANGE', rate: 25_000 }), 4);
    assert.equal(ask(new MarginFloor(['tBTCUSD'], {}), { type: 'EXCHANGE', buy: false }), 1, 'without any price');
    assert.equal(ask(floor, { type: 'FUNDING', symbol: 'fUSD' }), 0);
    assert.equal(ask(floor, { type: 'DERIV' }), undefined);
    assert.equal(ask(floor, { symbol: 'tNOPE' }), undefined);
  });
});

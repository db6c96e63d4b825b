import assert from 'node:assert/strict';
import { pairInfo } from '../../../src/shared/wire/conf';
import { confOf } from '../../../src/shared/simulator/markets/conf';
import { INSTRUMENTS } from '../../../src/shared/simulator/markets/instruments';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { isRefusal, type OrderWish } from '../../../src/shared/simulator/trading/orders/order-wish';
import { readWish } from '../../../src/shared/simulator/trading/orders/read-wish';

const NOW = Date.UTC(2026, 0, 15, 10, 45, 23);
const symbols = INSTRUMENTS.map(({ symbol }) => symbol);
const LIMIT = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.001', price: '10000' };

const read = (payload: unknown): unknown => readWish(payload, { symbols, now: NOW });

function wishFor(payload: unknown): OrderWish {
  const wish = readWish(payload, { symbols, now: NOW });
  if (isRefusal(wish)) throw new Error(wish.text);
  return wish;
}

function refusalOf(payload: unknown): readonly [text: string, code: number] {
  const wish = readWish(payload, { symbols, now: NOW });
  if (!isRefusal(wish)) throw new Error(`not refused: ${JSON.stringify(payload)}`);
  return [wish.text, wish.code ?? 10001];
}

describe('simulator/trading/read-wish', () => {
  it('reads an order as the exchange documents it', () => {
    const payload = { gid: 1, cid: 1755757983971, type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.001', price: '10000', flags: 4096, tif: '2026-01-15 10:45:24', meta: { aff_code: 'CODE' } };
    assert.deepEqual(read(payload), {
      ...{ symbol: 'tBTCUSD', type: 'LIMIT', spot: true, amount: 100_000n, price: 10000, auxLimit: 0, trailing: 0, ocoStop: 0, flags: 4096 },
      ...{ tif: NOW + 1000, lev: 1, cid: 1755757983971, cidOco: null, gid: 1, meta: '{"aff_code":"CODE"}' },
    });
  });

  it('takes numbers for texts and null for nothing', () => {
    const asTexts = wishFor({ ...LIMIT, amount: '-0.5', cid: '7', flags: '64' });
    assert.deepEqual(wishFor({ ...LIMIT, amount: -0.5, price: 10000, cid: 7, flags: 64, gid: null, tif: null, meta: null, lev: null }), asTexts);
    assert.deepEqual([asTexts.amount, asTexts.cid, asTexts.flags], [unitsOf(-0.5), 7, 64]);
  });

  it('rounds the ninth decimal of an amount', () => {
    assert.equal(wishFor({ ...LIMIT, amount: '0.123456785' }).amount, 12_345_679n);
    assert.equal(wishFor({ ...LIMIT, amount: '-0.123456784' }).amount, -12_345_678n);
  });

  for (const [given, kept] of [['118943', 118940], ['12.123', 12.123], ['1.12345', 1.1234], ['1234.56', 1234.5], ['0.000123456', 0.00012345], ['0.000012349', 0.00001234], ['30000.55', 30000], [99999.99, 99999]] as const)
    it(`cuts the price ${given} to ${kept}: five digits, eight decimals`, () => assert.equal(wishFor({ ...LIMIT, price: given }).price, kept));

  it('reads each type with the prices that it has, and passes others over', () => {
    const prices = { price: '3', price_aux_limit: '4', price_trailing: '5', price_oco_stop: '6' };
    const pricesOf = (type: string): readonly number[] => {
      const { price, auxLimit, trailing, ocoStop } = wishFor({ ...LIMIT, ...prices, type });
      return [price, auxLimit, trailing, ocoStop];
    };
    for (const type of ['LIMIT', 'STOP', 'FOK', 'IOC']) assert.deepEqual(pricesOf(type), [3, 0, 0, 0], type);
    assert.deepEqual(pricesOf('EXCHANGE STOP LIMIT'), [3, 4, 0, 0]);
    assert.deepEqual(pricesOf('EXCHANGE MARKET'), [0, 0, 0, 0]);
    assert.deepEqual(pricesOf('EXCHANGE TRAILING STOP'), [0, 0, 5, 0]);
  });

  it('gives derivatives a leverage of ten unless another is said, and others none', () => {
    const future = { type: 'LIMIT', symbol: 'tBTCF0:USTF0', amount: '0.1', price: '60000' };
    assert.deepEqual([wishFor(future).lev, wishFor({ ...future, lev: 100 }).lev, wishFor({ ...LIMIT, lev: 5 }).lev], [10, 100, 1]);
  });

  it('knows paper pairs, of the exchange wallet and perpetual', () => {
    assert.equal(wishFor({ ...LIMIT, symbol: 'tTESTBTC:TESTUSD' }).spot, true);
    assert.equal(wishFor({ ...LIMIT, type: 'LIMIT', symbol: 'tTESTBTCF0:TESTUSDTF0' }).lev, 10);
  });

  it('reads a bare date as its midnight', () => assert.equal(wishFor({ ...LIMIT, tif: '2026-06-30' }).tif, Date.UTC(2026, 5, 30)));

  it('takes an OCO pair whose stop lies beyond its limit, on either side', () => {
    assert.equal(wishFor({ ...LIMIT, flags: 16384, price_oco_stop: '11000' }).ocoStop, 11000);
    assert.equal(wishFor({ ...LIMIT, amount: '-1', flags: 16384, price_oco_stop: '9000', cid_oco: 3 }).cidOco, 3);
  });

  const FAULTS: readonly (readonly [what: string, change: Record<string, unknown>, text: string, code: number])[] = [
    ['no symbol', { symbol: undefined }, 'symbol: invalid', 10020],
    ['an unknown symbol', { symbol: 'tNOPUSD' }, 'symbol: invalid', 10020],
    ['a symbol without its t', { symbol: 'BTCUSD' }, 'symbol: invalid', 10020],
    ['a symbol in lower case', { symbol: 'tbtcusd' }, 'symbol: invalid', 10020],
    ['a funding currency', { symbol: 'fUSD' }, 'symbol: invalid', 10020],
    ['a symbol that is no text', { symbol: ['tBTCUSD'] }, 'symbol: invalid', 10020],
    ['no type', { type: undefined }, 'type: invalid', 10020],
    ['a type with its prefix twice', { type: 'EXCHANGE EXCHANGE LIMIT' }, 'type: invalid', 10020],
    ['a type in lower case', { type: 'exchange limit' }, 'type: invalid', 10020],
    ['the exchange wallet for a perpetual', { symbol: 'tBTCF0:USTF0' }, 'type: invalid', 10020],
    ['margin for a pair that has none', { type: 'LIMIT', symbol: 'tDOGE:USD', amount: '50' }, 'This pair cannot be traded on margin.', 10001],
    ['no amount', { amount: undefined }, 'amount: invalid', 10001],
    ['an amount of zero', { amount: '0' }, 'amount: invalid', 10001],
    ['an amount that is no number', { amount: 'much' }, 'amount: invalid', 10001],
    ['an amount with an exponent', { amount: '1e-3' }, 'amount: invalid', 10001],
    ['an endless amount', { amount: 1e308 * 10 }, 'amount: invalid', 10001],
    ['dust', { amount: '0.000000001' }, 'RSN_DUST (amount is less than 0.00000001)', 10001],
    ['a limit without its price', { price: undefined }, 'Invalid price.', 10001],
    ['a price of zero', { price: '0' }, 'Invalid price.', 10001],
    ['a price below zero', { price: '-12483' }, 'Invalid price.', 10001],
    ['a price that the cut leaves nothing of', { price: '0.000000001' }, 'Invalid price.', 10001],
    ['a price that is no number', { price: 'high' }, 'price: invalid', 10001],
    ['a price beyond all prices', { price: 1e300 }, 'price: invalid', 10001],
    ['a price that is a list', { price: [1] }, 'price: invalid', 10001],
    ['a stop without its trigger', { type: 'EXCHANGE STOP', price: undefined }, 'Invalid price.', 10001],
    ['a stop limit without its limit', { type: 'EXCHANGE STOP LIMIT' }, 'price_aux_limit: invalid', 10020],
    ['a trailing stop without its distance', { type: 'EXCHANGE TRAILING STOP' }, 'price_trailing: invalid', 10020],
    ['less than the least size', { amount: '0.00003999' }, 'Invalid order: minimum size for BTC/USD is 0.00004', 10001],
    ['less than the least size of a long name', { symbol: 'tDOGE:USD', amount: '-21' }, 'Invalid order: minimum size for DOGE/USD is 22.0', 10001],
    ['more than the greatest size', { amount: '-2000.1' }, 'Invalid order: maximum size for BTC/USD is 2000.0', 10001],
    ['a cid of 45 bits', { cid: 2 ** 45 }, 'cid: invalid', 10020],
    ['a cid that is a text', { cid: 'abc' }, 'cid: invalid', 10020],
    ['a cid with a fraction', { cid: 1.5 }, 'cid: invalid', 10020],
    ['a cid below zero', { cid: -1 }, 'cid: invalid', 10020],
    ['a gid that is a text', { gid: 'group' }, 'gid: invalid', 10020],
    ['flags that are a text', { flags: 'hidden' }, 'flags: invalid', 10020],
    ['a flag that there is not', { flags: 64 + 128 }, 'flags: invalid', 10020],
    ['flags of more than 31 bits', { flags: 2 ** 31 }, 'flags: invalid', 10020],
    ['a leverage of 0', { lev: 0 }, 'lev: invalid', 10020],
    ['a leverage of 101', { lev: 101 }, 'lev: invalid', 10020],
    ['a time in force that is past', { tif: '2026-01-15 10:45:23' }, 'tif: invalid', 10020],
    ['a day that does not exist', { tif: '2026-02-30' }, 'tif: invalid', 10020],
    ['a time in force in milliseconds', { tif: NOW + 5000 }, 'tif: invalid', 10020],
    ['meta that is a list', { meta: [] }, 'meta: invalid', 10020],
    ['closing a position from the exchange wallet', { flags: 512 }, 'flags: invalid', 10020],
    ['reducing a position from the exchange wallet', { flags: 1024 }, 'flags: invalid', 10020],
    ['post-only at any price', { type: 'EXCHANGE MARKET', flags: 4096 }, 'flags: invalid', 10020],
    ['post-only at once', { type: 'EXCHANGE IOC', flags: 4096 }, 'flags: invalid', 10020],
    ['an OCO pair that begins with a stop', { type: 'EXCHANGE STOP', flags: 16384, price_oco_stop: '11000' }, 'flags: invalid', 10020],
    ['an OCO pair without a stop', { flags: 16384 }, 'price_oco_stop: invalid', 10020],
    ['an OCO pair with its stop on the wrong side', { flags: 16384, price_oco_stop: '9000' }, 'price_oco_stop: invalid', 10020],
    ['an OCO sale with its stop on the wrong side', { amount: '-1', flags: 16384, price_oco_stop: '10000' }, 'price_oco_stop: invalid', 10020],
  ];
  for (const [what, change, text, code] of FAULTS) it(`refuses ${what}: ${text}`, () => assert.deepEqual(refusalOf({ ...LIMIT, ...change }), [text, code]));

  it('refuses what is no order at all', () => {
    for (const payload of [null, undefined, 'on', 5, [], [1], {}, { __proto__: LIMIT }]) assert.deepEqual(refusalOf(payload), ['symbol: invalid', 10020]);
  });

  it('has its sizes from the numbers that conf/pub:info:pair answers', () => {
    for (const row of [...confOf('pub:info:pair', symbols), ...confOf('pub:info:pair:futures', symbols)]) {
      const { pair, limits } = pairInfo.decode(row);
      const type = pair.includes('F0:') ? 'MARKET' : 'EXCHANGE MARKET';
      const least = Number(limits.minOrderSize);
      assert.equal(isRefusal(readWish({ type, symbol: `t${pair}`, amount: least }, { symbols, now: NOW })), false, pair);
      assert.match(refusalOf({ type, symbol: `t${pair}`, amount: (least * 0.99).toFixed(8) })[0], new RegExp(`minimum size for .* is ${limits.minOrderSize}$`), pair);
      assert.match(refusalOf({ type, symbol: `t${pair}`, amount: Number(limits.maxOrderSize) + 1 })[0], new RegExp(`maximum size for .* is ${limits.maxOrderSize}$`), pair);
    }
  });
});

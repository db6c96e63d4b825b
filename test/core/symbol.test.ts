import assert from 'node:assert/strict';
import { exchangeCurrency, unifiedCurrency } from '../../src/shared/core/currency';
import { nearestSymbols, resolveSymbol, splitSymbols, unifiedSymbol } from '../../src/shared/core/symbol';

const LISTED = new Set(['tBTCUSD', 'tETHUSD', 'tBTCUST', 'tDOGE:USD', 'tBTC:EURQ', 'tBTCF0:USTF0', 'tTESTBTC:TESTUSD', 'tLUNA2:USD', 'fUSD', 'fUST']);

describe('symbol', () => {
  const accepted: [string, string][] = [
    ['BTC/USD', 'tBTCUSD'],
    ['BTCUSD', 'tBTCUSD'],
    ['tBTCUSD', 'tBTCUSD'],
    [' btc/usd ', 'tBTCUSD'],
    ['tDOGE:USD', 'tDOGE:USD'],
    ['DOGE:USD', 'tDOGE:USD'],
    ['DOGE/USD', 'tDOGE:USD'],
    ['BTC/USDT', 'tBTCUST'],
    ['BTC/UST', 'tBTCUST'],
    ['BTC/EURQ', 'tBTC:EURQ'],
    ['BTC/USDT:USDT', 'tBTCF0:USTF0'],
    ['tBTCF0:USTF0', 'tBTCF0:USTF0'],
    ['LUNA/USD', 'tLUNA2:USD'],
    ['fUSD', 'fUSD'],
  ];
  for (const [text, id] of accepted) {
    it(`takes ${text} for ${id}, with and without the exchange's list`, () => {
      assert.equal(resolveSymbol(text, LISTED), id);
      assert.equal(resolveSymbol(text), id);
    });
  }

  it('finds a pair without a separator only in the list', () => {
    assert.equal(resolveSymbol('DOGEUSD', LISTED), 'tDOGE:USD');
    assert.equal(resolveSymbol('TESTBTCTESTUSD', LISTED), 'tTESTBTC:TESTUSD');
    assert.throws(() => resolveSymbol('DOGEUSD'), { code: 'SYMBOL_UNKNOWN' });
  });

  it('does not guess where two listed pairs read alike', () => {
    assert.throws(() => resolveSymbol('ABCDEUSD', new Set(['tABC:DEUSD', 'tABCDE:USD'])), { code: 'SYMBOL_UNKNOWN' });
  });

  it('refuses an unknown one and names the nearest', () => {
    assert.throws(() => resolveSymbol('BTC/USX', LISTED), /BTC\/USX.*nearest: BTC\/USD/);
    assert.throws(() => resolveSymbol('BTC/USDT:USD', LISTED), { code: 'SYMBOL_UNKNOWN' });
    assert.deepEqual(nearestSymbols('ETHUSD', LISTED)[0], 'ETH/USD');
  });

  for (const wrong of ['', '  ', 'BTC', 'BTC/', '/USD', 't', 'f', 'tBTC/USD', 'BTC-USD', '<b>', '__proto__', '${PAIR}', 'a'.repeat(500)]) {
    it(`refuses ${JSON.stringify(wrong.slice(0, 20))} even without a list`, () => {
      assert.throws(() => resolveSymbol(wrong), (error: Error & { code: string }) => error.code === 'SYMBOL_UNKNOWN' && error.message.length < 200);
    });
  }

  it('names ids as ccxt does, and every name leads back to its id', () => {
    assert.equal(unifiedSymbol('tBTCF0:USTF0'), 'BTC/USDT:USDT');
    assert.equal(unifiedSymbol('tTESTBTC:TESTUSD'), 'TESTBTC/TESTUSD');
    for (const id of LISTED) assert.equal(resolveSymbol(unifiedSymbol(id), LISTED), id);
  });

  it('splits what a dialog holds', () => {
    assert.deepEqual(splitSymbols(' BTC/USD, ETH/USD\nfUSD;BTC/USD '), ['BTC/USD', 'ETH/USD', 'fUSD']);
    assert.deepEqual(splitSymbols('  '), []);
  });

  it('knows the exchange by ccxt names of currencies in both directions', () => {
    for (const [code, name] of [['UST', 'USDT'], ['DSH', 'DASH'], ['BTC', 'BTC'], ['UDC', 'USDC']] as const) {
      assert.equal(unifiedCurrency(code), name);
      assert.equal(exchangeCurrency(name), code);
    }
    assert.equal(unifiedCurrency('BTCF0'), 'BTC');
  });

  it('agrees with ccxt on every renamed currency', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded for this one witness
    const { bitfinex } = require('ccxt') as { bitfinex: new () => { commonCurrencies: Record<string, string> } };
    const { XBT, BCHSV, ORS, ...renamed } = new bitfinex().commonCurrencies;
    assert.deepEqual([XBT, BCHSV, ORS], ['BTC', 'BSV', 'ORS Group'], 'codes the exchange does not use, or names that are no code');
    for (const [code, name] of Object.entries(renamed)) assert.equal(unifiedCurrency(code), name, code);
  });
});

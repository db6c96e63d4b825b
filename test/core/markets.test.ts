import assert from 'node:assert/strict';
import { MARKETS_PATH, kindsOf, readMarkets } from '../../src/shared/core/markets';
import { confAnswer } from '../fixtures/conf';
import { jsonLines, needsData } from '../shared-data';

describe('markets', () => {
  const markets = readMarkets(confAnswer());
  const ids = (kind?: 'exchange' | 'margin' | 'futures' | 'funding'): string[] => markets.list(kind).map(({ id }) => id);

  it('are listed by kind, and a pair may be of two', () => {
    assert.deepEqual(ids('exchange'), ['tBTCUSD', 'tDOGE:USD', 'tBTCUST', 'tBTC:EURQ', 'tTESTBTC:TESTUSD']);
    assert.deepEqual(ids('margin'), ['tBTCUSD', 'tLTCBTC']);
    assert.deepEqual(ids('futures'), ['tBTCF0:USTF0']);
    assert.deepEqual(ids('funding'), ['fBTC', 'fLTC', 'fUSD', 'fUST']);
    assert.equal(ids().length, 5 + 1 + 1 + 4);
    assert.deepEqual(['tBTCUSD', 'tLTCBTC', 'fUSD'].map((id) => kindsOf(markets.of(id) as never)), [['exchange', 'margin'], ['margin'], ['funding']]);
  });

  it('have the shape of a ccxt market, with the exchange’s own texts beside the numbers', () => {
    assert.deepEqual(markets.of('tBTCUSD'), {
      id: 'tBTCUSD',
      symbol: 'BTC/USD',
      kind: 'exchange',
      type: 'spot',
      base: 'BTC',
      quote: 'USD',
      settle: undefined,
      baseId: 'BTC',
      quoteId: 'USD',
      baseName: 'Bitcoin',
      quoteName: 'US Dollar',
      spot: true,
      margin: true,
      swap: false,
      funding: false,
      paper: false,
      active: true,
      precision: { price: 5, priceDecimals: 8, amount: 8 },
      limits: { amount: { min: 0.00004, max: 2000 } },
      minOrderSize: '0.00004',
      maxOrderSize: '2000.0',
      initialMargin: 0.1,
      minMargin: 0.05,
      info: ['BTCUSD', [null, null, null, '0.00004', '2000.0', null, null, null, 0.1, 0.05, null, null]],
    });
  });

  it('name perpetuals by their settlement, with the names of what lies beneath', () => {
    const { symbol, type, base, quote, settle, baseName, quoteName, swap, limits } = markets.of('tBTCF0:USTF0') ?? {};
    assert.deepEqual({ symbol, type, base, quote, settle, baseName, quoteName, swap }, { symbol: 'BTC/USDT:USDT', type: 'swap', base: 'BTC', quote: 'USDT', settle: 'USDT', baseName: 'Bitcoin', quoteName: 'Tether USDt', swap: true });
    assert.deepEqual(limits, { amount: { min: 0.00004, max: 100 } });
  });

  it('tell paper markets from real ones, and know no size where the exchange names none', () => {
    assert.deepEqual(markets.list().filter(({ paper }) => paper).map(({ id }) => id), ['tTESTBTC:TESTUSD']);
    assert.deepEqual(markets.of('tBTC:EURQ')?.limits, { amount: {} });
    assert.equal(markets.of('tDOGE:USD')?.initialMargin, undefined);
  });

  it('offer only currencies that can be lent; without such a list, those of the margin pairs', () => {
    assert.equal(markets.of('fDOGE'), undefined);
    assert.equal(markets.ids.has('fDOGE'), true, 'the exchange has the last word on what a message asks for');
    const conf = confAnswer();
    conf[4] = [];
    assert.deepEqual(readMarkets(conf).list('funding').map(({ id }) => id), ['fBTC', 'fUSD', 'fLTC']);
  });

  it('are found by any word of their codes and names, the nearest first', () => {
    const found = (text: string, kind?: 'exchange'): string[] => markets.search(text, kind).map(({ symbol }) => symbol);
    assert.deepEqual(found('bitcoin', 'exchange'), ['BTC/USD', 'BTC/USDT', 'BTC/EURQ']);
    assert.deepEqual(found('doge'), ['DOGE/USD']);
    assert.deepEqual(found('USDT btc'), ['BTC/USDT', 'BTC/USDT:USDT']);
    assert.deepEqual(found('btc'), ['BTC/USD', 'BTC/USDT', 'BTC/EURQ', 'BTC/USDT:USDT', 'fBTC', 'LTC/BTC', 'TESTBTC/TESTUSD']);
    assert.deepEqual(found('fusd')[0], 'fUSD');
    assert.deepEqual(found('no such thing'), []);
  });

  for (const text of ['BTC/USD', 'BTCUSD', 'tBTCUSD', 'btcusd', ' btc/usd ']) {
    it(`takes "${text}" for BTC/USD`, () => {
      const validity = markets.validate(text);
      assert.equal(validity.valid && validity.market.id, 'tBTCUSD');
    });
  }

  it('answers what is no market with the nearest that are', () => {
    assert.deepEqual(markets.validate('BTC/UDS'), { valid: false, input: 'BTC/UDS', nearest: ['BTC/USD', 'BTC/USDT', 'BTC/EURQ'] });
    assert.deepEqual(markets.validate('fDOGE').valid, false);
    for (const nonsense of ['', '💥', '../..', 'constructor', '__proto__', 'x'.repeat(10_000)]) assert.equal(markets.validate(nonsense).valid, false, nonsense.slice(0, 20));
  });

  it('are refused when a part of the answer is missing, of another shape, or empty', () => {
    const broken = (change: (conf: unknown[]) => unknown): unknown => change(confAnswer());
    const answers = [null, 7, 'html', {}, [], broken((conf) => conf.slice(0, 9)), broken((conf) => conf.with(0, [7])), broken((conf) => conf.with(5, [['BTCUSD', null]])), broken((conf) => conf.with(8, 'x')), broken((conf) => conf.with(0, []).with(1, []).with(2, []))];
    for (const answer of answers) assert.throws(() => readMarkets(answer), Error, JSON.stringify(answer)?.slice(0, 60));
  });

  it('ask for each list once, and the question fits into an address', () => {
    const keys = MARKETS_PATH.slice('conf/'.length).split(',');
    assert.equal(new Set(keys).size, confAnswer().length);
    assert.ok(MARKETS_PATH.length < 400);
  });

  it('of a real answer are read without exception, each with a symbol of its own that leads back to it', function () {
    needsData(this);
    const answered = (path: string): unknown[] => {
      const line = jsonLines<{ path: string; response_text: string }>('rest.jsonl').find((one) => one.path === `/v2/conf/${path}`);
      return (JSON.parse(line?.response_text ?? '[[]]') as unknown[][])[0] as unknown[];
    };
    const [info, futures] = [answered('pub:info:pair'), answered('pub:info:pair:futures')] as [[string, unknown[]][], [string, unknown[]][]];
    const pairs = info.map(([pair]) => pair);
    const margin = info.filter(([, limits]) => limits[8] !== null).map(([pair]) => pair);
    const real = readMarkets([pairs, margin, futures.map(([pair]) => pair), [], [], info, futures, [], answered('pub:map:currency:label'), answered('pub:map:currency:undl')]);
    assert.deepEqual([real.list('exchange').length, real.list('futures').length], [406, 89]);
    assert.ok(real.list('funding').length > 40);
    const astray = real.list().filter(({ symbol, id }) => {
      const validity = real.validate(symbol);
      return !validity.valid || validity.market.id !== id;
    });
    assert.deepEqual(astray.map(({ id, symbol }) => `${id} ${symbol}`), []);
    for (const { id, limits, minOrderSize } of real.list().filter(({ funding }) => !funding)) {
      const { min = NaN, max = NaN } = limits.amount;
      assert.ok(min > 0 && max > min && Number(minOrderSize) === min, id);
    }
    assert.equal(real.of('tALGUSD')?.baseName, 'Algorand');
  });
});

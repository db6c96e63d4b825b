import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { REAL_LIMITS } from '../../src/shared/simulator/rest/rest-limits';

type Row = Record<string, unknown>;

/** The parts of ccxt that are used here. */
interface Ccxt {
  urls: { api: unknown };
  currencies: Record<string, { name?: string; fee?: number; margin?: boolean; networks?: Record<string, { deposit: boolean }> }>;
  loadMarkets(): Promise<Record<string, Row & { margin: boolean; swap: boolean }>>;
  fetchStatus(): Promise<{ status: string }>;
  fetchTicker(symbol: string): Promise<Record<string, number>>;
  fetchTickers(): Promise<Record<string, Row>>;
  fetchOHLCV(symbol: string, frame: string, since?: number, limit?: number): Promise<number[][]>;
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<(Row & { timestamp: number })[]>;
  fetchOrderBook(symbol: string, limit?: number, params?: Row): Promise<{ bids: number[][]; asks: number[][] }>;
  fetchFundingRate(symbol: string): Promise<{ fundingRate: number; nextFundingTimestamp: number; markPrice: number }>;
  fetchFundingRateHistory(symbol: string): Promise<{ fundingRate: number }[]>;
  fetchLiquidations(symbol: string): Promise<{ contracts: number; timestamp: number }[]>;
  fetchOpenInterest(symbol: string): Promise<{ openInterestAmount: number }>;
  fetchOpenInterestHistory(symbol: string): Promise<{ openInterestAmount: number }[]>;
  fetchBalance(): Promise<unknown>;
}

/** Unmodified ccxt as the judge of REST: it reads through its own tables, not through ours. */
describe('ccxt at the simulated exchange', () => {
  let exchange: Exchange;
  let ccxt: Ccxt;
  before(async function () {
    this.timeout(60_000);
    exchange = await startExchange({ seed: 41, limits: { rest: REAL_LIMITS } });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { bitfinex } = require('ccxt') as { bitfinex: new (options: unknown) => Ccxt };
    ccxt = new bitfinex({ enableRateLimit: false, apiKey: 'KEY', secret: 'SECRET' });
    ccxt.urls.api = { v1: exchange.rest, public: exchange.rest, private: exchange.rest };
  });
  after(() => exchange.stop());

  it('loads markets and currencies with its two calls', async () => {
    const markets = await ccxt.loadMarkets();
    assert.equal(exchange.calls.length, 2);
    assert.ok(markets['BTC/USD']?.margin && markets['DOGE/USD'] && markets['BTC/USDT:USDT']?.swap && markets['TESTBTC/TESTUSD']);
    const { BTC, USDT, XRP } = ccxt.currencies;
    assert.deepEqual([BTC?.name, BTC?.fee, BTC?.margin, USDT?.name], ['Bitcoin', 0.0004, true, 'Tether USDt']);
    assert.ok(Object.values(XRP?.networks ?? {}).every(({ deposit }) => deposit) && Object.keys(XRP?.networks ?? {}).length === 1);
  });

  it('reads status, tickers, candles, trades and books', async () => {
    assert.equal((await ccxt.fetchStatus()).status, 'ok');
    const { bid = 0, ask = 0, last = 0, high = 0, low = 0 } = await ccxt.fetchTicker('BTC/USD');
    assert.ok(bid < ask && low <= last && last <= high);
    assert.ok(Object.keys(await ccxt.fetchTickers()).length > 25);
    const candles = await ccxt.fetchOHLCV('BTC/USD', '1h', Date.now() - 86_400_000 * 3, 48);
    assert.equal(candles.length, 48);
    for (const [, open = 0, top = 0, bottom = 0, close = 0] of candles) assert.ok(bottom <= Math.min(open, close) && Math.max(open, close) <= top);
    assert.ok((await ccxt.fetchOHLCV('ETH/USD', '1w')).length > 10);
    const trades = await ccxt.fetchTrades('BTC/USD', Date.now() - 1_800_000, 50);
    assert.equal(trades.length, 50);
    assert.ok(trades.every((trade, at) => at === 0 || trade.timestamp >= (trades[at - 1]?.timestamp ?? 0)));
    const book = await ccxt.fetchOrderBook('BTC/USD', 25, { precision: 'P0' });
    assert.deepEqual([book.bids.length, book.asks.length], [25, 25]);
    assert.ok((book.bids[0]?.[0] ?? 0) < (book.asks[0]?.[0] ?? 0));
  });

  it('reads perpetuals: funding, open interest, liquidations', async () => {
    const symbol = 'BTC/USDT:USDT';
    const rate = await ccxt.fetchFundingRate(symbol);
    assert.ok(Math.abs(rate.fundingRate) < 0.01 && rate.nextFundingTimestamp > Date.now() && rate.markPrice > 10_000);
    assert.ok((await ccxt.fetchFundingRateHistory(symbol)).length > 50);
    assert.ok((await ccxt.fetchOpenInterest(symbol)).openInterestAmount > 0);
    assert.ok((await ccxt.fetchOpenInterestHistory(symbol)).length > 50);
    const liquidations = await ccxt.fetchLiquidations(symbol);
    assert.ok(liquidations.length > 5 && liquidations.every(({ contracts }) => contracts > 0));
  });

  it('is told that its key is unknown, and never called too often', async () => {
    await assert.rejects(ccxt.fetchBalance(), { name: 'AuthenticationError' });
    assert.deepEqual(exchange.breaches, []);
  });
});

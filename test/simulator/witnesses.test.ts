import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';

/**
 * Unmodified third-party clients as judges: our own code reads through the same tables as the exchange writes, so a wrong
 * column would cancel out. LONG=1 runs each for a minute at the ordinary pace; else shorter, on a livelier market.
 */
const LONG = process.env['LONG'] === '1';
const SECONDS = LONG ? 60 : 9;
const PACE = LONG ? 1 : 6;
const UPDATES = 500;

/** The parts of bitfinex-api-node 9 that are used here; it has no types of its own. */
interface Witness {
  open(): Promise<void>;
  close(): Promise<void>;
  send(frame: unknown): void;
  subscribeOrderBook(symbol: string, prec: string, len: string): Promise<boolean>;
  subscribeTrades(symbol: string): Promise<boolean>;
  onOrderBook(filter: unknown, heard: () => void): void;
  onTrades(filter: unknown, heard: () => void): void;
  on(event: string, heard: (...values: unknown[]) => void): void;
  getOB(symbol: string): { bids: unknown[][]; asks: unknown[][] } | null;
}

/** The parts of ccxt pro. */
interface Pro {
  urls: { api: unknown };
  orderbook?: unknown;
  loadHttpProxyAgent(): Promise<void>;
  loadMarkets(): Promise<Record<string, unknown>>;
  watchOrderBook(symbol: string, limit?: number): Promise<{ bids: number[][]; asks: number[][] }>;
  watchTrades(symbol: string): Promise<{ id: string; price: number }[]>;
  fetchTicker(symbol: string): Promise<{ last: number }>;
  fetchOHLCV(symbol: string, frame: string): Promise<number[][]>;
  fetchOrderBook(symbol: string): Promise<{ bids: number[][] }>;
  fetchTickers(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

const SYMBOLS = ['tBTCUSD', 'tETHUSD', 'tDOGE:USD', 'tBTCF0:USTF0'];

describe('third-party clients at the simulated exchange', function () {
  this.timeout((SECONDS + 30) * 1000);
  let exchange: Exchange;
  afterEach(() => exchange.stop());

  it('bitfinex-api-node keeps its books and its sequence without one error', async () => {
    exchange = await startExchange({ seed: 11, source: synthetic({ seed: 11, pace: PACE }) });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { WSv2 } = require('bitfinex-api-node') as { WSv2: new (options: unknown) => Witness };
    const witness = new WSv2({ url: exchange.ws, manageOrderBooks: true, seqAudit: true, transform: true });
    const errors: unknown[] = [];
    const seen = { updates: 0, checksums: 0, trades: 0 };
    witness.on('error', (error) => errors.push(error));
    witness.on('cs', (symbol) => void (typeof symbol === 'string' && seen.checksums++));
    await witness.open();
    // not by awaiting enableFlag(CHECKSUM): with seqAudit on it waits for an answer that never fits (the answer holds the sum)
    witness.send({ event: 'conf', flags: 65536 + 131072 });
    for (const symbol of SYMBOLS) {
      witness.onOrderBook({ symbol }, () => seen.updates++);
      await witness.subscribeOrderBook(symbol, 'P0', '25');
      witness.onTrades({ symbol }, () => seen.trades++);
      await witness.subscribeTrades(symbol);
    }
    await new Promise((done) => setTimeout(done, SECONDS * 1000));
    const best = witness.getOB('tBTCUSD');
    await witness.close();
    assert.deepEqual(errors, []);
    assert.ok(seen.updates >= UPDATES, `${seen.updates} book updates`);
    assert.ok(seen.checksums >= SYMBOLS.length * Math.floor(SECONDS / 4), `${seen.checksums} checksums`);
    assert.ok(seen.trades > 10);
    assert.equal(best?.bids.length, 25);
  });

  it('ccxt pro keeps its book without a checksum error, and reads the REST twins', async () => {
    // ccxt writes numbers below 1e-6 in its own way when it computes the checksum, so this market is without such dust
    exchange = await startExchange({ seed: 12, source: synthetic({ seed: 12, pace: PACE, dust: false }) });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const ccxt = require('ccxt') as { pro: { bitfinex: new (options: unknown) => Pro } };
    const pro = new ccxt.pro.bitfinex({ enableRateLimit: false });
    pro.urls.api = { v1: exchange.rest, public: exchange.rest, private: exchange.rest, ws: { public: exchange.ws, private: exchange.ws } };
    await pro.loadHttpProxyAgent();
    const markets = await pro.loadMarkets();
    assert.ok(markets['BTC/USD'] && markets['DOGE/USD'] && markets['BTC/USDT:USDT']);
    const until = performance.now() + SECONDS * 1000;
    let updates = 0;
    const watch = async (symbol: string): Promise<void> => {
      while (performance.now() < until) {
        const book = await pro.watchOrderBook(symbol, 25);
        updates++;
        assert.ok((book.bids[0]?.[0] ?? 0) < (book.asks[0]?.[0] ?? 0));
      }
    };
    // one await may cover several frames, so three books make up the number
    await Promise.all(['BTC/USD', 'ETH/USD', 'BTC/USDT:USDT'].map(watch));
    const trades = await pro.watchTrades('BTC/USD');
    const ticker = await pro.fetchTicker('BTC/USD');
    const candles = await pro.fetchOHLCV('BTC/USD', '1m');
    const book = await pro.fetchOrderBook('BTC/USD');
    assert.ok(Object.keys(await pro.fetchTickers()).length > 25);
    await pro.close();
    assert.ok(updates >= UPDATES, `${updates} book updates`);
    assert.ok(trades.length > 0 && ticker.last > 0 && candles.length === 100 && book.bids.length > 0);
  });
});

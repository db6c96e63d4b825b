import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../../src/shared/simulator/exchange';
import { synthetic } from '../../../src/shared/simulator/markets/synthetic';
import { until } from '../../until';
import { WitnessTable } from './witness-table';

/** The parts of ccxt pro that are used here. */
interface Pro {
  urls: { api: unknown };
  nonce: () => number;
  loadHttpProxyAgent(): Promise<void>;
  loadMarkets(): Promise<unknown>;
  watchOrderBook(symbol: string, limit?: number): Promise<{ bids: number[][]; asks: number[][] }>;
  watchTrades(symbol: string): Promise<{ price: number }[]>;
  watchTicker(symbol: string): Promise<{ bid: number; ask: number }>;
  watchOrders(symbol?: string): Promise<{ id: string; status: string; symbol: string }[]>;
  watchMyTrades(symbol?: string): Promise<{ order: string; amount: number; price: number }[]>;
  watchBalance(params?: object): Promise<Record<string, { total?: number; free?: number } | undefined>>;
  createOrder(symbol: string, type: string, side: string, amount: number, price?: number): Promise<{ id: string }>;
  cancelOrder(id: string, symbol: string): Promise<unknown>;
  close(): Promise<void>;
}

const PAIR = 'BTC/USD';

/** ccxt pro 4.5.84, unmodified but for its addresses. */
describe('ccxt pro at the simulated exchange', function () {
  this.timeout(60_000);
  const table = new WitnessTable('ccxt pro 4.5.84');
  let exchange: Exchange;
  let pro: Pro;

  before(async () => {
    // ccxt writes numbers below 1e-6 in its own way when it computes a checksum, so this market is without such dust
    exchange = await startExchange({ seed: 41, source: synthetic({ seed: 41, pace: 4, dust: false }), trading: { latencyMs: 5, jitterMs: 0 } });
    const { apiKey, apiSecret } = exchange.keys[0] as (typeof exchange.keys)[number];
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const ccxt = require('ccxt') as { pro: { bitfinex: new (options: unknown) => Pro } };
    pro = new ccxt.pro.bitfinex({ apiKey, secret: apiSecret, enableRateLimit: false });
    pro.urls.api = { v1: exchange.rest, public: exchange.rest, private: exchange.rest, ws: { public: exchange.ws, private: exchange.ws } };
    let last = Date.now() * 1000;
    pro.nonce = () => ++last;
    await pro.loadHttpProxyAgent();
    await pro.loadMarkets();
  });
  after(async () => {
    await pro.close();
    table.print();
    await exchange.stop();
  });

  it('watches the market', async () => {
    const book = await table.of('watchOrderBook', () => pro.watchOrderBook(PAIR, 25), ({ bids, asks }) => `${bids.length} + ${asks.length} levels`);
    assert.ok((book.bids[0]?.[0] ?? 0) < (book.asks[0]?.[0] ?? 0));
    const trades = await table.of('watchTrades', () => pro.watchTrades(PAIR), ({ length }) => `${length} trades`);
    assert.ok(trades.length > 0);
    const ticker = await table.of('watchTicker', () => pro.watchTicker(PAIR), ({ bid, ask }) => `${bid} / ${ask}`);
    assert.ok(ticker.bid < ticker.ask);
  });

  it('watches its balance, its orders and its trades', async () => {
    const balance = await table.of('watchBalance', () => pro.watchBalance({ type: 'exchange' }), ({ USD }) => `${USD?.total} USD`);
    assert.equal(balance['USD']?.total, 100_000);
    const seen = new Map<string, string[]>();
    let ended = false;
    const watching = (async () => {
      while (!ended) for (const { id, status } of await pro.watchOrders()) seen.set(id, [...new Set([...(seen.get(id) ?? []), status])]);
    })().catch(() => undefined);
    const trades = table.of('watchMyTrades', () => pro.watchMyTrades(PAIR), (rows) => `${rows.length} trades, ${rows[0]?.amount} at ${rows[0]?.price}`);
    const resting = await pro.createOrder(PAIR, 'limit', 'buy', 0.01, 20_000);
    await until(() => seen.get(resting.id)?.includes('open') === true, 'the open order');
    const { id } = await pro.createOrder(PAIR, 'market', 'buy', 0.01);
    assert.equal((await trades)[0]?.order, id);
    await until(() => seen.get(id)?.includes('closed') === true, 'the filled order');
    await pro.cancelOrder(resting.id, PAIR);
    await until(() => seen.get(resting.id)?.includes('canceled') === true, 'the cancelled order');
    table.add('watchOrders', [...seen.values()].map((states) => states.join(' then ')).join('; '));
    ended = true;
    await pro.close();
    await watching;
  });
});

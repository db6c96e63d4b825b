import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../../src/shared/simulator/exchange';
import { untilTold } from '../../until';
import { WitnessTable } from './witness-table';

/** The parts of ccxt's bitfinex that are used here. */
interface Ccxt {
  urls: { api: unknown };
  nonce: () => number;
  loadMarkets(): Promise<Record<string, unknown>>;
  fetchTicker(symbol: string): Promise<{ bid: number; ask: number; last: number }>;
  fetchTickers(symbols: string[]): Promise<Record<string, { last: number }>>;
  fetchOrderBook(symbol: string): Promise<{ bids: number[][]; asks: number[][] }>;
  fetchOHLCV(symbol: string, frame: string): Promise<number[][]>;
  fetchBalance(params?: object): Promise<Record<string, { free: number; used: number; total: number }>>;
  createOrder(symbol: string, type: string, side: string, amount: number, price?: number, params?: object): Promise<CcxtOrder>;
  createOrders(orders: object[]): Promise<CcxtOrder[]>;
  editOrder(id: string, symbol: string, type: string, side: string, amount?: number, price?: number, params?: object): Promise<CcxtOrder>;
  cancelOrder(id: string, symbol?: string, params?: object): Promise<CcxtOrder>;
  cancelOrders(ids: string[]): Promise<CcxtOrder[]>;
  cancelAllOrders(): Promise<unknown>;
  fetchOpenOrders(symbol?: string): Promise<CcxtOrder[]>;
  fetchClosedOrders(symbol?: string): Promise<CcxtOrder[]>;
  fetchClosedOrder(id: string, symbol?: string): Promise<CcxtOrder>;
  fetchOrder(id: string, symbol?: string): Promise<CcxtOrder>;
  fetchOrderTrades(id: string, symbol: string): Promise<CcxtTrade[]>;
  fetchMyTrades(symbol?: string): Promise<CcxtTrade[]>;
  fetchPositions(symbols?: string[]): Promise<{ symbol: string; side: string; notional: number; entryPrice: number }[]>;
  fetchLedger(code?: string): Promise<{ amount: number; currency: string; after: number }[]>;
  fetchDepositsWithdrawals(): Promise<{ amount: number; currency: string; status: string; type: string }[]>;
  transfer(code: string, amount: number, from: string, to: string): Promise<{ status: string }>;
}

interface CcxtOrder {
  id: string;
  clientOrderId: string;
  status: string;
  type: string;
  side: string;
  price: number;
  triggerPrice: number;
  amount: number;
  filled: number;
  remaining: number;
  average: number;
  postOnly: boolean;
  timeInForce: string;
}

interface CcxtTrade {
  id: string;
  order: string;
  side: string;
  price: number;
  amount: number;
  takerOrMaker: string;
  fee: { cost: number; currency: string };
}

const PAIR = 'BTC/USD';

/** ccxt 4.5.84, REST, unmodified but for its addresses: it must not notice that this is no real exchange. */
describe('ccxt over REST at the simulated exchange', function () {
  this.timeout(60_000);
  const table = new WitnessTable('ccxt 4.5.84, REST');
  let exchange: Exchange;
  let client: Ccxt;
  let price: number;

  before(async () => {
    exchange = await startExchange({ seed: 21, trading: { latencyMs: 5, jitterMs: 0 } });
    const { apiKey, apiSecret } = exchange.keys[0] as (typeof exchange.keys)[number];
    client = clientWith(apiKey, apiSecret);
    await client.loadMarkets();
  });
  after(async () => {
    table.print();
    await exchange.stop();
  });

  function clientWith(apiKey: string, secret: string): Ccxt {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const ccxt = require('ccxt') as { bitfinex: new (options: unknown) => Ccxt };
    const made = new ccxt.bitfinex({ apiKey, secret, enableRateLimit: false });
    made.urls.api = { v1: exchange.rest, public: exchange.rest, private: exchange.rest };
    // its own nonce is the millisecond: two calls within one are refused, here as on the exchange
    let last = Date.now() * 1000;
    made.nonce = () => ++last;
    return made;
  }
  const order = (name: string, type: string, side: string, amount: number, at?: number, params?: object): Promise<CcxtOrder> =>
    table.of(`createOrder ${name}`, () => client.createOrder(PAIR, type, side, amount, at, params), ({ status, type: read }) => `${read} ${status}`);
  /** What became of an order in the end. */
  async function ended(id: string): Promise<CcxtOrder> {
    let found: CcxtOrder | undefined;
    await untilTold(async () => (found = (await client.fetchClosedOrders(PAIR)).find((one) => one.id === id)) !== undefined, 'the order is closed');
    return found as CcxtOrder;
  }
  /** Six significant digits would be refused by nobody, but cut. */
  const near = (factor: number): number => Number((price * factor).toPrecision(5));

  it('reads the market', async () => {
    const ticker = await table.of('fetchTicker', () => client.fetchTicker(PAIR), ({ bid, ask }) => `${bid} / ${ask}`);
    assert.ok(ticker.bid < ticker.ask);
    price = ticker.last;
    const tickers = await table.of('fetchTickers', () => client.fetchTickers([PAIR, 'ETH/USD']), (all) => `${Object.keys(all).length} symbols`);
    assert.deepEqual(Object.keys(tickers).sort(), [PAIR, 'ETH/USD']);
    const book = await table.of('fetchOrderBook', () => client.fetchOrderBook(PAIR), ({ bids, asks }) => `${bids.length} + ${asks.length} rows`);
    assert.ok((book.bids[0]?.[0] ?? 0) < (book.asks[0]?.[0] ?? 0));
    const candles = await table.of('fetchOHLCV', () => client.fetchOHLCV(PAIR, '1m'), (rows) => `${rows.length} candles`);
    assert.equal(candles.length, 100);
  });

  it('reads its balances', async () => {
    const spot = await table.of('fetchBalance', () => client.fetchBalance(), ({ USD }) => `${USD?.total} USD`);
    assert.deepEqual([spot['USD']?.total, spot['USD']?.free, (spot['BTC']?.total ?? 0) > 0], [100_000, 100_000, true]);
    const margin = await table.of('fetchBalance margin', () => client.fetchBalance({ type: 'margin' }), ({ USD }) => `${USD?.total} USD`);
    assert.equal(margin['USD']?.total, 100_000);
  });

  it('places each type of order, and each ends or rests as it should', async () => {
    const market = await ended((await order('market', 'market', 'buy', 0.01)).id);
    assert.deepEqual([market.status, market.filled, market.remaining, market.average > 0], ['closed', 0.01, 0, true]);
    const resting = await order('limit', 'limit', 'buy', 0.02, near(0.9));
    assert.deepEqual([resting.status, resting.type, resting.side, resting.price, resting.amount], ['open', 'limit', 'buy', near(0.9), 0.02]);
    const crossing = await ended((await order('limit that crosses', 'limit', 'sell', 0.01, near(0.97))).id);
    assert.deepEqual([crossing.status, crossing.filled], ['closed', 0.01]);
    const maker = await order('postOnly', 'limit', 'buy', 0.02, near(0.91), { postOnly: true });
    assert.equal(maker.postOnly, true);
    const refused = await ended((await order('postOnly that crosses', 'limit', 'buy', 0.02, near(1.05), { postOnly: true })).id);
    assert.equal(refused.filled, 0);
    assert.equal((await ended((await order('IOC', 'limit', 'buy', 0.02, near(0.9), { timeInForce: 'IOC' })).id)).filled, 0);
    assert.equal((await ended((await order('FOK', 'limit', 'buy', 0.02, near(1.05), { timeInForce: 'FOK' })).id)).filled, 0.02);
    const stop = await order('stop', 'market', 'sell', 0.01, undefined, { triggerPrice: near(0.9) });
    assert.deepEqual([stop.status, stop.triggerPrice], ['open', near(0.9)]);
    assert.equal((await order('stop limit', 'limit', 'sell', 0.01, near(0.89), { triggerPrice: near(0.9) })).status, 'open');
    assert.equal((await order('trailing stop', 'market', 'sell', 0.01, undefined, { trailingAmount: String(near(0.05)) })).status, 'open');
    assert.equal((await order('hidden (flags)', 'limit', 'buy', 0.01, near(0.9), { flags: 64 })).status, 'open');
    assert.equal((await order('OCO (flags)', 'limit', 'sell', 0.01, near(1.1), { flags: 16384, price_oco_stop: String(near(0.9)) })).status, 'open');
    assert.equal((await order('margin limit', 'limit', 'buy', 0.01, near(0.9), { marginMode: 'cross' })).status, 'open');
    await untilTold(async () => (await client.fetchOpenOrders()).length === 9, 'nine orders are open');
  });

  it('finds its orders', async () => {
    const open = await table.of('fetchOpenOrders', () => client.fetchOpenOrders(), ({ length }) => `${length} orders`);
    assert.equal(open.length, 9);
    const [first] = open as [CcxtOrder];
    assert.equal((await table.of('fetchOrder', () => client.fetchOrder(first.id, PAIR), ({ status }) => status)).id, first.id);
    const closed = await table.of('fetchClosedOrders', () => client.fetchClosedOrders(PAIR), ({ length }) => `${length} orders`);
    assert.equal(closed.length, 5);
    const [some] = closed as [CcxtOrder];
    assert.equal((await table.of('fetchClosedOrder', () => client.fetchClosedOrder(some.id, PAIR), ({ status }) => status)).id, some.id);
  });

  it('edits and cancels', async () => {
    const { id } = await client.createOrder(PAIR, 'limit', 'buy', 0.03, near(0.8));
    await table.of('editOrder', () => client.editOrder(id, PAIR, 'limit', 'buy', 0.04, near(0.81)), ({ status }) => status);
    await untilTold(async () => (await client.fetchOpenOrders(PAIR)).some((one) => one.id === id && one.amount === 0.04 && one.price === near(0.81)), 'the order is changed');
    await table.of('cancelOrder', () => client.cancelOrder(id, PAIR), ({ id: answered }) => `id ${answered === id ? 'as asked' : answered}`);
    assert.equal((await ended(id)).status, 'canceled');
    const made = await table.of('createOrders', () => client.createOrders([0.8, 0.79].map((factor) => ({ symbol: PAIR, type: 'limit', side: 'buy', amount: 0.01, price: near(factor) }))), ({ length }) => `${length} orders`);
    await untilTold(async () => (await client.fetchOpenOrders(PAIR)).filter(({ price: at }) => at <= near(0.8)).length === 2, 'both are there');
    await table.of('cancelOrders', () => client.cancelOrders(made.map((one) => one.id)), ({ length }) => `${length} orders`);
    for (const one of made) assert.equal((await ended(one.id)).status, 'canceled');
    await table.of('cancelAllOrders', () => client.cancelAllOrders(), () => 'done');
    await untilTold(async () => (await client.fetchOpenOrders()).length === 0, 'nothing is open');
  });

  it('reads its trades, positions, ledger and movements', async () => {
    const trades = await table.of('fetchMyTrades', () => client.fetchMyTrades(PAIR), ({ length }) => `${length} trades`);
    for (const { side, amount, price: at, takerOrMaker, fee } of trades) {
      assert.deepEqual([takerOrMaker, fee.currency], ['taker', side === 'buy' ? 'BTC' : 'USD']);
      assert.ok(Math.abs(Math.abs(fee.cost) - 0.002 * amount * (side === 'buy' ? 1 : at)) < 1e-7, `${fee.cost} of ${amount} at ${at}`);
    }
    const of = trades[0] as CcxtTrade;
    assert.ok((await table.of('fetchOrderTrades', () => client.fetchOrderTrades(of.order, PAIR), ({ length }) => `${length} trades`)).some(({ id }) => id === of.id));
    const margin = await client.createOrder(PAIR, 'market', 'sell', 0.05, undefined, { marginMode: 'cross' });
    assert.equal((await ended(margin.id)).status, 'closed');
    const positions = await table.of('fetchPositions', () => client.fetchPositions(), (all) => all.map(({ symbol, side }) => `${symbol} ${side}`).join());
    assert.deepEqual(positions.map(({ symbol, side }) => [symbol, side]), [[PAIR, 'short']]);
    const ledger = await table.of('fetchLedger', () => client.fetchLedger('USD'), ({ length }) => `${length} entries`);
    assert.ok(ledger.length > 4 && ledger.every(({ currency }) => currency === 'USD'));
    const moved = await table.of('fetchDepositsWithdrawals', () => client.fetchDepositsWithdrawals(), ({ length }) => `${length} movements`);
    assert.deepEqual([moved.length, moved[0]?.type], [4, 'deposit']);
  });

  it('hears the errors that its own tables know', async () => {
    const refusal = (call: string, run: () => Promise<unknown>): Promise<string> =>
      table.of(call, () => run().then(() => 'no error', (error: Error) => error.constructor.name), (name) => name);
    assert.equal(await refusal('too little money', () => client.createOrder(PAIR, 'limit', 'buy', 100, near(0.9))), 'InsufficientFunds');
    assert.equal(await refusal('an unknown order', () => client.cancelOrder('1', PAIR)), 'OrderNotFound');
    assert.equal(await refusal('an unknown key', () => clientWith('nobody', 'nothing').fetchBalance()), 'AuthenticationError');
    const { apiKey } = exchange.keys[0] as (typeof exchange.keys)[number];
    assert.equal(await refusal('a wrong secret', () => clientWith(apiKey, 'nothing').fetchBalance()), 'AuthenticationError');
  });
});

import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { until } from '../until';

describe('an error inside the exchange', () => {
  let exchange: Exchange;
  afterEach(() => exchange.stop());

  it('is told, and neither ends the process nor stops the market', async () => {
    const faults: string[] = [];
    const source = synthetic({ seed: 3, pace: 20 });
    exchange = await startExchange({ source, fault: ({ message }) => faults.push(message) });
    const market = source.market('tBTCUSD');
    let heard = 0;
    market?.follow(() => {
      heard++;
      throw new Error(`wrong ${heard}`);
    });
    await until(() => faults.length >= 3, 'several steps of the market');
    assert.deepEqual(faults.slice(0, 3), ['wrong 1', 'wrong 2', 'wrong 3']);
  });

  it('in what a market does to an order is told, and the others are filled', async () => {
    const faults: string[] = [];
    const source = synthetic({ seed: 3, pace: 20 });
    exchange = await startExchange({ source, trading: { latencyMs: 0, jitterMs: 0 }, fault: ({ message }) => faults.push(message) });
    const account = exchange.trading.open({ userId: 7, name: 'seven' });
    account.listeners.add((type) => {
      if (type === 'te') throw new Error('a listener that throws');
    });
    const wish = { symbol: 'tBTCUSD', type: 'MARKET', spot: true, amount: 1_000_000n, price: 0, auxLimit: 0, trailing: 0, ocoStop: 0, flags: 0, tif: null, lev: 10, cid: null, cidOco: null, gid: null, meta: null } as const;
    exchange.trading.submit(account, wish);
    await until(() => faults.includes('a listener that throws'), 'the fault');
    account.listeners.clear();
    exchange.trading.submit(account, { ...wish, amount: 2_000_000n });
    await until(() => account.state.closedOrders.some(({ amount, status }) => amount === 2_000_000n && status.startsWith('EXECUTED')), 'the next order');
  });
});

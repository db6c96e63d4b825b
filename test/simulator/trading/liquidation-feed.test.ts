import assert from 'node:assert/strict';
import { startExchange } from '../../../src/shared/simulator/exchange';
import { runCommand } from '../../../src/shared/simulator/trading/orders/commands';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { wallClock } from '../../../src/shared/simulator/wall-clock';
import { until } from '../../until';
import { GivenMarket, givenSource } from './given-market';

describe('a position that is liquidated', () => {
  it('is seen by everybody: its rows are in the public history', async () => {
    const market = new GivenMarket('tBTCF0:USTF0', wallClock);
    const exchange = await startExchange({ source: givenSource([market]), trading: { latencyMs: 0, jitterMs: 0 } });
    try {
      const account = exchange.trading.open({ userId: 5, name: 'somebody' });
      exchange.trading.deposit(account, 'margin', 'USTF0', unitsOf(1000));
      market.show({ bids: [[19_990, 1]], asks: [[20_000, 1]] });
      market.print(20_000, 0.001);
      const order = { symbol: market.symbol, type: 'MARKET', amount: '0.1', lev: 10 };
      runCommand({ trading: exchange.trading, account, now: wallClock.now(), isHalted: false }, 'on', order);
      await until(() => account.state.positions.size === 1, 'a position');
      const [position] = account.state.positions.values();
      market.show({ bids: [[18_000, 1]], asks: [[18_010, 1]] });
      market.print(18_000, -0.001);
      const rows = (await (await fetch(`${exchange.rest}/v2/liquidations/hist?limit=500`)).json()) as unknown[][][];
      const own = rows.map(([row]) => row as unknown[]).filter((row) => row[1] === position?.id);
      assert.deepEqual(own.map((row) => [row[4], row[5], row[6], row[8], row[9], row[11]]).reverse(), [
        ['tBTCF0:USTF0', 0.1, 20_000, 0, 0, null],
        ['tBTCF0:USTF0', 0.1, 20_000, 1, 1, 18_000],
      ]);
    } finally {
      await exchange.stop();
    }
  });
});

import assert from 'node:assert/strict';
import { MarginFloor } from './margin-floor';

describe('liquidation on margin while a price is not known', () => {
  it('waits for it: what stands for the positions is not worthless because nobody has heard of it yet', () => {
    const floor = new MarginFloor(['tETHUSD', 'tBTCUSD'], { USD: 1_000, BTC: 1 });
    floor.quote({ at: 1, bid: 59_990, ask: 60_000, last: 60_000 });
    floor.quote({ bid: 1990, ask: 2000, last: 2000 });
    floor.trade(10, { symbol: 'tETHUSD' });
    // as after a restart at a live market: bitcoin has not traded since
    floor.markets[1]?.trades.clear();
    floor.market.print(2000, 0.001);
    assert.deepEqual([...floor.account.state.positions.keys()], ['tETHUSD']);
    // 1000 - 40 + 60 are less than a tenth of 20000
    floor.markets[1]?.print(60, 0.001);
    floor.market.print(2000, 0.001);
    assert.equal(floor.account.state.positions.size, 0);
  });
});

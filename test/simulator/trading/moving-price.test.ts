import assert from 'node:assert/strict';
import { MarginFloor } from './margin-floor';

describe('while the price of a position moves', () => {
  /** Long a coin of 20000, and what was told of it is forgotten. */
  function long(): MarginFloor {
    const floor = new MarginFloor(['tBTCUSD', 'tETHUSD'], { USD: 10_000 });
    floor.quote({ bid: 19_990, ask: 20_000, last: 20_000 });
    floor.trade(1);
    floor.clock.advance(10_000);
    floor.heard.length = 0;
    return floor;
  }
  const types = (floor: MarginFloor): string[] => floor.heard.splice(0).map(({ type }) => type);

  it('its figures come every 5 seconds, with the price of then', () => {
    const floor = long();
    for (let second = 1; second <= 10; second++) {
      floor.clock.advance(990);
      floor.market.print(20_000 + 10 * second, 0.001);
      floor.clock.advance(10);
    }
    floor.clock.advance(1000);
    const pairs = floor.heard.map(({ type, row }) => [type, type === 'pu' ? row[6] : type === 'bu' ? Number(row[1]) - Number(row[0]) : (row[1] as number[])[0]]);
    assert.deepEqual(pairs.filter(([type]) => type !== 'miu'), [['pu', 50], ['bu', 50], ['pu', 100], ['bu', 100]]);
    assert.deepEqual(types(floor), ['pu', 'miu', 'miu', 'bu', 'pu', 'miu', 'miu', 'bu']);
  });

  it('nothing comes while it stands, and nothing of other prices', () => {
    const floor = long();
    floor.clock.advance(60_000);
    floor.markets[1]?.print(2000, 1);
    floor.clock.advance(60_000);
    assert.deepEqual(types(floor), []);
  });

  it('what is told anyway is not told again', () => {
    const floor = long();
    floor.market.print(20_100, 0.001);
    floor.trade(0.1);
    assert.deepEqual(types(floor).slice(-4), ['pu', 'miu', 'miu', 'bu']);
    floor.clock.advance(60_000);
    assert.deepEqual(types(floor), []);
  });

  it('no timer runs while nobody listens', () => {
    const floor = long();
    const listeners = [...floor.account.listeners];
    floor.account.listeners.clear();
    floor.market.print(20_100, 0.001);
    assert.equal(floor.clock.waiting, 0);
    for (const listener of listeners) floor.account.listeners.add(listener);
    floor.market.print(20_100, 0.001);
    assert.equal(floor.clock.waiting, 1);
    floor.trading.end();
    assert.equal(floor.clock.waiting, 0);
  });
});

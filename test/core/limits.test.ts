import assert from 'node:assert/strict';
import { LIMITS, limitOf, type Limit, type LimitName } from '../../src/shared/core/limits';

/** Calls a minute that bitfinex-v2.md 7 and 8.2 name, with the lane in which each is counted. */
const SHEET: readonly (readonly [string, number, string])[] = [
  ['platform/status', 30, 'platform'],
  ['ticker/tBTCUSD', 90, 'ticker'],
  ['tickers', 30, 'tickers'],
  ['trades/tBTCUSD/hist', 15, 'trades'],
  ['book/tBTCUSD/P0', 240, 'book'],
  ['stats1/pos.size:1m:tBTCUSD:long/hist', 15, 'stats'],
  ['candles/trade:1m:tBTCUSD/hist', 30, 'candles'],
  ['candles/trade:1h:fUSD:p30/last', 30, 'candles'],
  ['status/deriv', 90, 'derivatives'],
  ['status/deriv/tBTCF0:USTF0/hist', 90, 'derivativesHistory'],
  ['liquidations/hist', 3, 'liquidations'],
  ['conf/pub:list:pair:exchange,pub:info:pair', 90, 'conf'],
  ['rankings/vol:3h:tBTCUSD/hist', 90, 'rankings'],
  ['calc/trade/avg', 90, 'calc calc/trade/avg'],
  ['calc/fx', 90, 'calc calc/fx'],
  ['auth/r/wallets', 90, 'auth auth/r/wallets'],
  ['auth/r/orders/tBTCUSD/hist', 90, 'auth auth/r/orders/hist'],
  ['auth/r/orders/tDOGE:USD/hist', 90, 'auth auth/r/orders/hist'],
  ['auth/r/order/tBTCUSD:1234/trades', 90, 'auth auth/r/order/trades'],
  ['auth/r/ledgers/USD/hist', 90, 'auth auth/r/ledgers/hist'],
  ['auth/r/alerts', 45, 'alerts'],
  ['auth/w/alert/price:tBTCUSD:1/del', 45, 'alerts'],
  ['auth/w/deposit/address', 10, 'depositAddress'],
  ['auth/r/deposit/address/all', 10, 'depositAddress'],
];

describe('limits', () => {
  for (const [path, perMinute, lane] of SHEET) {
    it(`${path}: ${perMinute} a minute, counted in "${lane}"`, () => {
      const { limit, lane: counted } = limitOf(path);
      assert.equal((LIMITS[limit].max * 60_000) / LIMITS[limit].perMs, perMinute);
      assert.equal(counted, lane);
    });
  }

  it('are careful where the documentation is silent, each endpoint for itself', () => {
    assert.deepEqual(limitOf('ext/vasps'), { limit: 'other', lane: 'other ext/vasps' });
    for (const path of ['ext/vasps', 'tickers/hist', 'funding/stats/fUSD/hist', '']) assert.ok(LIMITS[limitOf(path).limit].max <= 30, path);
  });

  it('count what a user writes into a path as no endpoint of its own', () => {
    for (const [path, lane] of [
      ['auth/r/ledgers/usd/hist', 'auth auth/r/ledgers/hist'],
      ['auth/r/orders/tbtcusd', 'auth auth/r/orders'],
      ['auth/r/order/tbtcusd:1/trades', 'auth auth/r/order/trades'],
      ['pulse/profile/bob', 'other pulse/profile'],
      ['pulse/profile/alice_2', 'other pulse/profile'],
      ['auth/r/constructor', 'auth auth/r'],
    ] as const) {
      assert.equal(limitOf(path).lane, lane);
    }
  });

  it('of sockets are those of the page on requirements', () => {
    assert.deepEqual([LIMITS.connect.max, LIMITS.connect.perMs, LIMITS.connectAuth.max, LIMITS.connectAuth.perMs], [20, 60_000, 5, 15_000]);
  });

  it('say where they come from, and every one of them can be reached or stands for sockets', () => {
    const reached = new Set<LimitName>([...SHEET.map(([path]) => limitOf(path).limit), ...['tickers/hist', 'funding/stats/fUSD/hist', 'ext/vasps'].map((path) => limitOf(path).limit)]);
    for (const [name, row] of Object.entries(LIMITS) as [LimitName, Limit][]) {
      assert.ok(row.source.length > 5, name);
      assert.ok(reached.has(name) || row.path === undefined, name);
    }
  });
});

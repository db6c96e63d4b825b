import assert from 'node:assert/strict';
import { currencyName, nameList, pairInfo } from '../../src/shared/wire/conf';
import { notifiedAt } from '../../src/shared/wire/notification';
import { readRestError } from '../../src/shared/wire/rest-error';
import { decodeRows, RowError, type Codec } from '../../src/shared/wire/row';
import { liquidation } from '../../src/shared/wire/status';
import { jsonLines, needsData } from '../shared-data';
import { tableNamed } from './tables';

describe('REST errors', () => {
  it('are told from answers, in every form', () => {
    assert.deepEqual(readRestError(['error', 10020, 'symbol: invalid']), { code: 10020, text: 'symbol: invalid' });
    assert.deepEqual(readRestError(['error', 20060, 'maintenance']), { code: 20060, text: 'maintenance' });
    assert.deepEqual(readRestError(['error', null, 'unknown']), { text: 'unknown' });
    assert.deepEqual(readRestError({ error: 'ERR_RATE_LIMIT' }), { text: 'ERR_RATE_LIMIT' });
    assert.deepEqual(readRestError({ code: 503, error: 'temporarily_unavailable', error_description: 'Sorry' }), { code: 503, text: 'temporarily_unavailable' });
  });

  it('are none where the body is an answer', () => {
    for (const body of [[], [1], [['tBTCUSD', 1]], {}, { deriv_perp: {} }, null, 'error', 7]) assert.equal(readRestError(body), undefined);
  });
});

describe('the time of a notification', () => {
  it('is in ms, whichever unit was sent', () => {
    assert.equal(notifiedAt({ time: 1754896394 }), 1754896394000);
    assert.equal(notifiedAt({ time: 1575287438.515 }), 1575287438515);
    assert.equal(notifiedAt({ time: 1754896396957 }), 1754896396957);
    assert.equal(notifiedAt({ time: null }), null);
  });
});

describe('conf lists', () => {
  it('are lists of texts', () => {
    assert.deepEqual(nameList.decode(['BTCUSD', 'DOGE:USD']), ['BTCUSD', 'DOGE:USD']);
    assert.deepEqual(nameList.encode(['BTCUSD']), ['BTCUSD']);
    for (const row of [null, [7], ['BTC', null], {}]) assert.throws(() => nameList.decode(row), RowError);
  });
});

interface Recorded {
  readonly path: string;
  readonly response_text: string;
}

/** Paths of the recorded REST replies and the table of their rows, reviewed by hand. */
const LISTS: Readonly<Record<string, string>> = {
  '/v2/auth/r/wallets': 'wallet',
  '/v2/auth/r/orders': 'order',
  '/v2/auth/r/positions/snap': 'position',
  '/v2/auth/r/positions/audit': 'position',
  '/v2/status/deriv': 'derivatives status row',
  '/v2/book/fUSD/P2': 'funding book',
  '/v2/book/fUSD/R0': 'raw funding book',
  '/v2/candles/trade:1D:tETHUST/hist': 'candle',
  '/v2/trades/tETHUST/hist': 'trade',
  '/v2/stats1/vwap:1d:tETHUST/hist': 'stats',
  '/v2/stats1/pos.size:1m:tETHUST:long/hist': 'stats',
};

describe('recorded REST replies', () => {
  let recorded: Recorded[];
  before(function () {
    needsData(this);
    recorded = jsonLines<Recorded>('rest.jsonl');
  });
  const body = (path: string): unknown => JSON.parse(recorded.find((one) => one.path === path)?.response_text ?? '');

  for (const [path, name] of Object.entries(LISTS)) {
    it(`${path} gives ${name} rows, and back`, () => {
      const table = tableNamed(name);
      const rows = body(path) as unknown[][];
      assert.ok(rows.length > 0);
      decodeRows(table, rows).forEach((fields, index) => assert.deepEqual(table.encode(fields), rows[index]));
    });
  }

  it('of tickers give both kinds of row', () => {
    for (const { path, response_text: text } of recorded) {
      if (path !== '/v2/tickers') continue;
      for (const row of JSON.parse(text) as unknown[][]) {
        const table = tableNamed(String(row[0]).startsWith('f') ? 'funding tickers' : 'tickers');
        assert.deepEqual(table.encode(table.decode(row)), row);
      }
    }
  });

  it('of liquidations wrap each row once more', () => {
    const rows = (body('/v2/liquidations/hist') as unknown[][]).flatMap((wrapped) => decodeRows(liquidation, wrapped));
    assert.equal(rows[0]?.symbol, 'tAMPF0:USTF0');
    assert.equal(rows[0].price, 1.0098);
  });

  it('of conf give names, underlyings and pair limits, and back', () => {
    const element = (path: string): unknown[][] => (body(path) as unknown[][][])[0] ?? [];
    const tables: readonly [string, Codec<unknown>][] = [
      ['/v2/conf/pub:map:currency:label', currencyName as Codec<unknown>],
      ['/v2/conf/pub:map:currency:pool', currencyName as Codec<unknown>],
      ['/v2/conf/pub:info:pair', pairInfo as Codec<unknown>],
    ];
    for (const [path, table] of tables) {
      const rows = element(path);
      assert.ok(rows.length > 10);
      decodeRows(table, rows).forEach((fields, index) => assert.deepEqual(table.encode(fields), rows[index]));
    }
    const futures = decodeRows(pairInfo, element('/v2/conf/pub:info:pair:futures'));
    assert.deepEqual(futures[0], { pair: 'AAVEF0:USTF0', limits: { minOrderSize: '0.02', maxOrderSize: '5000.0', initialMargin: 0.01, minMargin: 0.005 } });
  });
});

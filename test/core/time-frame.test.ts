import assert from 'node:assert/strict';
import fc from 'fast-check';
import { candlesKey, isPeriods, readCandlesKey } from '../../src/shared/core/candles-key';
import { bucketEnd, bucketStart, isTimeFrame, TIME_FRAMES, type TimeFrame } from '../../src/shared/core/time-frame';

const frames = fc.constantFrom<TimeFrame>(...TIME_FRAMES, '7D');
const times = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2060, 0) });
const startOf = (timeFrame: TimeFrame, iso: string): string => new Date(bucketStart(timeFrame, Date.parse(iso))).toISOString().slice(0, 16);

describe('time frames', () => {
  it('hold every time in one bucket, and the next begins where it ends', () => {
    fc.assert(
      fc.property(frames, times, (frame, time) => {
        const start = bucketStart(frame, time);
        const end = bucketEnd(frame, start);
        assert.ok(start <= time && time < end);
        assert.equal(bucketStart(frame, start), start);
        assert.equal(bucketStart(frame, end - 1), start);
        assert.equal(bucketStart(frame, end), end);
      }),
    );
  });

  it('begin days at midnight UTC, weeks on Monday, months on their first', () => {
    assert.equal(startOf('3h', '2024-02-29T05:59:59.999Z'), '2024-02-29T03:00');
    assert.equal(startOf('1D', '2024-02-29T23:59Z'), '2024-02-29T00:00');
    assert.equal(startOf('1W', '2024-03-03T23:59Z'), '2024-02-26T00:00');
    assert.equal(startOf('7D', '2024-03-04T00:00Z'), '2024-03-04T00:00');
    assert.equal(startOf('1M', '2024-02-29T12:00Z'), '2024-02-01T00:00');
    assert.equal(new Date(bucketEnd('1M', Date.UTC(2024, 11))).toISOString().slice(0, 10), '2025-01-01');
  });

  it('count fortnights from the first Monday of 1970', () => {
    assert.equal(startOf('14D', '1970-01-05T00:00Z'), '1970-01-05T00:00');
    assert.equal(startOf('14D', '1970-01-18T23:59Z'), '1970-01-05T00:00');
  });

  it('are spelled as the exchange spells them', () => {
    for (const text of [...TIME_FRAMES, '7D']) assert.ok(isTimeFrame(text));
    for (const text of ['1d', '2h', '4h', '1H', '', 'constructor', '__proto__']) assert.equal(isTimeFrame(text), false);
  });
});

describe('candles keys', () => {
  it('are read as they were written', () => {
    for (const key of ['trade:1m:tBTCUSD', 'trade:1M:tDOGE:USD', 'trade:7D:tBTCF0:USTF0', 'trade:1h:fUSD:p30', 'trade:1h:fUSD:a30:p2:p30', 'trade:1D:fUST:a10:p2:p120']) {
      const subject = readCandlesKey(key);
      assert.equal(subject && candlesKey(subject), key);
    }
    assert.deepEqual(readCandlesKey('trade:1h:fUSD:a30:p2:p30'), { timeFrame: '1h', symbol: 'fUSD', periods: 'a30:p2:p30' });
    assert.deepEqual(readCandlesKey('trade:5m:tDOGE:USD'), { timeFrame: '5m', symbol: 'tDOGE:USD' });
  });

  it('need a known time frame, and periods for funding alone', () => {
    for (const key of ['', 'trade:2h:tBTCUSD', 'trade:1h:fUSD', 'trade:1h:fUSD:30', 'trade:1h:fUSD:a20:p2:p30', 'trade:1h:tBTCUSD:p30:x', 'quote:1h:tBTCUSD', 'trade:1h:BTCUSD', 'trade:1h:tBTCUSD ']) {
      assert.equal(readCandlesKey(key), undefined, key);
    }
    assert.ok(isPeriods('p2') && !isPeriods('2') && !isPeriods('a30'));
  });
});

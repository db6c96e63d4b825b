import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AccountEvent } from '../../../src/shared/simulator/trading/account/account-event';
import { logLine, readLog, type LogEntry } from '../../../src/shared/simulator/trading/store/event-log';
import { exactJson, parseExact } from '../../../src/shared/simulator/trading/store/exact-json';
import { sealed, unsealed } from '../../../src/shared/simulator/trading/store/sealed';

const RUNS = process.env['LONG'] === '1' ? 20_000 : 1_000;

const PLAIN = { noNullPrototype: true } as const;

const units = fc.oneof(fc.bigInt(), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.constant(0n));
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('~', '~~', '~1', 'n\nn', '{"crc":1,"kept":2}'));
const price = fc.double({ min: 1e-8, max: 1e9, noNaN: true });
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

const order = fc.record(
  {
    ...{ id, symbol: text, cid: id, gid: fc.option(id), type: fc.constantFrom('LIMIT', 'TRAILING STOP'), spot: fc.boolean() },
    ...{ amount: units, remaining: units, price, auxLimit: price, trailing: price, flags: id, tif: fc.option(id), lev: fc.integer({ min: 1, max: 100 }) },
    ...{ meta: fc.option(text), placedId: fc.option(id), createdAt: id, updatedAt: id, status: text, stage: fc.constantFrom('arriving', 'working'), triggered: fc.boolean() },
    ...{ filledCost: units, holdPrice: price, ahead: units },
  },
  PLAIN,
);

const kindOf = (kind: string, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => fc.record({ kind: fc.constant(kind), at: id, ...fields }, PLAIN);

/** Events of every kind with whatever their fields may hold. */
const event = fc.oneof(
  kindOf('moved', { wallet: fc.constant('margin'), currency: text, units }),
  kindOf('accepted', { order }),
  kindOf('changed', { id, change: fc.record({ amount: units, remaining: units, price, meta: fc.option(text) }, { requiredKeys: [], ...PLAIN }) }),
  kindOf('filled', { id, trade: id, units, price, maker: fc.boolean(), feePpm: id }),
  kindOf('closed', { id, status: text }),
) as fc.Arbitrary<AccountEvent>;

const entry = (number: number, more: Partial<LogEntry> = {}): LogEntry => ({ number, userId: 7, event: { kind: 'closed', at: 1, id: number, status: 'CANCELED ~ 0.5 é' }, prices: { tBTCUSD: 64_230.5 }, ...more });

function read(log: string | Buffer, known = 0): { entries: LogEntry[]; goodBytes: number; rest: string } {
  const entries: LogEntry[] = [];
  return { entries, ...readLog(log.toString('utf8'), known, (one) => void entries.push(one)) };
}

describe('the log of an account', () => {
  it('says every event as it was, to the last digit', () => {
    const numbered = fc.array(fc.record({ event, nonces: fc.dictionary(text, id, PLAIN), prices: fc.dictionary(text, price, PLAIN) }, PLAIN), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(numbered, (several) => {
        const entries = several.map((one, at) => entry(at + 1, one));
        const found = read(entries.map(logLine).join(''));
        assert.deepEqual(found.entries, entries);
        assert.equal(found.rest, 'none');
      }),
      { numRuns: RUNS },
    );
  });

  it('is JSON in lines', () => {
    const line = logLine(entry(1, { event: { kind: 'moved', at: 5, wallet: 'exchange', currency: 'USD', units: 100_000n } }));
    assert.equal(line.indexOf('\n'), line.length - 1);
    const { kept } = JSON.parse(line) as { kept: unknown };
    assert.deepEqual(kept, { number: 1, userId: 7, event: { kind: 'moved', at: 5, wallet: 'exchange', currency: 'USD', units: '~100000' }, prices: { tBTCUSD: 64_230.5 } });
  });

  it('that is torn at any byte has all lines before, and nothing else', () => {
    const entries = [1, 2, 3, 4, 5].map((number) => entry(number));
    const lines = entries.map((one) => Buffer.from(logLine(one)));
    const whole = Buffer.concat(lines);
    for (let cut = 0; cut <= whole.length; cut++) {
      let [complete, bytes] = [0, 0];
      while (complete < lines.length && bytes + (lines[complete] as Buffer).length <= cut) bytes += (lines[complete++] as Buffer).length;
      assert.deepEqual(read(whole.subarray(0, cut)), { entries: entries.slice(0, complete), goodBytes: bytes, rest: cut === bytes ? 'none' : 'torn' }, `cut at ${cut}`);
    }
  });

  it('of which any byte is another one is used up to that line, and the rest is damaged', () => {
    const entries = [1, 2, 3].map((number) => entry(number));
    const lines = entries.map((one) => Buffer.from(logLine(one)));
    const whole = Buffer.concat(lines);
    for (let at = 0; at < whole.length; at++) {
      const line = at < (lines[0] as Buffer).length ? 0 : at < whole.length - (lines[2] as Buffer).length ? 1 : 2;
      for (const mask of [1, 32, 128]) {
        const bent = Buffer.from(whole);
        bent[at] = (whole[at] as number) ^ mask;
        const { entries: found, rest } = read(bent);
        assert.deepEqual([found, rest], [entries.slice(0, line), at === whole.length - 1 ? 'torn' : 'damaged'], `byte ${at}`);
      }
    }
  });

  it('has no gap: a line that is missing, there twice or in the wrong place ends what can be used', () => {
    const line = (number: number): string => logLine(entry(number));
    const numbers = (log: string, known?: number): number[] => read(log, known).entries.map(({ number }) => number);
    assert.deepEqual(numbers(line(1) + line(3)), [1]);
    assert.deepEqual(numbers(line(1) + line(1) + line(2)), [1]);
    assert.deepEqual(numbers(line(2) + line(3)), []);
    assert.deepEqual(numbers(line(2) + line(3), 1), [2, 3]);
  });

  it('may begin with what the snapshot holds already', () => {
    const log = [1, 2, 3, 4].map((number) => logLine(entry(number))).join('');
    assert.deepEqual(read(log, 2).entries.map(({ number }) => number), [3, 4]);
    assert.deepEqual(read(log, 9).entries, []);
  });

  it('with an entry that makes no sense is used up to it', () => {
    const log = [1, 2, 3].map((number) => logLine(entry(number))).join('');
    const { goodBytes, rest } = readLog(log, 0, ({ number }) => {
      if (number === 2) throw new Error('order 2 is not open');
    });
    assert.deepEqual([goodBytes, rest], [logLine(entry(1)).length + 1, 'damaged']);
  });
});

describe('what is sealed', () => {
  it('is any JSON value with integers of any size', () => {
    const value = fc.letrec((tie) => ({ any: fc.oneof(units, text, fc.boolean(), fc.constant(null), price, fc.array(tie('any')), fc.dictionary(fc.string(), tie('any'), PLAIN)) })).any;
    fc.assert(fc.property(value, (one) => assert.deepEqual(unsealed(sealed(one)), one)), { numRuns: RUNS });
    assert.equal(exactJson({ a: 1n, b: '~1', c: '1' }), '{"a":"~1","b":"~~1","c":"1"}');
    assert.throws(() => parseExact('"~x"'));
  });

  for (const foreign of ['', '{}', '{"crc":0,"kept":', 'null', '{"crc":1,"kept":{}}', '[1]', '\u0000'.repeat(99)]) {
    it(`is told from ${JSON.stringify(foreign.slice(0, 20))}`, () => assert.equal(unsealed(foreign), undefined));
  }
});

import assert from 'node:assert/strict';
import { samples } from '../fixtures/wire/samples';
import { tableNamed } from './tables';

/** Columns that are null in every recording: their place is taken from bitfinex-v2.md 5.2, 5.7 and 5.8. */
const NEVER_FILLED: readonly [table: string, at: number, field: string, value: unknown][] = [
  ['order', 10, 'mtsTif', 1700000000000],
  ['order', 25, 'placedId', 34930659000],
  ['funding loan', 19, 'rateReal', 0.0019],
  ['funding credit', 19, 'rateReal', 0.0019],
  ['funding offer', 20, 'rateReal', 0.0019],
  ['notification', 2, 'messageId', 77],
  ['notification', 5, 'code', 10001],
];

describe('columns that no recording fills', () => {
  for (const [name, at, field, value] of NEVER_FILLED) {
    it(`${name}.${field} is column ${at}`, () => {
      const table = tableNamed(name);
      const row = [...(samples.find((sample) => sample.table === name)?.row ?? [])];
      row[at] = value;
      const fields = table.decode(row);
      assert.equal(fields[field], value);
      assert.deepEqual(Object.keys(fields).filter((key) => fields[key] === value), [field]);
      assert.equal(table.encode(fields)[at], value);
    });
  }
});

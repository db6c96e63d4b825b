import assert from 'node:assert/strict';
import { samples } from '../fixtures/wire/samples';
import { tableNamed, tables } from './tables';

describe('samples', () => {
  it('hold a row of each table', () => {
    assert.deepEqual(new Set(samples.map(({ table }) => table)), new Set(tables.map(({ name }) => name)));
  });

  for (const { table: name, origin, row, fields } of samples) {
    it(`${name} from ${origin}: the fields, and the row again`, () => {
      const table = tableNamed(name);
      const decoded = table.decode(row);
      for (const [key, value] of Object.entries(fields)) assert.deepEqual(decoded[key], value, key);
      const again = table.encode(decoded);
      assert.deepEqual(again.slice(0, row.length), row.slice(0, again.length));
    });
  }
});

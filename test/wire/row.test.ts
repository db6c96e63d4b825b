import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { RowError, type Column } from '../../src/shared/wire/row';
import { tables, type AnyTable } from './tables';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What a column accepts, from the words of its own error: "an integer or its text or null". */
interface Accepts {
  readonly valid: fc.Arbitrary<unknown>;
  readonly is: (value: unknown) => boolean;
}

const isDecimal = (value: unknown): boolean => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
const safe = fc.oneof(fc.maxSafeInteger(), fc.integer()).map((value) => (value === 0 ? 0 : value));
const finite = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map((value) => (value === 0 ? 0 : value));

const KINDS: Readonly<Record<string, Accepts>> = {
  'a number': { valid: finite, is: (value) => typeof value === 'number' && Number.isFinite(value) },
  'an integer': { valid: safe, is: (value) => Number.isSafeInteger(value) },
  'a text': { valid: fc.string(), is: (value) => typeof value === 'string' },
  'a list of texts': { valid: fc.array(fc.string()), is: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string') },
  '0, 1, true or false': { valid: fc.constantFrom(0, 1), is: (value) => value === 0 || value === 1 || typeof value === 'boolean' },
  anything: { valid: fc.jsonValue().map((value) => value ?? null), is: () => true },
};

function acceptsOf(column: Column<unknown>): Accepts {
  const words = column.expected.split(' or null')[0] ?? '';
  const loose = words.endsWith(' or its text');
  const nullable = column.expected.includes(' or null');
  const kind = KINDS[words.replace(' or its text', '')] ?? tagged(words);
  const is = (value: unknown): boolean => (nullable && value === null) || kind.is(value) || (loose && isDecimal(value) && Number.isSafeInteger(Number(value)));
  return { valid: nullable ? fc.oneof(fc.constant(null), kind.valid) : kind.valid, is };
}

function tagged(words: string): Accepts {
  assert.match(words, /^"\w+"$/, `what is ${words}?`);
  const tag: unknown = JSON.parse(words);
  return { valid: fc.constant(tag), is: (value) => value === tag };
}

/** Columns that hold another table's row are left to that table, whose columns are reached through them. */
const plain = (table: AnyTable): [string, Column<unknown>][] => Object.entries(table.columns).filter(([, column]) => !column.expected.endsWith(' row'));
const isPlain = (table: AnyTable): boolean => plain(table).length === Object.keys(table.columns).length;

/** A row of the full width with a valid value in every column, `null` elsewhere. */
function rowOf(table: AnyTable): fc.Arbitrary<unknown[]> {
  const columns = Object.values(table.columns);
  const width = Math.max(...columns.map(({ at }) => at)) + 1;
  const cells = Array.from({ length: width }, (_, at) => {
    const column = columns.find((one) => one.at === at);
    return column ? acceptsOf(column).valid : fc.constant(null);
  });
  return fc.tuple(...cells);
}

const outcome = (table: AnyTable, row: unknown): unknown => {
  try {
    return table.decode(row);
  } catch (error) {
    return error;
  }
};

function assertNames(error: unknown, table: AnyTable, column: string): void {
  assert.ok(error instanceof RowError, `${table.name}.${column}: no RowError but ${String(error)}`);
  assert.equal(`${error.table}.${error.column}`, `${table.name}.${column}`);
  assert.ok(error.message.startsWith(`${table.name}.${column} (column `));
}

describe('tables', () => {
  it('are all under test', () => {
    const folder = join(__dirname, '../../src/shared/wire');
    const declared = readdirSync(folder).flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/^export const \w+ = table\(/gm)]);
    assert.equal(declared.length, tables.length);
  });

  for (const table of tables.filter(isPlain)) {
    describe(table.name, () => {
      it('gives a valid row back, with or without what the exchange may append (F90)', () => {
        fc.assert(
          fc.property(rowOf(table), fc.array(fc.jsonValue(), { maxLength: 3 }), (row, more) => {
            const fields = table.decode([...row, ...more]);
            const again = table.encode(fields);
            assert.deepEqual(table.decode(again), fields);
            assert.deepEqual(again.slice(0, row.length), row);
            assert.ok(again.slice(row.length).every((cell) => cell === null));
          }),
          { numRuns: 60 },
        );
      });

      it('names the first missing column of a short row (F90)', () => {
        fc.assert(
          fc.property(rowOf(table), fc.nat(), (row, cut) => {
            const short = row.slice(0, cut % row.length);
            const missing = Object.entries(table.columns)
              .filter(([, column]) => column.at >= short.length && !column.optional)
              .sort(([, a], [, b]) => a.at - b.at)[0];
            const result = outcome(table, short);
            if (missing) assertNames(result, table, missing[0]);
            else assert.ok(!(result instanceof Error));
          }),
          { numRuns: 60 },
        );
      });

      for (const [key, column] of plain(table)) {
        it(`refuses a wrong ${key} by name (F89)`, () => {
          const accepts = acceptsOf(column);
          fc.assert(
            fc.property(rowOf(table), wrong, (row, value) => {
              row[column.at] = value;
              const result = outcome(table, row);
              if (accepts.is(value)) assert.ok(!(result instanceof Error), String(result));
              else assertNames(result, table, key);
            }),
            { numRuns: 40 },
          );
        });
      }

      it('refuses what is no row', () => {
        for (const value of [null, undefined, 1, 'row', { length: 99 }, true]) assert.ok(outcome(table, value) instanceof RowError);
      });
    });
  }

  it('name the inner table where a row holds another', () => {
    const errors = [
      outcome(tables.find(({ name }) => name === 'pair info') as AnyTable, ['BTCUSD', [null, null, null, 4]]),
      outcome(tables.find(({ name }) => name === 'funding info') as AnyTable, ['sym', 'fUSD', [1, 2, 3]]),
      outcome(tables.find(({ name }) => name === 'margin base') as AnyTable, ['base', 7]),
    ];
    assert.deepEqual(
      errors.map((error) => (error as RowError).message),
      [
        'pair limits.minOrderSize (column 3): expected a text or null, got 4',
        'funding figures.durationLend (column 3): expected a number, got nothing (the row is too short)',
        'margin figures.userPl (column 0): expected a row, got 7',
      ],
    );
  });
});

const wrong: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 1, '', '7', '1e3', 'x', 0.5, 2 ** 53 + 2, -1, [], {}, [1], ['a'], { a: 1 }),
  fc.jsonValue() as fc.Arbitrary<Json>,
);

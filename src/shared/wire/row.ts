/**
 * A table says once which column of an exchange row holds what; decoding and encoding both follow from it.
 * Positions that no column names are placeholders (`null` on the wire). A row may be longer than its table, for the
 * exchange appends fields without notice (bitfinex-v2.md 1.2); a shorter or wrongly typed one is a {@link RowError}.
 */

/** A row that is not what its table says: names the table and the column. */
export class RowError extends Error {
  constructor(
    readonly table: string,
    readonly column: string,
    readonly at: number,
    expected: string,
    got: unknown,
  ) {
    super(`${table}.${column} (column ${at}): expected ${expected}, got ${describe(got)}`);
    this.name = 'RowError';
  }
}

/** How one column is read and written. `read` answers {@link WRONG} for a value that cannot be this column. */
export interface Column<T> {
  readonly at: number;
  readonly expected: string;
  /** May the row end before this column? Then the field is `undefined`. */
  readonly optional: boolean;
  read(value: unknown): T | typeof WRONG;
  write(value: T): unknown;
}

export const WRONG = Symbol('wrong type');

type Columns = Readonly<Record<string, Column<unknown>>>;
type FieldOf<C> = C extends Column<infer T> ? T : never;
type OptionalKeys<C extends Columns> = { [K in keyof C]: undefined extends FieldOf<C[K]> ? K : never }[keyof C];

/** The named fields of a table. */
export type Fields<C extends Columns> = { -readonly [K in Exclude<keyof C, OptionalKeys<C>>]: FieldOf<C[K]> } & {
  -readonly [K in OptionalKeys<C>]?: FieldOf<C[K]>;
};

/** The row type of a table: `type Ticker = RowOf<typeof ticker>`. */
export type RowOf<T> = T extends Table<infer C> ? Fields<C> : never;

export interface Table<C extends Columns> {
  readonly name: string;
  readonly columns: C;
  /** @throws RowError when the row is no array, too short, or a column has the wrong type */
  decode(row: unknown): Fields<C>;
  /** The row as the exchange writes it: `null` where nothing is named, optional columns at the end left out. */
  encode(fields: Fields<C>): unknown[];
}

/** Declares a table. `name` appears in errors. */
export function table<C extends Columns>(name: string, columns: C): Table<C> {
  const entries = Object.entries(columns).sort(([, a], [, b]) => a.at - b.at);
  return {
    name,
    columns,
    decode(row) {
      if (!Array.isArray(row)) throw new RowError(name, entries[0]?.[0] ?? '', 0, 'a row', row);
      const fields: Record<string, unknown> = {};
      for (const [key, column] of entries) {
        if (column.at >= row.length) {
          if (column.optional) continue;
          throw new RowError(name, key, column.at, column.expected, undefined);
        }
        const value = column.read(row[column.at]);
        if (value === WRONG) throw new RowError(name, key, column.at, column.expected, row[column.at]);
        fields[key] = value;
      }
      return fields as Fields<C>;
    },
    encode(fields) {
      const row: unknown[] = [];
      for (const [key, column] of entries) {
        const value = (fields as Record<string, unknown>)[key];
        if (value === undefined) continue;
        while (row.length < column.at) row.push(null);
        row[column.at] = column.write(value);
      }
      return row;
    },
  };
}

function column<T>(at: number, expected: string, is: (value: unknown) => value is T): Column<T> {
  return { at, expected, optional: false, read: (value) => (is(value) ? value : WRONG), write: (value) => value };
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isText = (value: unknown): value is string => typeof value === 'string';

/** A finite number: price, amount, rate. */
export const number = (at: number): Column<number> => column(at, 'a number', isNumber);
/** An integer within 2^53: id, count, milliseconds. */
export const integer = (at: number): Column<number> => column(at, 'an integer', isInteger);
/** A text. */
export const text = (at: number): Column<string> => column(at, 'a text', isText);
/** Anything: META objects, nested rows that another table reads. */
export const any = (at: number): Column<unknown> => ({
  ...column(at, 'anything', (value): value is unknown => value !== undefined),
});

/** The same column where `null` may stand. */
export function nullable<T>(of: Column<T>): Column<T | null> {
  return {
    ...of,
    expected: `${of.expected} or null`,
    read: (value) => (value === null ? null : of.read(value)),
    write: (value) => (value === null ? null : of.write(value)),
  };
}

/** The same column where the row may end before it. */
export function optional<T>(of: Column<T>): Column<T | undefined> {
  return { ...of, optional: true } as Column<T | undefined>;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing (the row is too short)';
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value === 'object' ? shapeOf(value) : String(value);
  return shown.slice(0, 60);
}

const shapeOf = (value: object | null): string => (value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object');

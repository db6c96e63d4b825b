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

/** The answer of {@link Column.read} to a value of the wrong type. */
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

/** Both directions of one kind of row. */
export interface Codec<T> {
  readonly name: string;
  /** @throws RowError when the row is no array, too short, or a column has the wrong type */
  decode(row: unknown): T;
  /** The row as the exchange writes it: `null` where nothing is named, optional columns at the end left out. */
  encode(fields: T): unknown[];
}

/** A declared table: both directions between row and fields. */
export interface Table<C extends Columns> extends Codec<Fields<C>> {
  readonly columns: C;
}

/**
 * Declares a table. `name` appears in errors. `width` is the number of positions that `encode` writes at least, for rows
 * that end in placeholders.
 */
export function table<C extends Columns>(name: string, columns: C, width = 0): Table<C> {
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
      while (row.length < width) row.push(null);
      return row;
    },
  };
}

/** Decodes a snapshot: a list of rows. @throws RowError for the first row that does not fit */
export function decodeRows<T>(codec: Codec<T>, rows: unknown): T[] {
  if (!Array.isArray(rows)) throw new RowError(codec.name, 'rows', 0, 'a list of rows', rows);
  return rows.map((row) => codec.decode(row));
}

/** The same columns `by` positions further right: REST often puts a key in front of a WebSocket row. */
export function shifted<C extends Columns>(columns: C, by: number): C {
  return Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, { ...column, at: column.at + by }])) as unknown as C;
}

/** The columns of {@link sparse}: each may be `null`, and the row may end before it. */
export type Sparse<C extends Columns> = { readonly [K in keyof C]: Column<FieldOf<C[K]> | null | undefined> };

/** The same columns where any may be `null` or missing: replies echo only what they know of a row (bitfinex-v2.md 6.2). */
export function sparse<C extends Columns>(columns: C): Sparse<C> {
  return Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, optional(nullable(column))])) as unknown as Sparse<C>;
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
/** Exactly this text: the tag of a row that has several layouts. */
export const literal = <T extends string>(at: number, tag: T): Column<T> => column(at, JSON.stringify(tag), (value): value is T => value === tag);
/** Anything: META objects, rows whose table depends on another column. */
export const any = (at: number): Column<unknown> => column(at, 'anything', (value): value is unknown => value !== undefined);
/** A list of texts. */
export const texts = (at: number): Column<string[]> =>
  column(at, 'a list of texts', (value): value is string[] => Array.isArray(value) && value.every(isText));

/** Yes or no. The exchange writes 0 and 1, some REST replies `true` and `false` (bitfinex-v2.md 1.2). */
export const flag = (at: number): Column<boolean> => ({
  at,
  expected: '0, 1, true or false',
  optional: false,
  read: (value) => (value === 1 || value === true ? true : value === 0 || value === false ? false : WRONG),
  write: (value) => (value ? 1 : 0),
});

/** The same numeric column where a decimal text may stand: order history writes `"flags":"0"` (bitfinex-v2.md 1.2). */
export function loose(of: Column<number>): Column<number> {
  return {
    ...of,
    expected: `${of.expected} or its text`,
    read: (value) => of.read(typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value),
  };
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** A row inside the row. Its errors name the inner table and column. */
export function nested<T>(at: number, codec: Codec<T>): Column<T> {
  return { at, expected: `a ${codec.name} row`, optional: false, read: (value) => codec.decode(value), write: (value) => codec.encode(value) };
}

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

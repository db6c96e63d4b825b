import type { Level } from '../../core/level';

/** What kind of rows a book has on the wire. */
export interface RowShape {
  readonly raw: boolean;
  readonly funding: boolean;
}

/** One level as the exchange writes it (the tables of wire/book; by hand, because every book update passes here). */
export function rowOf({ raw, funding }: RowShape, level: Level): number[] {
  const { key, period, price, count, amount } = level;
  if (raw) return funding ? [key, period, price, amount] : [key, price, amount];
  return funding ? [price, period, count, amount] : [price, count, amount];
}

/** The row that deletes a level: its amount is 1 or -1 and only names the side. */
export function deletionOf({ raw, funding }: RowShape, { key, period, price, amount }: Level): number[] {
  const side = amount > 0 ? 1 : -1;
  if (raw) return funding ? [key, period, 0, side] : [key, 0, side];
  return funding ? [price, period, 0, side] : [price, 0, side];
}

/** Is this a row that deletes its level? */
export const isDeletion = ({ funding }: RowShape, row: readonly unknown[]): boolean => row[funding ? 2 : 1] === 0;

/**
 * What turns one window into another: levels that left it and levels that came or changed. `before` is what the client
 * has, `now` the whole side, of which he sees the best `length`.
 */
export function windowChanges(before: readonly Level[], now: readonly Level[], length: number, descending: boolean): { gone: Level[]; put: Level[] } {
  const gone: Level[] = [];
  const put: Level[] = [];
  const end = Math.min(length, now.length);
  let had = 0;
  let has = 0;
  while (had < before.length || has < end) {
    const old = before[had];
    const fresh = has < end ? now[has] : undefined;
    const order = compare(old, fresh, descending);
    if (order <= 0) had++;
    if (order >= 0) has++;
    if (order < 0) gone.push(old as Level);
    else if (order > 0 || differs(old as Level, fresh as Level)) put.push(fresh as Level);
  }
  return { gone, put };
}

/** Negative: only the first stands here; positive: only the second; 0: both are the same level. */
function compare(first: Level | undefined, second: Level | undefined, descending: boolean): number {
  if (first === undefined) return 1;
  if (second === undefined) return -1;
  if (first.price !== second.price) return first.price > second.price === descending ? -1 : 1;
  return first.tie - second.tie;
}

const differs = (first: Level, second: Level): boolean => first.amount !== second.amount || first.count !== second.count;

import type { Precision } from '../../core/channel';
import type { Stop } from '../../core/clock';

/** Ways to send a book wrongly while the true book stays right. */
export type CorruptionKind =
  /** a level arrives with another amount */
  | 'amount'
  /** a level arrives at another price */
  | 'price'
  /** an order of a raw book arrives with another id */
  | 'id'
  /** a new or changed level does not arrive */
  | 'lost'
  /** a level's deletion does not arrive */
  | 'lostDelete'
  /** two updates of one level arrive in the wrong order: the older wins */
  | 'swapped'
  /** an update arrives twice */
  | 'duplicate'
  /** the next checksum is wrong, the book is right */
  | 'badChecksum';

/** What shall be spoiled. */
export interface CorruptionWish {
  readonly symbol: string;
  readonly kind: CorruptionKind;
  /** Only updates among the best so many levels of their side; default 25, what the checksum covers. */
  readonly within?: number;
}

/** What was done: the true rows, and what went out in their stead. */
export interface Corrupted {
  readonly kind: CorruptionKind;
  readonly channel: string;
  readonly truth: readonly (readonly number[])[];
  readonly sent: readonly (readonly number[])[];
}

/** One row about to be sent. */
export interface BookUpdate {
  readonly channel: string;
  readonly symbol: string;
  readonly precision: Precision;
  readonly row: number[];
  /** position of its level on its side, from 0 */
  readonly rank: number;
  readonly deletion: boolean;
}

/** What a book channel asks before it sends. */
export interface BookTrouble {
  wants(symbol: string): boolean;
  alter(update: BookUpdate): number[][];
  checksum(symbol: string, value: number, channel: string): number;
}

interface Pending extends CorruptionWish {
  readonly done: (what: Corrupted) => void;
  /** the first of two swapped rows, held back */
  held?: BookUpdate;
}

/** Book channels that were spoiled, and those whose next checksum shall tell. */
interface Each {
  readonly spoiled: Set<string>;
  readonly unchecked: Set<string>;
}

/** The wishes that wait for a suitable update. Each is fulfilled once, on one channel. */
export class Corruptions implements BookTrouble {
  private readonly pending: Pending[] = [];
  private each: Each | undefined;

  /** Resolves when it has gone out. */
  next(wish: CorruptionWish): Promise<Corrupted> {
    return new Promise((done) => void this.pending.push({ ...wish, done }));
  }

  /** Until stopped each book channel is spoiled once: an update comes with another amount, and the next checksum is wrong. */
  spoilEach(): Stop {
    const each: Each = { spoiled: new Set(), unchecked: new Set() };
    this.each = each;
    return () => {
      if (this.each === each) this.each = undefined;
    };
  }

  wants(symbol: string): boolean {
    return this.each !== undefined || this.pending.some((wish) => wish.symbol === symbol);
  }

  alter(update: BookUpdate): number[][] {
    const wish = this.pending.find((one) => one.symbol === update.symbol && isSuitable(one, update));
    if (wish === undefined) return this.spoiled(update);
    if (wish.kind === 'swapped') return this.swap(wish, update);
    const sent = altered(wish.kind, update);
    this.fulfil(wish, { kind: wish.kind, channel: update.channel, truth: [update.row], sent });
    return sent;
  }

  checksum(symbol: string, value: number, channel: string): number {
    if (this.each?.unchecked.delete(channel) === true) return value ^ 1;
    const wish = this.pending.find((one) => one.symbol === symbol && one.kind === 'badChecksum');
    if (wish === undefined) return value;
    this.fulfil(wish, { kind: wish.kind, channel: symbol, truth: [[value]], sent: [[value ^ 1]] });
    return value ^ 1;
  }

  private spoiled(update: BookUpdate): number[][] {
    const { each } = this;
    if (each === undefined || each.spoiled.has(update.channel) || !isSuitable({ kind: 'amount' }, update)) return [update.row];
    each.spoiled.add(update.channel);
    each.unchecked.add(update.channel);
    return altered('amount', update);
  }

  private swap(wish: Pending, update: BookUpdate): number[][] {
    if (wish.held === undefined) {
      wish.held = update;
      return [];
    }
    const sent = [update.row, wish.held.row];
    this.fulfil(wish, { kind: wish.kind, channel: update.channel, truth: [wish.held.row, update.row], sent });
    return sent;
  }

  private fulfil(wish: Pending, what: Corrupted): void {
    this.pending.splice(this.pending.indexOf(wish), 1);
    wish.done(what);
  }
}

function isSuitable({ kind, within = 25, held }: Pick<Pending, 'kind' | 'within' | 'held'>, { channel, precision, row, rank, deletion }: BookUpdate): boolean {
  if (held !== undefined) return channel === held.channel && row[0] === held.row[0];
  if (kind === 'badChecksum' || rank < 0 || rank >= within) return false;
  if (kind === 'id') return precision === 'R0' && !deletion;
  if (kind === 'duplicate') return true;
  return deletion === (kind === 'lostDelete');
}

function altered(kind: CorruptionKind, { row, precision }: BookUpdate): number[][] {
  const priceAt = precision === 'R0' ? row.length - 2 : 0;
  switch (kind) {
    case 'amount':
      return [withColumn(row, row.length - 1, (amount) => Number((amount * 1.5 + Math.sign(amount) * 0.01).toFixed(8)))];
    case 'price':
      // away by less than a level: not crossing anything on the way is not wanted, but not sure either
      return [withColumn(row, priceAt, (price) => Number((price * 1.000001).toPrecision(9)))];
    case 'id':
      return [withColumn(row, 0, (id) => id + 1)];
    case 'duplicate':
      return [row, row];
    default:
      return [];
  }
}

const withColumn = (row: readonly number[], at: number, change: (value: number) => number): number[] =>
  row.map((value, column) => (column === at ? change(value) : value));

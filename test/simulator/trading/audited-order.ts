import assert from 'node:assert/strict';
import { average, cost, exact, size, type Exact } from './exact';

type Row = readonly unknown[];

const FLAGS = { hidden: 64, close: 512, reduceOnly: 1024, postOnly: 4096 } as const;

/** How an order may end; with what was filled before (bitfinex-v2.md 5.9). */
const ENDS = /^(EXECUTED|FORCED EXECUTED|CANCELED|POSTONLY CANCELED|IOC CANCELED|FILLORKILL CANCELED|INSUFFICIENT (BALANCE|MARGIN)|RSN_)/;

/** One order's life, judged by what its client is told: acknowledged, perhaps shown, filled, and over once and for all. */
export class AuditedOrder {
  /** Of the stop of an OCO pair: the other leg. */
  limit: AuditedOrder | undefined;
  filled = 0n;
  status = '';
  private paid = 0n;
  private isShown = false;
  private isOver = false;
  /** Trades that no row of the order has followed yet. */
  private readonly open: Row[] = [];
  private readonly unsettled = new Map<unknown, Row>();

  private readonly isForced: boolean;

  /** `row`: the acknowledged order; none of an order of the exchange's own. */
  constructor(
    private readonly id: unknown,
    private row: Row | undefined,
  ) {
    this.isForced = row === undefined;
  }

  get isSpot(): boolean {
    return String(this.row?.[8]).startsWith('EXCHANGE');
  }

  get onlyCloses(): boolean {
    return this.isForced || this.has('close') || this.has('reduceOnly');
  }

  /** A stop that was never shown is over with its limit order, and nothing is said of it. */
  get isClosed(): boolean {
    const { limit } = this;
    return this.isOver || (!this.isShown && limit !== undefined && (limit.isOver || limit.filled !== 0n));
  }

  get lev(): Exact {
    const { $F33 = 1 } = (this.row?.[31] ?? {}) as { $F33?: number };
    return BigInt($F33);
  }

  /** A trade of it. */
  executed(trade: Row): void {
    this.holds(!this.isClosed, 'traded after its end');
    this.holds(trade[9] === null && trade[10] === null, 'has a fee too early');
    this.filled += exact(trade[4]);
    this.paid += cost(size(exact(trade[4])), exact(trade[5]));
    this.open.push(trade);
    this.unsettled.set(trade[0], trade);
  }

  /** The same trade with its fee. @returns what the fee had to be in units of what was received, in millionths */
  settled(trade: Row): Exact {
    const first = this.unsettled.get(trade[0]);
    this.holds(first !== undefined, 'was told of a fee without a trade, or twice');
    this.unsettled.delete(trade[0]);
    for (const at of [1, 2, 3, 4, 5, 8, 11]) this.holds(trade[at] === first?.[at], 'was told of another trade');
    this.holds(trade[8] === 1 || !this.has('postOnly'), 'took, though it must not');
    return trade[8] === 1 && !this.has('hidden') ? 1000n : 2000n;
  }

  /** A row of `on`, `ou` or `oc`. */
  told(type: string, row: Row): void {
    this.holds(!this.isClosed, `was told (${type}) after its end`);
    this.holds(type !== 'on' || !this.isShown, 'was new twice');
    this.holds(type !== 'ou' || this.isShown, 'changed before it was new');
    this.row = row;
    this.status = String(row[13]);
    this.isShown = true;
    this.shown(row);
    for (const trade of this.open.splice(0)) this.judge(trade, row);
    if (type === 'oc') this.end(row);
    else this.holds(/^(ACTIVE|PARTIALLY FILLED)/.test(this.status), `is open with ${this.status}`);
  }

  /** A row of it, told or asked for: as much is left as was not filled. */
  shown(row: Row): void {
    const [left, whole] = [exact(row[6]), exact(row[7])];
    this.holds(left === whole - this.filled, `has ${left} left of ${whole} after ${this.filled}`);
    this.holds(left === 0n || left > 0n === whole > 0n, 'was filled beyond its amount');
    this.holds(exact(row[17]) === (this.filled === 0n ? 0n : average(this.paid, size(this.filled))), `has the average ${String(row[17])}`);
    this.holds(row[0] === this.id && row[3] === (this.row ?? row)[3], 'is another one');
  }

  /** Nothing is missing. */
  finish(): void {
    this.holds(this.unsettled.size === 0, 'misses a fee');
    this.holds(this.open.length === 0 || !this.isShown, 'misses a message after a trade');
  }

  private end(row: Row): void {
    this.isOver = true;
    this.holds(ENDS.test(this.status) && (this.isForced || !this.status.startsWith('FORCED')), `ends with ${this.status}`);
    this.holds(/EXECUTED/.test(this.status.split(' was')[0] ?? '') === (exact(row[6]) === 0n), `ends with ${this.status} and ${String(row[6])} left`);
    if (String(row[8]).endsWith('FOK')) this.holds(this.filled === 0n || exact(row[6]) === 0n, 'was killed and filled');
  }

  /** No trade is beyond the limit that the order had then. */
  private judge(trade: Row, row: Row): void {
    const [units, price] = [exact(trade[4]), exact(trade[5])];
    this.holds(units > 0n === exact(row[7]) > 0n, 'traded the other way');
    this.holds(trade[6] === row[8], `was ${String(trade[6])} and is ${String(row[8])}`);
    if (!/LIMIT|FOK|IOC/.test(String(row[8]))) return;
    const limit = exact(row[16]);
    this.holds(units > 0n ? price <= limit : price >= limit, `traded at ${price}, beyond ${limit}`);
  }

  private has(flag: keyof typeof FLAGS): boolean {
    return (Number(this.row?.[12] ?? 0) & FLAGS[flag]) !== 0;
  }

  private holds(isTrue: boolean, what: string): void {
    assert.ok(isTrue, `order ${String(this.id)} ${what}`);
  }
}

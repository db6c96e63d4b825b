import assert from 'node:assert/strict';
import { atLeast, average, cost, exact, size, type Exact } from './exact';

/** A trade on margin as an account's clients are told of it. */
export interface MarginTrade {
  readonly symbol: string;
  /** Signed. */
  readonly units: Exact;
  readonly price: Exact;
  /** What the order says of its leverage. */
  readonly lev: Exact;
  /** Of an order that may only close. */
  readonly onlyCloses: boolean;
}

/** What a trade brought into the margin wallet, and how much collateral it set free. */
export interface Won {
  readonly won: Exact;
  readonly freed: Exact;
}

const isDerivative = (symbol: string): boolean => symbol.includes('F0:');

/**
 * One position, kept from trades alone. Rules: a part that leaves takes the same part of the cost and of the collateral
 * with it, cut; a trade that goes beyond closes all and opens the rest; a derivative's collateral is its cost by its leverage.
 */
export class AuditedPosition {
  amount = 0n;
  collateral = 0n;
  private whole = 0n;
  private base = 0n;
  /** How each message about it has to look that is still to come. */
  private readonly due: { readonly type: string; readonly amount: Exact; readonly base: Exact; readonly collateral: Exact }[] = [];

  /** @throws AssertionError for a trade that its order may not make */
  trade(trade: MarginTrade): Won {
    const paid = cost(size(trade.units), trade.price);
    const isAgainst = this.amount !== 0n && this.amount > 0n !== trade.units > 0n;
    const beyond = isAgainst ? atLeast(size(trade.units) - size(this.amount), 0n) : size(trade.units);
    assert.ok(!trade.onlyCloses || beyond === 0n, `${trade.symbol}: an order that only closes opened ${beyond}`);
    const closing = size(trade.units) - beyond;
    const paidForClosing = beyond === 0n ? paid : (paid * closing) / size(trade.units);
    const result = closing === 0n ? { won: 0n, freed: 0n } : this.close(trade, closing, paidForClosing);
    if (beyond > 0n) this.open(trade, beyond, paid - (closing === 0n ? 0n : paidForClosing));
    return result;
  }

  /** Its collateral was set. */
  set(collateral: Exact): void {
    this.collateral = collateral;
    this.expect('pu');
  }

  /** A row of `pn`, `pu` or `pc`. @throws AssertionError where it says anything else than the trades do */
  told(type: string, row: readonly unknown[]): void {
    // figures come later, and not for every change
    if (row[6] !== null) return this.compare(row, { type, amount: this.amount, base: this.base, collateral: this.collateral });
    const due = this.due.shift();
    assert.equal(due?.type, type, `${String(row[0])} ${type}`);
    this.compare(row, due as NonNullable<typeof due>);
  }

  /** Nothing is left to be told. */
  finish(): void {
    assert.deepEqual(this.due, []);
  }

  /** A row that is asked for. */
  shown(row: readonly unknown[]): void {
    this.compare(row, { type: '', amount: this.amount, base: this.base, collateral: this.collateral });
  }

  private compare(row: readonly unknown[], { type, amount, base, collateral }: { readonly type: string; readonly amount: Exact; readonly base: Exact; readonly collateral: Exact }): void {
    const isClosed = type === 'pc';
    assert.deepEqual([row[1], exact(row[2]), exact(row[3]), exact(row[17])], [isClosed ? 'CLOSED' : 'ACTIVE', amount, base, collateral], `${String(row[0])} ${type}`);
  }

  private close({ symbol, units, price }: MarginTrade, closing: Exact, paid: Exact): Won {
    const there = size(this.amount);
    const gone = (this.whole * closing) / there;
    const freed = (this.collateral * closing) / there;
    const isLong = this.amount > 0n;
    this.amount += isLong ? -closing : closing;
    this.whole -= gone;
    this.collateral -= freed;
    assert.ok(units !== 0n && price > 0n && (isDerivative(symbol) || freed === 0n));
    this.expect(this.amount === 0n ? 'pc' : 'pu');
    return { won: isLong ? paid - gone : gone - paid, freed };
  }

  private open({ symbol, units, lev }: MarginTrade, opening: Exact, paid: Exact): void {
    const isNew = this.amount === 0n;
    this.amount += units > 0n ? opening : -opening;
    this.whole += paid;
    this.collateral += isDerivative(symbol) ? paid / lev : 0n;
    this.base = average(this.whole, size(this.amount));
    this.expect(isNew ? 'pn' : 'pu');
  }

  private expect(type: string): void {
    this.due.push({ type, amount: this.amount, base: this.base, collateral: this.collateral });
  }
}

import assert from 'node:assert/strict';
import { AuditedOrder } from './audited-order';
import { AuditedPosition } from './audited-position';
import { atLeast, cost, exact, size, type Exact } from './exact';
import { ShownLiquidity } from './shown-liquidity';

type Row = readonly unknown[];

/**
 * Reckons an account anew from what its clients are told, frame by frame, and from what it was given; it knows nothing of
 * the exchange behind it, and imports nothing of it. Every wallet must be right to the last digit at every trade, every
 * order must live as orders live, and nothing may be filled that the market did not show.
 * @throws AssertionError at the first thing that is wrong
 */
export class Auditor {
  readonly market = new ShownLiquidity();
  readonly orders = new Map<unknown, AuditedOrder>();
  /** What the insurance fund bore, by currency. */
  readonly insured = new Map<string, Exact>();
  private readonly wallets = new Map<string, Exact>();
  private readonly totals = new Map<string, Exact>();
  private readonly positions = new Map<string, AuditedPosition>();
  private readonly trades: Row[] = [];

  /** Money came to a wallet, or went from it. */
  gave(wallet: string, currency: string, units: Exact): void {
    const key = `${wallet} ${currency}`;
    this.book(key, units);
    this.totals.set(key, this.wallets.get(key) ?? 0n);
  }

  /** An order was acknowledged with this row. */
  acknowledged(row: Row): void {
    assert.ok(!this.orders.has(row[0]), `order ${String(row[0])} is there twice`);
    const order = new AuditedOrder(row[0], row);
    order.limit = this.orders.get(row[25]);
    this.orders.set(row[0], order);
  }

  /** The collateral of a position was set. */
  set(symbol: string, collateral: Exact): void {
    this.position(symbol).set(collateral);
  }

  /** A frame of channel 0, as text. */
  hear(frame: string): void {
    const [, type, row] = JSON.parse(frame) as [number, string, Row];
    if (type === 'wu') this.wallet(row);
    else if (type === 'te') this.executed(row);
    else if (type === 'tu') this.settled(row);
    else if (/^o[nuc]$/.test(type)) this.order(row[0]).told(type, row);
    else if (/^p[nuc]$/.test(type)) this.position(String(row[0])).told(type, row);
    else assert.ok(['bu', 'miu', 'n'].includes(type), `a message ${type}`);
  }

  /** Nothing is on its way: all that was told must be all that is, as the exchange's reads have it. */
  settle(reads: { readonly wallets: readonly Row[]; readonly orders: readonly Row[]; readonly positions: readonly Row[] }): void {
    assert.deepEqual(Object.fromEntries(reads.wallets.map((row) => [`${String(row[0])} ${String(row[1])}`, exact(row[2])])), Object.fromEntries(this.wallets));
    for (const row of reads.wallets) this.isCovered(row);
    assert.deepEqual(reads.orders.map((row) => row[0]).sort(), [...this.orders].filter(([, order]) => !order.isClosed).map(([id]) => id).sort(), 'open orders');
    for (const row of reads.orders) this.order(row[0]).shown(row);
    for (const order of this.orders.values()) order.finish();
    assert.deepEqual(reads.positions.map((row) => row[0]).sort(), [...this.positions].filter(([, { amount }]) => amount !== 0n).map(([symbol]) => symbol).sort(), 'positions');
    for (const row of reads.positions) this.position(String(row[0])).shown(row);
    for (const position of this.positions.values()) position.finish();
  }

  /** The histories tell the same: the ledger adds up entry by entry, the trades are those that were told. */
  compare(reads: { readonly ledger: readonly Row[]; readonly trades: readonly Row[]; readonly past: readonly Row[] }): void {
    const sums = new Map<string, Exact>();
    const insured = new Map<string, Exact>();
    let last = 0;
    for (const [id, currency, wallet, , , amount, after, , description] of reads.ledger) {
      const key = `${String(wallet)} ${String(currency)}`;
      const sum = (sums.get(key) ?? 0n) + exact(amount);
      assert.ok((id as number) > last && exact(after) === sum, `ledger ${String(id)}`);
      last = id as number;
      sums.set(key, sum);
      if (String(description).startsWith('Settlement')) insured.set(String(currency), (insured.get(String(currency)) ?? 0n) + exact(amount));
    }
    assert.deepEqual([sums, insured], [this.wallets, this.insured]);
    assert.deepEqual(reads.trades, this.trades);
    for (const row of reads.past) this.order(row[0]).shown(row);
    assert.deepEqual(reads.past.map((row) => row[0]).sort(), [...this.orders].filter(([, order]) => order.isClosed).map(([id]) => id).sort(), 'closed orders');
  }

  /** Without an open order nothing is held but the collateral of positions. */
  isAllFree(wallets: readonly Row[]): void {
    for (const [wallet, currency, total, , available] of wallets) {
      if (wallet === 'margin' && !String(currency).endsWith('F0')) continue;
      const positions = [...this.positions].filter(([symbol]) => codes(symbol)[1] === currency);
      const held = positions.reduce((sum, [, position]) => sum + position.collateral, 0n);
      assert.equal(exact(total) - exact(available), wallet === 'margin' ? held : 0n, `held in ${String(wallet)} ${String(currency)}`);
    }
  }

  private executed(row: Row): void {
    this.order(row[3]).executed(row);
    this.market.took(String(row[1]), { units: exact(row[4]), price: exact(row[5]), isMaker: row[8] === 1 });
  }

  /** A trade is complete: wallets that it touched must be what they were told to be. */
  private settled(row: Row): void {
    const [, symbol, , id, amount, at, , , , fee, feeCurrency] = row;
    const order = this.order(id);
    const ppm = order.settled(row);
    const [base, quote] = codes(String(symbol));
    const [units, price] = [exact(amount), exact(at)];
    const received = order.isSpot && units > 0n ? units : cost(size(units), price);
    const charged = -(received * ppm) / 1_000_000n;
    assert.deepEqual([exact(fee), feeCurrency], [charged, order.isSpot && units > 0n ? base : quote], `fee of ${String(row[0])}`);
    this.trades.push(row);
    if (order.isSpot) this.exchanged({ base, quote, units, price }, charged);
    else this.traded(order, { symbol: String(symbol), quote, units, price }, charged);
  }

  private exchanged({ base, quote, units, price }: { base: string; quote: string; units: Exact; price: Exact }, charged: Exact): void {
    const paid = cost(size(units), price);
    this.book(`exchange ${base}`, units + (units > 0n ? charged : 0n));
    this.book(`exchange ${quote}`, units > 0n ? -paid : paid + charged);
    for (const currency of [base, quote]) this.isTold(`exchange ${currency}`);
  }

  private traded(order: AuditedOrder, { symbol, quote, units, price }: { symbol: string; quote: string; units: Exact; price: Exact }, charged: Exact): void {
    const { won, freed } = this.position(symbol).trade({ symbol, units, price, lev: order.lev, onlyCloses: order.onlyCloses });
    this.book(`margin ${quote}`, won + charged);
    if (symbol.includes('F0:')) this.insure(quote, { beyond: atLeast(-won - freed, 0n), charged, isClosing: freed > 0n });
    this.isTold(`margin ${quote}`);
  }

  /** A derivative loses its collateral at most: what is beyond, and a fee for which nothing is left, the exchange bears. */
  private insure(currency: string, { beyond, charged, isClosing }: { beyond: Exact; charged: Exact; isClosing: boolean }): void {
    const key = `margin ${currency}`;
    const borne = (this.totals.get(key) ?? 0n) - (this.wallets.get(key) ?? 0n);
    assert.ok(borne >= beyond && borne <= (isClosing ? beyond - charged : 0n), `${currency}: ${borne} borne, ${beyond} beyond`);
    if (borne === 0n) return;
    this.insured.set(currency, (this.insured.get(currency) ?? 0n) + borne);
    this.book(key, borne);
  }

  private wallet(row: Row): void {
    this.totals.set(`${String(row[0])} ${String(row[1])}`, exact(row[2]));
    if (row[4] !== null) this.isCovered(row);
  }

  /** Nothing negative is held, and only on margin there may be less than nothing: a debt. */
  private isCovered(row: Row): void {
    const [wallet, currency, total, , available] = row;
    const isDebt = wallet === 'margin' && !String(currency).endsWith('F0');
    assert.ok(exact(available) <= exact(total) && (isDebt || exact(available) >= 0n), `${String(wallet)} ${String(currency)}: ${String(available)} of ${String(total)}`);
  }

  private isTold(key: string): void {
    assert.equal(this.totals.get(key), this.wallets.get(key), `what was told of ${key}`);
  }

  private book(key: string, units: Exact): void {
    if (units !== 0n) this.wallets.set(key, (this.wallets.get(key) ?? 0n) + units);
  }

  /** An order that nobody placed is one of the exchange: it may only close a position. */
  private order(id: unknown): AuditedOrder {
    const known = this.orders.get(id) ?? new AuditedOrder(id, undefined);
    this.orders.set(id, known);
    return known;
  }

  private position(symbol: string): AuditedPosition {
    const known = this.positions.get(symbol) ?? new AuditedPosition();
    this.positions.set(symbol, known);
    return known;
  }
}

function codes(symbol: string): [base: string, quote: string] {
  const [base, quote] = symbol.includes(':') ? symbol.slice(1).split(':') : [symbol.slice(1, 4), symbol.slice(4)];
  return [base as string, quote as string];
}

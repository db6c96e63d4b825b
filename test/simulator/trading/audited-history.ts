import assert from 'node:assert/strict';
import { Luck } from '../../../src/shared/simulator/luck';
import { textOf, unitsOf } from '../../../src/shared/simulator/trading/money';
import type { WalletType } from '../../../src/shared/simulator/trading/order';
import { isRefusal } from '../../../src/shared/simulator/trading/order-wish';
import { readTransfer } from '../../../src/shared/simulator/trading/wallet-transfer';
import { VirtualClock } from '../../virtual-clock';
import { Auditor } from './auditor';
import { Branch } from './branch';
import { GivenMarket, givenSource, type GivenLevel } from './given-market';
import { MARKETS, type Step, type StepOf } from './history-steps';

/** What the account has besides its starting money, so that a fifth and a tenth of it matter. */
const ALSO: readonly (readonly [WalletType, string, number])[] = [
  ['exchange', 'ETH', 20],
  ['margin', 'USD', -93_000],
  ['margin', 'BTC', -0.8],
  ['margin', 'USTF0', 2000],
];

/** A history that is lived through, audited at every step. */
export class AuditedHistory {
  readonly auditor = new Auditor();
  readonly main: Branch;
  /** What occurred, by name. */
  readonly seen: string[] = [];
  private readonly clock = new VirtualClock();
  private readonly markets = MARKETS.map(({ symbol }) => new GivenMarket(symbol, this.clock));
  private readonly middles: number[] = MARKETS.map(({ middle }) => middle);
  private readonly host = { clock: this.clock, source: givenSource(this.markets), isHalted: () => this.haltedFor > 0 };
  /** Steps until it is over. */
  private haltedFor = 0;
  private readonly staleFor: number[] = MARKETS.map(() => 0);
  private restarts = 0;
  /** The exchange as it was started again. */
  private twin: Branch | undefined;

  constructor() {
    this.main = new Branch(this.host);
    for (const [wallet, currency, amount] of ALSO) this.main.trading.deposit(this.main.account, wallet, currency, unitsOf(amount));
    for (const { type, currency, total } of this.main.account.state.wallets.values()) this.auditor.gave(type, currency, total);
    this.main.take();
    MARKETS.forEach((_, at) => this.show(at, at));
    MARKETS.forEach((_, at) => this.print(at, 0, 1));
  }

  live(step: Step): void {
    this.auditor.market.isQuiet();
    this.seen.push(step.do);
    this.perform(step);
    this.hear();
    this.haltedFor = Math.max(0, this.haltedFor - 1);
    this.staleFor.forEach((left, at) => {
      this.staleFor[at] = Math.max(0, left - 1);
      if (left === 1) this.turn(at, false);
      this.hear();
    });
  }

  /** Whatever is on its way arrives, and everything is compared. */
  finish(): void {
    this.calm();
    const { reads } = this.main;
    this.auditor.settle(reads);
    this.auditor.compare(reads);
    this.isReplayed();
    for (const branch of this.branches) branch.end();
  }

  private perform(step: Step): void {
    switch (step.do) {
      case 'order':
        return this.order(step);
      case 'update':
        return this.update(step);
      case 'cancel':
        return void this.say('oc', (branch) => ({ id: idOf(branch, step.which) }));
      case 'cancel all':
        return void this.say('oc_multi', () => ({ all: 1 }));
      case 'deposit':
        return this.deposit(step);
      case 'transfer':
        return this.transfer(step);
      case 'collateral':
        return this.collateral(step);
      case 'replay':
        return this.isReplayed();
      case 'restart':
        return this.restart(step.salt);
      default:
        return this.happen(step);
    }
  }

  private happen(step: StepOf<'show' | 'print' | 'jump' | 'wait' | 'halt' | 'stale'>): void {
    switch (step.do) {
      case 'show':
        this.middles[step.at] = (this.middles[step.at] as number) + step.by;
        return this.show(step.at, step.salt);
      case 'print':
        return this.print(step.at, step.offset, step.lots * (step.buy ? 1 : -1));
      case 'jump':
        return this.jump(step);
      case 'wait':
        return this.clock.advance(step.ms);
      case 'halt':
        this.haltedFor = step.steps + 1;
        return;
      case 'stale':
        this.staleFor[step.at] = step.steps + 1;
        return this.turn(step.at, true);
    }
  }

  private get branches(): Branch[] {
    return this.twin === undefined ? [this.main] : [this.main, this.twin];
  }

  private priceAt(at: number, offset: number): number {
    const { tick, digits } = MARKETS[at] as (typeof MARKETS)[number];
    return Number((((this.middles[at] as number) + offset) * tick).toFixed(digits));
  }

  private amountOf(at: number, lots: number): number {
    return Number((lots * (MARKETS[at] as (typeof MARKETS)[number]).lot).toFixed(8));
  }

  private order({ at, type, spot, buy, lots, offset, more, flags, lev, tifSeconds }: StepOf<'order'>): void {
    const { symbol, tick } = MARKETS[at] as (typeof MARKETS)[number];
    const isSpot = spot && at < 2 && (flags & (512 | 1024)) === 0;
    const kind = flags === 16384 ? 'LIMIT' : (flags & 4096) !== 0 && type !== 'STOP LIMIT' ? 'LIMIT' : type;
    const beyond = offset + (buy ? more : -more);
    const payload = {
      ...{ symbol, flags, type: isSpot ? `EXCHANGE ${kind}` : kind, amount: textOf(unitsOf(this.amountOf(at, buy ? lots : -lots))) },
      ...(kind === 'MARKET' || kind === 'TRAILING STOP' ? {} : { price: String(this.priceAt(at, offset)) }),
      ...(kind === 'STOP LIMIT' ? { price_aux_limit: String(this.priceAt(at, beyond)) } : {}),
      ...(kind === 'TRAILING STOP' ? { price_trailing: (more * tick).toFixed(5) } : {}),
      ...(flags === 16384 ? { price_oco_stop: String(this.priceAt(at, beyond)) } : {}),
      ...(at === 2 ? { lev } : {}),
      ...(tifSeconds === 0 ? {} : { tif: new Date(this.clock.now() + 1000 * tifSeconds).toISOString().slice(0, 19).replace('T', ' ') }),
    };
    const reply = this.say('on', () => payload);
    this.seen.push(`${isSpot ? 'EXCHANGE ' : ''}${kind}`, `flags ${flags}`, ...(at === 2 ? [`lev ${lev}`] : []), ...(tifSeconds === 0 ? [] : ['tif']));
    this.seen.push(reply.status === 'SUCCESS' ? 'order accepted' : `order refused: ${reply.text.replace(/ \d.*| for .*/, '')}`);
    if (reply.status === 'SUCCESS') for (const row of reply.orders) this.auditor.acknowledged(JSON.parse(JSON.stringify(row)) as unknown[]);
  }

  private update({ which, offset, lots, what }: StepOf<'update'>): void {
    this.say('ou', (branch) => {
      const order = branch.account.state.orders.get(idOf(branch, which));
      const at = Math.max(0, MARKETS.findIndex(({ symbol }) => symbol === order?.symbol));
      const sign = (order?.amount ?? 1n) > 0n ? 1 : -1;
      const amount = textOf(unitsOf(this.amountOf(at, sign * lots)));
      const all = { price: String(this.priceAt(at, offset)), amount, delta: what === 'delta' && lots % 2 === 0 ? amount : amount.replace(/^(-?)/, sign > 0 ? '-' : '').replace('--', ''), lev: 1 + (lots % 100) };
      // the leverage of an order that was never shown is told to nobody when it changes
      const isKnown = order?.stage === 'working' || what !== 'lev';
      const names = what === 'both' || !isKnown ? (['price', 'amount'] as const) : ([what] as const);
      return { id: idOf(branch, which), ...Object.fromEntries(names.map((name) => [name, all[name]])) };
    });
  }

  private deposit({ wallet, units }: StepOf<'deposit'>): void {
    const kind: WalletType = wallet === 'margin' ? 'margin' : 'exchange';
    for (const { trading, account } of this.branches) trading.deposit(account, kind, 'USD', units);
    this.auditor.gave(kind, 'USD', units);
  }

  private transfer({ back, currency, part }: StepOf<'transfer'>): void {
    const [from, to] = back ? ['margin', 'exchange'] : ['exchange', 'margin'];
    const whole = this.main.account.state.wallets.get(`${from} ${currency}`)?.total ?? 0n;
    const amount = textOf((whole * BigInt(part)) / 400n);
    for (const { trading, account } of this.branches) {
      const wish = readTransfer({ from, to, currency, amount }, { state: account.state, prices: trading.prices });
      if (isRefusal(wish)) continue;
      trading.transfer(account, wish);
      if (account === this.main.account) this.moved(wish);
    }
  }

  private moved({ from, to, currency, units }: { from: string; to: string; currency: string; units: bigint }): void {
    this.seen.push('transferred');
    this.auditor.gave(from, currency, -units);
    this.auditor.gave(to, currency, units);
  }

  private collateral({ part }: StepOf<'collateral'>): void {
    const { symbol } = MARKETS[2];
    const before = this.main.account.state.positions.get(symbol);
    if (before === undefined) return;
    const units = ((before.amount > 0n ? before.cost : -before.cost) * BigInt(part)) / 100n;
    const [refusal] = this.branches.map(({ trading, account }) => trading.setCollateral(account, symbol, units));
    if (refusal !== undefined) return;
    this.seen.push('collateral set');
    this.auditor.set(symbol, units);
  }

  /** @returns the main branch's reply; the other one's must be the same */
  private say(type: string, payloadOf: (branch: Branch) => unknown): ReturnType<Branch['say']> {
    const replies = this.branches.map((branch) => ({ branch, reply: branch.say(type, payloadOf(branch)) }));
    const [main, twin] = replies.map(({ branch, reply }) => branch.named(JSON.stringify(reply)));
    if (twin !== undefined) assert.equal(twin, main, 'an exchange that was started again answers something else');
    return (replies[0] as (typeof replies)[number]).reply;
  }

  /** Four levels of each side, of so many lots and `more`. */
  private show(at: number, salt: number, more = 0): void {
    const luck = new Luck(salt, 'book');
    const levels = (side: 1 | -1): GivenLevel[] => [1, 2, 3, 4].map((away) => [this.priceAt(at, side * away), this.amountOf(at, 1 + luck.below(120) + more)]);
    const book = { bids: levels(-1), asks: levels(1) };
    this.auditor.market.shows((MARKETS[at] as (typeof MARKETS)[number]).symbol, book);
    this.markets[at]?.show(book);
  }

  private print(at: number, offset: number, lots: number): void {
    this.auditor.market.prints((MARKETS[at] as (typeof MARKETS)[number]).symbol, this.amountOf(at, lots));
    this.markets[at]?.print(this.priceAt(at, offset), this.amountOf(at, lots));
  }

  private jump({ at, percent, salt }: StepOf<'jump'>): void {
    const { middle } = MARKETS[at] as (typeof MARKETS)[number];
    const moved = Math.round(((this.middles[at] as number) * (100 + percent)) / 100);
    this.middles[at] = Math.min(Math.max(moved, middle / 2), middle * 2);
    this.show(at, salt);
    this.hear();
    this.print(at, 0, percent);
  }

  /** The book is told again when it can be relied on. */
  private turn(at: number, isStale: boolean): void {
    const market = this.markets[at] as GivenMarket;
    const side = (one: 'bids' | 'asks'): GivenLevel[] => market.sides()[one].levels.map(({ price, amount }) => [price, Math.abs(amount)]);
    if (!isStale) this.auditor.market.shows(market.symbol, { bids: side('bids'), asks: side('asks') });
    market.turn(isStale);
  }

  /** Nothing is halted any more, and whatever is on its way arrives. */
  private calm(): void {
    this.haltedFor = 0;
    this.markets.forEach((_, at) => {
      this.staleFor[at] = 0;
      this.turn(at, false);
      this.hear();
    });
    this.auditor.market.isQuiet();
    this.clock.advance(6000);
    this.hear();
  }

  /** The exchange is started again from what it wrote down, beside the one that goes on: from now on both must say the same. */
  private restart(salt: number): void {
    this.calm();
    this.twin?.end();
    this.twin = new Branch(this.host, this.main);
    this.main.rename();
    assert.equal(this.twin.dump, this.main.dump, 'an account that was read again is another one');
    // what was taken of a level is forgotten by who starts again, and by all when it shows an amount that it never had
    this.restarts += 1;
    MARKETS.forEach((_, at) => {
      this.show(at, salt + at, this.restarts / 100);
      this.hear();
    });
  }

  private isReplayed(): void {
    assert.equal(this.main.replayed, this.main.dump, 'what was written down makes another account');
    if (this.twin !== undefined) assert.deepEqual(this.twin.named(JSON.stringify(this.twin.reads.wallets)), this.main.named(JSON.stringify(this.main.reads.wallets)));
  }

  private hear(): void {
    const [main = [], twin] = this.branches.map((branch) => branch.take().map((frame) => ({ frame, named: this.twin === undefined ? frame : branch.named(frame) })));
    if (twin !== undefined) assert.deepEqual(twin.map(({ named }) => named), main.map(({ named }) => named), 'an exchange that was started again says something else');
    for (const { frame } of main) {
      this.auditor.hear(frame);
      if (/^\[0,"(te|oc|pn|pc|wu)"/.test(frame)) this.seen.push(...outcomeOf(frame));
    }
  }
}

/** What a frame says of how things came out, for the count. */
function outcomeOf(frame: string): string[] {
  const [, type, row] = JSON.parse(frame) as [number, string, readonly unknown[]];
  if (type === 'te') return [row[8] === 1 ? 'filled as maker' : 'filled as taker'];
  if (type === 'oc') return [`ended: ${/^[A-Z ]+/.exec(String(row[13]))?.[0].trim() ?? ''}`];
  if (type === 'wu' && row[4] === null && String(row[5]).startsWith('Settlement')) return ['insured'];
  return type === 'pn' || type === 'pc' ? [`position ${type}`] : [];
}

/** One of the last orders, the newest first. */
const idOf = ({ ids }: Branch, which: number): number => ids[ids.length - 1 - which] ?? 0;

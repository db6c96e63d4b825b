import assert from 'node:assert/strict';
import { textOf, unitsOf } from '../../../src/shared/simulator/trading/account/money';
import type { Order, WalletType } from '../../../src/shared/simulator/trading/account/order';
import { isRefusal } from '../../../src/shared/simulator/trading/orders/order-wish';
import { readTransfer } from '../../../src/shared/simulator/trading/account/wallet-transfer';
import { VirtualClock } from '../../virtual-clock';
import { AuditedMarkets } from './audited-markets';
import { Auditor } from './auditor';
import { Branch } from './branch';
import { MARKETS, type Step, type StepOf } from './history-steps';
import { orderPayload, updatePayload } from './order-payload';

/** What the account has besides its starting money, so that a fifth and a tenth of it matter. */
const ALSO: readonly (readonly [WalletType, string, number])[] = [
  ['exchange', 'USD', -65_000],
  ['exchange', 'ETH', 20],
  ['margin', 'USD', -93_000],
  ['margin', 'BTC', -0.8],
  ['margin', 'USTF0', 2000],
];

/** A history that is lived through, audited at every step. */
export class AuditedHistory {
  /** What occurred, by name. */
  readonly seen: string[] = [];
  private readonly auditor = new Auditor();
  private readonly clock = new VirtualClock();
  private readonly markets = new AuditedMarkets(this.clock, this.auditor.market, () => this.hear());
  private readonly host = { clock: this.clock, source: this.markets.source, isHalted: () => this.haltedFor > 0 };
  private readonly main: Branch;
  /** The exchange as it was started again. */
  private twin: Branch | undefined;
  /** Steps until it is over. */
  private haltedFor = 0;
  private restarts = 0;

  constructor() {
    this.main = new Branch(this.host);
    for (const [wallet, currency, amount] of ALSO) this.main.trading.deposit(this.main.account, wallet, currency, unitsOf(amount));
    for (const { type, currency, total } of this.main.account.state.wallets.values()) this.auditor.gave(type, currency, total);
    this.main.take();
    MARKETS.forEach((_, at) => this.markets.show(at, { salt: at }));
    MARKETS.forEach((_, at) => this.markets.print(at, 0, 1));
  }

  live(step: Step): void {
    this.auditor.market.isQuiet();
    this.seen.push(step.do);
    this.perform(step);
    this.hear();
    this.haltedFor = Math.max(0, this.haltedFor - 1);
    this.markets.step();
  }

  /** Whatever is on its way arrives, and everything is compared; and once more without any order. */
  finish(): void {
    this.calm();
    this.auditor.settle(this.main.standing);
    this.say('oc_multi', () => ({ all: 1 }));
    this.calm();
    const { standing, histories } = this.main;
    this.auditor.settle(standing);
    this.auditor.isAllFree(standing.wallets);
    this.auditor.compare(histories);
    this.isReplayed();
    for (const branch of this.branches) branch.end();
  }

  private perform(step: Step): void {
    switch (step.do) {
      case 'order':
        return this.order(step);
      case 'all in':
        return this.goAllIn(step);
      case 'update':
        return void this.say('ou', (branch) => ({ id: idOf(branch, step.which), ...updatePayload(step, orderOf(branch, step.which), this.markets) }));
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
      case 'restart':
        return this.restart(step.salt);
      default:
        return this.happen(step);
    }
  }

  private happen(step: StepOf<'show' | 'print' | 'jump' | 'wait' | 'halt' | 'stale'>): void {
    switch (step.do) {
      case 'show':
        return this.markets.show(step.at, step);
      case 'print':
        return this.markets.print(step.at, step.offset, step.lots * (step.buy ? 1 : -1));
      case 'jump':
        return this.markets.jump(step.at, step.percent, step.salt);
      case 'wait':
        return this.clock.advance(step.ms);
      case 'halt':
        return void (this.haltedFor = step.steps + 1);
      case 'stale':
        return this.markets.loseSight(step.at, step.steps + 1);
    }
  }

  private get branches(): Branch[] {
    return this.twin === undefined ? [this.main] : [this.main, this.twin];
  }

  private order(step: StepOf<'order'>): void {
    // what only closes is mostly meant for a position that is there
    const amount = this.main.account.state.positions.get(MARKETS[step.at]?.symbol ?? '')?.amount ?? 0n;
    const isClosing = amount !== 0n && (step.flags & (512 | 1024)) !== 0 && step.more > 1;
    const { payload, names } = orderPayload(isClosing ? { ...step, buy: amount < 0n, lots: Math.ceil(step.lots / 3) } : step, this.markets, this.clock.now());
    this.seen.push(...names);
    this.submit(payload);
  }

  private goAllIn({ percent, salt }: StepOf<'all in'>): void {
    const free = this.main.account.state.available('exchange', 'USD');
    this.submit({ symbol: MARKETS[0].symbol, type: 'EXCHANGE MARKET', amount: textOf((free * 100_000_000n) / unitsOf(this.markets.priceAt(0, 4))) });
    this.hear();
    this.markets.jump(0, percent, salt);
    this.clock.advance(200);
  }

  private submit(payload: unknown): void {
    const { status, text, orders } = this.say('on', () => payload);
    this.seen.push(status === 'SUCCESS' ? 'order accepted' : `order refused: ${text.replace(/ \d.*| for .*/, '')}`);
    if (status === 'SUCCESS') for (const row of orders) this.auditor.acknowledged(JSON.parse(JSON.stringify(row)) as unknown[]);
  }

  private deposit({ wallet, units }: StepOf<'deposit'>): void {
    for (const { trading, account } of this.branches) trading.deposit(account, wallet, 'USD', units);
    this.auditor.gave(wallet, 'USD', units);
  }

  private transfer({ back, currency, part }: StepOf<'transfer'>): void {
    const [from, to] = back ? (['margin', 'exchange'] as const) : (['exchange', 'margin'] as const);
    const whole = this.main.account.state.wallets.get(`${from} ${currency}`)?.total ?? 0n;
    const body = { from, to, currency, amount: textOf((whole * BigInt(part)) / 400n) };
    const wishes = this.branches.map(({ account: { state }, trading: { prices } }) => readTransfer(body, { state, prices }));
    assert.deepEqual(wishes.at(-1), wishes[0]);
    const [wish] = wishes;
    if (wish === undefined || isRefusal(wish)) return;
    this.seen.push('transferred');
    for (const { trading, account } of this.branches) trading.transfer(account, wish);
    this.auditor.gave(from, currency, -wish.units);
    this.auditor.gave(to, currency, wish.units);
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
    const replies = this.branches.map((branch) => branch.say(type, payloadOf(branch)));
    assert.notEqual(replies[0]?.text, 'unknown error', 'the exchange stumbles');
    const named = this.twin === undefined ? [] : this.branches.map((branch, at) => branch.named(JSON.stringify(replies[at])));
    assert.equal(named[1], named[0], 'an exchange that was started again answers something else');
    return replies[0] as ReturnType<Branch['say']>;
  }

  /** Nothing is halted any more, and whatever is on its way arrives. */
  private calm(): void {
    this.haltedFor = 0;
    this.markets.calm();
    this.auditor.market.isQuiet();
    this.clock.advance(6000);
    this.hear();
  }

  /** The exchange is started again from what it wrote down, beside the one that goes on: from now on both must say the same. */
  private restart(salt: number): void {
    this.calm();
    this.isReplayed();
    this.twin?.end();
    this.twin = new Branch(this.host, this.main);
    this.main.rename();
    assert.equal(this.twin.dump, this.main.dump, 'an account that was read again is another one');
    // what was taken of a level is forgotten by who starts again, and by all when it shows an amount that it never had
    this.restarts += 1;
    MARKETS.forEach((_, at) => this.markets.show(at, { salt: salt + at, more: this.restarts / 100 }));
  }

  private isReplayed(): void {
    assert.equal(this.main.replayed, this.main.dump, 'what was written down makes another account');
    const [main, twin] = this.branches.map((branch) => branch.named(JSON.stringify(branch.standing)));
    assert.equal(twin ?? main, main, 'an exchange that was started again stands otherwise');
  }

  private hear(): void {
    const [main = [], twin] = this.branches.map((branch) => branch.take());
    if (twin !== undefined) assert.deepEqual(twin.map((frame) => this.twin?.named(frame)), main.map((frame) => this.main.named(frame)), 'an exchange that was started again says something else');
    for (const frame of main) {
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
  if (type === 'wu') return row[4] === null && String(row[5]).startsWith('Settlement') ? ['insured'] : [];
  return [`position ${type}`];
}

/** One of the last orders, the newest first. */
const idOf = ({ ids }: Branch, which: number): number => ids[ids.length - 1 - which] ?? 0;

const orderOf = (branch: Branch, which: number): Order | undefined => branch.account.state.orders.get(idOf(branch, which));

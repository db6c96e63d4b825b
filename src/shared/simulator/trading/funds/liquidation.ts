import { liquidation as table } from '../../../wire/status';
import type { LiquidationRow } from '../../markets/liquidations';
import { isPriced, marginFigures } from './margin-figures';
import { numberOf, timesOf } from '../account/money';
import { isDerivative, quoteOf, type Order } from '../account/order';
import type { PaperAccount } from '../account/paper-account';
import type { Position } from '../account/position';
import { spareOf } from './position-figures';
import { profitOf } from '../account/position-value';
import { mayOpen } from './reserve';
import { averageOf } from '../account/rows';
import type { Valuation } from './valuation';

/** What liquidation needs of its exchange. */
export interface LiquidationHost {
  readonly now: () => number;
  readonly accounts: () => readonly PaperAccount[];
  readonly valuationOf: (account: PaperAccount) => Valuation;
  /** Sells (or buys back) a position in its market, as far as that goes. @returns the order that did it; none where nothing is offered */
  readonly force: (account: PaperAccount, position: Position) => Order | undefined;
  readonly close: (account: PaperAccount, order: Order, word: string) => void;
  /** Tells the public feed. */
  readonly announce: (row: LiquidationRow) => void;
}

/**
 * Closes positions that have too little behind them. A derivative has its own collateral; all positions on margin have the
 * margin wallet, and there the greatest loss goes first until the rest is safe. What the market has no room for is tried
 * again at the next trade.
 */
export class Liquidation {
  constructor(private readonly host: LiquidationHost) {}

  /** A trade was printed: whoever has a position in this symbol is looked at. */
  look(symbol: string): void {
    for (const account of this.host.accounts()) {
      const position = account.state.positions.get(symbol);
      if (position === undefined) continue;
      if (isDerivative(symbol)) this.closeIfLacking(account, position);
      else if (this.closeGreatestLosses(account)) this.cancelUnmargined(account);
    }
  }

  private closeIfLacking(account: PaperAccount, position: Position): void {
    if (spareOf(position, this.host.valuationOf(account)) < 0n) this.liquidate(account, position);
  }

  private closeGreatestLosses(account: PaperAccount): boolean {
    const valuation = this.host.valuationOf(account);
    if (!isPriced(valuation)) return false;
    let isLiquidated = false;
    for (const position of byLoss(valuation)) {
      if (spareOf(position, valuation) >= 0n) break;
      isLiquidated = this.liquidate(account, position) || isLiquidated;
    }
    return isLiquidated;
  }

  /** @returns whether anything was closed */
  private liquidate(account: PaperAccount, position: Position): boolean {
    for (const { forced, symbol } of account.state.orders.values()) if (forced === true && symbol === position.symbol) return false;
    const order = this.host.force(account, position);
    if (order === undefined || order.filledCost === 0n) return false;
    this.announce(position, order);
    return true;
  }

  /** The feed tells it twice: that it had to be, and at which price it was (bitfinex-v2.md 3.5). */
  private announce({ id, symbol, amount, basePrice }: Position, order: Order): void {
    const trigger = { kind: 'pos', id, timestamp: this.host.now(), symbol, amount: numberOf(amount), entryPrice: basePrice, isMatch: false, isMarketSold: false, price: null } as const;
    this.host.announce(table.encode(trigger));
    this.host.announce(table.encode({ ...trigger, isMatch: true, isMarketSold: true, price: averageOf(order) }));
  }

  /**
   * Cancels orders of derivatives for which the wallet has too little now: an order that would have closed a position opens
   * another one when that is gone.
   */
  cancelUncovered(account: PaperAccount, symbol: string): void {
    const isUncovered = (): boolean => account.state.available('margin', quoteOf(symbol)) < 0n;
    if (isDerivative(symbol)) this.cancelWhile(isUncovered, account, (order) => isDerivative(order.symbol) && quoteOf(order.symbol) === quoteOf(symbol));
  }

  /** Too little may be left for orders on margin after a liquidation. */
  private cancelUnmargined(account: PaperAccount): void {
    const isUnmargined = (): boolean => {
      const { net, forAll } = marginFigures(this.host.valuationOf(account));
      return net < forAll;
    };
    this.cancelWhile(isUnmargined, account, ({ symbol }) => !isDerivative(symbol));
  }

  /** The newest first: what had enough behind it when it came has not any more. */
  private cancelWhile(isTooMuch: () => boolean, account: PaperAccount, isMeant: (order: Order) => boolean): void {
    if (!isTooMuch()) return;
    const orders = [...account.state.orders.values()].filter((order) => mayOpen(order) && isMeant(order)).sort((a, b) => b.id - a.id);
    for (const order of orders) if (order.stage !== 'closed' && isTooMuch()) this.host.close(account, order, 'INSUFFICIENT MARGIN');
  }
}

/** Positions on margin, the greatest loss in dollars first. */
function byLoss({ state, prices }: Valuation): Position[] {
  const profit = (position: Position): bigint => timesOf(profitOf(position, prices) ?? 0n, prices.dollars(quoteOf(position.symbol)) ?? 0);
  return [...state.positions.values()].filter(({ symbol }) => !isDerivative(symbol)).sort((a, b) => (profit(a) < profit(b) ? -1 : 1));
}

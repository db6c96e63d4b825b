import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import type { WalletType } from '../../../src/shared/simulator/trading/account/order';
import { Floor } from './floor';
import type { GivenLevel } from './given-market';

/** A floor for margin: the margin wallet holds just this, and every market that is shown has traded at its price. */
export class MarginFloor extends Floor {
  constructor(symbols: readonly string[], margin: Readonly<Record<string, number>>) {
    super({ symbols, options: { jitterMs: 0 } });
    for (const { currency, total } of [...this.account.state.wallets.values()].filter(({ type }) => type === 'margin')) this.trading.deposit(this.account, 'margin', currency, -total);
    for (const [currency, amount] of Object.entries(margin)) this.give('margin', currency, amount);
  }

  give(wallet: WalletType, currency: string, amount: number): void {
    this.trading.deposit(this.account, wallet, currency, unitsOf(amount));
  }

  /** The first market shows these best prices, ten coins each, and its last trade was at `last`. */
  quote({ bid, ask, last, at = 0 }: { bid: number; ask: number; last: number; at?: number }): void {
    const level = (price: number): GivenLevel[] => [[price, 10]];
    this.markets[at]?.show({ bids: level(bid), asks: level(ask) });
    this.markets[at]?.print(last, 0.001);
  }

  /** A market order on margin or of a derivative, of the first symbol unless it says otherwise, and all that follows from it. */
  trade(amount: number, more: Readonly<Record<string, unknown>> = {}): number {
    const id = this.submit({ type: 'MARKET', amount: String(amount), ...more });
    this.settle();
    return id;
  }

  /** The newest row that was heard of these types. */
  last(...types: readonly string[]): readonly unknown[] {
    return this.heard.filter(({ type }) => types.includes(type)).at(-1)?.row ?? [];
  }

  /** The status of an order that is over. */
  statusOf(id: number): string {
    return String(this.heard.find(({ type, row }) => type === 'oc' && row[0] === id)?.row[13]);
  }

  /** The types of messages about a position, in their order. */
  get positionTalk(): string[] {
    return this.heard.map(({ type }) => type).filter((type) => ['pn', 'pu', 'pc'].includes(type));
  }
}

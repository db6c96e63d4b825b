import { holdOf } from '../account/hold';
import type { Units } from '../account/money';
import { isDerivative, quoteOf, walletKey, type Order, type WalletType } from '../account/order';
import type { Position } from '../account/position';
import { collateralHeld, NO_RESERVE, reserveWith, type Reserve } from './reserve';

/** What is set aside in an account's wallets: kept as sums, so that many orders cost no more than few. */
export class Reserves {
  /** What orders from the exchange wallet hold. */
  private readonly holds = new Map<string, Units>();
  /** What orders on margin and of derivatives may do, by symbol. */
  private readonly reserves = new Map<string, Reserve>();

  constructor(private readonly positions: ReadonlyMap<string, Position>) {}

  /** How much of a wallet is set aside for orders and for derivative positions. */
  held(type: WalletType, currency: string): Units {
    if (type !== 'margin') return this.holds.get(walletKey(type, currency)) ?? 0n;
    const held = [...this.symbols].filter((symbol) => isDerivative(symbol) && quoteOf(symbol) === currency).map((symbol) => collateralHeld(this.of(symbol), this.positions.get(symbol)));
    return held.reduce((sum, units) => sum + units, 0n);
  }

  /** What stands for derivative positions alone. */
  collateral(currency: string): Units {
    let sum = 0n;
    for (const { symbol, collateral } of this.positions.values()) if (quoteOf(symbol) === currency) sum += collateral;
    return sum;
  }

  /** What the open orders of a symbol may do to its position. */
  of(symbol: string): Reserve {
    return this.reserves.get(symbol) ?? NO_RESERVE;
  }

  /** Symbols with a position, or with an order that may make one. */
  get symbols(): Set<string> {
    return new Set([...this.positions.keys(), ...this.reserves.keys()]);
  }

  /** Counts an order (`sign` 1n) or takes it out again, as it is (-1n). @returns the wallets of which the held part may have changed */
  count(order: Order, sign: 1n | -1n): string[] {
    if (!order.spot) return this.countOnMargin(order, sign);
    const hold = holdOf(order);
    if (hold === undefined) return [];
    const key = walletKey(hold.wallet, hold.currency);
    this.holds.set(key, (this.holds.get(key) ?? 0n) + sign * hold.units);
    return [key];
  }

  private countOnMargin(order: Order, sign: 1n | -1n): string[] {
    const reserve = reserveWith(this.of(order.symbol), order, sign);
    if (reserve.buys.units === 0n && reserve.sells.units === 0n) this.reserves.delete(order.symbol);
    else this.reserves.set(order.symbol, reserve);
    return [walletKey('margin', quoteOf(order.symbol))];
  }
}

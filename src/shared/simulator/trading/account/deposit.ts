import { confOf } from '../../markets/conf';
import { ONE, readUnits, type Units } from './money';
import { WALLETS, type WalletType } from './order';

/** Play money that comes into an account. */
export interface Deposit {
  readonly wallet: WalletType;
  readonly currency: string;
  readonly units: Units;
}

/** Decimals that money has here, and a point: `1,000` could be read in two ways. */
const AMOUNT = /^\d{1,8}(\.\d{1,8})?$/;

/** The most that is added at a time: numbers of the wire are exact up to nine times as much. */
const MOST = 10_000_000n * ONE;

/** Currencies of these markets. */
export const currenciesOf = (symbols: readonly string[]): string[] => confOf('pub:list:currency', symbols) as string[];

/** A deposit as somebody wishes it, or the first field that cannot be used. */
export function readDeposit(wish: Readonly<Record<'wallet' | 'currency' | 'amount', string>>, symbols: readonly string[]): Deposit | keyof typeof wish {
  const wallet = WALLETS.find((one) => one === wish.wallet);
  const units = AMOUNT.test(wish.amount) ? (readUnits(wish.amount) ?? 0n) : 0n;
  if (wallet === undefined) return 'wallet';
  if (!currenciesOf(symbols).includes(wish.currency)) return 'currency';
  return units > 0n && units <= MOST ? { wallet, currency: wish.currency, units } : 'amount';
}

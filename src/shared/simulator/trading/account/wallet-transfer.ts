import type { Source } from '../../../wire/keys';
import { readUnits, type Units } from './money';
import { WALLETS, type WalletType } from './order';
import { refused, type Refusal } from '../orders/order-wish';
import { spendable } from '../funds/spendable';
import type { Valuation } from '../funds/valuation';

/** Money that moves between the wallets of an account. */
export interface WalletTransfer {
  readonly from: WalletType;
  readonly to: WalletType;
  readonly currency: string;
  readonly currencyTo: string;
  readonly units: Units;
}

/** Old names that the exchange still takes (bitfinex-v2.md 8.2). */
const OLD_NAMES: Readonly<Record<string, WalletType>> = { trading: 'margin', deposit: 'funding' };

/** A transfer as a client wants it, or why it cannot be. A currency can only become the one that derivatives take, and back. */
export function readTransfer(body: Source, valuation: Valuation): WalletTransfer | Refusal {
  const [from, to] = [walletOf(body['from']), walletOf(body['to'])];
  const { currency } = body;
  const currencyTo = body['currency_to'] ?? currency;
  const units = readUnits(body['amount']) ?? 0n;
  if (from === undefined) return refused('from: invalid', 10020);
  if (to === undefined) return refused('to: invalid', 10020);
  if (typeof currency !== 'string' || !/^[A-Z0-9]{2,12}$/.test(currency)) return refused('currency: invalid', 10020);
  if (typeof currencyTo !== 'string' || !isSameMoney(currency, currencyTo)) return refused('currency_to: invalid', 10020);
  // derivatives are traded from the margin wallet alone
  if (currencyTo.endsWith('F0') && to !== 'margin') return refused('to: invalid', 10020);
  if (units <= 0n) return refused('amount: invalid', 10020);
  if (from === to && currency === currencyTo) return refused('to: invalid', 10020);
  return spendable(valuation, from, currency) < units ? refused(`Invalid transfer: not enough balance in the ${from} wallet`) : { from, to, currency, currencyTo, units };
}

function walletOf(given: unknown): WalletType | undefined {
  const name = typeof given === 'string' && Object.hasOwn(OLD_NAMES, given) ? OLD_NAMES[given] : given;
  return WALLETS.find((wallet) => wallet === name);
}

const isSameMoney = (one: string, other: string): boolean => one.replace(/F0$/, '') === other.replace(/F0$/, '');

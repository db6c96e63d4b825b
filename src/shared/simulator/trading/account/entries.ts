import { codesOf } from '../../../core/symbol';
import type { AccountEvent } from './account-event';
import { costOf, sizeOf, textOf, type Units } from './money';
import type { Order, WalletType } from './order';

type Moved = Extract<AccountEvent, { kind: 'moved' }>;
type Transferred = Extract<AccountEvent, { kind: 'transferred' }>;
type Filled = Extract<AccountEvent, { kind: 'filled' }>;

/** What is booked on a wallet; `category` as the exchange numbers them (bitfinex-v2.md 8.4). */
export interface Entry {
  readonly wallet: WalletType;
  readonly currency: string;
  readonly units: Units;
  readonly description: string;
  readonly category: number;
  readonly meta: Readonly<Record<string, unknown>> | null;
}

/** Ledger categories that occur here (bitfinex-v2.md 8.4). */
const CATEGORY = { exchange: 5, position: 22, settlement: 31, transfer: 51, deposit: 101, withdrawal: 104, fee: 201 } as const;

/** Is it a trading fee? Clients hear of it after the trade itself (bitfinex-v2.md 5.10). */
export const isFee = ({ category }: Pick<Entry, 'category'>): boolean => category === CATEGORY.fee;

/** Play money that came or went. */
export function movedEntry({ wallet, currency, units }: Moved): Entry {
  const isDeposit = units > 0n;
  const description = `${isDeposit ? 'Deposit' : 'Withdrawal'} (PAPER) on wallet ${wallet}`;
  return { wallet, currency, units, description, category: isDeposit ? CATEGORY.deposit : CATEGORY.withdrawal, meta: null };
}

/** Both ends of a transfer. */
export function transferEntries({ from, to, currency, currencyTo, units }: Transferred): Entry[] {
  const entry = { description: `Transfer of ${textOf(units)} ${currency} from wallet ${from} to ${to}`, category: CATEGORY.transfer, meta: null };
  return [
    { ...entry, wallet: from, currency, units: -units },
    { ...entry, wallet: to, currency: currencyTo, units },
  ];
}

/** Both legs of a trade from the exchange wallet. */
export function exchangeEntries({ symbol, id, cid, gid }: Order, { units, price }: Filled): Entry[] {
  const [base, quote] = codesOf(symbol.slice(1));
  const cost = costOf(sizeOf(units), price);
  const description = `Exchange ${textOf(sizeOf(units))} ${base} for ${quote} @ ${price}`;
  const meta = { reason: 'TRADE', order_id: id, order_id_oppo: null, trade_price: String(price), trade_amount: textOf(units), order_cid: cid, order_gid: gid };
  const entry = { wallet: 'exchange', description, category: CATEGORY.exchange, meta } as const;
  return [
    { ...entry, currency: base, units },
    { ...entry, currency: quote, units: units > 0n ? -cost : cost },
  ];
}

/** What a position won or lost, in the quote currency into the margin wallet. */
export function realisedEntry({ symbol, forced }: Order, { price }: Filled, realised: Units, isClosed: boolean): Entry {
  const [, currency] = codesOf(symbol.slice(1));
  const description = `Position ${isClosed ? 'closed' : 'modified'} @ ${price} (${forced === true ? 'LIQUIDATION' : 'TRADE'}) on wallet margin`;
  return { wallet: 'margin', currency, units: realised, description, category: CATEGORY.position, meta: null };
}

/** No derivative costs more than what stands for it: the exchange's insurance fund bears the rest. */
export function insuranceEntry({ symbol }: Order, { price }: Filled, units: Units): Entry {
  const [, currency] = codesOf(symbol.slice(1));
  const description = `Settlement @ ${price}: loss beyond the collateral (INSURANCE FUND) on wallet margin`;
  return { wallet: 'margin', currency, units, description, category: CATEGORY.settlement, meta: null };
}

/** The fee, in what was received; on margin in the quote currency, for there nothing else changes hands. Negative: charged. */
export function feeEntry({ symbol, spot }: Order, { units, price, feePpm }: Pick<Filled, 'units' | 'price' | 'feePpm'>): Entry {
  const [base, quote] = codesOf(symbol.slice(1));
  const inBase = spot && units > 0n;
  const wallet = spot ? 'exchange' : 'margin';
  const fee = ((inBase ? units : costOf(sizeOf(units), price)) * BigInt(feePpm)) / 1_000_000n;
  const description = `Trading fees for ${textOf(sizeOf(units))} ${base} (${symbol.slice(1)}) @ ${price} on BFX (${feePpm / 10_000}%) on wallet ${wallet}`;
  return { wallet, currency: inBase ? base : quote, units: -fee, description, category: CATEGORY.fee, meta: null };
}

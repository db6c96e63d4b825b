import type { AccountState } from './account-state';
import type { Units } from './money';
import type { WalletType } from './order';

/** A wallet as it was. */
export interface PastWallet {
  readonly type: WalletType;
  readonly currency: string;
  readonly total: Units;
  /** UTC ms of the last entry until then; where that is not kept any more the account's beginning. */
  readonly at: number;
}

/** The wallets as they were at `end`, UTC ms. One whose entries until then are not kept had what it has, without what came since. */
export function pastWallets({ wallets, ledger, createdAt }: Pick<AccountState, 'wallets' | 'ledger' | 'createdAt'>, end: number): PastWallet[] {
  if (createdAt === undefined || createdAt > end) return [];
  return [...wallets.values()].flatMap(({ type, currency, total }) => {
    const postings = ledger.filter((posting) => posting.wallet === type && posting.currency === currency);
    const last = postings.findLast(({ at }) => at <= end);
    if (last !== undefined) return [{ type, currency, total: last.after, at: last.at }];
    const [next] = postings;
    const then = next === undefined ? total : next.after - next.units;
    return then === 0n ? [] : [{ type, currency, total: then, at: createdAt }];
  });
}

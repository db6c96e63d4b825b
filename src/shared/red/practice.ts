import { hub } from '../link/hub';
import type { Practice, PracticeState } from '../link/practice';
import type { VenueSpec } from '../link/venue';
import type { Account } from './account';

/** What the account's dialog shows of an exchange to practise with. */
export type PracticePanel = { readonly inUse: false } | ({ readonly inUse: true } & PracticeState);

/** Has the account an embedded exchange for its orders and wallets? */
export const hasPractice = (account: Account): boolean => embeddedOf(account).isSimulated;

/** What a person can do with it; `undefined` while it does not run. Looking starts nothing. */
export const practiceOf = (account: Account): Practice | undefined => hub().find(embeddedOf(account).key)?.spec.practice?.();

/** How it stands; `undefined` for an account without one. */
export function practicePanelOf(account: Account): PracticePanel | undefined {
  if (!hasPractice(account)) return undefined;
  const practice = practiceOf(account);
  return practice === undefined ? { inUse: false } : { inUse: true, ...practice.look() };
}

const embeddedOf = ({ spec, paper }: Account): VenueSpec => paper ?? spec;

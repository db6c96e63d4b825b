import type { AccountEvent } from './account-event';
import type { AccountState } from './account-state';
import type { PaperUser } from './paper-account';
import type { Belongings } from './belongings';

/** Keeps accounts beyond the end of the exchange. */
export interface AccountStore {
  /** The account as it was left; `undefined`: there was none. Asked once for each user, when the exchange starts. */
  resume(user: PaperUser): AccountState | undefined;
  /** Writes down what happened, before anybody hears of it. */
  record(user: PaperUser, event: AccountEvent): void;
  /** The highest nonce that this key has used, 0 before the first. */
  lastNonce(apiKey: string): number;
  useNonce(apiKey: string, nonce: number): void;
  /** Alerts and settings as they were kept. */
  belongings(user: PaperUser): Belongings | undefined;
  keepBelongings(user: PaperUser, belongings: Belongings): void;
}

/** Keeps nothing. */
export const NO_STORE: AccountStore = {
  resume: () => undefined,
  record: () => undefined,
  lastNonce: () => 0,
  useNonce: () => undefined,
  belongings: () => undefined,
  keepBelongings: () => undefined,
};

import type { Clock } from '../../../core/clock';
import type { AccountEvent } from '../account/account-event';
import type { AccountState } from '../account/account-state';
import type { Belongings } from '../access/belongings';
import type { PaperUser } from '../account/paper-account';

/** What a store may ask of the exchange whose accounts it keeps. */
export interface StoreHost {
  readonly clock: Clock;
  /** The account as it is now. */
  stateOf(userId: number): AccountState;
  /** The last price of a market. */
  priceOf(symbol: string): number | undefined;
  /** Writes into the resting orders how much stands before them now. */
  notePlaces(): void;
}

/** Keeps accounts beyond the end of the exchange. */
export interface AccountStore {
  /** Where the prices were when something was last written. */
  readonly prices: Readonly<Record<string, number>>;
  /** The exchange starts. */
  begin(host: StoreHost): void;
  /** The account as it was left; `undefined`: there was none. Asked once for each user, when the exchange starts. */
  resume(user: PaperUser): AccountState | undefined;
  /** Writes down what happened, before anybody hears of it. */
  record(user: PaperUser, event: AccountEvent): void;
  /** Is what happens written down? Where the disk refused it is tried again first. */
  canKeep(): boolean;
  /** All that is recorded during the task is written as one. */
  atOnce<T>(task: () => T): T;
  /** The account is given up: the next event of this user is the first one of another. */
  forget(user: PaperUser): void;
  /** The highest nonce that this key has used, 0 before the first. */
  lastNonce(apiKey: string): number;
  useNonce(apiKey: string, nonce: number): void;
  /** Alerts and settings as they were kept. */
  belongings(user: PaperUser): Belongings | undefined;
  keepBelongings(user: PaperUser, belongings: Belongings): void;
  /** The exchange stops. */
  end(): void;
}

/** Keeps nothing. */
export const NO_STORE: AccountStore = {
  prices: {},
  begin: () => undefined,
  resume: () => undefined,
  record: () => undefined,
  canKeep: () => true,
  atOnce: (task) => task(),
  forget: () => undefined,
  lastNonce: () => 0,
  useNonce: () => undefined,
  belongings: () => undefined,
  keepBelongings: () => undefined,
  end: () => undefined,
};

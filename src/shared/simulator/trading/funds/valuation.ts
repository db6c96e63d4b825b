import type { AccountState } from '../account/account-state';
import type { Prices } from './prices';

/** An account and what things are worth: all that its figures follow from. */
export interface Valuation {
  readonly state: AccountState;
  readonly prices: Prices;
}

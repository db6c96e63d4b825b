import type { OwnTrade, Posting } from './account-facts';
import type { Order } from './order';
import type { PositionChange } from './position';

/** What an event did, for whoever tells the account's clients. */
export interface Effects {
  readonly order?: Order;
  readonly trade?: OwnTrade;
  readonly postings: readonly Posting[];
  /** One for each position that is another now; a position that turned around: the old one closed, and the new one. */
  readonly positions: readonly PositionChange[];
  /** Wallets of which more or less is held than before, without any entry in the ledger. */
  readonly held: readonly string[];
}

export const NO_EFFECTS: Effects = { postings: [], positions: [], held: [] };

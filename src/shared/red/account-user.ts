import type { Node, NodeAPI } from 'node-red';
import { hub } from '../link/hub';
import type { Rest } from '../link/rest';
import type { Venue } from '../link/venue';
import type { Account } from './account';
import { FieldError, type Saved } from './fields';

/** A config node of type bitfinex-account, as its users see it. */
export interface AccountNode extends Node {
  /** Throws the FieldError that its settings deserve. */
  readAccount(): Account;
}

/** An account with the venue that it leads to; `release` gives it back. */
export interface OpenAccount {
  readonly account: Account;
  /** Public data. */
  readonly venue: Venue;
  /** Orders, wallets and all else that is signed: the same venue, unless they are on paper. */
  readonly signed: Venue;
  /** Signs with this account's key, read at each call. */
  readonly rest: Rest;
  release(): void;
}

/**
 * Opens the account that a node names in its dialog.
 * @throws FieldError ACCOUNT_MISSING, or what the account's own settings deserve
 */
export function openAccount(RED: NodeAPI, saved: Saved): OpenAccount {
  const accountNode = RED.nodes.getNode(String(saved['account'] ?? '')) as AccountNode | null;
  if (typeof accountNode?.readAccount !== 'function') throw new FieldError('ACCOUNT_MISSING', 'account', 'the account node is missing or disabled');
  const account = accountNode.readAccount();
  const open = hub().use(account.spec);
  const paper = account.paper && hub().use(account.paper);
  const [venue, signed] = [open.venue, (paper ?? open).venue];
  const release = (): void => {
    paper?.release();
    open.release();
  };
  return { account, venue, signed, release, rest: venue.rest.signedBy(account.key, signed.rest) };
}

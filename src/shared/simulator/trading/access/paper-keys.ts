import type { PaperUser } from '../account/paper-account';
import { capsOf, type Caps, type Scope } from './permissions';

/** A key as it is given out. Keys of paper are no secret: they open nothing but this exchange. */
export interface KeyGiven {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly caps: Caps;
}

/** An account and its keys. */
export interface AccountGiven {
  readonly user: PaperUser;
  readonly keys: readonly KeyGiven[];
}

const READ: readonly Scope[] = ['orders', 'account', 'funding', 'history', 'wallets', 'settings', 'positions'];
const WRITE: readonly Scope[] = ['orders', 'funding', 'wallets', 'settings', 'positions'];

/** The keys that are handed out: everything but money out of the exchange, and looking only. */
export const FULL_CAPS: Caps = capsOf({ read: READ, write: WRITE });
export const READ_CAPS: Caps = capsOf({ read: READ });

/** User of the account that an exchange has unless told otherwise. */
const USER_ID = 1_000_001;

/**
 * An account with literal keys: `NAME` and `NAME-2` with everything but withdrawals, for two programs that do not know of
 * each other (a nonce belongs to a key); `NAME-read` for looking only.
 */
export function paperAccount(name = 'paper', userId = USER_ID): AccountGiven {
  const key = (apiKey: string, caps: Caps): KeyGiven => ({ apiKey, apiSecret: `${apiKey}-secret`, caps });
  return { user: { userId, name }, keys: [key(name, FULL_CAPS), key(`${name}-2`, FULL_CAPS), key(`${name}-read`, READ_CAPS)] };
}

import type { AccountState } from '../account/account-state';
import type { Belongings } from '../access/belongings';
import type { LogEntry } from './event-log';
import { keptAccount, restoredAccount, type KeptAccount } from './kept-account';

/** One account that is kept. */
export interface Owner {
  readonly state: AccountState;
  belongings: Belongings | undefined;
}

/** Everything that is kept of an exchange, as it is written down. */
export interface Snapshot {
  /** The last entry of the log that it holds. */
  readonly number: number;
  readonly prices: Readonly<Record<string, number>>;
  readonly nonces: Readonly<Record<string, number>>;
  readonly accounts: readonly { readonly userId: number; readonly account: KeptAccount; readonly belongings: Belongings | undefined }[];
}

/** Everything that an exchange keeps beyond its end: accounts, nonces of keys, and where the prices were. */
export class Kept {
  /** Of the last entry. */
  number = 0;
  readonly owners = new Map<number, Owner>();
  readonly prices = new Map<string, number>();
  /** The highest one of each key. */
  readonly nonces = new Map<string, number>();

  static of(snapshot: Snapshot): Kept {
    const kept = new Kept();
    for (const { userId, account, belongings } of snapshot.accounts) kept.owners.set(userId, { state: restoredAccount(account), belongings });
    kept.take(snapshot);
    return kept;
  }

  /** Adds what an entry of the log says. @throws Error for one that does not fit */
  add({ userId, event, belongings, ...facts }: LogEntry): void {
    const owner = this.owners.get(userId);
    if (owner === undefined) throw new Error(`there is no user ${userId}`);
    if (event !== undefined) owner.state.apply(event);
    if (belongings !== undefined) owner.belongings = belongings;
    this.take(facts);
  }

  snapshot(): Snapshot {
    const { number, prices, nonces, owners } = this;
    const accounts = [...owners].map(([userId, { state, belongings }]) => ({ userId, account: keptAccount(state), belongings }));
    return { number, prices: Object.fromEntries(prices), nonces: Object.fromEntries(nonces), accounts };
  }

  /** Notes what is not about one account. */
  take({ number, prices = {}, nonces = {} }: Pick<LogEntry, 'number' | 'prices' | 'nonces'>): void {
    this.number = number;
    for (const [symbol, price] of Object.entries(prices)) this.prices.set(symbol, price);
    for (const [apiKey, nonce] of Object.entries(nonces)) this.nonces.set(apiKey, nonce);
  }
}

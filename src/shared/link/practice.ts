/** A wallet with play money; amounts as plain decimal texts, exact. */
export interface PracticeWallet {
  readonly wallet: string;
  readonly currency: string;
  readonly total: string;
  /** What is not held for orders and positions. */
  readonly available: string;
}

/** A trouble that can be made. */
export interface PracticeTrouble {
  readonly kind: string;
  /** How long it lasts by itself, ms. */
  readonly lastsMs: number;
  /** What is left of one that goes on, ms. */
  readonly leftMs?: number;
  /** Can it be called off? A price that has moved cannot. */
  readonly canStop: boolean;
}

/** How a practice exchange stands. */
export interface PracticeState {
  /** Before the account's first use: what it will begin with. */
  readonly wallets: readonly PracticeWallet[];
  /** How many are open. */
  readonly orders: number;
  readonly positions: number;
  /** Those that make sense here, whether they go on or not. */
  readonly troubles: readonly PracticeTrouble[];
  /** Where play money can be added, and which. */
  readonly walletTypes: readonly string[];
  readonly currencies: readonly string[];
  /** What must be typed to start over. */
  readonly resetWord: string;
  /** Where another program on this computer reaches the exchange until it stops, and a paper key for it, which is no secret. */
  readonly door: { readonly rest: string; readonly ws: string; readonly apiKey: string; readonly apiSecret: string };
}

/** What is given to a practice exchange, all as texts. */
export type PracticeField = 'kind' | 'wallet' | 'currency' | 'amount' | 'confirm';

/** The field that cannot be used, and nothing was done; `undefined`: it is done. */
export type PracticeRefusal = PracticeField | undefined;

/** What a person can do with an embedded exchange while it runs. A flow cannot: no message leads here. */
export interface Practice {
  look(): PracticeState;
  /** Makes trouble that passes by itself; one of its kind that goes on begins anew. */
  makeTrouble(kind: string): PracticeRefusal;
  /** Ends it, if it goes on. */
  stopTrouble(kind: string): PracticeRefusal;
  /** @param amount above 0, with at most 8 decimals and a point */
  deposit(wallet: string, currency: string, amount: string): PracticeRefusal;
  /** A new account with its starting money; orders, positions and all that was before are gone. @param confirmation the word of the state */
  reset(confirmation: string): Promise<PracticeRefusal>;
}

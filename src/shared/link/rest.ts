import type { Priority } from './limiter';

/** Parameters of a call: of the query for public calls, of the body for signed ones. */
export type Params = Readonly<Record<string, unknown>>;

/** How a call is made. */
export interface CallOptions {
  /** Default `read`. */
  readonly priority?: Priority;
  /** Gives the call up; it then fails with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The call has to wait for its limit: for about so many ms. */
  readonly onWait?: (waitMs: number) => void;
  /** Some of the answer is about an account: called before anything signed leaves, perhaps more than once. */
  readonly onSigned?: () => void;
}

/** The REST side of the exchange: inside the limits, with repeated reads, and with errors that a person can act on. */
export interface Rest {
  /**
   * A public GET; `path` without `/v2/`: `ticker/tBTCUSD`. Answers the parsed body.
   * @throws BitfinexError
   */
  read(path: string, params?: Params, options?: CallOptions): Promise<unknown>;
  /**
   * A POST that reads: signed when the path begins with `auth/`.
   * @throws BitfinexError
   */
  post(path: string, params?: Params, options?: CallOptions): Promise<unknown>;
  /**
   * A method of ccxt's bitfinex class that only reads (`fetchTicker`), with its arguments; answers in ccxt's shape.
   * @throws BitfinexError
   */
  unified(method: string, args?: readonly unknown[], options?: CallOptions): Promise<unknown>;
}

/** A price alert (bitfinex-v2.md 8.2): `count` times it rings when the price crosses it. */
export interface PriceAlert {
  readonly symbol: string;
  readonly price: number;
  readonly count: number;
}

/** What a user keeps with the exchange besides money and orders; plain data. */
export interface Belongings {
  readonly alerts: readonly PriceAlert[];
  /** Texts and objects by keys such as `api:theme`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

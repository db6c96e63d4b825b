/** What the synthetic market needs to know about one symbol. */
export interface Instrument {
  readonly symbol: string;
  /** Where its price walk begins, quote currency (funding: daily rate). */
  readonly price: number;
  /** A typical order, base currency. */
  readonly size: number;
  /** Milliseconds between two steps of its market. */
  readonly stepMs: number;
  /** Resting orders on each side. */
  readonly depth: number;
  /** How probable a trade is in one step. */
  readonly tradeChance: number;
}

const market = (symbol: string, price: number, size: number, stepMs = 300, depth = 120, tradeChance = 0.06): Instrument => ({
  symbol,
  price,
  size,
  stepMs,
  depth,
  tradeChance,
});

/** Days for which funding is lent here, each as often as it stands in the list. */
export const PERIODS = [2, 2, 30, 120] as const;

/**
 * The synthetic exchange's markets. Only those run that somebody follows or has asked for in the last minute, so a long
 * list costs nothing. `tBTCUSD` is the busy one: more than ten book updates a second.
 */
export const INSTRUMENTS: readonly Instrument[] = [
  market('tBTCUSD', 64230, 0.12, 60, 320, 0.025),
  market('tETHUSD', 2643.7, 1.6, 120, 180, 0.04),
  market('tBTCF0:USTF0', 64255, 0.2, 150, 160),
  market('tBTCUST', 64241, 0.1, 200, 160),
  market('tETHUST', 2644.1, 1.4),
  market('tETHBTC', 0.041163, 1.5),
  market('tETHF0:USTF0', 2645.2, 2),
  market('tDOGE:USD', 0.12345, 4000),
  market('tLTCUSD', 84.512, 8),
  market('tXRPUSD', 0.57341, 900),
  market('tSOLUSD', 148.35, 6),
  market('tADAUSD', 0.38122, 1500),
  market('tDOTUSD', 4.8123, 120),
  market('tLEOUSD', 6.0132, 90),
  market('tLINK:USD', 11.482, 60),
  market('tAVAX:USD', 26.771, 25),
  market('tAAVE:USD', 142.65, 4),
  market('tUNIUSD', 7.4119, 80),
  market('tXLMUSD', 0.094621, 5000),
  market('tXMRUSD', 162.34, 4),
  market('tTRXUSD', 0.15213, 4000),
  market('tNEOUSD', 10.263, 60),
  market('tEOSUSD', 0.50873, 1000),
  market('tXAUT:USD', 2651.8, 0.4),
  market('tUSTUSD', 0.99981, 2500),
  market('tBTCEUR', 58421, 0.08),
  market('tETHEUR', 2405.3, 1),
  market('tDUSK:USD', 0.17744, 2000),
  market('tTESTBTC:TESTUSD', 64230, 0.1, 200),
  market('tTESTETH:TESTUSD', 2643.7, 1),
  market('tTESTBTCF0:TESTUSDTF0', 64255, 0.1),
  market('fUSD', 0.00021356, 9000, 400, 120, 0.04),
  market('fUST', 0.00024411, 7000, 500, 120, 0.03),
  market('fBTC', 0.000011412, 1.2, 800, 80, 0.02),
];

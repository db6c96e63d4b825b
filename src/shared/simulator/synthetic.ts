import { INSTRUMENTS, type Instrument } from './instruments';
import { SyntheticMarket } from './synthetic-market';
import type { Market, MarketSource, SourceHost } from './source';

/** How the synthetic markets behave. */
export interface SyntheticOptions {
  readonly seed?: number;
  /** How many times faster than by default the markets step. */
  readonly pace?: number;
  /** Whether amounts below 1e-6 occur, as they do on the exchange; default true. */
  readonly dust?: boolean;
  /** Where the prices were when the markets were left: they go on there. */
  readonly prices?: Readonly<Record<string, number>>;
}

/** A market that nobody follows or asks for goes to sleep after this time: the next one who asks finds it as it was. */
const AWAKE_MS = 60_000;

/** Made-up markets, the same for the same seed: each symbol has its own stream of luck and runs only while it is wanted. */
export function synthetic({ seed = 1, pace = 1, dust = true, prices = {} }: SyntheticOptions = {}): MarketSource {
  const instruments = new Map(INSTRUMENTS.map((instrument) => [instrument.symbol, instrument]));
  const running = new Map<string, Runner>();
  let host: SourceHost | undefined;
  let paused = false;
  const wake = (instrument: Instrument): Market | undefined => {
    if (host === undefined) return undefined;
    let runner = running.get(instrument.symbol);
    if (runner === undefined) {
      const market = new SyntheticMarket(instrument, seed, dust, host.clock.now(), prices[instrument.symbol]);
      runner = new Runner(market, instrument.stepMs / pace, host, () => paused);
      running.set(instrument.symbol, runner);
    }
    return runner.wake();
  };
  return {
    symbols: [...instruments.keys()],
    checksumEvery: Infinity,
    recordsTicker: () => false,
    market: (symbol) => {
      const instrument = instruments.get(symbol);
      return instrument && wake(instrument);
    },
    start: (started) => void (host = started),
    pause: (stand) => void (paused = stand),
    shock: (factor, overMs) => {
      for (const [symbol, { market }] of running) if (isShaken(symbol)) market.shock(factor, overMs);
    },
    stop: () => running.clear(),
  };
}

/** Money, gold and coins in terms of each other stand still when the markets fall, and so do the rates of funding. */
const isShaken = (symbol: string): boolean => !/^f|^tUST|^tXAUT|BTC$/.test(symbol);

/** Steps one market while somebody wants it. */
class Runner {
  private askedAt = 0;
  private awake = false;

  constructor(
    readonly market: SyntheticMarket,
    private readonly stepMs: number,
    private readonly host: SourceHost,
    private readonly isPaused: () => boolean,
  ) {}

  wake(): Market {
    this.askedAt = this.host.clock.monotonic();
    if (!this.awake) {
      this.awake = true;
      this.market.date(this.host.clock.now());
      this.host.clock.after(this.stepMs, this.step);
    }
    return this.market;
  }

  private step = (): void => {
    const { clock } = this.host;
    if (this.market.followed) this.askedAt = clock.monotonic();
    this.awake = clock.monotonic() - this.askedAt < AWAKE_MS;
    if (!this.awake) return;
    try {
      if (!this.isPaused()) this.market.step(clock.now());
    } finally {
      clock.after(this.stepMs, this.step);
    }
  };
}

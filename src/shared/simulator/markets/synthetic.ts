import type { Stop } from '../../core/clock';
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
      const market = new SyntheticMarket(instrument, seed, dust, host.clock.now(), prices[instrument.symbol], () => running.get(instrument.symbol)?.hurry());
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

/**
 * A market that nobody watches makes its steps together, at the same moments as all the others, ms: to wake up costs a
 * process more than a step.
 */
const TOGETHER_MS = 300;

/** Steps one market while somebody wants it. */
class Runner {
  private askedAt = 0;
  private awake = false;
  /** Steps to make when the time has come. */
  private owed = 1;
  private cease: Stop = () => undefined;

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
      this.wait();
    }
    return this.market;
  }

  /** Somebody watches it from now on, so it makes single steps. */
  hurry(): void {
    if (!this.awake || this.owed === 1) return;
    this.cease();
    this.wait();
  }

  private step = (): void => {
    const { clock } = this.host;
    if (this.market.followed) this.askedAt = clock.monotonic();
    this.awake = clock.monotonic() - this.askedAt < AWAKE_MS;
    if (!this.awake) return;
    try {
      for (let left = this.owed - 1; left >= 0; left--) if (!this.isPaused()) this.market.step(clock.now() - Math.round(left * this.stepMs));
    } finally {
      this.wait();
    }
  };

  private wait(): void {
    const { stepMs, market, host } = this;
    const waitMs = market.isWatched || stepMs > TOGETHER_MS ? stepMs : Math.ceil(TOGETHER_MS - (host.clock.monotonic() % TOGETHER_MS));
    this.owed = Math.max(1, Math.round(waitMs / stepMs));
    this.cease = host.clock.after(waitMs, this.step);
  }
}

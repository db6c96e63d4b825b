import type { Stop } from '../core/clock';
import { lives, sum, type Sample } from '../core/metrics';
import { systemClock } from './clock';
import { Grace } from './grace';
import { Limiter } from './limiter';
import { samplesOf, sharedSamples } from './metrics';
import { Venue, type VenueSpec } from './venue';

/** Node-RED's own emitter. */
interface RuntimeEvents {
  on(event: 'flows:started', listener: () => void): unknown;
  removeListener(event: 'flows:started', listener: () => void): unknown;
}

const HUB = Symbol.for('@nexus-flows/node-red-bitfinex/hub');
const holder = globalThis as { [HUB]?: Hub | undefined };

/**
 * The one registry of the process. It hangs on `globalThis`, so that two node files, or two copies of the package, never
 * open two pools. A venue begins with its first user and ends, after the grace of a deploy, with its last.
 */
export class Hub {
  readonly grace = new Grace(systemClock);
  /** New sockets of the whole process, whatever host they go to: behind a proxy it may be the same exchange. */
  private readonly connects = new Limiter(systemClock);
  private readonly runtimes = new Map<RuntimeEvents, () => void>();
  private readonly starters = new Set<() => void>();
  private readonly venues = new Map<string, { venue: Venue; users: number; leaving: Stop | undefined }>();
  /** Those that are coming to their end. */
  private readonly endings = new Map<string, Promise<void>>();
  /** What venues counted that are no longer in use: a counter never goes back. */
  private past: Sample[] = [];

  /** Hears of this runtime when its flows have started; once for each runtime, however many nodes there are. */
  listenTo(runtime: RuntimeEvents): void {
    if (this.runtimes.has(runtime)) return;
    const started = (): void => {
      this.grace.flowsStarted();
      for (const start of this.starters) start();
      this.starters.clear();
    };
    this.runtimes.set(runtime, started);
    runtime.on('flows:started', started);
  }

  /** Runs the task once all nodes exist: what a node sends before may never arrive. */
  whenStarted(start: () => void): Stop {
    this.starters.add(start);
    return () => void this.starters.delete(start);
  }

  /** Uses a venue; `release` gives it back. */
  use(spec: VenueSpec): { venue: Venue; release: Stop } {
    const entry = this.venues.get(spec.key) ?? { venue: new Venue(this.afterEnd(spec), systemClock, this.grace, this.connects), users: 0, leaving: undefined };
    this.venues.set(spec.key, entry);
    entry.users++;
    entry.leaving?.();
    entry.leaving = undefined;
    const stopHearing = spec.hear === undefined ? () => undefined : entry.venue.listen(spec.hear);
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      stopHearing();
      // at the end of the process' hub a venue may go before the last that uses it
      if (--entry.users === 0 && this.venues.get(spec.key) === entry) entry.leaving = this.grace.afterGrace(() => void this.drop(spec.key));
    };
    return { venue: entry.venue, release };
  }

  /** The venue, if it is in use; asking does not start one. */
  find(key: string): Venue | undefined {
    return this.venues.get(key)?.venue;
  }

  /** Everything that was counted since the start of the process, and how things are now. */
  samples(): Sample[][] {
    return [...[...this.venues.values()].map(({ venue }) => samplesOf(venue)), sharedSamples(this.connects.budget()), this.past];
  }

  /** Ends every venue at once and hears of nothing any more; the next {@link hub} is a new one. */
  async end(): Promise<void> {
    for (const [runtime, started] of this.runtimes) runtime.removeListener('flows:started', started);
    this.runtimes.clear();
    if (holder[HUB] === this) holder[HUB] = undefined;
    await Promise.all([...this.venues.keys()].map((key) => this.drop(key)));
  }

  private async drop(key: string): Promise<void> {
    const entry = this.venues.get(key);
    if (entry === undefined) return;
    entry.leaving?.();
    this.venues.delete(key);
    this.past = sum([...this.past, ...samplesOf(entry.venue).filter(lives)]);
    const ended = entry.venue.end().finally(() => {
      if (this.endings.get(key) === ended) this.endings.delete(key);
    });
    this.endings.set(key, ended);
    await ended;
  }

  /** What starts an exchange waits until the one before is gone: two of them would write to the same files. */
  private afterEnd(spec: VenueSpec): VenueSpec {
    const ending = this.endings.get(spec.key);
    if (ending === undefined) return spec;
    const ended = ending.catch(() => undefined);
    return { ...spec, addresses: () => ended.then(() => spec.addresses()) };
  }
}

/** The hub of this process. */
export const hub = (): Hub => (holder[HUB] ??= new Hub());

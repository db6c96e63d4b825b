import type { Stop } from '../core/clock';
import { systemClock } from './clock';
import { Grace } from './grace';
import { Limiter } from './limiter';
import { Venue, type VenueSpec } from './venue';

/** Node-RED's own emitter. */
interface RuntimeEvents {
  on(event: 'flows:started', listener: () => void): unknown;
}

/**
 * The one registry of the process. It hangs on `globalThis`, so that two node files, or two copies of the package, never
 * open two pools. A venue begins with its first user and ends, after the grace of a deploy, with its last.
 */
export class Hub {
  readonly grace = new Grace(systemClock);
  /** New sockets by host: an exchange counts those of the whole process, whichever account opened them. */
  private readonly connects = new Map<string, Limiter>();
  private readonly runtimes = new WeakSet<RuntimeEvents>();
  private readonly starters = new Set<() => void>();
  private readonly venues = new Map<string, { venue: Venue; users: number; leaving: Stop | undefined }>();

  /** Hears of this runtime when its flows have started; once for each runtime, however many nodes there are. */
  listenTo(runtime: RuntimeEvents): void {
    if (this.runtimes.has(runtime)) return;
    this.runtimes.add(runtime);
    runtime.on('flows:started', () => {
      this.grace.flowsStarted();
      for (const start of this.starters) start();
      this.starters.clear();
    });
  }

  /** Runs the task once all nodes exist: what a node sends before may never arrive. */
  whenStarted(start: () => void): Stop {
    this.starters.add(start);
    return () => void this.starters.delete(start);
  }

  /** Uses a venue; `release` gives it back. */
  use(spec: VenueSpec): { venue: Venue; release: Stop } {
    const entry = this.venues.get(spec.key) ?? { venue: new Venue(spec, systemClock, this.grace, this.connectsTo(spec.host)), users: 0, leaving: undefined };
    this.venues.set(spec.key, entry);
    entry.users++;
    entry.leaving?.();
    entry.leaving = undefined;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      if (--entry.users === 0) entry.leaving = this.grace.afterGrace(() => void this.drop(spec.key));
    };
    return { venue: entry.venue, release };
  }

  /** Ends every venue at once. */
  async end(): Promise<void> {
    await Promise.all([...this.venues.keys()].map((key) => this.drop(key)));
  }

  private connectsTo(host: string): Limiter {
    const known = this.connects.get(host) ?? new Limiter(systemClock);
    this.connects.set(host, known);
    return known;
  }

  private async drop(key: string): Promise<void> {
    const entry = this.venues.get(key);
    if (entry === undefined) return;
    entry.leaving?.();
    this.venues.delete(key);
    await entry.venue.end();
  }
}

const HUB = Symbol.for('@nexus-flows/node-red-bitfinex/hub');

/** The hub of this process. */
export function hub(): Hub {
  const holder = globalThis as { [HUB]?: Hub };
  return (holder[HUB] ??= new Hub());
}

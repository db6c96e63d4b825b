import type { Channel } from '../../src/shared/core/channel';
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { Pool } from '../../src/shared/link/pool';
import type { OpenLine } from '../../src/shared/link/socket';
import type { StreamEvent, StreamState } from '../../src/shared/link/stream';
import { FakeLines, type FakeLine } from '../link/fake-lines';
import { TimedWorld } from '../timed-world';

/** A row that every ticker may have. */
export const TICKER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export const ticker = (symbol: string): Channel => ({ channel: 'ticker', symbol });
export const trades = (symbol: string): Channel => ({ channel: 'trades', symbol });
export const book = (symbol: string, length: 25 | 100 = 25): Channel => ({ channel: 'book', symbol, precision: 'P0', frequency: 'F0', length });

/** Everything that one follower heard. */
export class Ear {
  readonly events: StreamEvent[] = [];
  readonly hear = (event: StreamEvent): void => void this.events.push(event);

  get states(): StreamState[] {
    return this.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []));
  }

  get state(): StreamState | undefined {
    return this.states.at(-1);
  }

  get news(): Exclude<StreamEvent, { kind: 'state' }>[] {
    return this.events.filter((event): event is Exclude<StreamEvent, { kind: 'state' }> => event.kind !== 'state');
  }
}

/** The real pool in a world whose time and exchange are in the hand of the test: hours pass in seconds. */
export class PoolWorld {
  readonly time = new TimedWorld();
  readonly lines = new FakeLines(this.time.monotonic);
  readonly reports: string[] = [];
  readonly connects = new Limiter(this.time);
  readonly pool: Pool;
  /** Every attempt ends with this, as long as it is set. */
  refusal: string | undefined;
  /** What becomes of each line that opens; default: nothing. */
  onOpen: (line: FakeLine) => void = () => undefined;

  constructor() {
    this.time.begin();
    this.pool = this.newPool();
  }

  /** Another pool of the same process, as another account would have it. */
  newPool(): Pool {
    const { time: clock, connects } = this;
    return new Pool({ clock, limiter: new Limiter(clock), connects, openLine: this.open, url: async () => 'ws://exchange', report: (text) => void this.reports.push(text) }, new Grace(clock));
  }

  /** Follows channels, each with an ear of its own. */
  follow(...channels: Channel[]): Ear[] {
    return channels.map((channel) => {
      const ear = new Ear();
      this.pool.follow(channel, ear.hear);
      return ear;
    });
  }

  /** Lines that open from now on are well: they greet, acknowledge what is asked for within a second, and send data every 10 s. */
  beHelpful(): void {
    this.onOpen = (line) => void this.time.after(20, () => this.serve(line));
  }

  /** This line is well from now on. */
  serve(line: FakeLine): void {
    line.ready();
    const ids: number[] = [];
    const beat = (at: number): void => {
      if (line.ended) return;
      ids.push(...this.acknowledge(line));
      if (at % 10 === 0) for (const id of ids) line.frame(id, TICKER);
      this.time.after(1_000, () => beat(at + 1));
    };
    beat(0);
  }

  /** Acknowledges what was asked for on this line since the last time, with a first row of a ticker; answers the ids. */
  acknowledge(line: FakeLine): number[] {
    const asked = line.requests('subscribe');
    const ids = asked.slice(this.acknowledged.get(line) ?? 0).map(({ channel, symbol }) => line.acknowledge(String(channel), String(symbol)));
    this.acknowledged.set(line, asked.length);
    for (const id of ids) line.frame(id, TICKER);
    return ids;
  }

  pass(ms: number): Promise<void> {
    return this.time.pass(ms);
  }

  /** When lines were opened, ms. */
  get attempts(): readonly number[] {
    return this.lines.openedAt;
  }

  /** Lines that have not ended. */
  get alive(): FakeLine[] {
    return this.lines.lines.filter(({ ended }) => !ended);
  }

  end(): void {
    this.pool.end();
    this.time.end();
  }

  private readonly acknowledged = new Map<FakeLine, number>();

  private readonly open: OpenLine = (url, events) => {
    const line = this.lines.open(url, events);
    const opened = this.lines.last;
    const { refusal } = this;
    if (refusal !== undefined) this.time.after(5, () => opened.close(refusal));
    else this.onOpen(opened);
    return line;
  };
}

/** The most of these moments that lie within a minute. */
export const mostInAMinute = (times: readonly number[]): number => Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));

/** What lies between these moments. */
export const pauses = (times: readonly number[]): number[] => times.slice(1).map((at, index) => at - (times[index] as number));

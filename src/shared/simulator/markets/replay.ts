import { access, constants } from 'node:fs/promises';
import type { ChannelRequest } from '../../wire/event';
import { idOf, linesOf, readArray, readChannels, readLine, subscribedOf, type RecordedChannel, type RecordedLine } from './recording';
import { RecordedMarket } from './recorded-market';
import type { MarketSource, SourceHost } from './source';

/** How a recording is played. */
export interface ReplayOptions {
  /** How many times faster than recorded; default 1. */
  readonly speed?: number;
  /** Lines a second (before `speed`) where the recording has no times; default 50. */
  readonly rate?: number;
  /** Begins only when all recorded channels are subscribed, or so many of them; default: at once. */
  readonly wait?: 'all' | number;
  /** Begins anew at the end. */
  readonly loop?: boolean;
}

/** A recording that plays. */
export interface Replay extends MarketSource {
  /** Lines played. */
  readonly played: number;
  /** The recording has begun. */
  readonly begun: Promise<void>;
  /** It has been played to its end (never with `loop`), or was stopped. Rejects when it cannot be read further. */
  readonly finished: Promise<void>;
}

/** A replay waits while a client's send buffer holds more than this, bytes. */
const BACKLOG = 1024 * 1024;

/** The longest stretch of work before sockets get their turn, ms. */
const STRETCH_MS = 8;

/** How often it looks whether it may go on, ms. */
const LOOK_MS = 10;

/** In a fast replay seconds hold more updates than checksums should leave unwatched. */
const FAST_CHECKSUM_EVERY = 50;

/** An exchange whose markets come out of a recording. Starting it fails when the file cannot be read or holds no channel. */
export function replay(path: string, options: ReplayOptions = {}): Replay {
  return new RecordingReplay(path, options);
}

class RecordingReplay implements Replay {
  played = 0;
  readonly begun: Promise<void>;
  readonly finished: Promise<void>;
  readonly checksumEvery: number;
  private readonly markets = new Map<string, RecordedMarket>();
  private channels: RecordedChannel[] = [];
  private settle = { begun: (): void => undefined, finished: (): void => undefined, failed: (_: Error): void => undefined };
  private wake = (): void => undefined;
  private paused = false;
  private stopped = false;

  constructor(
    private readonly path: string,
    private readonly options: ReplayOptions,
  ) {
    this.checksumEvery = (options.speed ?? 1) > 1 ? FAST_CHECKSUM_EVERY : Infinity;
    this.begun = new Promise((done) => void (this.settle.begun = done));
    this.finished = new Promise((done, fail) => {
      this.settle.finished = done;
      this.settle.failed = fail;
    });
    // whoever does not ask is not told
    this.finished.catch(() => undefined);
  }

  get symbols(): readonly string[] {
    return [...this.markets.keys()];
  }

  recordsTicker(symbol: string): boolean {
    return this.markets.get(symbol)?.recordsTicker ?? false;
  }

  market(symbol: string): RecordedMarket | undefined {
    return this.markets.get(symbol);
  }

  async start(host: SourceHost): Promise<void> {
    await access(this.path, constants.R_OK);
    // what is known by a key (candles, status) is not replayed: candles are made of the trades
    this.channels = (await readChannels(this.path)).filter(({ request }) => request.symbol !== undefined);
    if (this.channels.length === 0) throw new Error(`${this.path} holds no channel`);
    const first = new Map<string, RecordedChannel>();
    for (const channel of this.channels) if (!first.has(channel.text)) first.set(channel.text, channel);
    for (const { request, first: payload } of first.values()) this.marketOf(request)?.add(request, payload);
    void this.run(host).then(this.settle.finished, this.settle.failed);
  }

  pause(paused: boolean): void {
    this.paused = paused;
  }

  stop(): void {
    this.stopped = true;
    // the clock has ended: whoever sleeps must learn it, and close the file
    this.wake();
  }

  private async run(host: SourceHost): Promise<void> {
    await this.until(host, () => this.isWanted(host));
    this.settle.begun();
    for (let round = 0; !this.stopped; round++) {
      await this.play(host, round);
      if (this.options.loop !== true) return;
    }
  }

  private isWanted({ channels }: SourceHost): boolean {
    const { wait = 0 } = this.options;
    const subscribed = new Set(channels());
    const recorded = new Set(this.channels.map(({ text }) => text));
    return [...recorded].filter((text) => subscribed.has(text)).length >= (wait === 'all' ? recorded.size : wait);
  }

  /** The whole recording once. */
  private async play(host: SourceHost, round: number): Promise<void> {
    const playing = new Playing(round === 0, (request) => this.marketOf(request));
    const pace = new Pace(host, this.options);
    for await (const texts of linesOf(this.path)) {
      for (const text of texts) {
        const line = readLine(text);
        if (line === undefined) continue;
        await this.untilDue(host, pace, line);
        if (this.stopped) return;
        this.played++;
        playing.play(line);
      }
    }
  }

  private marketOf({ symbol }: ChannelRequest): RecordedMarket | undefined {
    if (symbol === undefined) return undefined;
    const market = this.markets.get(symbol) ?? new RecordedMarket(symbol);
    this.markets.set(symbol, market);
    return market;
  }

  private async untilDue(host: SourceHost, pace: Pace, line: RecordedLine): Promise<void> {
    const waitMs = pace.waitMs(line);
    if (waitMs > 1) await this.sleep(host, waitMs);
    else if (pace.isDueForRest()) await new Promise<void>((done) => void setImmediate(done));
    else return;
    pace.rested();
    if (!this.paused && host.backlog() < BACKLOG) return;
    const from = host.clock.monotonic();
    await this.until(host, () => !this.paused && host.backlog() < BACKLOG);
    pace.postpone(host.clock.monotonic() - from);
  }

  private async until(host: SourceHost, isReady: () => boolean): Promise<void> {
    while (!this.stopped && !isReady()) await this.sleep(host, LOOK_MS);
  }

  private sleep({ clock }: SourceHost, ms: number): Promise<void> {
    return new Promise((done) => {
      this.wake = done;
      clock.after(ms, done);
    });
  }
}

/** One round of the recording: which of its channels is which, and what their frames do. */
class Playing {
  private readonly channels = new Map<string, RecordedChannel>();
  /** The connection that plays each channel: after a recorded reconnect it is the newer one. */
  private readonly active = new Map<string, string>();

  constructor(
    private readonly isFirst: boolean,
    private readonly marketOf: (request: ChannelRequest) => RecordedMarket | undefined,
  ) {}

  play(line: RecordedLine): void {
    const channel = subscribedOf(line);
    if (channel === undefined) this.playArray(line);
    else this.channels.set(channel.id, channel);
  }

  private playArray(line: RecordedLine): void {
    const frame = readArray(line);
    const channel = frame && this.channels.get(idOf(line.conn, frame[0]));
    if (frame === undefined || channel === undefined) return;
    const [, payload, typed] = frame;
    // our own heartbeats and checksums are sent, not the recorded ones
    if (payload === 'hb' || payload === 'cs') return;
    if (channel.first === undefined && Array.isArray(payload)) return this.begin(channel, payload);
    if (this.active.get(channel.text) !== channel.id) return;
    if (Array.isArray(payload) || typeof payload === 'string') this.marketOf(channel.request)?.hear(channel.request, payload, typed);
  }

  /** The very first payload of a channel was there before the replay began: whoever subscribed has it. */
  private begin(channel: RecordedChannel, payload: readonly unknown[]): void {
    const isKnown = this.isFirst && !this.active.has(channel.text);
    channel.first = payload;
    this.active.set(channel.text, channel.id);
    if (!isKnown) this.marketOf(channel.request)?.begin(channel.request, payload);
  }
}

/** When each line is due. */
class Pace {
  private startedAt: number;
  private restedAt: number;
  private firstTime: number | undefined;
  private untimed = 0;
  private readonly speed: number;
  private readonly rate: number;

  constructor(
    private readonly host: SourceHost,
    { speed = 1, rate = 50 }: ReplayOptions,
  ) {
    this.speed = speed;
    this.rate = rate;
    this.startedAt = host.clock.monotonic();
    this.restedAt = this.startedAt;
  }

  waitMs({ t }: RecordedLine): number {
    const seconds = t === null ? this.untimed++ / this.rate : t - (this.firstTime ??= t);
    return this.startedAt + (seconds * 1000) / this.speed - this.host.clock.monotonic();
  }

  isDueForRest(): boolean {
    return this.host.clock.monotonic() - this.restedAt > STRETCH_MS;
  }

  rested(): void {
    this.restedAt = this.host.clock.monotonic();
  }

  /** What was waited for others does not have to be caught up. */
  postpone(ms: number): void {
    this.startedAt += ms;
  }
}

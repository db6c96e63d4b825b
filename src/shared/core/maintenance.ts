import { INFO } from '../wire/event';

/** How the exchange as a whole is. In trouble it only gets worse, in this order, until it is operative again. */
export const PLATFORM_STATES = ['operative', 'restarting', 'unreachable', 'maintenance'] as const;
/** One of {@link PLATFORM_STATES}. */
export type PlatformState = (typeof PLATFORM_STATES)[number];

/** Who said so: an info code on a socket, the first info of a new connection, the status poll, or the answer to another REST call. */
export type Witness = 'info' | 'connection' | 'poll' | 'rest';

/** A new state of the exchange. */
export interface PlatformChange {
  readonly state: PlatformState;
  /** UTC ms at which this process learnt of it. */
  readonly since: number;
  /** For people. */
  readonly reason: string;
  readonly witness: Witness;
  /** Absent where nothing was known before. */
  readonly previous?: PlatformState;
}

/** What was seen of the exchange. `askedAt`: monotonic ms at which the question left, or the connection began to open. */
export type Sighting =
  | { readonly kind: 'info'; readonly code: number }
  | { readonly kind: 'status'; readonly via: 'poll' | 'connection'; readonly operative: boolean; readonly askedAt: number }
  /** The poll came to nothing. */
  | { readonly kind: 'unanswered' }
  /** A REST answer: 20060 says maintenance, a mere 503 may be anything. */
  | { readonly kind: 'refused'; readonly as: 'maintenance' | 'unavailable' }
  /** A line went down. */
  | { readonly kind: 'lost' }
  /** Nothing new, but the streams may have come further. */
  | { readonly kind: 'looked' };

/** How things stand at a sighting. */
export interface World {
  /** Monotonic ms. */
  readonly at: number;
  /** UTC ms. */
  readonly now: number;
  /** Connections that are up. */
  readonly lines: number;
  /** Every followed channel is live, with a snapshot that is verified where that is possible. */
  readonly settled: boolean;
}

/** In good times the poll only watches for what the sockets do not say. */
const CALM_MS = 60_000;

/** In trouble 10 to 15 s, spread by luck: all clients of the exchange ask for the end of the same maintenance. */
const TROUBLED_MS = 10_000;
const SPREAD_MS = 5_000;

/** After 20061 the next poll decides, so it comes at once; but never two polls within this time. */
const HINTED_MS = 3_000;

/** So many polls in a row come to nothing before an exchange without lines is called unreachable. */
const FAILURES = 3;

/** Without 20061 one poll may be a slip. */
const PROOFS = 2;

/** An end that proved itself outweighs a single 20060 of REST for so long: late answers, or an endpoint that lags behind. */
const TRUSTED_MS = 600_000;

/**
 * Is the exchange operative? Several witnesses speak of the same thing, late, twice, or not at all; so the first bad word
 * counts for the whole exchange, and the good ones only where they were asked for after the last bad one. Maintenance is
 * over when the exchange says so AND every followed channel has proved it (reliability.md, decision 10 and invariant 31).
 */
export class Maintenance {
  /** `undefined` until the first witness. */
  state: PlatformState | undefined;
  /** Only what was asked for after this says that the trouble is over. */
  private troubledAt = -Infinity;
  private endedAt = -Infinity;
  /** When 20061 or a new connection said that it is over: a 0 that was asked for before says nothing about now. */
  private hintedAt = -Infinity;
  /** Said to be over: the streams are asked for anew, and have to prove it. */
  private reopening = false;
  /** Times in a row that the status was said to be 1, since the trouble began. */
  private proofs = 0;
  private provedBy: Witness = 'poll';
  private failures = 0;
  private suspected = false;
  private polledAt = -Infinity;
  private pauseMs = TROUBLED_MS;

  /** Data of the streams is not to be trusted now; when this turns false, every channel is asked for anew. */
  get closesStreams(): boolean {
    return this.state === 'maintenance' && !this.reopening;
  }

  /** Only the streams are missing: look at them again and again. */
  get awaitsStreams(): boolean {
    return this.isTroubled && this.proofs > 0 && !this.closesStreams;
  }

  /** Monotonic ms at which the status must be asked for; `Infinity` when neither trouble nor a watcher needs it. */
  pollDueAt(isWatched: boolean): number {
    if (this.isTroubled) return this.hintedAt > this.polledAt ? this.polledAt + HINTED_MS : Math.max(this.polledAt, this.troubledAt) + this.pauseMs;
    if (this.suspected) return this.polledAt + TROUBLED_MS;
    if (!isWatched) return Infinity;
    return this.polledAt + (this.state === undefined || this.failures > 0 ? this.pauseMs : CALM_MS);
  }

  /** A poll leaves now; `luck` in [0, 1). */
  polled(at: number, luck: number): void {
    this.polledAt = at;
    this.pauseMs = TROUBLED_MS + luck * SPREAD_MS;
  }

  /** Takes what was seen; answers what that changes. */
  hear(sighting: Sighting, world: World): PlatformChange | undefined {
    switch (sighting.kind) {
      case 'info':
        return this.informed(sighting.code, world);
      case 'status':
        return sighting.operative ? this.proved(sighting, world) : this.denied(sighting, world);
      case 'unanswered':
        return this.unanswered(world);
      case 'refused':
        return this.refused(sighting.as, world);
      case 'lost':
        this.suspected ||= world.lines === 0;
        return undefined;
      case 'looked':
        return this.conclude(world);
    }
  }

  private get isTroubled(): boolean {
    return this.state !== undefined && this.state !== 'operative';
  }

  private informed(code: number, world: World): PlatformChange | undefined {
    switch (code) {
      case INFO.maintenanceStarted:
        return this.trouble('maintenance', 'info', 'the exchange announced maintenance (20060)', world);
      case INFO.stopping:
        return this.trouble('restarting', 'info', 'the exchange restarts (20051)', world);
      case INFO.maintenanceEnded:
        // without a beginning it means nothing, and each socket says it
        if (this.closesStreams) this.reopen(world);
        return undefined;
      default:
        return undefined;
    }
  }

  private proved({ via, askedAt }: Sighting & { kind: 'status' }, world: World): PlatformChange | undefined {
    if (askedAt <= this.troubledAt) return undefined;
    this.failures = 0;
    this.suspected = false;
    this.proofs++;
    this.provedBy = via;
    if (this.state === undefined) return this.become('operative', via, 'the exchange says that it is operative', world);
    if (!this.closesStreams) return this.conclude(world);
    // a new connection is told by the servers that announce maintenance: it decides alone, and a poll follows
    if (via === 'connection') this.reopen(world);
    else this.reopening = this.proofs >= PROOFS;
    return undefined;
  }

  private denied({ via, askedAt }: Sighting & { kind: 'status' }, world: World): PlatformChange | undefined {
    if (askedAt < this.hintedAt) return undefined;
    return this.trouble('maintenance', via, `the exchange says that it is in maintenance (${via === 'poll' ? 'status 0' : 'new connection'})`, { ...world, at: askedAt });
  }

  private unanswered(world: World): PlatformChange | undefined {
    this.suspected = false;
    // not two in a row; but what ended it by other means is not taken back by silence
    if (this.closesStreams) this.proofs = 0;
    this.failures++;
    if (this.failures < FAILURES || world.lines > 0 || this.state === 'maintenance' || this.state === 'unreachable') return undefined;
    return this.trouble('unreachable', 'poll', 'no connection, and no answer to the status poll', world);
  }

  private refused(as: 'maintenance' | 'unavailable', world: World): PlatformChange | undefined {
    if (this.state === 'maintenance') return undefined;
    const isDoubtful = as === 'unavailable' || world.at - this.endedAt < TRUSTED_MS;
    if (!isDoubtful) return this.trouble('maintenance', 'rest', 'the exchange refused a call for maintenance (20060)', world);
    this.suspected = true;
    return undefined;
  }

  /** Whatever was proved before is worth nothing now. What is bad already is said once. */
  private trouble(state: PlatformState, witness: Witness, reason: string, world: World): PlatformChange | undefined {
    if (rank(state) < rank(this.state)) return undefined;
    this.troubledAt = Math.max(this.troubledAt, world.at);
    this.proofs = 0;
    this.suspected = false;
    this.reopening = false;
    return state === this.state ? undefined : this.become(state, witness, reason, world);
  }

  private reopen({ at }: World): void {
    this.hintedAt = at;
    this.reopening = true;
  }

  private conclude(world: World): PlatformChange | undefined {
    if (!this.awaitsStreams || !world.settled) return undefined;
    this.endedAt = world.at;
    this.reopening = false;
    return this.become('operative', this.provedBy, 'the exchange says that it is operative, and every followed channel is live', world);
  }

  private become(state: PlatformState, witness: Witness, reason: string, { now }: World): PlatformChange {
    const previous = this.state;
    this.state = state;
    return { state, since: now, reason, witness, ...(previous === undefined ? {} : { previous }) };
  }
}

const rank = (state: PlatformState | undefined): number => (state === undefined ? -1 : PLATFORM_STATES.indexOf(state));

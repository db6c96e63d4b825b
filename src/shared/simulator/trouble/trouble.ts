import type { Stop } from '../../core/clock';
import { INFO } from '../../wire/event';
import type { CandleDesk, CandleRow } from '../markets/candle-desk';
import { Corruptions, type Corrupted, type CorruptionWish } from './corruption';
import { GoingTroubles, type GoingTrouble } from './going-troubles';
import type { LiquidationRow, Liquidations } from '../markets/liquidations';
import { PRACTICE, type PracticeKind } from './practice-trouble';
import type { RestCall } from '../rest/rest-call';
import type { Reply, RestFault } from './rest-fault';
import { RestTrouble, type RestWish } from './rest-trouble';
import { SocketTrouble } from './socket-trouble';
import type { MarketSource } from '../markets/source';
import { Spells, type Spell } from './spell';
import type { PassingTrouble, TroubleMaker } from './trouble-maker';
import type { ScopedClock } from '../wall-clock';

/** What trouble is made with. */
export interface TroubleHost {
  readonly clock: ScopedClock;
  readonly source: MarketSource;
  readonly desk: CandleDesk;
  readonly liquidations: Liquidations;
  /** Closes the REST sockets that wait for their next call. */
  readonly hangUp: () => void;
}

/** Why a login or a signed call is refused, whatever its key (bitfinex-v2.md 8.6). */
export interface AuthFailure {
  readonly code: number;
  readonly text: string;
}

/** Faults on command. What goes on until it is ended returns its stop; what is awaited tells when it went out. */
export class Trouble extends SocketTrouble implements TroubleMaker {
  readonly corruptions = new Corruptions();
  private readonly rest: RestTrouble;
  private readonly going: GoingTroubles;
  private readonly authFailures = new Spells<void, AuthFailure>();
  private lagMs = 0;
  private maintained = false;
  private statusSaid: boolean | undefined;
  private greetingSaid: boolean | undefined;

  constructor(private readonly host: TroubleHost) {
    super(host.clock);
    this.rest = new RestTrouble(host.clock);
    this.going = new GoingTroubles(this, host.clock);
  }

  // troubles that pass, for people

  /** Begins a trouble of the table; one of its kind that goes on ends. @throws RangeError when this exchange's markets cannot be moved */
  practise(kind: PracticeKind, lastsMs?: number): GoingTrouble {
    this.going.end(kind);
    return this.pass(kind, PRACTICE[kind], lastsMs);
  }

  /** Begins any other trouble that passes. @throws RangeError as above */
  pass(kind: string, trouble: PassingTrouble, lastsMs?: number): GoingTrouble {
    if (trouble.moves === true && !this.isMovable) throw new RangeError('the prices of this exchange come from elsewhere and cannot be moved');
    return this.going.begin(kind, trouble, lastsMs);
  }

  /** The troubles that go on, the oldest first. */
  get active(): readonly GoingTrouble[] {
    return this.going.list;
  }

  /** Ends the troubles of this kind that go on, or all. @returns how many */
  endActive(kind?: string): number {
    return this.going.end(kind);
  }

  // the platform

  /** What REST `platform/status` says, whatever the rest of the exchange does. */
  platformStatus(operative: boolean): Stop {
    this.statusSaid = operative;
    return () => void (this.statusSaid = undefined);
  }

  /** What new sockets are told about the platform in their first `info`, whatever the rest of the exchange does. */
  greeting(operative: boolean): Stop {
    this.greetingSaid = operative;
    return () => void (this.greetingSaid = undefined);
  }

  /** Maintenance: 20060 or 20061 to all, status 0 meanwhile, REST books refused, and the market stands still. */
  maintenance(on: boolean): void {
    this.maintained = on;
    this.host.source.pause(on);
    this.info(on ? INFO.maintenanceStarted : INFO.maintenanceEnded, on ? 'Entering in Maintenance mode' : 'Maintenance ended');
  }

  /** Every time that the exchange says is wrong by so much: MTS of rows, `ts` of pongs, the HTTP `Date`, and its own log's. */
  skew(ms: number): Stop {
    this.host.clock.skew(ms);
    return () => this.host.clock.skew(0);
  }

  // keys and reads

  /** The next logins and signed calls, so many of them, are refused with this: 10114 `nonce: small`, 10100 `apikey: invalid`. */
  failAuth(code: number, text: string, times = 1, onHit?: () => void): Spell {
    return this.authFailures.cast({ code, text }, { fits: () => true, times, onHit });
  }

  /** Signed reads do not show orders, trades and the rest that are younger than this. */
  readLag(ms: number): Stop {
    this.lagMs = ms;
    return () => void (this.lagMs = 0);
  }

  // markets

  /** Changes what is sent for the next suitable update of this symbol's book; resolves when that has gone out. */
  corruptNext(wish: CorruptionWish): Promise<Corrupted> {
    return this.corruptions.next(wish);
  }

  /** Until stopped each book channel is spoiled once: an update, and its next checksum. */
  spoilBooks(): Stop {
    return this.corruptions.spoilEach();
  }

  get isMovable(): boolean {
    return this.host.source.shock !== undefined;
  }

  /** Multiplies the prices within about so many ms, with the trades that it takes. Nothing where they come from elsewhere. */
  shock(factor: number, overMs: number): void {
    this.host.source.shock?.(factor, overMs);
  }

  /**
   * Puts this row into the candles of a key (`trade:1m:tBTCUSD`), on REST and on the channel: an older time is a late
   * correction, a newer one the next candle. On a market that makes its own candles correct only those before the running one.
   */
  correctCandle(key: string, row: CandleRow): void {
    this.host.desk.correct(key, row);
  }

  /** A liquidation more, on REST and on the channel. */
  liquidate(row: LiquidationRow): void {
    this.host.liquidations.add(row);
  }

  // REST

  /** The next REST requests get these answers, one each: `{"error":"ERR_RATE_LIMIT"}` with 429, HTML with 502, ... */
  answerRest(...answers: Reply[]): void {
    for (const answer of answers) this.failRest({ kind: 'answer', ...answer });
  }

  /** The next REST call, or those that are wished, goes wrong: see `FAULT`. */
  failRest(fault: RestFault, wish?: RestWish): Spell {
    return this.rest.fail(fault, wish);
  }

  /** REST is away but for `platform/status`: `maintenance` is error 20060, `unavailable` HTTP 503. */
  restDown(form: 'maintenance' | 'unavailable'): Spell {
    return this.rest.down(form);
  }

  /** Every answer is late by this much and by up to `jitterMs` more; calls are carried out as they come. */
  slowRest(ms: number, jitterMs = 0): Stop {
    return this.rest.slow(ms, jitterMs);
  }

  /** Closes the kept-alive REST sockets that wait for their next call. */
  closeIdleRest(): void {
    this.host.hangUp();
  }

  // what the exchange asks

  get inMaintenance(): boolean {
    return this.maintained;
  }

  /** What `platform/status` says. */
  get isOperative(): boolean {
    return this.statusSaid ?? !this.maintained;
  }

  /** What a new socket is told. */
  get greetsOperative(): boolean {
    return this.greetingSaid ?? !this.maintained;
  }

  /** How this REST call goes wrong. Asked once for each. */
  takeRest(call: RestCall): RestFault | undefined {
    return this.rest.take(call);
  }

  /** Why this login or signed call is refused. Asked once for each, before its key is looked at. */
  takeAuthFailure(): AuthFailure | undefined {
    return this.authFailures.take();
  }

  /** How old things must be to be seen by signed reads, ms. */
  get readLagMs(): number {
    return this.lagMs;
  }
}

import type { Clock, Stop } from '../core/clock';
import { encodeEvent, INFO } from '../wire/event';
import type { CandleDesk, CandleRow } from './candle-desk';
import { Corruptions, type Corrupted, type CorruptionWish } from './corruption';
import type { Line } from './line';
import type { LiquidationRow, Liquidations } from './liquidations';
import type { RestCall } from './rest-call';
import type { Reply, RestFault } from './rest-fault';
import { RestTrouble, type RestWish, type Spell } from './rest-trouble';
import type { MarketSource } from './source';

/** What trouble is made with. */
export interface TroubleHost {
  readonly clock: Clock;
  readonly source: MarketSource;
  readonly desk: CandleDesk;
  readonly liquidations: Liquidations;
  /** Closes the REST sockets that wait for their next call. */
  readonly hangUp: () => void;
}

/** Faults on command. What goes on until it is ended returns its stop; what is awaited tells when it went out. */
export class Trouble {
  readonly corruptions = new Corruptions();
  readonly lines = new Map<number, Line>();
  private maintained = false;
  private refusedUntil = -Infinity;
  private slowMs = 0;
  private ackMs: () => number = () => 0;
  private early = false;
  private readonly silenced = new Set<string>();
  private readonly swallowed = new Map<number, number>();
  private readonly rest = new RestTrouble();
  private statusSaid: boolean | undefined;
  private greetingSaid: boolean | undefined;

  constructor(private readonly host: TroubleHost) {}

  /** Drops sockets: without a closing handshake (1006), or with this close code. */
  dropSockets(code?: number): number {
    const lines = [...this.lines.values()];
    for (const line of lines) line.drop(code);
    return lines.length;
  }

  /** The sockets of now stay open, but nothing is sent, read or answered on them. New ones are well. */
  halfOpen(): number {
    for (const line of this.lines.values()) line.halfOpen();
    return this.lines.size;
  }

  /** For so many ms no connection is accepted: the socket is destroyed before the upgrade, REST likewise. */
  refuse(ms: number): void {
    this.refusedUntil = this.host.clock.monotonic() + ms;
  }

  /** Tells all sockets, or one (by its number in the log), an info code: 20051 (restart: reconnect), 20060, 20061. Nothing else changes. */
  info(code: number, text = '', connection?: number): void {
    this.sendRaw(JSON.stringify(encodeEvent({ kind: 'info', code, text })), connection);
  }

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

  /** Sends a text frame as it is, to all sockets or to one (by its number in the log). */
  sendRaw(data: string | Buffer, connection?: number): void {
    for (const line of this.lines.values()) if (connection === undefined || line.number === connection) line.send(data);
  }

  /** Changes what is sent for the next suitable update of this symbol's book; resolves when that has gone out. */
  corruptNext(wish: CorruptionWish): Promise<Corrupted> {
    return this.corruptions.next(wish);
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

  /** The next frame of each socket gets its sequence number and is not sent: a gap. */
  loseFrame(): void {
    for (const number of this.lines.keys()) this.swallowed.set(number, (this.swallowed.get(number) ?? 0) + 1);
  }

  /** Acknowledgements (and the data after them) come late by this much. */
  delayAcks(ms: number): Stop {
    this.ackMs = () => ms;
    return () => void (this.ackMs = () => 0);
  }

  /** Acknowledgements come in any order, within this time. */
  shuffleAcks(withinMs: number): Stop {
    this.ackMs = () => this.host.clock.random() * withinMs;
    return () => void (this.ackMs = () => 0);
  }

  /** A heartbeat of the new channel comes before its acknowledgement. */
  heartbeatBeforeAck(): Stop {
    this.early = true;
    return () => void (this.early = false);
  }

  /** Nothing more comes on this channel (`book tBTCUSD P0 F0 25`, `ticker tBTCUSD`), not even heartbeats. */
  silence(channel: string): Stop {
    this.silenced.add(channel);
    return () => void this.silenced.delete(channel);
  }

  /** Every frame to every socket is late by this much, in order. */
  slow(ms: number): Stop {
    this.slowMs = ms;
    for (const line of this.lines.values()) line.slow(ms);
    return () => void this.slow(0);
  }

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

  get refuses(): boolean {
    return this.host.clock.monotonic() < this.refusedUntil;
  }

  get ackDelayMs(): number {
    return this.ackMs();
  }

  get heartbeatsEarly(): boolean {
    return this.early;
  }

  isSilent(channel: string): boolean {
    return this.silenced.has(channel);
  }

  /** Is this connection's frame to be lost? Asked once for each. */
  swallows(connection: number): boolean {
    const left = this.swallowed.get(connection) ?? 0;
    if (left > 0) this.swallowed.set(connection, left - 1);
    return left > 0;
  }

  /** How this REST call goes wrong. Asked once for each. */
  takeRest(call: RestCall): RestFault | undefined {
    return this.rest.take(call);
  }

  /** A new socket suffers what was wanted for all. */
  adopt(line: Line): void {
    this.lines.set(line.number, line);
    if (this.slowMs > 0) line.slow(this.slowMs);
  }

  forget(line: Line): void {
    this.lines.delete(line.number);
    this.swallowed.delete(line.number);
  }
}

import type { Stop } from '../core/clock';
import { FRAME_FAULT, replyTo, type FrameFault } from './frame-fault';
import { FAULT, type RestFault } from './rest-fault';
import type { RestWish } from './rest-trouble';
import type { FrameWish } from './socket-trouble';
import type { Spell } from './spell';

/** What troubles are made with: the exchange's faults. */
export interface PracticeHost {
  dropSockets(): number;
  halfOpen(): number;
  dropHalfOpen(): void;
  refuse(ms: number): Stop;
  restart(): Stop;
  maintenance(on: boolean): void;
  slow(ms: number, jitterMs: number): Stop;
  slowRest(ms: number, jitterMs: number): Stop;
  failRest(fault: RestFault, wish: RestWish): Spell;
  failFrame(fault: FrameFault, wish: FrameWish): Spell;
  spoilBooks(): Stop;
  /** Multiplies the prices within about so many ms. */
  shock(factor: number, overMs: number): void;
  /** Can its markets be moved? A recording's and the live exchange's cannot. */
  readonly isMovable: boolean;
}

/** A trouble with a beginning and an end. */
export interface PassingTrouble {
  /** What it does, in plain words. */
  readonly effect: string;
  /** When it ends by itself at the latest, ms. */
  readonly lastsMs: number;
  /** @param over it has done its work before its time @returns ends it */
  begin(trouble: PracticeHost, over: () => void): Stop;
  /** Only for markets that can be moved. */
  readonly moves?: true;
}

export type PracticeKind =
  | 'lost-line'
  | 'silent-line'
  | 'maintenance'
  | 'restart'
  | 'slow'
  | 'server-errors'
  | 'rate-limit'
  | 'bad-checksum'
  | 'lost-answer'
  | 'crash'
  | 'rally';

const MINUTE_MS = 60_000;

/** How long the markets have to fall or rise, ms. */
const SHOCK_MS = 5000;

const everyCall = (fault: RestFault) => (trouble: PracticeHost): Stop => trouble.failRest(fault, { times: Infinity }).stop;

const both = (...stops: readonly Stop[]) => (): void => stops.forEach((stop) => stop());

const move = (factor: number) => (trouble: PracticeHost): Stop => {
  trouble.shock(factor, SHOCK_MS);
  // what has happened to a price cannot be called off
  return () => undefined;
};

/** A rainy day, for people who want to see what their flow does then. */
export const PRACTICE: Readonly<Record<PracticeKind, PassingTrouble>> = {
  'lost-line': {
    effect: 'all connections break, and none is accepted for 5 s',
    lastsMs: 5000,
    begin: (trouble) => {
      const stop = trouble.refuse(5000);
      trouble.dropSockets();
      return stop;
    },
  },
  'silent-line': {
    effect: 'the sockets that are open now fall silent without being closed; new ones are well, and after 60 s the silent ones break',
    lastsMs: MINUTE_MS,
    begin: (trouble) => {
      trouble.halfOpen();
      return () => trouble.dropHalfOpen();
    },
  },
  maintenance: {
    effect: 'the exchange is in maintenance for 60 s: it says so, the markets stand still and REST is refused',
    lastsMs: MINUTE_MS,
    begin: (trouble) => {
      trouble.maintenance(true);
      return () => trouble.maintenance(false);
    },
  },
  restart: {
    effect: 'the exchange asks to reconnect, and closes all sockets a second later',
    lastsMs: 2000,
    begin: (trouble) => trouble.restart(),
  },
  slow: {
    effect: 'everything comes 2 to 3 s late for 60 s; orders are carried out at once all the same',
    lastsMs: MINUTE_MS,
    begin: (trouble) => both(trouble.slow(2000, 1000), trouble.slowRest(2000, 1000)),
  },
  'server-errors': {
    effect: 'each REST call fails with HTTP 502 and a web page for 60 s; nothing is carried out',
    lastsMs: MINUTE_MS,
    begin: everyCall(FAULT.html()),
  },
  'rate-limit': {
    effect: 'each REST call is refused for 60 s as one too many, with HTTP 429',
    lastsMs: MINUTE_MS,
    begin: everyCall(FAULT.rateLimit()),
  },
  'bad-checksum': {
    effect: 'the next update of each order book is wrong, and so is its next checksum',
    lastsMs: 10_000,
    begin: (trouble) => trouble.spoilBooks(),
  },
  'lost-answer': {
    effect: 'the next order is carried out, but its answer is lost, on REST as on the socket; waits 5 minutes for one',
    lastsMs: 5 * MINUTE_MS,
    begin: (trouble, onHit) => {
      const on = ({ path }: { path: string }): boolean => /^auth\/w\/order\/(submit|multi)$/.test(path);
      const rest = trouble.failRest(FAULT.acceptThenDestroy, { on, onHit });
      const socket = trouble.failFrame(FRAME_FAULT.lost, { on: replyTo('on', 'on_multi', 'ox_multi'), onHit });
      return both(rest.stop, socket.stop);
    },
  },
  crash: { effect: 'the markets fall by 5 % within seconds', lastsMs: SHOCK_MS, begin: move(0.95), moves: true },
  rally: { effect: 'the markets rise by 5 % within seconds', lastsMs: SHOCK_MS, begin: move(1.05), moves: true },
};

/** Is this the name of a trouble to practise with? */
export const isPracticeKind = (kind: unknown): kind is PracticeKind => typeof kind === 'string' && Object.hasOwn(PRACTICE, kind);

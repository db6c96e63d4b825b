import type { Stop } from '../../core/clock';
import { FRAME_FAULT, replyTo } from './frame-fault';
import { FAULT, type RestFault } from './rest-fault';
import { stopAll } from './spell';
import type { PassingTrouble, TroubleMaker } from './trouble-maker';

/** The names of the troubles that people practise with. */
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

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** How long the markets have to fall or rise. */
const SHOCK_MS = 5 * SECOND_MS;

const everyCall =
  (fault: RestFault) =>
  (trouble: TroubleMaker): Stop =>
    trouble.failRest(fault, { times: Infinity }).stop;

const move =
  (factor: number) =>
  (trouble: TroubleMaker): Stop => {
    trouble.shock(factor, SHOCK_MS);
    // what has happened to a price cannot be called off
    return () => undefined;
  };

/** The next order, by whichever way it comes, is carried out, and its answer is lost. */
function loseAnswer(trouble: TroubleMaker, onHit: () => void): Stop {
  const on = ({ path }: { readonly path: string }): boolean => /^auth\/w\/order\/(submit|multi)$/.test(path);
  const rest = trouble.failRest(FAULT.acceptThenDestroy, { on, onHit });
  const socket = trouble.failFrame(FRAME_FAULT.lost, { on: replyTo('on', 'on_multi', 'ox_multi'), onHit });
  return stopAll(rest.stop, socket.stop);
}

/** A rainy day, for people who want to see what their flow does then. */
export const PRACTICE: Readonly<Record<PracticeKind, PassingTrouble>> = {
  'lost-line': {
    effect: 'all connections break, and none is accepted for a while',
    lastsMs: 5 * SECOND_MS,
    begin: (trouble) => {
      const stop = trouble.refuse(Infinity);
      trouble.dropSockets();
      return stop;
    },
  },
  'silent-line': {
    effect: 'the sockets of now fall silent without being closed, and break at the end; new ones are well',
    lastsMs: MINUTE_MS,
    begin: (trouble) => {
      trouble.halfOpen();
      return () => trouble.dropHalfOpen();
    },
  },
  maintenance: {
    effect: 'the exchange is in maintenance: it says so, the markets stand still and REST is refused',
    lastsMs: MINUTE_MS,
    begin: (trouble) => {
      trouble.maintenance(true);
      return () => trouble.maintenance(false);
    },
  },
  restart: { effect: 'the exchange asks everybody to reconnect, and closes the sockets a second later', lastsMs: 2 * SECOND_MS, begin: (trouble) => trouble.restart() },
  slow: {
    effect: 'everything comes 2 to 3 s late; orders are carried out at once all the same',
    lastsMs: MINUTE_MS,
    begin: (trouble) => stopAll(trouble.slow(2 * SECOND_MS, SECOND_MS), trouble.slowRest(2 * SECOND_MS, SECOND_MS)),
  },
  'server-errors': { effect: 'each REST call fails with HTTP 502 and a web page; nothing is carried out', lastsMs: MINUTE_MS, begin: everyCall(FAULT.html()) },
  'rate-limit': { effect: 'each REST call is refused as one too many, with HTTP 429', lastsMs: MINUTE_MS, begin: everyCall(FAULT.rateLimit()) },
  'bad-checksum': { effect: 'the next update of each order book is wrong, and so is the checksum behind it', lastsMs: 10 * SECOND_MS, begin: (trouble) => trouble.spoilBooks() },
  'lost-answer': { effect: 'the next order is carried out, but its answer is lost, on REST as on the socket', lastsMs: 5 * MINUTE_MS, begin: loseAnswer },
  crash: { effect: 'the markets fall by 5 % within seconds', lastsMs: SHOCK_MS, begin: move(0.95), moves: true },
  rally: { effect: 'the markets rise by 5 % within seconds', lastsMs: SHOCK_MS, begin: move(1.05), moves: true },
};

/** Is this the name of a trouble to practise with? */
export const isPracticeKind = (kind: string): kind is PracticeKind => Object.hasOwn(PRACTICE, kind);

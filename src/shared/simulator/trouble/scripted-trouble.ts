import type { Stop } from '../../core/clock';
import type { Fields } from './admin-fields';
import { FRAME_FAULT, replyTo, type FrameFault } from './frame-fault';
import { FAULT, type RestFault } from './rest-fault';
import { stopAll } from './spell';
import type { PassingTrouble, TroubleMaker } from './trouble-maker';

/** A single fault that a script asks for, made of the fields of its wish. */
export interface ScriptedTrouble {
  readonly effect: string;
  /** When it ends at the latest where its wish says nothing, ms; default a minute. */
  readonly lastsMs?: number;
  /** Its fields besides `kind` and `seconds`, with what they mean. */
  readonly fields: Readonly<Record<string, string>>;
  /** @throws FieldError */
  read(fields: Fields): PassingTrouble['begin'];
}

type Given = (fields: Fields) => RestFault;

/** What a client of REST can be shown. */
const SHOWN: Readonly<Record<string, Given>> = {
  truth: (fields) => FAULT.late(fields.number('ms', 0)),
  html: (fields) => FAULT.html(fields.number('status', 502, { least: 200, most: 599 })),
  error: (fields) => FAULT.error(fields.number('code'), fields.text('text'), fields.number('status', 500, { least: 200, most: 599 })),
  'rate-limit': () => FAULT.rateLimit(),
  'rate-limit-11010': () => FAULT.rateLimit11010,
  maintenance: () => FAULT.maintenance,
  unavailable: () => FAULT.unavailable,
  empty: () => FAULT.empty,
  truncated: () => FAULT.truncated,
  stalled: () => FAULT.stalled,
  'slow-body': (fields) => FAULT.slowBody(fields.number('ms', 5000)),
  silent: () => FAULT.silent,
  destroyed: () => FAULT.cutBefore,
  'half-destroyed': () => FAULT.cutWithin,
  'hang-up': () => FAULT.hangUp,
};

const FRAMES: Readonly<Record<FrameFault['kind'], (fields: Fields) => FrameFault>> = {
  lost: () => FRAME_FAULT.lost,
  doubled: () => FRAME_FAULT.doubled,
  late: (fields) => (fields.has('behind') ? FRAME_FAULT.behind(fields.text('behind')) : FRAME_FAULT.late(fields.number('ms', 1000))),
  cut: () => FRAME_FAULT.cut,
};

/** Counts hits, and says when they were all. */
function untilHit(times: number, over: () => void): () => void {
  let left = times;
  return () => void (--left === 0 && over());
}

const timesOf = (fields: Fields): number => fields.number('times', 1, { least: 1 });

const TIMES = 'how many of them (default 1)';

/** Single faults for scripts of any language; for people see `PRACTICE`. */
export const SCRIPTED: Readonly<Record<string, ScriptedTrouble>> = {
  rest: {
    effect: 'REST calls go wrong',
    fields: {
      show: `what the client sees: ${Object.keys(SHOWN).join(', ')}`,
      executed: 'true: the call is carried out as it comes, whatever is seen; otherwise only if its true answer is shown',
      path: 'the path begins with this: auth/w/order/submit (default: every call)',
      times: TIMES,
      ms: 'of truth: late by this; of slow-body: takes so long',
      code: 'of error, with text and status',
      text: 'of error',
      status: 'of error and html',
    },
    read(fields) {
      const shown = (SHOWN[fields.choice('show', Object.keys(SHOWN))] as Given)(fields);
      const fault = fields.flag('executed') ? FAULT.executed(shown) : shown;
      const times = timesOf(fields);
      const on = fields.has('path') ? fields.text('path') : '';
      return (trouble, over) => trouble.failRest(fault, { on, times, onHit: untilHit(times, over) }).stop;
    },
  },
  frame: {
    effect: 'frames of channel 0 go wrong; what they tell has happened',
    fields: {
      become: `what becomes of them: ${Object.keys(FRAMES).join(', ')} (the socket is destroyed instead)`,
      type: 'on, ou, oc, te, tu, wu, n, ... (default: every one)',
      reply: 'instead of type: the notification that answers this input: on, ou, oc, ...',
      behind: 'of late: right behind the next frame of this type, or any',
      ms: 'of late: by so much (default 1000)',
      times: TIMES,
    },
    read(fields) {
      const kinds = Object.keys(FRAMES) as FrameFault['kind'][];
      const fault = FRAMES[fields.choice('become', kinds)](fields);
      const times = timesOf(fields);
      const on = fields.has('reply') ? replyTo(fields.text('reply')) : fields.has('type') ? fields.text('type') : undefined;
      return (trouble, over) => trouble.failFrame(fault, { ...(on === undefined ? {} : { on }), times, onHit: untilHit(times, over) }).stop;
    },
  },
  login: {
    effect: 'logins and signed calls are refused, whatever their key',
    fields: { code: 'the error code: 10100, 10114, ... (default 10100)', text: 'the error text (default apikey: invalid)', times: TIMES },
    read(fields) {
      const [code, text, times] = [fields.number('code', 10100), fields.text('text', 'apikey: invalid'), timesOf(fields)];
      return (trouble, over) => trouble.failAuth(code, text, times, untilHit(times, over)).stop;
    },
  },
  latency: {
    effect: 'everything comes late; calls and inputs are carried out at once',
    fields: { ms: 'by so much', jitterMs: 'and by up to so much more (default 0)' },
    read(fields) {
      const [ms, jitterMs] = [fields.number('ms'), fields.number('jitterMs', 0)];
      return (trouble) => stopAll(trouble.slow(ms, jitterMs), trouble.slowRest(ms, jitterMs));
    },
  },
  'read-lag': {
    effect: 'signed reads do not show what is younger than this',
    fields: { ms: 'the age' },
    read: withMs((trouble, ms) => trouble.readLag(ms)),
  },
  skew: {
    effect: 'the clock of the exchange is wrong',
    fields: { ms: 'by so much; below 0: late' },
    read: withMs((trouble, ms) => trouble.skew(ms), -Number.MAX_SAFE_INTEGER),
  },
  drop: {
    effect: 'all sockets are dropped',
    lastsMs: 0,
    fields: { code: 'close code (default: none, as when the line breaks)' },
    read(fields) {
      const code = fields.has('code') ? fields.number('code', undefined, { least: 1000, most: 4999 }) : undefined;
      return atOnce((trouble) => void trouble.dropSockets(code));
    },
  },
  info: {
    effect: 'all sockets are told an info code; nothing else changes',
    lastsMs: 0,
    fields: { code: '20051, 20060, 20061, ...', text: 'its text (default none)' },
    read(fields) {
      const [code, text] = [fields.number('code'), fields.has('text') ? fields.text('text') : ''];
      return atOnce((trouble) => trouble.info(code, text));
    },
  },
};

function withMs(begin: (trouble: TroubleMaker, ms: number) => Stop, least = 0): ScriptedTrouble['read'] {
  return (fields) => {
    const ms = fields.number('ms', undefined, { least });
    return (trouble) => begin(trouble, ms);
  };
}

/** What has happened cannot be called off. */
function atOnce(happen: (trouble: TroubleMaker) => void): PassingTrouble['begin'] {
  return (trouble) => {
    happen(trouble);
    return () => undefined;
  };
}

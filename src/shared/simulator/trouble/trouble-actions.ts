import { FieldError, type Fields } from './admin-fields';
import type { AdminAction } from './admin-path';
import type { GoingTrouble } from './going-troubles';
import { isPracticeKind, PRACTICE } from './practice-trouble';
import { SCRIPTED, type ScriptedTrouble } from './scripted-trouble';
import type { Trouble } from './trouble';
import type { PassingTrouble } from './trouble-maker';

/** Where the wish of a script says nothing, ms. */
const SCRIPTED_MS = 60_000;

/** The longest that a trouble may be wished for, seconds: a day. */
const LONGEST_SECONDS = 86_400;

const KINDS = [...Object.keys(PRACTICE), ...Object.keys(SCRIPTED)];

/** What can be done with trouble from outside. */
export const troubleActions = (trouble: Trouble): Readonly<Record<string, AdminAction>> => ({
  'GET trouble': { what: 'the troubles that go on', run: () => ({ active: trouble.active.map(told) }) },
  'POST trouble': {
    what: 'begins one; it ends by itself, after "seconds" where that is given',
    examples: [{ kind: 'lost-line' }, { kind: 'maintenance', seconds: 10 }, { kind: 'rest', show: 'destroyed', executed: true, path: 'auth/w/order/submit' }, { kind: 'frame', become: 'late', type: 'te', behind: 'oc' }],
    more: listOfTroubles,
    run: (fields) => told(begin(trouble, fields)),
  },
  'POST trouble/stop': {
    what: 'ends those of one kind, or all',
    examples: [{ kind: 'maintenance' }, {}],
    run: (fields) => {
      fields.only('kind');
      return { ended: trouble.endActive(fields.has('kind') ? fields.choice('kind', KINDS) : undefined) };
    },
  },
});

function begin(trouble: Trouble, fields: Fields): GoingTrouble {
  const kind = fields.choice('kind', KINDS);
  const lastsMs = fields.has('seconds') ? fields.number('seconds', undefined, { most: LONGEST_SECONDS }) * 1000 : undefined;
  if (!isPracticeKind(kind)) return trouble.pass(kind, scripted(kind, fields), lastsMs);
  fields.only('kind', 'seconds');
  if (PRACTICE[kind].moves === true && !trouble.isMovable) throw new FieldError('kind', 'another one, for these prices come from elsewhere', kind);
  return trouble.practise(kind, lastsMs);
}

function scripted(kind: string, fields: Fields): PassingTrouble {
  const script = SCRIPTED[kind] as ScriptedTrouble;
  fields.only('kind', 'seconds', ...Object.keys(script.fields));
  return { effect: script.effect, lastsMs: script.lastsMs ?? SCRIPTED_MS, begin: script.read(fields) };
}

const told = ({ kind, effect, until, leftMs }: GoingTrouble): object => ({ kind, effect, until, leftMs });

/** All that can be begun, line by line. */
export function listOfTroubles(): string {
  const width = Math.max(...KINDS.map((kind) => kind.length)) + 2;
  const line = (name: string, text: string): string => `  ${name.padEnd(width)}${text}\n`;
  const practice = Object.entries(PRACTICE).map(([kind, { effect, lastsMs }]) => line(kind, `${effect} (${lastsMs / 1000} s)`));
  const scripted = Object.entries(SCRIPTED).map(([kind, { effect, fields }]) => line(kind, effect) + Object.entries(fields).map(([name, text]) => line('', `${name}: ${text}`)).join(''));
  return `${practice.join('')}\n  Single faults, for scripts:\n\n${scripted.join('')}`;
}

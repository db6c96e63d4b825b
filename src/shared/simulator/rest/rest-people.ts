import { bucketStart, type TimeFrame } from '../../core/time-frame';
import { pulse as pulseTable, pulseProfile } from '../../wire/pulse';
import { Luck } from '../luck';
import { failed, json, ranged, type Handler } from './rest-answer';
import { timesOf } from '../markets/stats';
import { newest, pickRange } from '../markets/trade-log';

const HOUR = 3_600_000;

const NAMES = ['Lantern', 'Otter', 'Quartz', 'Harbour', 'Juniper', 'Meadow', 'Falcon', 'Cobalt', 'Drift', 'Ember', 'Sable', 'Tundra'] as const;

/** What is ranked, in which time frames; those of a pair only in 3h, the whole exchange in the longer ones. */
const RANKED: Readonly<Record<string, readonly string[]>> = { plu_diff: ['1w', '1M'], plu: ['3h', '1w', '1M'], plr: ['1w', '1M'], vol: ['3h', '1w', '1M'] };
const FRAMES: Readonly<Record<string, TimeFrame>> = { '3h': '3h', '1w': '1W', '1M': '1M' };
const EVERYBODY = 'tGLOBAL:USD';

/** Periods shown back in time. */
const PERIODS_KEPT = 40;

/** `rankings/vol:3h:tBTCUSD/hist` */
export const rankings: Handler = ({ source, seed, now }, [key = '', what], query) => {
  if (what !== 'hist') return undefined;
  const [, name = '', frame = '', symbol = ''] = /^(\w+):(\w+):(.+)$/.exec(key) ?? [];
  if (!Object.hasOwn(RANKED, name) || RANKED[name]?.includes(frame) !== true) return failed('key: invalid');
  if (symbol !== EVERYBODY && !(frame === '3h' && symbol.startsWith('t') && source.symbols.includes(symbol))) return failed('symbol: invalid');
  const rows: unknown[][] = [];
  for (let at = 0, time = now; at < PERIODS_KEPT; at++) {
    const start = bucketStart(FRAMES[frame] as TimeFrame, time);
    rows.push(...places(start, new Luck(seed, `${key} ${start}`)));
    time = start - 1;
  }
  return ranged(query, { shown: 125, most: 10_000 }, (range) => pickRange(rows.reverse(), ([time]) => time as number, range));
};

/** The first, the second and so on: each has somewhat less. */
function places(timestamp: number, luck: Luck): unknown[][] {
  let value = 5e6 * luck.between(0.5, 1.5);
  return NAMES.map((_, at) => {
    value *= luck.between(0.6, 0.97);
    return [timestamp, null, `${luck.pick(NAMES)}${at}`, at + 1, null, null, Number(value.toFixed(4)), null, null, luck.chance(0.2) ? luck.pick(NAMES).toLowerCase() : null];
  });
}

const SENTENCES = [
  'Books look thin tonight, careful with market orders.',
  'Funding demand is back.',
  'Anyone else watching the weekly close?',
  'Added to my long-term stack.',
  'Range until proven otherwise.',
] as const;

/** `pulse/hist` and `pulse/profile/NAME`; what is said is said by nobody. */
export const pulse: Handler = ({ seed, now }, [what, name = ''], query) => {
  const known = NAMES.find((one) => one === name);
  if (what === 'profile') return known === undefined ? failed('nickname: invalid') : json(profileOf(known));
  if (what !== 'hist') return undefined;
  const times = timesOf(HOUR, now, newest(100)).reverse();
  return ranged(query, { shown: 100, most: 100 }, (range) => pickRange(times, (time) => time, range).map((time) => messageAt(time, new Luck(seed, `pulse ${time}`))));
};

function messageAt(timestamp: number, luck: Luck): unknown[] {
  const name = luck.pick(NAMES);
  return pulseTable.encode({
    id: `${timestamp.toString(16)}-${luck.below(1e6)}`,
    timestamp,
    userId: `user-${name}`,
    title: null,
    content: luck.pick(SENTENCES),
    isPin: false,
    isPublic: true,
    commentsDisabled: false,
    tags: [],
    attachments: [],
    meta: [],
    likes: luck.below(40),
    profiles: [profileOf(name)],
    comments: luck.below(5),
  });
}

const profileOf = (name: string): unknown[] =>
  pulseProfile.encode({ id: `user-${name}`, timestamp: Date.UTC(2020, 0), nickname: name, picture: null, text: null, twitter: null, followers: 12, following: 3, tippingStatus: null });

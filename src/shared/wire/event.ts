import { given, integerOf, numberOf, restOf, textOf, type Source } from './keys';

/**
 * Event objects: everything on the socket that is not an array (bitfinex-v2.md 2). Objects may grow, so unknown keys are
 * ignored, and a known key of the wrong type counts as absent; only an object without its event name or channel id is
 * malformed. `rest` holds what a channel's echo says beyond the request: `pair`, `currency`, `subId`, a `len` sent as number.
 */
export type EventFrame =
  | { readonly kind: 'info'; readonly version?: number; readonly operative?: boolean; readonly code?: number; readonly text?: string; readonly serverId?: string }
  | { readonly kind: 'conf'; readonly ok: boolean; readonly flags?: number }
  | { readonly kind: 'subscribed'; readonly chanId: number; readonly request: ChannelRequest; readonly rest?: Source }
  | { readonly kind: 'unsubscribed'; readonly ok: boolean; readonly chanId: number }
  | { readonly kind: 'error'; readonly code: number; readonly text: string; readonly chanId?: number; readonly request: ChannelRequest; readonly rest?: Source }
  | { readonly kind: 'pong'; readonly cid?: number; readonly timestamp?: number }
  | {
      readonly kind: 'auth';
      readonly ok: boolean;
      readonly code?: number;
      readonly text?: string;
      readonly userId?: number;
      readonly subId?: string;
      readonly authId?: string;
      /** an object of scopes, or its JSON text (bitfinex-v2.md 2.9) */
      readonly caps?: unknown;
    }
  | { readonly kind: 'other'; readonly event: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** The fields that name a channel in `subscribe`, `subscribed` and errors. All optional: an error echoes what was sent. */
export interface ChannelRequest {
  readonly channel?: string;
  readonly symbol?: string;
  readonly key?: string;
  readonly prec?: string;
  readonly freq?: string;
  readonly len?: string;
}

/** Info codes (bitfinex-v2.md 2.6). */
export const INFO = { stopping: 20051, maintenanceStarted: 20060, maintenanceEnded: 20061 } as const;

/** Codes of refused subscriptions (bitfinex-v2.md 2.7). */
export const SUBSCRIBE_ERROR = { failed: 10300, duplicate: 10301, unknownChannel: 10302, limit: 10305, unsubscribeFailed: 10400, notSubscribed: 10401 } as const;

/** `conf` flags (bitfinex-v2.md 2.4). */
export const FLAGS = { timestamp: 32768, sequence: 65536, checksum: 131072, bulk: 536870912 } as const;

/** Reads an event object; never throws. */
export function event(source: Source): EventFrame {
  const name = source['event'];
  if (typeof name !== 'string') return { kind: 'malformed', reason: 'an object without an event name' };
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  return read ? read(source) : { kind: 'other', event: name.slice(0, 40) };
}

const readers: Record<string, (source: Source) => EventFrame> = {
  info: (source) => ({
    kind: 'info',
    ...given('version', numberOf(source['version'])),
    ...given('operative', operative(source['platform'])),
    ...given('code', numberOf(source['code'])),
    ...given('text', textOf(source['msg'])),
    ...given('serverId', textOf(source['serverId'])),
  }),
  conf: (source) => ({ kind: 'conf', ok: source['status'] === 'OK', ...given('flags', numberOf(source['flags'])) }),
  subscribed: (source) => withChanId(source, 'subscribed', (chanId) => ({ kind: 'subscribed', chanId, ...echoOf(source) })),
  unsubscribed: (source) => withChanId(source, 'unsubscribed', (chanId) => ({ kind: 'unsubscribed', ok: source['status'] === 'OK', chanId })),
  error: (source) => ({
    kind: 'error',
    code: numberOf(source['code']) ?? 0,
    text: textOf(source['msg']) ?? '',
    ...given('chanId', integerOf(source['chanId'])),
    ...echoOf(source),
  }),
  pong: (source) => ({ kind: 'pong', ...given('cid', numberOf(source['cid'])), ...given('timestamp', numberOf(source['ts'])) }),
  auth: (source) => ({
    kind: 'auth',
    // the documentation says FAIL, the traffic FAILED: only OK is a success (bitfinex-v2.md 2.9)
    ok: source['status'] === 'OK',
    ...given('code', numberOf(source['code'])),
    ...given('text', textOf(source['msg'])),
    ...given('userId', numberOf(source['userId'])),
    ...given('subId', textOf(source['subId'])),
    ...given('authId', textOf(source['auth_id'])),
    ...given('caps', source['caps']),
  }),
};

function withChanId(source: Source, name: string, make: (chanId: number) => EventFrame): EventFrame {
  const chanId = integerOf(source['chanId']);
  return chanId === undefined ? { kind: 'malformed', reason: `${name} without a channel id` } : make(chanId);
}

const REQUEST_KEYS = ['channel', 'symbol', 'key', 'prec', 'freq'];
const EVENT_KEYS = ['event', 'chanId', 'msg', 'code'];

/** The channel that an object names, and what else it says. */
export function echoOf(source: Source): { request: ChannelRequest; rest?: Source } {
  const len = textOf(source['len']);
  const known = [...EVENT_KEYS, ...REQUEST_KEYS, ...(len === undefined ? [] : ['len'])];
  const request = {
    ...given('channel', textOf(source['channel'])),
    ...given('symbol', textOf(source['symbol'])),
    ...given('key', textOf(source['key'])),
    ...given('prec', textOf(source['prec'])),
    ...given('freq', textOf(source['freq'])),
    // one type for whoever compares requests; the number itself stays in `rest` (bitfinex-v2.md 2.5)
    ...given('len', len ?? numberOf(source['len'])?.toString()),
  };
  return { request, ...restOf(source, known) };
}

function operative(platform: unknown): boolean | undefined {
  const status = typeof platform === 'object' && platform !== null ? numberOf((platform as Source)['status']) : undefined;
  return status === undefined ? undefined : status === 1;
}

type Kind = Exclude<EventFrame['kind'], 'malformed'>;
type EventOf<K extends Kind> = Extract<EventFrame, { kind: K }>;

/** The object as the exchange writes it: the way back from {@link event}. Absent fields are `undefined`, which JSON drops. */
export function encodeEvent(frame: EventOf<Kind>): Source {
  return (writers[frame.kind] as (frame: EventOf<Kind>) => Source)(frame);
}

const writers: { [K in Kind]: (frame: EventOf<K>) => Source } = {
  info: ({ version, serverId, operative, code, text }) => ({
    event: 'info',
    version,
    serverId,
    platform: operative === undefined ? undefined : { status: operative ? 1 : 0 },
    code,
    msg: text,
  }),
  conf: ({ ok, flags }) => ({ event: 'conf', status: statusOf(ok), flags }),
  subscribed: ({ chanId, request, rest }) => ({ event: 'subscribed', ...request, chanId, ...rest }),
  unsubscribed: ({ ok, chanId }) => ({ event: 'unsubscribed', status: statusOf(ok), chanId }),
  error: ({ code, text, chanId, request, rest }) => ({ ...request, event: 'error', msg: text, code, chanId, ...rest }),
  pong: ({ cid, timestamp }) => ({ event: 'pong', ts: timestamp, cid }),
  auth: ({ ok, userId, subId, authId, caps, code, text }) => ({ event: 'auth', status: statusOf(ok), chanId: 0, userId, subId, auth_id: authId, caps, code, msg: text }),
  other: ({ event }) => ({ event }),
};

const statusOf = (ok: boolean): string => (ok ? 'OK' : 'FAILED');

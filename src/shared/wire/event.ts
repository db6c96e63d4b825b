/**
 * Event objects: everything on the socket that is not an array (bitfinex-v2.md 2). Objects may grow, so unknown keys are
 * ignored; a known key of the wrong type makes the frame malformed.
 */
export type EventFrame =
  | { readonly kind: 'info'; readonly version?: number; readonly operative?: boolean; readonly code?: number; readonly text?: string; readonly serverId?: string }
  | { readonly kind: 'conf'; readonly ok: boolean; readonly flags?: number }
  | { readonly kind: 'subscribed'; readonly chanId: number; readonly request: ChannelRequest }
  | { readonly kind: 'unsubscribed'; readonly ok: boolean; readonly chanId: number }
  | { readonly kind: 'error'; readonly code: number; readonly text: string; readonly chanId?: number; readonly request: ChannelRequest }
  | { readonly kind: 'pong'; readonly cid?: number; readonly timestamp?: number }
  | { readonly kind: 'auth'; readonly ok: boolean; readonly code?: number; readonly text?: string; readonly userId?: number; readonly caps?: unknown }
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
export function event(source: Record<string, unknown>): EventFrame {
  const name = source['event'];
  if (typeof name !== 'string') return { kind: 'malformed', reason: 'an object without an event name' };
  const read = readers[name];
  return (Object.hasOwn(readers, name) && read?.(source)) || { kind: 'other', event: name.slice(0, 40) };
}

type Reader = (source: Record<string, unknown>) => EventFrame;

const readers: Record<string, Reader> = {
  info: (source) => ({
    kind: 'info',
    ...given('version', numeric(source['version'])),
    ...given('operative', operative(source['platform'])),
    ...given('code', numeric(source['code'])),
    ...given('text', text(source['msg'])),
    ...given('serverId', text(source['serverId'])),
  }),
  conf: (source) => ({ kind: 'conf', ok: source['status'] === 'OK', ...given('flags', numeric(source['flags'])) }),
  subscribed: (source) => withChanId(source, 'subscribed', (chanId) => ({ kind: 'subscribed', chanId, request: requestOf(source) })),
  unsubscribed: (source) => withChanId(source, 'unsubscribed', (chanId) => ({ kind: 'unsubscribed', ok: source['status'] === 'OK', chanId })),
  error: (source) => ({
    kind: 'error',
    code: numeric(source['code']) ?? 0,
    text: text(source['msg']) ?? '',
    ...given('chanId', channelId(source['chanId'])),
    request: requestOf(source),
  }),
  pong: (source) => ({ kind: 'pong', ...given('cid', numeric(source['cid'])), ...given('timestamp', numeric(source['ts'])) }),
  auth: (source) => ({
    kind: 'auth',
    // the documentation says FAIL, the traffic FAILED: only OK is a success (bitfinex-v2.md 2.9)
    ok: source['status'] === 'OK',
    ...given('code', numeric(source['code'])),
    ...given('text', text(source['msg'])),
    ...given('userId', numeric(source['userId'])),
    ...given('caps', source['caps']),
  }),
};

function withChanId(source: Record<string, unknown>, name: string, make: (chanId: number) => EventFrame): EventFrame {
  const chanId = channelId(source['chanId']);
  return chanId === undefined ? { kind: 'malformed', reason: `${name} without a channel id` } : make(chanId);
}

function requestOf(source: Record<string, unknown>): ChannelRequest {
  return {
    ...given('channel', text(source['channel'])),
    ...given('symbol', text(source['symbol'])),
    ...given('key', text(source['key'])),
    ...given('prec', text(source['prec'])),
    ...given('freq', text(source['freq'])),
    // the reply holds a text even where a number was sent (bitfinex-v2.md 2.5)
    ...given('len', text(source['len']) ?? numeric(source['len'])?.toString()),
  };
}

const channelId = (value: unknown): number | undefined => (Number.isSafeInteger(value) ? (value as number) : undefined);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Codes have been texts in old announcements: compare as numbers (bitfinex-v2.md 2.6). */
function numeric(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function operative(platform: unknown): boolean | undefined {
  const status = typeof platform === 'object' && platform !== null ? numeric((platform as Record<string, unknown>)['status']) : undefined;
  return status === undefined ? undefined : status === 1;
}

/** `{[key]: value}`, or nothing where the value is absent: optional properties stay absent instead of `undefined`. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

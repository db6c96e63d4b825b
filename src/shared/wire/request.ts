import { echoOf, type ChannelRequest } from './event';
import { given, integerOf, numberOf, textOf, type Source } from './keys';

/** Everything that a client sends on the socket (bitfinex-v2.md 2.2 to 2.5, 2.9, 6), as one tagged union. */
export type ClientFrame =
  /** `rest`: what was sent beside the channel: `subId`, a `len` as number */
  | { readonly kind: 'subscribe'; readonly request: ChannelRequest; readonly rest?: Source }
  | { readonly kind: 'unsubscribe'; readonly chanId: number }
  /** `flags` is the whole set: it replaces the previous one */
  | { readonly kind: 'conf'; readonly flags: number }
  | { readonly kind: 'ping'; readonly cid?: number }
  | AuthFrame
  /** `[0,TYPE,null,PAYLOAD]`; `messageId` is null except in broadcasts */
  | { readonly kind: 'input'; readonly type: string; readonly messageId: number | null; readonly payload: unknown }
  | { readonly kind: 'other'; readonly event: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/** The nonce may be a number or its text; `dms` 4 cancels all orders when the socket closes (bitfinex-v2.md 2.9). */
export interface AuthFrame {
  readonly kind: 'auth';
  readonly apiKey?: string;
  readonly authNonce?: string | number;
  readonly authPayload?: string;
  readonly authSig?: string;
  readonly dms?: number;
  readonly filter?: readonly string[];
  /** comes back in the answer */
  readonly subId?: string;
}

/** Asks for a channel. */
export const subscribe = (request: ChannelRequest): string => send({ kind: 'subscribe', request });

/** `chanId` goes out as a number. */
export const unsubscribe = (chanId: number): string => send({ kind: 'unsubscribe', chanId });

/** `flags` is the whole set: it replaces the previous one. */
export const conf = (flags: number): string => send({ kind: 'conf', flags });

/** Asks for a sign of life; `cid` comes back unchanged. */
export const ping = (cid: number): string => send({ kind: 'ping', cid });

/** The signature is made by the caller: this file knows the form only. */
export const auth = (fields: Omit<AuthFrame, 'kind'>): string => send({ kind: 'auth', ...fields });

/** A command on channel 0 (bitfinex-v2.md 6.1): `on`, `ou`, `oc`, `oc_multi`, `ox_multi`, `fon`, `foc`, `calc`. */
export const input = (type: string, payload: unknown): string => send({ kind: 'input', type, messageId: null, payload });

const send = (frame: Exclude<ClientFrame, { kind: 'malformed' }>): string => JSON.stringify(encodeRequest(frame));

/** The frame as a client writes it, before `JSON.stringify`. */
export function encodeRequest(frame: Exclude<ClientFrame, { kind: 'malformed' }>): unknown {
  switch (frame.kind) {
    case 'subscribe':
      return { event: 'subscribe', ...frame.request, ...frame.rest };
    case 'input':
      return [0, frame.type, frame.messageId, frame.payload];
    case 'other':
      return { event: frame.event };
    default: {
      const { kind, ...fields } = frame;
      return { event: kind, ...fields };
    }
  }
}

/** Reads what a client sent: the exchange's side of the table. Never throws. */
export function readRequest(source: string): ClientFrame {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return malformed('not JSON');
  }
  if (Array.isArray(parsed)) return inputFrame(parsed);
  if (typeof parsed !== 'object' || parsed === null) return malformed('neither an array nor an object');
  return clientEvent(parsed as Source);
}

const malformed = (reason: string): ClientFrame => ({ kind: 'malformed', reason });

function inputFrame([chanId, type, messageId, payload]: readonly unknown[]): ClientFrame {
  if (chanId !== 0) return malformed('commands go to channel 0');
  if (typeof type !== 'string') return malformed('a command without a type');
  return { kind: 'input', type, messageId: integerOf(messageId) ?? null, payload: payload ?? null };
}

function clientEvent(source: Source): ClientFrame {
  const name = source['event'];
  switch (name) {
    case 'subscribe':
      return { kind: 'subscribe', ...echoOf(source) };
    case 'unsubscribe':
      return withNumber(source, 'chanId', (chanId) => ({ kind: 'unsubscribe', chanId }));
    case 'conf':
      return withNumber(source, 'flags', (flags) => ({ kind: 'conf', flags }));
    case 'ping':
      return { kind: 'ping', ...given('cid', numberOf(source['cid'])) };
    case 'auth':
      return authFrame(source);
    default:
      return typeof name === 'string' ? { kind: 'other', event: name.slice(0, 40) } : malformed('an object without an event name');
  }
}

function withNumber(source: Source, key: string, make: (value: number) => ClientFrame): ClientFrame {
  const value = numberOf(source[key]);
  return value === undefined ? malformed(`${String(source['event'])} without ${key}`) : make(value);
}

function authFrame(source: Source): AuthFrame {
  const nonce = source['authNonce'];
  const filter = source['filter'];
  return {
    kind: 'auth',
    ...given('apiKey', textOf(source['apiKey'])),
    ...given('authNonce', typeof nonce === 'string' || typeof nonce === 'number' ? nonce : undefined),
    ...given('authPayload', textOf(source['authPayload'])),
    ...given('authSig', textOf(source['authSig'])),
    ...given('dms', numberOf(source['dms'])),
    ...given('filter', Array.isArray(filter) ? filter.filter((item): item is string => typeof item === 'string') : undefined),
    ...given('subId', textOf(source['subId'])),
  };
}

import { readRestError, type RestError } from '../wire/rest-error';
import { BitfinexError, type ErrorCode, type ErrorFacts } from './errors';

/** An HTTP answer as it came; names of headers in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Whether the same call may be made again: never, after a pause, or with a new nonce. Writes never are. */
export type Again = 'never' | 'later' | 'fresh nonce';

/** A call that came to nothing, or to an unknown end. */
export interface Failure {
  readonly kind: 'failed';
  readonly error: BitfinexError;
  readonly again: Again;
  /** The exchange itself asks for this pause. */
  readonly pauseMs?: number;
  /** Nothing of the same limit may start for so long. */
  readonly holdMs?: number;
}

/** What an HTTP answer means. */
export type Answer = { readonly kind: 'answer'; readonly body: unknown } | Failure;

/** What must be known beside the answer. */
export interface Asked {
  /** The path of a call that changes something: then only a proven rejection is one, and everything else is unknown. */
  readonly write?: string | undefined;
  /** UTC ms. */
  readonly now: number;
  /** Never repeated, though the exchange say them. */
  readonly secrets?: readonly string[];
}

/** What a code of the exchange means (bitfinex-v2.md 8.6). */
interface Meaning {
  readonly code: ErrorCode;
  readonly again?: Again;
  /** HTTP statuses with which the code proves that a write was not done (reliability.md, proven rejections). */
  readonly proofAt?: readonly number[];
}

/** The error row came with 500 in every recording; 400 and those of the front are what clients handle besides. */
const REFUSED_AT = [400, 500];
const KEY_AT = [400, 401, 403, 500];

/** The one table of codes; any other refuses a read and leaves a write unknown. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  10000: { code: 'REQUEST_REFUSED', again: 'later' },
  10001: { code: 'REQUEST_REFUSED', proofAt: REFUSED_AT },
  10008: { code: 'REQUEST_REFUSED', again: 'later' },
  10020: { code: 'REQUEST_REFUSED', proofAt: REFUSED_AT },
  10100: { code: 'KEY_REFUSED', proofAt: KEY_AT },
  10114: { code: 'NONCE_REFUSED', again: 'fresh nonce', proofAt: KEY_AT },
  11000: { code: 'REQUEST_REFUSED', again: 'later' },
  11010: { code: 'RATE_LIMITED', proofAt: [...REFUSED_AT, 429] },
  20060: { code: 'MAINTENANCE', proofAt: [...REFUSED_AT, 503] },
};

/** The same for errors that come as an object with a word and no code of the exchange (bitfinex-v2.md 7.3). */
const WORDS: Readonly<Record<string, Meaning>> = {
  ERR_RATE_LIMIT: { code: 'RATE_LIMITED', proofAt: [429] },
  temporarily_unavailable: { code: 'MAINTENANCE' },
};

/** The receipt that a write is answered with (bitfinex-v2.md 5.8 and 8.2); a write without a line here ends unknown. */
const RECEIPTS: Readonly<Record<string, string>> = {
  'auth/w/order/submit': 'on-req',
  'auth/w/order/update': 'ou-req',
  'auth/w/order/cancel': 'oc-req',
  'auth/w/order/cancel/multi': 'oc_multi-req',
  'auth/w/order/multi': 'ox_multi-req',
  'auth/w/position/claim': 'pm-req',
  'auth/w/position/increase': 'pmi-req',
  'auth/w/funding/offer/submit': 'fon-req',
  'auth/w/funding/offer/cancel': 'foc-req',
  'auth/w/funding/offer/cancel/all': 'foc_all-req',
  'auth/w/funding/auto': 'fa-req',
  'auth/w/funding/keep': 'fk-req',
  'auth/w/transfer': 'acc_tf',
  'auth/w/deposit/address': 'acc_dep',
  'auth/w/withdraw': 'acc_wd-req',
  'auth/w/settings/set': 'acc_ss',
};

/** A breach of a limit blocks the address for about a minute (bitfinex-v2.md 7). */
const BLOCKED_MS = 60_000;
/** A pause that a call may wait out itself; a longer one closes the limit. */
export const SHORT_PAUSE_MS = 10_000;
/** Nobody is believed who asks for more. */
const LONGEST_PAUSE_MS = 3_600_000;

const TEXT_LENGTH = 300;

/** Sorts an HTTP answer, whatever its status: the exchange has sent errors with 200, and answers with none of its own. */
export function sortAnswer(http: HttpAnswer, asked: Asked): Answer {
  const body = parsed(http.text);
  const said = refusalIn(body, http.status);
  const failure = said === undefined ? unusable(http, body, asked.now) : refused(said, http, asked);
  if (failure === undefined) return asked.write === undefined ? { kind: 'answer', body } : sortReceipt(body, http.status, asked);
  if (asked.write === undefined || (isProof(said, http.status) && (Array.isArray(body) || http.status === 429))) return failure;
  const { holdMs } = failure;
  return { ...unknown(`the exchange answered ${describe(http, body, asked)}`, factsOf(said, http.status)), ...(holdMs === undefined ? {} : { holdMs }) };
}

/** A write of which nobody knows whether it was done. */
export const unknown = (what: string, facts: ErrorFacts = {}): Failure => failed('OUTCOME_UNKNOWN', what, facts);

/** An error for a limit that is closed until `retryAt` (UTC ms). */
export const closedUntil = (retryAt: number, why: string, facts: ErrorFacts = {}): BitfinexError =>
  new BitfinexError('RATE_LIMITED', `${why}; it opens at ${new Date(retryAt).toISOString().slice(11, 19)} UTC`, { ...facts, retryAt });

/** Words of the exchange for people: one line, no markup, no secret, bounded. */
export function plainWords(words: string, secrets: readonly string[] = []): string {
  const safe = secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, '***'), words);
  const line = safe
    .replace(/<[^<>]{0,500}>/g, ' ')
    .replace(/[<>\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > TEXT_LENGTH ? `${line.slice(0, TEXT_LENGTH - 1)}…` : line;
}

/** Every answer of the exchange is an array or an object; anything else was not said by it. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function refusalIn(body: object | undefined, status: number): RestError | undefined {
  const said = readRestError(body);
  if (said !== undefined || body === undefined || status < 400) return said;
  const { message } = body as { message?: unknown };
  return typeof message === 'string' ? { text: message } : undefined;
}

function refused(said: RestError, http: HttpAnswer, { now, secrets }: Asked): Failure {
  const meaning = meaningOf(said);
  const facts = factsOf(said, http.status);
  const what = `the exchange answered "${plainWords(said.text, secrets)}"`;
  if (meaning?.code === 'RATE_LIMITED') return limited(what, facts, pauseOf(http, now) ?? BLOCKED_MS, now);
  if (meaning === undefined && http.status === 429) return tooMany(http, now);
  return failed(meaning?.code ?? 'REQUEST_REFUSED', what, facts, meaning?.again);
}

function meaningOf({ code, text }: RestError): Meaning | undefined {
  // 10001 says everything; this text of it (ccxt) is about the key
  if (code === 10001 && /^api_?key: permission/i.test(text)) return { code: 'KEY_REFUSED', proofAt: KEY_AT };
  const meaning = code === undefined ? undefined : MEANINGS[code];
  return meaning ?? (Object.hasOwn(WORDS, text) ? WORDS[text] : undefined);
}

/** The front repeats the HTTP status as its code: that is none of the exchange's. */
const factsOf = (said: RestError | undefined, httpStatus: number): ErrorFacts =>
  said?.code === undefined || said.code === httpStatus ? { httpStatus } : { exchangeCode: said.code, httpStatus };

const isProof = (said: RestError | undefined, status: number): boolean => said !== undefined && meaningOf(said)?.proofAt?.includes(status) === true;

/** What is wrong with an answer in which the exchange says no error; `undefined` when it is an answer. */
function unusable(http: HttpAnswer, body: object | undefined, now: number): Failure | undefined {
  const { status } = http;
  if (status >= 200 && status < 300 && body !== undefined) return undefined;
  if (status === 429) return tooMany(http, now);
  if (status === 404) return failed('REQUEST_REFUSED', 'the exchange has no such path (HTTP 404)', { httpStatus: 404 });
  return failed('ANSWER_UNUSABLE', `the exchange answered ${describe(http, body, { now })}`, { httpStatus: status }, status >= 500 ? 'later' : 'never', pauseOf(http, now));
}

function tooMany(http: HttpAnswer, now: number): Failure {
  const pauseMs = pauseOf(http, now);
  const facts = { httpStatus: 429 };
  if (pauseMs !== undefined && pauseMs > SHORT_PAUSE_MS) return limited('the exchange answered HTTP 429', facts, pauseMs, now);
  return failed('RATE_LIMITED', 'the exchange answered HTTP 429', { ...facts, retryAt: now + (pauseMs ?? SHORT_PAUSE_MS) }, 'later', pauseMs);
}

const limited = (what: string, facts: ErrorFacts, holdMs: number, now: number): Failure => ({
  kind: 'failed',
  error: closedUntil(now + holdMs, what, facts),
  again: 'never',
  holdMs,
});

/** Retry-After: seconds, or a date (RFC 9110, 10.2.3). */
function pauseOf({ headers }: HttpAnswer, now: number): number | undefined {
  const said = headers['retry-after'];
  if (typeof said !== 'string' || said.trim() === '') return undefined;
  const ms = /^\d+$/.test(said.trim()) ? Number(said) * 1000 : Date.parse(said) - now;
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_PAUSE_MS, Math.max(0, ms));
}

/** A write is answered with a notification of its own type; its status decides, whatever HTTP says (bitfinex-v2.md 8.6). */
function sortReceipt(body: object | undefined, httpStatus: number, { write = '', secrets }: Asked): Answer {
  const [, type, , , data, code, status, text] = Array.isArray(body) ? (body as unknown[]) : [];
  const facts = { httpStatus, ...(Number.isSafeInteger(code) ? { exchangeCode: code as number } : {}) };
  const own = Object.hasOwn(RECEIPTS, write) ? RECEIPTS[write] : undefined;
  if (own === undefined || type !== own) return unknown('the exchange answered with something that is no receipt for this', facts);
  if (status === 'SUCCESS') return { kind: 'answer', body };
  if (!isNo(status) || !isRefusedWhole(own, data)) return unknown('the exchange answered with a receipt that says neither yes nor no', facts);
  return failed('REQUEST_REFUSED', `the exchange answered "${plainWords(typeof text === 'string' ? text : '', secrets)}"`, facts);
}

const isNo = (status: unknown): boolean => status === 'ERROR' || status === 'FAILURE';

/** Several operations have a receipt each: one of them may have been done though the whole was refused. */
const isRefusedWhole = (type: string, data: unknown): boolean =>
  type !== 'ox_multi-req' || !Array.isArray(data) || data.every((one: unknown) => Array.isArray(one) && isNo(one[6]));

function describe({ status, text }: HttpAnswer, body: object | undefined, { secrets }: Asked): string {
  const said = body === undefined ? undefined : readRestError(body);
  if (said !== undefined) return `"${plainWords(said.text, secrets)}" with HTTP ${status}`;
  if (status >= 300 && status < 400) return `with a redirect (HTTP ${status}), which is not followed`;
  if (text.trim() === '') return `nothing (HTTP ${status})`;
  return `${body === undefined ? 'no JSON' : 'something unexpected'} (HTTP ${status})`;
}

const failed = (code: ErrorCode, what: string, facts: ErrorFacts, again: Again = 'never', pauseMs?: number): Failure => ({
  kind: 'failed',
  error: new BitfinexError(code, what, facts),
  again,
  ...(pauseMs === undefined ? {} : { pauseMs }),
});

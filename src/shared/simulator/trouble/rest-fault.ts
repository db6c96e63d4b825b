import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '../../core/clock';
import { INFO } from '../../wire/event';

/** An HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Default `application/json; charset=utf-8`. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * How a REST call goes wrong. Two things are told apart: what the exchange does, and what the client sees.
 *
 * What it does: with `executed: 'atOnce'` the call is carried out as it comes, whatever is seen of that. Otherwise it is
 * carried out only where its true answer, or a part of it, is sent, and then: `truth`, `stalled`, `truncated`, `slow`,
 * `hangUp`, and `cut` after half. A call with another fault is never carried out.
 *
 * What is seen: the `kind`, later by `delayMs`. `half`: of the true answer's body.
 */
export type RestFault = { readonly executed?: 'atOnce'; readonly delayMs?: number } & (
  /** nothing wrong but the delay */
  | { readonly kind: 'truth' }
  | ({ readonly kind: 'answer' } & Reply)
  /** the request is read, and then nothing comes: no headers, no end */
  | { readonly kind: 'silent' }
  /** headers and half a body, and then neither more nor an end */
  | { readonly kind: 'stalled' }
  /** the body drips, evenly over so many ms */
  | { readonly kind: 'slow'; readonly overMs: number }
  /** half a body that looks whole to HTTP */
  | { readonly kind: 'truncated' }
  /** the socket is destroyed, before or within the answer */
  | { readonly kind: 'cut'; readonly after: 'nothing' | 'half' }
  /** so many bytes of one JSON text, of unannounced length */
  | { readonly kind: 'huge'; readonly bytes: number }
  /** the true answer, and then the kept-alive socket is closed without notice */
  | { readonly kind: 'hangUp' }
);

const answer = (status: number, body: string, more: Omit<Reply, 'status' | 'body'> = {}): RestFault => ({ kind: 'answer', status, body, ...more });

/** The faults that tests and people ask for most. */
export const FAULT = {
  /** Carried out late, and answered then. */
  late: (delayMs: number): RestFault => ({ kind: 'truth', delayMs }),
  /** Carried out at once, and answered late. */
  answeredLate: (delayMs: number): RestFault => ({ kind: 'truth', executed: 'atOnce', delayMs }),
  /** Carried out at once, whatever this fault shows: `executed(html())`, `executed(empty)`, `executed(silent)`. */
  executed: (fault: RestFault): RestFault => ({ ...fault, executed: 'atOnce' }),
  /** Carried out, and then the socket is destroyed instead of an answer. */
  acceptThenDestroy: { kind: 'cut', after: 'nothing', executed: 'atOnce' },
  /** The two forms of the rate limit (bitfinex-v2.md 7, 8.6). */
  rateLimit: (retryAfterSeconds?: number): RestFault =>
    answer(429, '{"error":"ERR_RATE_LIMIT"}', retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  rateLimit11010: answer(500, '["error",11010,"ratelimit: error"]'),
  /** The two forms of an exchange that is away (bitfinex-v2.md 7.3, 10). */
  maintenance: answer(500, `["error",${INFO.maintenanceStarted},"maintenance"]`),
  unavailable: answer(503, '{"code":503,"error":"temporarily_unavailable","error_description":"Sorry, the service is temporarily unavailable."}'),
  /** The front-end's own page. */
  html: (status = 502): RestFault => answer(status, `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n<body>\r\n<center><h1>${status} Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n`, { type: 'text/html' }),
  redirect: (to: string, status = 302): RestFault => answer(status, '', { type: 'text/html', headers: { location: to } }),
  empty: answer(200, ''),
  error: (code: number, text: string, status = 500): RestFault => answer(status, JSON.stringify(['error', code, text])),
  truncated: { kind: 'truncated' },
  silent: { kind: 'silent' },
  stalled: { kind: 'stalled' },
  slowBody: (overMs: number): RestFault => ({ kind: 'slow', overMs }),
  /** Never carried out: the request is as good as lost on its way. */
  cutBefore: { kind: 'cut', after: 'nothing' },
  cutWithin: { kind: 'cut', after: 'half' },
  huge: (bytes: number): RestFault => ({ kind: 'huge', bytes }),
  hangUp: { kind: 'hangUp' },
} as const satisfies Record<string, RestFault | ((...values: never[]) => RestFault)>;

/** Sends an answer as it is. */
export const send = (response: ServerResponse, { status, type, headers, body }: Reply): void => void response.writeHead(status, headed(type, headers)).end(body);

const headed = (type = 'application/json; charset=utf-8', headers: Reply['headers'] = {}): Record<string, string> => ({ 'content-type': type, ...headers });

/** Lets a call go wrong. `execute` carries it out and makes the true answer; it is called once at most. */
export function deliver(fault: RestFault, response: ServerResponse, execute: () => Reply, clock: Clock): void {
  const { executed, delayMs = 0 } = fault;
  const reply = executed === undefined ? undefined : execute();
  const answer = (): void => goWrong(fault, response, () => reply ?? execute(), clock);
  if (delayMs > 0) clock.after(delayMs, () => destroyingIfItFails(response, answer));
  else answer();
}

/** Nobody else hears what fails in a timer: it would end the process. */
function destroyingIfItFails(response: ServerResponse, answer: () => void): void {
  try {
    answer();
  } catch {
    response.destroy();
  }
}

function goWrong(fault: RestFault, response: ServerResponse, truth: () => Reply, clock: Clock): void {
  switch (fault.kind) {
    case 'silent':
      return;
    case 'answer':
      return send(response, fault);
    case 'huge':
      return sendHuge(response, fault.bytes);
    case 'truth':
      return send(response, truth());
    case 'hangUp':
      return hangUp(response, truth());
    case 'truncated':
      return send(response, halved(truth()));
    case 'slow':
      return drip(response, truth(), fault.overMs, clock);
    case 'stalled':
      return sendHalf(response, truth(), () => undefined);
    case 'cut':
      return fault.after === 'nothing' ? void response.destroy() : sendHalf(response, truth(), () => response.destroy());
  }
}

function hangUp(response: ServerResponse, reply: Reply): void {
  const { socket } = response;
  // not before the last byte is on its way
  response.on('finish', () => socket?.end());
  send(response, reply);
}

const halved = (reply: Reply): Reply => ({ ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) });

/** The whole length is announced, half of it sent. */
function sendHalf(response: ServerResponse, reply: Reply, then: () => void): void {
  announce(response, reply);
  response.write(halved(reply).body, then);
}

const announce = (response: ServerResponse, { status, type, headers, body }: Reply): void =>
  void response.writeHead(status, { ...headed(type, headers), 'content-length': String(Buffer.byteLength(body)) });

/** Pieces of a body that drips. */
const DROPS = 10;

function drip(response: ServerResponse, reply: Reply, overMs: number, clock: Clock): void {
  announce(response, reply);
  const bytes = Buffer.from(reply.body);
  const piece = Math.max(1, Math.ceil(bytes.length / DROPS));
  const next = (from: number): void => {
    if (from >= bytes.length) return void response.end();
    response.write(bytes.subarray(from, from + piece));
    clock.after(overMs / DROPS, () => next(from + piece));
  };
  next(0);
}

const PIECE = 'x'.repeat(64 * 1024);

function sendHuge(response: ServerResponse, bytes: number): void {
  response.writeHead(200, headed());
  Readable.from(pieces(bytes)).on('error', () => undefined).pipe(response);
}

function* pieces(bytes: number): Generator<string> {
  yield '["';
  for (let left = bytes - 4; left > 0; left -= PIECE.length) yield PIECE.slice(0, left);
  yield '"]';
}

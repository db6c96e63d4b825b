import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '../core/clock';
import { INFO } from '../wire/event';

/** An HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Default `application/json; charset=utf-8`. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a REST call goes wrong; with `delayMs` later than it could. `half`: of the true answer's body. */
export type RestFault = { readonly delayMs?: number } & (
  /** nothing wrong but the delay */
  | { readonly kind: 'truth' }
  | ({ readonly kind: 'answer' } & Reply)
  /** the request is read, and then nothing comes: no headers, no end */
  | { readonly kind: 'silent' }
  /** headers and half a body, and then neither more nor an end */
  | { readonly kind: 'stalled' }
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
  late: (delayMs: number): RestFault => ({ kind: 'truth', delayMs }),
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
  cutBefore: { kind: 'cut', after: 'nothing' },
  cutWithin: { kind: 'cut', after: 'half' },
  huge: (bytes: number): RestFault => ({ kind: 'huge', bytes }),
  hangUp: { kind: 'hangUp' },
} as const satisfies Record<string, RestFault | ((...values: never[]) => RestFault)>;

/** Sends an answer as it is. */
export const send = (response: ServerResponse, { status, type, headers, body }: Reply): void => void response.writeHead(status, headed(type, headers)).end(body);

const headed = (type = 'application/json; charset=utf-8', headers: Reply['headers'] = {}): Record<string, string> => ({ 'content-type': type, ...headers });

/** Lets a call go wrong. `truth` makes the true answer, when it is needed. */
export function deliver(fault: RestFault, response: ServerResponse, truth: () => Reply, clock: Clock): void {
  const { delayMs = 0 } = fault;
  if (delayMs > 0) clock.after(delayMs, () => goWrong(fault, response, truth));
  else goWrong(fault, response, truth);
}

function goWrong(fault: RestFault, response: ServerResponse, truth: () => Reply): void {
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
  response.writeHead(reply.status, { ...headed(reply.type, reply.headers), 'content-length': String(Buffer.byteLength(reply.body)) });
  response.write(halved(reply).body, then);
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

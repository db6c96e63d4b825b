import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { cutText } from '../cut-text';
import { Recent } from '../recent';

/** One REST call as it came; the last of them are kept, so that a test can check signature, nonce and pace. */
export interface RestCall {
  /** UTC milliseconds. */
  readonly at: number;
  readonly method: string;
  /** Without `/v2/` and the query, decoded: `candles/trade:1m:tBTCUSD/hist`. */
  readonly path: string;
  readonly query: string;
  /** The request line's own text: `/v2/candles/trade%3A1m%3AtBTCUSD/hist?limit=1`. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What its rate limit counts: `candles`, `status/deriv/hist`, `auth/r/orders/hist`. */
  readonly endpoint: string;
  /** The client's TCP port: the same for calls on one kept-alive socket. */
  readonly port: number;
}

/** No honest call is longer: an order of 75 operations has about 20 kB. */
const BODY_BYTES = 1024 * 1024;

/** Characters kept of a body. */
const SHOWN = 32 * 1024;

/** The last calls, oldest first. */
export class Calls {
  private readonly recent = new Recent<RestCall>({ count: 1000, characters: 4 * 1024 * 1024 });

  get list(): readonly RestCall[] {
    return this.recent.list;
  }

  add(call: RestCall): void {
    const body = cutText(call.body, SHOWN);
    this.recent.add({ ...call, body }, body.length + call.url.length);
  }
}

/** The call that a request makes. `URL` is not used: it throws for what any program may send, such as `GET //`. */
export function callOf(request: IncomingMessage, body: string, at: number): RestCall {
  const { method = '', url = '/', headers, socket } = request;
  const [pathname = '', query = ''] = url.split(/\?(.*)/s);
  const path = pathname.startsWith('/v2/') ? pathname.slice('/v2/'.length).split('/').map(decoded).join('/') : undefined;
  return { at, method, path: path ?? pathname, query, url, headers, body, endpoint: path === undefined ? 'unknown' : endpointOf(path), port: socket.remotePort ?? 0 };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Endpoints whose symbols, keys and sections share one limit; for the others the path without its symbols is the name. */
const SHARED = ['ticker', 'trades', 'book', 'stats1', 'candles', 'liquidations', 'conf', 'rankings', 'funding/stats', 'pulse/profile'];

/** What a path counts for (bitfinex-v2.md 7, 8.2): symbols, ids and currencies in it make no difference. */
export function endpointOf(path: string): string {
  const shared = SHARED.find((name) => path === name || path.startsWith(`${name}/`));
  return shared ?? path.split('/').filter((part) => !/[A-Z0-9:]/.test(part)).join('/');
}

/** Reads the body and hands it on; a call too long for any honest client is cut off. */
export function readBody(request: IncomingMessage, whole: (body: string) => void, most = BODY_BYTES): void {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) return whole('');
  const parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > most) return void request.destroy();
    parts.push(part);
  });
  request.on('end', () => whole(Buffer.concat(parts).toString('utf8')));
  request.on('error', () => undefined);
}

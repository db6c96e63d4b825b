import { WebSocket, type ClientOptions } from 'ws';
import type { Stop } from '../core/clock';
import { agentFor, proxyFor } from './proxy';

/** How long TCP, TLS and the upgrade may take together. `ws` alone would wait for ever. */
const HANDSHAKE_MS = 15_000;

/** The largest snapshot seen is well under 100 kB; more than this is no message of the exchange. */
const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** What a socket tells its owner. `closed` comes exactly once and last, whatever happened; nothing comes after {@link Line.end}. */
export interface LineEvents {
  opened(): void;
  text(data: string): void;
  closed(reason: string, retryAfterMs: number): void;
}

/** One connection. */
export interface Line {
  /** Sends if the line is open; answers whether it was handed over. */
  send(text: string): boolean;
  /** Cuts the line at once, without waiting for the other side: a half-open socket would never answer. */
  end: Stop;
}

/** How the pool opens a line; tests hand in their own. */
export type OpenLine = (url: string, events: LineEvents) => Line;

/** Too many connections block an address for a minute (bitfinex-v2.md 2.8); nobody is believed who asks for more than an hour. */
const pauseOf = (retryAfter: string | undefined): number => Math.min(3_600_000, Math.max(60_000, Number(retryAfter ?? 0) * 1000 || 0));

/** Directly, or through the proxy of the environment. */
const wayTo = (url: string): ClientOptions => (proxyFor(url) === undefined ? {} : { agent: agentFor(url) });

/** Opens a WebSocket: no compression, no redirect, bounded frames, bounded handshake. */
export const openSocket: OpenLine = (url, events) => {
  // binary noise reads as text that is no JSON, so a second look at the encoding is not needed
  const socket = new WebSocket(url, { ...wayTo(url), rejectUnauthorized: true, handshakeTimeout: HANDSHAKE_MS, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false, followRedirects: false, skipUTF8Validation: true });
  let reason: string | undefined;
  let retryAfterMs = 0;
  let ended = false;
  socket.on('open', () => events.opened());
  socket.on('message', (data) => events.text(data.toString()));
  socket.on('error', (error) => (reason ??= error.message));
  socket.on('unexpected-response', (request, response) => {
    reason = `HTTP ${response.statusCode ?? ''}`;
    if (response.statusCode === 429) retryAfterMs = pauseOf(response.headers['retry-after']);
    request.destroy();
    response.destroy();
    socket.terminate();
  });
  socket.on('close', (code) => {
    if (!ended) events.closed(reason ?? `closed (${code})`, retryAfterMs);
  });
  return {
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
    end: () => {
      ended = true;
      socket.terminate();
    },
  };
};

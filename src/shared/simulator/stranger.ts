import type { IncomingMessage } from 'node:http';

/** Names of this computer. */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/**
 * Why a request is not served, or `undefined`. The exchange is for programs of this computer: a page of the web cannot
 * leave out where it comes from when it posts or opens a socket, and one that has its own name lead here sends that name.
 */
export function strangerIn({ headers: { host = '', origin } }: Pick<IncomingMessage, 'headers'>): string | undefined {
  if (!LOOPBACK.test(host)) return 'the Host header must name this computer: 127.0.0.1 or localhost';
  return origin === undefined || LOOPBACK.test(origin.replace(/^(https?|wss?):\/\//i, '')) ? undefined : 'pages of the web are not served here';
}

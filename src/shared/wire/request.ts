import type { ChannelRequest } from './event';

/** Every public frame that we send (bitfinex-v2.md 2.2 to 2.5), as text. */

export const subscribe = (request: ChannelRequest): string => JSON.stringify({ event: 'subscribe', ...request });

/** `chanId` goes out as a number. */
export const unsubscribe = (chanId: number): string => JSON.stringify({ event: 'unsubscribe', chanId });

/** `flags` is the whole set: it replaces the previous one. */
export const conf = (flags: number): string => JSON.stringify({ event: 'conf', flags });

export const ping = (cid: number): string => JSON.stringify({ event: 'ping', cid });

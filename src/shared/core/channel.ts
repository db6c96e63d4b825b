import type { ChannelRequest } from '../wire/event';

/** P0 to P4 aggregate to 5 to 1 significant digits; R0 is single orders. */
export const PRECISIONS = ['P0', 'P1', 'P2', 'P3', 'P4', 'R0'] as const;
/** How a book is aggregated. */
export type Precision = (typeof PRECISIONS)[number];

/** Levels (R0: orders) for each side. */
export const BOOK_LENGTHS = [1, 25, 100, 250] as const;
/** One of the lengths that the exchange offers. */
export type BookLength = (typeof BOOK_LENGTHS)[number];

/** F0 in real time, F1 every 2 s. */
export const FREQUENCIES = ['F0', 'F1'] as const;
/** How often a book is updated. */
export type Frequency = (typeof FREQUENCIES)[number];

/** One public channel, with everything that makes it different from another. */
export type Channel =
  | { readonly channel: 'ticker'; readonly symbol: string }
  | { readonly channel: 'trades'; readonly symbol: string }
  | { readonly channel: 'book'; readonly symbol: string; readonly precision: Precision; readonly frequency: Frequency; readonly length: BookLength }
  /** `trade:1m:tBTCUSD`, `trade:1h:fUSD:p30` */
  | { readonly channel: 'candles'; readonly key: string }
  /** `deriv:tBTCF0:USTF0`, `liq:global` */
  | { readonly channel: 'status'; readonly key: string };

/** The fields of the subscribe request; its answer and its errors echo them. */
export function requestOf(channel: Channel): ChannelRequest {
  switch (channel.channel) {
    case 'ticker':
    case 'trades':
      return { channel: channel.channel, symbol: channel.symbol };
    case 'book':
      return { channel: 'book', symbol: channel.symbol, prec: channel.precision, freq: channel.frequency, len: String(channel.length) };
    case 'candles':
    case 'status':
      return { channel: channel.channel, key: channel.key };
  }
}

/** One text for one channel: `book tBTCUSD P0 F0 25`. Two users of the same key share the channel. */
export const channelKey = (channel: Channel): string => keyOfRequest(requestOf(channel));

/** The same key, from an acknowledgement or an error (answers come out of order and without an id: bitfinex-v2.md 2.5). */
export function keyOfRequest({ channel, symbol, key, prec, freq, len }: ChannelRequest): string {
  const subject = symbol ?? key ?? '';
  return channel === 'book' ? `book ${subject} ${prec ?? 'P0'} ${freq ?? 'F0'} ${len ?? '25'}` : `${channel ?? ''} ${subject}`;
}

/** Funding symbols begin with `f`, trading symbols with `t` (bitfinex-v2.md 1.3). */
export const isFunding = (symbol: string): boolean => symbol.startsWith('f');

/** Can this book's checksum be trusted? Not for funding and not at length 1 (bitfinex-v2.md 4.1). */
export const isVerifiable = (symbol: string, length: number): boolean => !isFunding(symbol) && length > 1;

/** Does the exchange send something as soon as this channel is subscribed? Liquidations come only when they happen. */
export const beginsWithData = (channel: Channel): boolean => channel.channel !== 'status' || channel.key.startsWith('deriv:');

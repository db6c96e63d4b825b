import { BOOK_LENGTHS, FREQUENCIES, keyOfRequest, PRECISIONS, type BookLength, type Frequency, type Precision } from '../../core/channel';
import { readCandlesKey, type CandlesSubject } from '../../core/candles-key';
import { SUBSCRIBE_ERROR, type ChannelRequest } from '../../wire/event';
import type { Market, MarketSource } from '../markets/source';

/** One channel of this exchange; two requests with the same `text` mean the same channel. */
export type PublicChannel = { readonly text: string; readonly request: ChannelRequest } & (
  | { readonly kind: 'ticker' | 'trades' | 'status'; readonly market: Market }
  | { readonly kind: 'book'; readonly market: Market; readonly precision: Precision; readonly frequency: Frequency; readonly length: BookLength }
  | { readonly kind: 'candles'; readonly market: Market; readonly subject: CandlesSubject }
  /** of all perpetuals */
  | { readonly kind: 'liquidations' }
);

/** Why a request is refused, with the exchange's own words. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: number;
  readonly text: string;
}

const refused = (text: string, code: number = SUBSCRIBE_ERROR.failed): Refusal => ({ kind: 'refused', code, text });

type Answer = PublicChannel | Refusal | { readonly kind: 'unanswered' };

/** What a subscribe request means here. An unknown status key gets no answer at all, as on the exchange (bitfinex-v2.md 2.7). */
export function readChannel(request: ChannelRequest, source: MarketSource): Answer {
  switch (request.channel) {
    case 'ticker':
    case 'trades':
      return simpleChannel(request.channel, request, source);
    case 'book':
      return bookChannel(request, source);
    case 'candles':
      return candlesChannel(request, source);
    case 'status':
      return statusChannel(request, source);
    default:
      return refused('channel: unknown');
  }
}

function simpleChannel(kind: 'ticker' | 'trades', { symbol }: ChannelRequest, source: MarketSource): Answer {
  const market = symbol === undefined ? undefined : source.market(symbol);
  if (symbol === undefined || !market?.has(kind)) return refused('symbol: invalid');
  return made({ kind, request: { channel: kind, symbol }, market });
}

function bookChannel({ symbol, prec = 'P0', freq = 'F0', len = '25' }: ChannelRequest, source: MarketSource): Answer {
  const market = symbol === undefined ? undefined : source.market(symbol);
  if (symbol === undefined || market === undefined) return refused('symbol: invalid');
  const precision = PRECISIONS.find((known) => known === prec);
  const frequency = FREQUENCIES.find((known) => known === freq);
  const length = BOOK_LENGTHS.find((known) => String(known) === len);
  if (precision === undefined) return refused('precision: invalid');
  if (length === undefined) return refused('length: invalid');
  if (frequency === undefined) return refused('frequency: invalid');
  // a recording holds only what was recorded: R0 cannot be made of anything else
  if (market.sides(precision, length) === undefined) return refused(market.sides('P0', length) ? 'precision: invalid' : 'symbol: invalid');
  return made({ kind: 'book', request: { channel: 'book', symbol, prec, freq, len }, market, precision, frequency, length });
}

function candlesChannel({ key = '' }: ChannelRequest, source: MarketSource): Answer {
  const subject = readCandlesKey(key);
  const market = subject && source.market(subject.symbol);
  if (subject === undefined || !market?.has('candles')) return refused('key: invalid');
  return made({ kind: 'candles', request: { channel: 'candles', key }, market, subject });
}

function statusChannel({ key = '' }: ChannelRequest, source: MarketSource): Answer {
  if (key === 'liq:global') return made({ kind: 'liquidations', request: { channel: 'status', key } });
  const market = key.startsWith('deriv:') ? source.market(key.slice('deriv:'.length)) : undefined;
  if (!market?.has('status')) return { kind: 'unanswered' };
  return made({ kind: 'status', request: { channel: 'status', key }, market });
}

type Unnamed<T> = T extends unknown ? Omit<T, 'text'> : never;

const made = (channel: Unnamed<PublicChannel>): PublicChannel => ({ ...channel, text: keyOfRequest(channel.request) }) as PublicChannel;

/** `pair` or `currency`, which the exchange adds to what was asked. */
export function subjectOf({ symbol }: ChannelRequest): Record<string, string> {
  if (symbol === undefined || symbol.length < 2) return {};
  return { [symbol.startsWith('f') ? 'currency' : 'pair']: symbol.slice(1) };
}

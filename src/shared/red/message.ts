import type { Verified } from '../core/feed';
import type { Account } from './account';

/** What every message of a stream says about itself (contract.md, Messages). */
export interface Origin {
  /** The exchange's id: `tBTCUSD`. */
  symbol: string;
  channel: string;
  /** Name of the account node. */
  account: string;
  /** UTC ms at which this process had it. */
  receivedAt: number;
  state: 'live' | 'replayed' | 'stale';
  simulated?: true;
  verified?: Verified;
  /** The payload replaces everything that came before (first message of `changes` after each snapshot). */
  snapshot?: true;
  /** An answer to `get`. */
  requested?: true;
  /** Candles that are missing in the window, for want of trades. */
  gaps?: number;
  /** Width of the candles: `1m`. */
  timeframe?: string;
}

/** What a view adds to the {@link Origin}; a symbol of its own where the channel is about many. */
export type Extra = Partial<Pick<Origin, 'state' | 'verified' | 'snapshot' | 'symbol' | 'gaps' | 'timeframe'>>;

/** A message as it leaves a stream node. */
export interface StreamMessage {
  topic: string;
  payload: unknown;
  bitfinex: Origin;
}

/** What a message about this account says of itself. */
export const originOf = ({ name, spec }: Account, { symbol, channel, receivedAt, state }: Pick<Origin, 'symbol' | 'channel' | 'receivedAt' | 'state'>): Origin => ({
  ...{ symbol, channel, account: name, receivedAt, state },
  ...(spec.isSimulated ? { simulated: true as const } : {}),
});

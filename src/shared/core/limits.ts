/** One limit of the exchange: at most `max` starts in any `perMs` milliseconds. */
export interface Limit {
  readonly max: number;
  readonly perMs: number;
  /** Where the number comes from. */
  readonly source: string;
}

/** Every limit that this package obeys, and nowhere else (bitfinex-v2.md 2.8 and 7). */
export const LIMITS = {
  /** New sockets to `api-pub`; more blocks the address for about a minute. */
  connect: { max: 20, perMs: 60_000, source: 'docs.bitfinex.com/docs/requirements-and-limitations' },
  /** No number is published; a burst of 21 was answered within 13 s (capture of 2021), so they leave in small batches. */
  subscribe: { max: 25, perMs: 1_000, source: 'own choice' },
  conf: { max: 90, perMs: 60_000, source: 'docs.bitfinex.com/reference/rest-public-conf' },
} as const satisfies Record<string, Limit>;

/** A row of the table. */
export type LimitName = keyof typeof LIMITS;

/** Channels on one socket: 25 is safe under every number that was published or measured (bitfinex-v2.md 2.8). */
export const CHANNELS_PER_SOCKET = 25;

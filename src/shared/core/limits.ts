/** One limit of the exchange: at most `max` starts in any `perMs` milliseconds. */
export interface Limit {
  readonly max: number;
  readonly perMs: number;
  /** The REST paths that it covers, without `/v2/`. */
  readonly path?: RegExp;
  /** Each endpoint that the path covers has this budget for itself. */
  readonly perEndpoint?: true;
  /** Where the number comes from. */
  readonly source: string;
}

const MINUTE = 60_000;

/** Pages of docs.bitfinex.com/reference, 2025 (bitfinex-v2.md 7 and 8.2); breaking one blocks the address for a minute. */
const PAGE = 'docs.bitfinex.com/reference';
const UNSTATED = 'own choice: the documentation names no number';

/** Every limit that this package obeys, and nowhere else (bitfinex-v2.md 2.8, 7 and 8.2). The first path that fits counts. */
export const LIMITS = {
  /** New sockets to `api-pub`; more blocks the address for about a minute. */
  connect: { max: 20, perMs: MINUTE, source: 'docs.bitfinex.com/docs/requirements-and-limitations' },
  /** New authenticated sockets to `api`; more blocks the address for 15 s. */
  connectAuth: { max: 5, perMs: 15_000, source: 'docs.bitfinex.com/docs/requirements-and-limitations' },
  /** No number is published; a burst of 21 was answered within 13 s (capture of 2021), so they leave in small batches. */
  subscribe: { max: 25, perMs: 1_000, source: 'own choice' },
  platform: { max: 30, perMs: MINUTE, path: /^platform\/status$/, source: `${PAGE}/rest-public-platform-status` },
  ticker: { max: 90, perMs: MINUTE, path: /^ticker\//, source: `${PAGE}/rest-public-ticker` },
  tickers: { max: 30, perMs: MINUTE, path: /^tickers$/, source: `${PAGE}/rest-public-tickers` },
  tickersHistory: { max: 30, perMs: MINUTE, path: /^tickers\/hist$/, source: UNSTATED },
  trades: { max: 15, perMs: MINUTE, path: /^trades\//, source: `${PAGE}/rest-public-trades` },
  book: { max: 240, perMs: MINUTE, path: /^book\//, source: `${PAGE}/rest-public-book` },
  stats: { max: 15, perMs: MINUTE, path: /^stats1\//, source: `${PAGE}/rest-public-stats` },
  candles: { max: 30, perMs: MINUTE, path: /^candles\//, source: `${PAGE}/rest-public-candles` },
  derivatives: { max: 90, perMs: MINUTE, path: /^status\/deriv$/, source: `${PAGE}/rest-public-derivatives-status` },
  derivativesHistory: { max: 90, perMs: MINUTE, path: /^status\/deriv\//, source: `${PAGE}/rest-public-derivatives-status-history` },
  liquidations: { max: 3, perMs: MINUTE, path: /^liquidations\//, source: `${PAGE}/rest-public-liquidations` },
  fundingStats: { max: 15, perMs: MINUTE, path: /^funding\/stats\//, source: UNSTATED },
  conf: { max: 90, perMs: MINUTE, path: /^conf\//, source: `${PAGE}/rest-public-conf` },
  rankings: { max: 90, perMs: MINUTE, path: /^rankings\//, source: `${PAGE}/rest-public-rankings` },
  calc: { max: 90, perMs: MINUTE, path: /^calc\//, perEndpoint: true, source: `${PAGE}/rest-public-market-average-price` },
  alerts: { max: 45, perMs: MINUTE, path: /^auth\/[rw]\/alert/, source: `${PAGE}/rest-auth-alerts` },
  depositAddress: { max: 10, perMs: MINUTE, path: /^auth\/[rw]\/deposit\/address/, source: `${PAGE}/rest-auth-deposit-address` },
  /** Whether it counts by address or by key is unsure; this counts by address. */
  auth: { max: 90, perMs: MINUTE, path: /^auth\//, perEndpoint: true, source: PAGE },
  other: { max: 15, perMs: MINUTE, path: /^/, perEndpoint: true, source: UNSTATED },
} as const satisfies Record<string, Limit>;

/** A row of the table. */
export type LimitName = keyof typeof LIMITS;

/** The row that covers a REST path, and the lane in which its calls are counted: the row's, or one for the endpoint alone. */
export function limitOf(path: string): { limit: LimitName; lane: string } {
  const rows = Object.entries(LIMITS) as [LimitName, Limit][];
  const [limit, row] = rows.find(([, { path: covered }]) => covered?.test(path)) as [LimitName, Limit];
  return { limit, lane: row.perEndpoint === true ? `${limit} ${endpointOf(path)}` : limit };
}

/** The words of which the exchange makes its paths (bitfinex-v2.md 7 and 8.2); any other part may be a user's. */
const WORDS = new Set(
  (
    'platform status ticker tickers trades book stats1 candles deriv liquidations funding stats conf rankings calc trade avg fx ext vasps pulse profile hist last ' +
    'auth r w wallets orders order submit update cancel multi positions position snap audit claim increase info type collateral set limit limits margin base sym_all ' +
    'offers offer loans credits close auto keep user summary permissions logins alerts alert del movements ledgers deposit address all transfer withdraw avail token settings'
  ).split(' '),
);

/** The endpoint that a path belongs to: without symbols, currencies, names and numbers (`auth/r/orders/tBTCUSD/hist` is `auth/r/orders/hist`). */
export const endpointOf = (path: string): string =>
  path
    .split('/')
    .filter((part) => WORDS.has(part))
    .join('/');

/** Channels on one socket: 25 is safe under every number that was published or measured (bitfinex-v2.md 2.8). */
export const CHANNELS_PER_SOCKET = 25;

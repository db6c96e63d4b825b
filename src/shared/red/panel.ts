import type { NodeAPI } from 'node-red';
import { BitfinexError } from '../core/errors';
import type { PlatformState } from '../core/maintenance';
import { hub } from '../link/hub';
import type { Budget } from '../link/limiter';
import type { Venue, VenueLabel } from '../link/venue';
import type { AccountNode } from './account-user';
import { FieldError } from './fields';
import { practicePanelOf, type PracticePanel } from './practice';

/** What the account's dialog shows of now. No name, no address, no key. */
export interface Panel {
  readonly environment: VenueLabel;
  readonly inUse: boolean;
  /** Of the exchange as a whole; missing as long as nothing was heard of it. */
  readonly state?: PlatformState;
  readonly sockets: readonly { readonly state: string; readonly channels: number }[];
  /** How many channels are in each state. */
  readonly channels: Readonly<Record<string, number>>;
  /** UTC ms; missing before the first connection. */
  readonly connectedAt?: number;
  /** Connections that were lost or could not be opened since the exchange is in use. */
  readonly lost: number;
  /** The list of symbols: who gave it and when, UTC ms; missing before the first. */
  readonly symbols?: { readonly source: 'exchange' | 'cache'; readonly readAt: number };
  readonly limits: readonly Pick<Budget, 'limit' | 'max' | 'perMs' | 'used' | 'waiting' | 'waitMs' | 'heldMs'>[];
  /** Only of accounts whose orders go to an embedded exchange. */
  readonly practice?: PracticePanel;
}

/** `GET bitfinex/account/ID`: how the exchange of that account is doing. Looking starts nothing. */
export function servePanel(RED: NodeAPI): void {
  RED.httpAdmin.get('/bitfinex/account/:id', RED.auth.needsPermission('bitfinex-account.read'), (request, response) => {
    const node = RED.nodes.getNode(String(request.params['id'])) as AccountNode | null;
    if (typeof node?.readAccount !== 'function') return void response.status(404).json({ error: 'unknown' });
    try {
      const account = node.readAccount();
      const practice = practicePanelOf(account);
      response.json({ ...panelOf(account.spec.label, hub().find(account.spec.key)), ...(practice === undefined ? {} : { practice }) });
    } catch (error) {
      if (!(error instanceof BitfinexError)) throw error;
      response.json({ error: error.code, ...(error instanceof FieldError ? { field: error.field } : {}) });
    }
  });
}

/** How a venue is doing; `undefined` for one that nobody uses. */
export function panelOf(environment: VenueLabel, venue: Venue | undefined): Panel {
  if (venue === undefined) return { environment, inUse: false, sockets: [], channels: {}, lost: 0, limits: [] };
  const { pool, lineCounts, platform, markets } = venue;
  const { state } = platform;
  const connectedAt = lineCounts.lastOpenedAt;
  const { source, readAt } = markets;
  return {
    environment,
    inUse: true,
    ...(state === undefined ? {} : { state }),
    sockets: pool.lineStates,
    channels: numberOf(pool.channelStates),
    ...(connectedAt === undefined ? {} : { connectedAt }),
    lost: pool.counts.losses,
    ...(source === undefined || readAt === undefined ? {} : { symbols: { source, readAt } }),
    limits: limitsOf(venue),
  };
}

/** New sockets are counted for the whole process, everything else for this exchange. */
function limitsOf({ limiter, connects }: Venue): Panel['limits'] {
  const shared = new Map(connects.budget().map((row) => [row.limit, row]));
  return limiter.budget().map((own) => {
    const { limit, max, perMs, used, waiting, waitMs, heldMs } = (own.limit === 'connect' || own.limit === 'connectAuth' ? shared.get(own.limit) : undefined) ?? own;
    return { limit, max, perMs, used, waiting, waitMs, heldMs };
  });
}

function numberOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

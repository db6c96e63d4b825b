import type { NodeAPI } from 'node-red';
import { kindsOf, type Market } from '../core/markets';
import { unifiedSymbol } from '../core/symbol';
import { hub } from '../link/hub';
import type { MarketList } from '../link/markets';
import type { AccountNode } from './account-user';

/** One suggestion of a form. `kind` is the main one: a pair of `exchange` may be one of `margin` too. */
interface Suggestion {
  readonly symbol: string;
  readonly id: string;
  readonly kind: string;
  readonly kinds: readonly string[];
  /** In the base currency, as the exchange writes them. */
  readonly minOrderSize?: string | undefined;
  readonly maxOrderSize?: string | undefined;
  readonly name?: string | undefined;
}

interface Suggestions {
  readonly source: 'exchange' | 'cache' | 'built-in';
  /** UTC ms. */
  readonly readAt?: number | undefined;
  readonly symbols: readonly Suggestion[];
}

/** Well-known symbols, for an account that was not deployed yet or cannot be reached. */
const BUILT_IN: Suggestions = {
  source: 'built-in',
  symbols: [
    ...['tBTCUSD', 'tETHUSD', 'tBTCUST', 'tETHUST', 'tETHBTC', 'tXRPUSD', 'tSOLUSD', 'tLTCUSD', 'tDOGE:USD'].map((id) => wellKnown(id, 'exchange')),
    ...['tBTCF0:USTF0', 'tETHF0:USTF0'].map((id) => wellKnown(id, 'futures')),
    ...['fUSD', 'fBTC', 'fUST'].map((id) => wellKnown(id, 'funding')),
  ],
};

/**
 * `GET bitfinex/symbols?account=ID`: what the forms suggest, from the exchange's own list where there is one;
 * `&kind=futures` only those, `&refresh=true` asks the exchange anew.
 */
export function serveSymbols(RED: NodeAPI): void {
  RED.httpAdmin.get('/bitfinex/symbols', RED.auth.needsPermission('bitfinex-account.read'), (request, response) => {
    const { account, kind, refresh } = request.query;
    void suggestions(RED, String(account ?? ''), refresh === 'true').then((all) => {
      const symbols = kind === undefined ? all.symbols : all.symbols.filter(({ kinds }) => kinds.includes(String(kind)));
      response.json({ ...all, symbols });
    });
  });
}

async function suggestions(RED: NodeAPI, id: string, refresh: boolean): Promise<Suggestions> {
  const account = RED.nodes.getNode(id) as AccountNode | null;
  if (typeof account?.readAccount !== 'function') return BUILT_IN;
  try {
    const { venue, release } = hub().use(account.readAccount().spec);
    return await listed(venue.markets, refresh).finally(release);
  } catch {
    // settings that cannot be used: the node that uses them says so
    return BUILT_IN;
  }
}

/** What was listed before is better than nothing. */
async function listed(list: MarketList, refresh: boolean): Promise<Suggestions> {
  if (refresh) await list.refresh().catch(() => undefined);
  const markets = await list.get();
  if (markets === undefined) return BUILT_IN;
  return { source: list.source ?? 'built-in', readAt: list.readAt, symbols: markets.list().map(suggestion) };
}

function suggestion(market: Market): Suggestion {
  const { symbol, id, kind, minOrderSize, maxOrderSize, baseName } = market;
  return { symbol, id, kind, kinds: kindsOf(market), minOrderSize, maxOrderSize, name: baseName };
}

function wellKnown(id: string, kind: string): Suggestion {
  return { symbol: unifiedSymbol(id), id, kind, kinds: [kind] };
}

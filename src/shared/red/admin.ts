import type { NodeAPI } from 'node-red';
import { unifiedSymbol, type SymbolIds } from '../core/symbol';
import { hub } from '../link/hub';
import type { AccountNode } from './account-user';

/** Well-known symbols, for an account that was not deployed yet or cannot be reached. */
const BUILT_IN: SymbolIds = new Set(['tBTCUSD', 'tETHUSD', 'tBTCUST', 'tETHUST', 'tETHBTC', 'tXRPUSD', 'tSOLUSD', 'tLTCUSD', 'tDOGE:USD', 'tBTCF0:USTF0', 'tETHF0:USTF0', 'fUSD', 'fBTC', 'fUST']);

/** `GET bitfinex/symbols?account=ID`: what the form suggests, from the exchange's own list where there is one. */
export function serveSymbols(RED: NodeAPI): void {
  RED.httpAdmin.get('/bitfinex/symbols', RED.auth.needsPermission('bitfinex-account.read'), (request, response) => {
    void listedBy(RED, String(request.query['account'] ?? '')).then((listed) => {
      const symbols = [...(listed ?? BUILT_IN)].map((id) => ({ symbol: unifiedSymbol(id), id, kind: kindOf(id) }));
      response.json({ source: listed === undefined ? 'built-in' : 'exchange', symbols });
    });
  });
}

async function listedBy(RED: NodeAPI, id: string): Promise<SymbolIds | undefined> {
  const account = RED.nodes.getNode(id) as AccountNode | null;
  if (typeof account?.readAccount !== 'function') return undefined;
  try {
    const { venue, release } = hub().use(account.readAccount().spec);
    return await venue.symbols.get().finally(release);
  } catch {
    // settings that cannot be used: the node that uses them says so
    return undefined;
  }
}

const kindOf = (id: string): string => (id.startsWith('f') ? 'funding' : id.includes('F0:') ? 'futures' : 'exchange');

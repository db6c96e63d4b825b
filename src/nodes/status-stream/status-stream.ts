import type { NodeAPI } from 'node-red';
import type { News } from '../../shared/core/feed';
import { resolveSymbol, unifiedSymbol, type SymbolIds } from '../../shared/core/symbol';
import { Throttle } from '../../shared/core/throttle';
import { unifiedDerivatives, unifiedLiquidation } from '../../shared/core/unified-status';
import { FieldError, numberField } from '../../shared/red/fields';
import { allInOne } from '../../shared/red/get-answers';
import { refuseQuery } from '../../shared/red/query';
import type { GetAnswer, GetRequest, StreamKind, View, ViewContext } from '../../shared/red/stream-kind';
import { registerStream } from '../../shared/red/stream-node';

interface Options {
  readonly intervalMs: number;
}

/** The one key that is about no single symbol; the ids of all others are those of their perpetuals. */
const LIQUIDATIONS = 'liq:global';

const PERPETUAL = /^t\w+F0:\w+F0$/;

/** @throws FieldError for what is no perpetual, BitfinexError SYMBOL_UNKNOWN */
function resolveKey(text: string, listed: SymbolIds | undefined): string {
  if (text === LIQUIDATIONS) return text;
  const id = resolveSymbol(text.replace(/^deriv:/, ''), listed);
  if (PERPETUAL.test(id)) return id;
  throw new FieldError('FIELD_INVALID', 'keys', `"${text.slice(0, 40)}" is no perpetual; write one as BTC/USDT:USDT or deriv:tBTCF0:USTF0, or ${LIQUIDATIONS} for the liquidations of all`);
}

const states: StreamKind<Options> = {
  names: { field: 'keys', resolve: resolveKey, topic: (id) => (id === LIQUIDATIONS ? id : unifiedSymbol(id)) },
  options: (saved) => ({ intervalMs: numberField(saved, 'interval', 1000) }),
  channel: (id) => ({ channel: 'status', key: id === LIQUIDATIONS ? id : `deriv:${id}` }),
  view: (options, context) => (context.id === LIQUIDATIONS ? new LiquidationsView(context) : new DerivativesView(options, context)),
  get: async (request) => {
    const perpetuals = request.ids.filter((id) => id !== LIQUIDATIONS);
    const isAboutPerpetuals = request.all || perpetuals.length > 0;
    if (isAboutPerpetuals) refuseQuery(request.query, 'the state of perpetuals');
    const answers = isAboutPerpetuals ? await derivatives({ ...request, ids: perpetuals }) : [];
    return request.ids.includes(LIQUIDATIONS) ? [...answers, await liquidations(request)] : answers;
  },
};

const derivatives = (request: Pick<GetRequest<Options>, 'ids' | 'all' | 'single' | 'market'>): Promise<GetAnswer[]> =>
  allInOne(request, (ids) => request.market.derivatives(ids), ({ id, status, info }) => unifiedDerivatives(unifiedSymbol(id), { status, info }));

const liquidations = async ({ market, query }: GetRequest<Options>): Promise<GetAnswer> => ({ id: LIQUIDATIONS, payload: (await market.liquidations(query)).map(unifiedLiquidation) });

/** The newest state of one perpetual, at most every `interval`. */
class DerivativesView implements View {
  private latest: News | undefined;
  private readonly throttle: Throttle;

  constructor(
    { intervalMs }: Options,
    private readonly context: ViewContext,
  ) {
    this.throttle = new Throttle(context.clock, intervalMs, () => this.emit());
  }

  news(news: News): void {
    this.latest = news;
    this.throttle.poke();
  }

  reset(): void {
    this.latest = undefined;
    this.throttle.cancel();
  }

  close(): number {
    this.reset();
    return 0;
  }

  private emit(): void {
    const { latest, context } = this;
    if (latest?.kind !== 'derivatives') return;
    const state = unifiedDerivatives(context.symbol, latest);
    context.show(state.markPrice);
    context.send(state);
  }
}

/** A message for each liquidation, whichever perpetual it is of: each is news of its own, so none waits or is left out. */
class LiquidationsView implements View {
  constructor(private readonly context: ViewContext) {}

  news(news: News): void {
    if (news.kind !== 'liquidations') return;
    for (const item of news.liquidations) this.context.send(unifiedLiquidation(item), { symbol: item.liquidation.symbol });
  }

  reset(): void {
    // every liquidation has left already
  }

  close(): number {
    return 0;
  }
}

/** The state of perpetuals, and liquidations. */
export default function (RED: NodeAPI): void {
  registerStream(RED, 'bitfinex-status-stream', states);
}

import { textOf, unitsOf } from '../../../src/shared/simulator/trading/account/money';
import type { Order } from '../../../src/shared/simulator/trading/account/order';
import type { AuditedMarkets } from './audited-markets';
import { MARKETS, type StepOf } from './history-steps';

type Payload = Readonly<Record<string, unknown>>;

/** What the step wants ordered: as a client writes it, and by which names it is counted. */
export function orderPayload(step: StepOf<'order'>, markets: AuditedMarkets, now: number): { readonly payload: Payload; readonly names: readonly string[] } {
  const { at, buy, lots, flags, lev, tifSeconds } = step;
  // only a limit order has a second leg, only what can rest is post-only, and only on margin there is something to close
  const isSpot = step.spot && at < 2 && (flags & (512 | 1024)) === 0;
  const kind = flags === 16384 || ((flags & 4096) !== 0 && step.type !== 'STOP LIMIT') ? 'LIMIT' : step.type;
  const type = isSpot ? `EXCHANGE ${kind}` : kind;
  const tif = tifSeconds === 0 ? {} : { tif: new Date(now + 1000 * tifSeconds).toISOString().slice(0, 19).replace('T', ' ') };
  const amount = textOf(unitsOf(markets.amountOf(at, buy ? lots : -lots)));
  const payload = { symbol: MARKETS[at]?.symbol, type, flags, amount, ...pricesOf(step, kind, markets), ...(at === 2 ? { lev } : {}), ...tif };
  return { payload, names: [type, `flags ${flags}`, ...(at === 2 ? [`lev ${lev}`] : []), ...Object.keys(tif)] };
}

function pricesOf({ at, buy, offset, more, flags }: StepOf<'order'>, kind: string, markets: AuditedMarkets): Payload {
  const { tick } = MARKETS[at] as (typeof MARKETS)[number];
  const beyond = String(markets.priceAt(at, offset + (buy ? more : -more)));
  if (kind === 'MARKET') return {};
  if (kind === 'TRAILING STOP') return { price_trailing: (more * tick).toFixed(5) };
  const price = String(markets.priceAt(at, offset));
  return { price, ...(kind === 'STOP LIMIT' ? { price_aux_limit: beyond } : {}), ...(flags === 16384 ? { price_oco_stop: beyond } : {}) };
}

/** What the step wants changed of this order; of one that is not open it is nonsense. */
export function updatePayload({ offset, lots, what }: StepOf<'update'>, order: Order | undefined, markets: AuditedMarkets): Payload {
  const at = Math.max(0, MARKETS.findIndex(({ symbol }) => symbol === order?.symbol));
  const sign = (order?.amount ?? 1n) > 0n ? 1 : -1;
  const sized = (direction: number): string => textOf(unitsOf(markets.amountOf(at, direction * lots)));
  const all = { price: String(markets.priceAt(at, offset)), amount: sized(sign), delta: sized(lots % 2 === 0 ? sign : -sign), lev: 1 + (lots % 100) };
  // the leverage of an order that was never shown is told to nobody when it changes
  const isKnown = order?.stage === 'working' || what !== 'lev';
  const names = what === 'both' || !isKnown ? (['price', 'amount'] as const) : ([what] as const);
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

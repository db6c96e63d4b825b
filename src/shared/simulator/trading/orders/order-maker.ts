import type { Luck } from '../../luck';
import type { MarketSource } from '../../markets/source';
import type { ScopedClock } from '../../wall-clock';
import { sizeOf, unitsOf } from '../account/money';
import { hasFlag, isBuy, isDerivative, limitOf, type Order } from '../account/order';
import type { OrderWish } from './order-wish';
import type { Position } from '../account/position';
import { CLOSING } from '../account/status-text';
import { trailStart } from '../market/trail-start';

/** Order ids have twelve digits, as on the exchange; trades and positions count on from the same. */
const FIRST_ID = 210_000_000_000;

/** The deepest book that the exchange shows. */
const DEPTH = 250;

/** Makes orders of wishes: ids, times, and the price for which funds are held. */
export class OrderMaker {
  private lastId = FIRST_ID;

  constructor(private readonly host: { readonly clock: ScopedClock; readonly luck: Luck; readonly source: MarketSource; readonly options: { readonly takerPpm: number } }) {}

  nextId(): number {
    this.lastId += 1 + this.host.luck.below(9);
    return this.lastId;
  }

  /** Ids up to this one were given before. */
  skipTo(id: number): void {
    this.lastId = Math.max(this.lastId, id);
  }

  /** The order, or both legs of an OCO pair: the limit order and the stop that names it. */
  make(wish: OrderWish): [first: Order, ...others: Order[]] {
    const first = this.leg(wish, { type: wish.type, price: wish.price, cid: wish.cid, placedId: null });
    if (wish.ocoStop === 0) return [first];
    return [first, this.leg(wish, { type: 'STOP', price: wish.ocoStop, cid: wish.cidOco, placedId: first.id })];
  }

  /** The exchange's own order that closes a position, at whatever price. */
  forced({ symbol, amount }: Pick<Position, 'symbol' | 'amount'>): Order {
    const nothing = { price: 0, auxLimit: 0, trailing: 0, ocoStop: 0, flags: 0, tif: null, cid: null, cidOco: null, gid: null, meta: null };
    const [order] = this.make({ ...nothing, symbol, type: 'MARKET', spot: false, amount: -amount, lev: 1 });
    return { ...order, forced: true };
  }

  private leg(wish: OrderWish, { cid, ...leg }: Pick<Order, 'type' | 'price' | 'placedId'> & { cid: number | null }): Order {
    const now = this.host.clock.now();
    const { symbol, spot, amount, trailing, auxLimit, flags, tif, lev, gid, meta } = wish;
    const order: Order = {
      ...{ id: this.nextId(), symbol, spot, cid: cid ?? now, gid, amount, remaining: amount, auxLimit, trailing, flags, tif, lev, meta, ...leg },
      ...{ createdAt: now, updatedAt: now, status: hasFlag({ flags }, 'close') ? CLOSING : 'ACTIVE', stage: 'arriving', triggered: false, filledCost: 0n, holdPrice: 0 },
    };
    return { ...order, holdPrice: Math.max(this.holdPrice(order), leg.placedId === null ? wish.ocoStop : 0) };
  }

  /** The price at which the order may cost most; 0 where it holds no money. Of a derivative the fee is held with the collateral. */
  holdPrice(order: Order): number {
    if (order.spot && !isBuy(order)) return 0;
    const price = limitOf(order) ?? (order.type === 'STOP' ? order.price : Math.max(this.worstPrice(order), this.triggerOf(order)));
    if (order.spot) return price;
    const dearest = isBuy(order) ? price : Math.max(price, this.bestBid(order.symbol));
    return isDerivative(order.symbol) ? upToUnit(dearest * (1 + (order.lev * this.host.options.takerPpm) / 1e6)) : dearest;
  }

  /** A trailing stop does not stand anywhere until it comes to the market: it is reckoned with where it would now. */
  private triggerOf(order: Order): number {
    if (order.type !== 'TRAILING STOP' || order.price !== 0) return order.price;
    return trailStart(order, this.host.source.market(order.symbol)?.trades.last?.[3]);
  }

  /** Who sells on margin gets the better price, and his position is worth that. */
  private bestBid(symbol: string): number {
    const market = this.host.source.market(symbol);
    return Math.max(market?.sides('P0', DEPTH)?.bids.levels[0]?.price ?? 0, market?.trades.last?.[3] ?? 0);
  }

  /** A market order is reckoned with what the visible book asks for its amount. */
  private worstPrice({ symbol, remaining }: Order): number {
    const market = this.host.source.market(symbol);
    const sides = market?.sides('P0', DEPTH);
    let left = sizeOf(remaining);
    for (const level of (remaining > 0n ? sides?.asks : sides?.bids)?.levels ?? []) {
      left -= sizeOf(unitsOf(level.amount));
      if (left <= 0n) return level.price;
    }
    return market?.trades.last?.[3] ?? 0;
  }
}

/** Rounded up to the 8 decimals that are reckoned with. */
const upToUnit = (price: number): number => Math.ceil(price * 1e8) / 1e8;

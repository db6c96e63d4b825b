import { costOf, numberOf, sizeOf, type Units } from './money';
import { isDerivative } from './order';

/** A margin or derivative position. One for each symbol: trades are netted. */
export interface Position {
  readonly symbol: string;
  readonly id: number;
  /** Signed: + long. 0 when closed. */
  readonly amount: Units;
  /** What its amount cost, signed as the amount, quote currency. */
  readonly cost: Units;
  /** Of derivatives: what stands for it, in the quote currency. */
  readonly collateral: Units;
  readonly lev: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastTrade: { readonly order: number; readonly price: number; readonly units: Units } | null;
}

/** What a trade did to a position; `realised` is what was won (lost: negative) by it, quote currency. */
export interface PositionChange {
  readonly change: 'new' | 'update' | 'closed';
  readonly position: Position;
  readonly realised: Units;
}

/** A trade that is netted; `id` becomes the id of a position that it opens. */
export interface NettedTrade {
  readonly symbol: string;
  readonly units: Units;
  readonly price: number;
  readonly at: number;
  readonly id: number;
  readonly order: number;
}

/** Average entry price; 0 of a closed one. */
export const basePriceOf = ({ amount, cost }: Pick<Position, 'amount' | 'cost'>): number => (amount === 0n ? 0 : numberOf((cost * 100_000_000n) / amount));

/**
 * The position after a trade. More of the same direction is added at its cost; less of it takes out the same part of the
 * cost (cut, so that parts and rest add up exactly); beyond its size it is turned around.
 */
export function netted(before: Position | undefined, trade: NettedTrade): PositionChange {
  const { symbol, units, price, at, id, order } = trade;
  const lastTrade = { order, price, units };
  const cost = units < 0n ? -costOf(sizeOf(units), price) : costOf(units, price);
  if (before === undefined) {
    const position = { symbol, id, amount: units, cost, collateral: 0n, lev: isDerivative(symbol) ? 10 : 1, createdAt: at, updatedAt: at, lastTrade };
    return { change: 'new', position, realised: 0n };
  }
  const moved = { ...before, updatedAt: at, lastTrade };
  if (before.amount > 0n === units > 0n) return { change: 'update', position: { ...moved, amount: before.amount + units, cost: before.cost + cost }, realised: 0n };
  if (sizeOf(units) < sizeOf(before.amount)) {
    const gone = (before.cost * -units) / before.amount;
    return { change: 'update', position: { ...moved, amount: before.amount + units, cost: before.cost - gone }, realised: -cost - gone };
  }
  const rest = before.amount + units;
  // what closes it, and what is left over opens a position the other way
  const closing = (cost * -before.amount) / units;
  const realised = -closing - before.cost;
  if (rest === 0n) return { change: 'closed', position: { ...moved, amount: 0n, cost: 0n }, realised };
  return { change: 'update', position: { ...moved, amount: rest, cost: cost - closing }, realised };
}

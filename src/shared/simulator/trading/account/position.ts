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
  /** Average entry price; of a closed one, what it was. */
  readonly basePrice: number;
  /** Of derivatives: what stands for it alone, in the quote currency. */
  readonly collateral: Units;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastTrade: LastTrade;
}

/** The trade that made a position what it is; `forced`: the exchange closed it. */
export interface LastTrade {
  readonly order: number;
  readonly price: number;
  readonly units: Units;
  readonly forced: boolean;
}

/** What became of a position. */
export interface PositionChange {
  readonly change: 'new' | 'update' | 'closed';
  readonly position: Position;
}

/** A trade that is netted; `trade` becomes the id of a position that it opens, `lev` sets what must stand for a derivative. */
export interface NettedTrade {
  readonly symbol: string;
  readonly trade: number;
  readonly order: number;
  /** Signed. */
  readonly units: Units;
  readonly price: number;
  readonly at: number;
  readonly lev: number;
  readonly forced: boolean;
}

/** What a trade did: `realised` is what was won (lost: negative), `freed` the collateral that it set free, quote currency. */
export interface Netting {
  readonly changes: readonly PositionChange[];
  readonly realised: Units;
  readonly freed: Units;
}

/**
 * The position after a trade. More of the same direction is added at its cost; less of it takes out the same part of the
 * cost and of the collateral (cut, so that parts and rest add up exactly). A trade beyond its size closes it, and what is
 * left over opens another one the other way, with an id of its own.
 */
export function netted(before: Position | undefined, trade: NettedTrade): Netting {
  const cost = signedCost(trade.units, trade.price);
  if (before === undefined) return { changes: [opened(trade, trade.units, cost)], realised: 0n, freed: 0n };
  if (before.amount > 0n === trade.units > 0n) return { changes: [added(before, trade, cost)], realised: 0n, freed: 0n };
  const isBeyond = sizeOf(trade.units) > sizeOf(before.amount);
  const closing = isBeyond ? (cost * -before.amount) / trade.units : cost;
  const reduced = reduce(before, trade, isBeyond ? -before.amount : trade.units, closing);
  if (!isBeyond) return reduced;
  return { ...reduced, changes: [...reduced.changes, opened(trade, before.amount + trade.units, cost - closing)] };
}

const signedCost = (units: Units, price: number): Units => (units < 0n ? -costOf(-units, price) : costOf(units, price));

const lastTradeOf = ({ order, price, units, forced }: NettedTrade): LastTrade => ({ order, price, units, forced });

const averageOf = (amount: Units, cost: Units): number => numberOf((cost * 100_000_000n) / amount);

/** What must stand for so much of a derivative; on margin the whole wallet stands for it. */
const collateralFor = ({ symbol, lev }: NettedTrade, cost: Units): Units => (isDerivative(symbol) ? sizeOf(cost) / BigInt(lev) : 0n);

function opened(trade: NettedTrade, amount: Units, cost: Units): PositionChange {
  const { symbol, at } = trade;
  const collateral = collateralFor(trade, cost);
  const position = { symbol, id: trade.trade, amount, cost, basePrice: averageOf(amount, cost), collateral, createdAt: at, updatedAt: at, lastTrade: lastTradeOf(trade) };
  return { change: 'new', position };
}

function added(before: Position, trade: NettedTrade, more: Units): PositionChange {
  const amount = before.amount + trade.units;
  const cost = before.cost + more;
  const collateral = before.collateral + collateralFor(trade, more);
  return { change: 'update', position: { ...before, amount, cost, basePrice: averageOf(amount, cost), collateral, updatedAt: trade.at, lastTrade: lastTradeOf(trade) } };
}

/** `units` (signed against it) leave for `cost`. */
function reduce(before: Position, trade: NettedTrade, units: Units, cost: Units): Netting {
  const gone = (before.cost * -units) / before.amount;
  const freed = (before.collateral * -units) / before.amount;
  const amount = before.amount + units;
  const position = { ...before, amount, cost: before.cost - gone, collateral: before.collateral - freed, updatedAt: trade.at, lastTrade: lastTradeOf(trade) };
  return { changes: [{ change: amount === 0n ? 'closed' : 'update', position }], realised: -cost - gone, freed };
}

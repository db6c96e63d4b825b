import { costAtMost, sizeOf, type Units } from '../account/money';
import { isBuy, isDerivative, type Order } from '../account/order';
import type { Position } from '../account/position';
import { isReducing } from '../market/reducing';

/** Open orders of one side: how much, and what it may cost (margin) or what must stand for it (derivatives), quote currency. */
export interface Share {
  readonly units: Units;
  readonly money: Units;
}

/** What the open orders of one symbol may do to its position. */
export interface Reserve {
  readonly buys: Share;
  readonly sells: Share;
}

const NOTHING: Share = { units: 0n, money: 0n };
export const NO_RESERVE: Reserve = { buys: NOTHING, sells: NOTHING };

/** The reserve with the order in it (`sign` 1n) or without it (-1n). */
export function reserveWith(reserve: Reserve, order: Order, sign: 1n | -1n): Reserve {
  if (!mayOpen(order)) return reserve;
  const side = isBuy(order) ? 'buys' : 'sells';
  const { units, money } = reserve[side];
  const size = sizeOf(order.remaining);
  return { ...reserve, [side]: { units: units + sign * size, money: money + sign * moneyOf(order, size) } };
}

/** May it open a position? The limit leg of an OCO pair speaks for the stop leg too; and what only reduces never opens. */
export const mayOpen = (order: Order): boolean => !order.spot && order.stage !== 'closed' && order.placedId === null && !isReducing(order);

function moneyOf({ symbol, holdPrice, lev }: Order, size: Units): Units {
  const cost = costAtMost(size, holdPrice);
  return isDerivative(symbol) ? (cost + BigInt(lev) - 1n) / BigInt(lev) : cost;
}

/** What orders of this side may open beyond closing so much that stands the other way. Rounded up. */
export function openedBy({ units, money }: Share, closing: Units): Units {
  if (closing <= 0n) return money;
  return units <= closing ? 0n : (money * (units - closing) + units - 1n) / units;
}

/** What is set aside for a derivative: the position's collateral, and what its orders may open on either side. */
export function collateralHeld({ buys, sells }: Reserve, position: Pick<Position, 'amount' | 'collateral'> | undefined): Units {
  const { amount, collateral } = position ?? { amount: 0n, collateral: 0n };
  return collateral + openedBy(buys, -amount) + openedBy(sells, amount);
}

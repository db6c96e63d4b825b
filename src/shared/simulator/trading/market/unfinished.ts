import { siblingOf } from './execution';
import { hasFlag, isStop, limitOf, type Order } from '../account/order';
import type { PaperAccount } from '../account/paper-account';

const hasBegun = ({ amount, remaining, triggered }: Order): boolean => triggered || remaining !== amount;

/** Of an OCO pair: should it have ended with the other one, and the process ended in between? */
export function isLeftOver(account: PaperAccount, order: Order): boolean {
  if (!hasFlag(order, 'oco') || hasBegun(order)) return false;
  const other = siblingOf(account, order);
  return other === undefined || hasBegun(other);
}

/** Can it stand in the market? All others take what they can and are over: the process ended while they did. */
export const canStand = (order: Order): boolean => isStop(order) || (limitOf(order) !== undefined && order.type !== 'IOC' && order.type !== 'FOK');

import type { AccountState } from './account-state';
import { netted, type Position } from './position';

/** Every position as each trade left it, oldest first; told by the trades that are kept. */
export function positionHistory({ trades }: Pick<AccountState, 'trades'>): Position[] {
  const open = new Map<string, Position>();
  const history: Position[] = [];
  for (const { order, symbol, id, units, price, at } of trades) {
    if (order.spot) continue;
    const { changes } = netted(open.get(symbol), { symbol, trade: id, order: order.id, units, price, at, lev: order.lev, forced: order.forced === true });
    for (const { position } of changes) {
      history.push(position);
      if (position.amount === 0n) open.delete(symbol);
      else open.set(symbol, position);
    }
  }
  return history;
}

const DAY = 86_400_000;

/** A position as it stood at a midnight, UTC ms. */
export interface DailyPosition {
  readonly at: number;
  readonly position: Position;
}

/** The open positions at each midnight until now, oldest first. */
export function dailyPositions(history: readonly Position[], now: number): DailyPosition[] {
  const days: DailyPosition[] = [];
  const open = new Map<string, Position>();
  const [first] = history;
  if (first === undefined) return [];
  let next = 0;
  for (let at = (Math.floor(first.updatedAt / DAY) + 1) * DAY; at <= now; at += DAY) {
    for (let one = history[next]; one !== undefined && one.updatedAt < at; one = history[++next]) open.set(one.symbol, one);
    for (const position of open.values()) if (position.amount !== 0n) days.push({ at, position });
  }
  return days;
}

import { balance } from '../../wire/balance';
import { marginBase } from '../../wire/margin';
import { position as positionTable } from '../../wire/position';
import type { AccountState } from './account-state';
import { numberOf } from './money';
import { isDerivative } from './order';
import { basePriceOf, type Position } from './position';
import type { Prices } from './prices';

/** An account and what things are worth: all that its figures follow from. */
export interface Valuation {
  readonly state: AccountState;
  readonly prices: Prices;
}

/** A position as the exchange writes it (bitfinex-v2.md 5.3); without a valuation its calculated columns are null. */
export function positionRow(position: Position, valuation: Valuation | undefined): unknown[] {
  const { symbol, amount, id, createdAt, updatedAt, collateral, lastTrade } = position;
  const pl = valuation && plOf(position, valuation.prices);
  return positionTable.encode({
    symbol,
    status: amount === 0n ? 'CLOSED' : 'ACTIVE',
    amount: numberOf(amount),
    entryPrice: basePriceOf(position),
    marginFunding: 0,
    marginFundingType: 0,
    unrealizedPnl: pl ?? null,
    percentage: pl === undefined || amount === 0n ? null : (pl / Math.abs(numberOf(position.cost))) * 100,
    liquidationPrice: null,
    leverage: null,
    id,
    timestamp: createdAt,
    lastUpdateTimestamp: updatedAt,
    type: isDerivative(symbol) ? 1 : 0,
    collateral: numberOf(collateral),
    maintenanceMargin: 0,
    meta: lastTrade && { reason: 'TRADE', order_id: lastTrade.order, order_id_oppo: null, liq_stage: null, trade_price: String(lastTrade.price), trade_amount: String(numberOf(lastTrade.units)) },
  });
}

/** Unrealised profit at the last price, quote currency; `undefined` without a price. */
function plOf({ symbol, amount, cost }: Position, prices: Prices): number | undefined {
  const last = prices.last(symbol);
  return last === undefined ? undefined : numberOf(amount) * last - numberOf(cost);
}

/** What everything is worth, USD: `bu`. */
export function balanceRow({ state, prices }: Valuation): unknown[] {
  let aum = 0;
  for (const { currency, total } of state.wallets.values()) aum += numberOf(total) * (prices.dollars(currency) ?? 0);
  return balance.encode({ aum, aumNet: aum });
}

/** The margin wallet as a whole: `miu` (bitfinex-v2.md 5.6). */
export function marginBaseRow({ state, prices }: Valuation): unknown[] {
  let marginBalance = 0;
  for (const { type, currency, total } of state.wallets.values()) if (type === 'margin') marginBalance += numberOf(total) * (prices.dollars(currency) ?? 0);
  let userPl = 0;
  for (const position of state.positions.values()) userPl += plOf(position, prices) ?? 0;
  return marginBase.encode({ scope: 'base', info: { userPl, userSwaps: 0, marginBalance, marginNet: marginBalance + userPl, marginRequired: 0 } });
}

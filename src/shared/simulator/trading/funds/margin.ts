import { balance } from '../../../wire/balance';
import { marginBase, marginSymbol } from '../../../wire/margin';
import { position as positionTable } from '../../../wire/position';
import { marginFigures } from './margin-figures';
import { marginRoom } from './margin-room';
import { numberOf, textOf, type Units } from '../account/money';
import { isDerivative, quoteOf } from '../account/order';
import type { LastTrade, Position } from '../account/position';
import { positionFigures } from './position-figures';
import { profitOf } from '../account/position-value';
import type { Valuation } from './valuation';

export type { Valuation };

/** A position as the exchange writes it (bitfinex-v2.md 5.3); without a valuation its calculated columns are null. */
export function positionRow(position: Position, valuation: Valuation | undefined): unknown[] {
  const { symbol, amount, id, createdAt, updatedAt, collateral, lastTrade, basePrice } = position;
  const figures = valuation === undefined || amount === 0n ? undefined : positionFigures(position, valuation);
  return positionTable.encode({
    symbol,
    status: amount === 0n ? 'CLOSED' : 'ACTIVE',
    amount: numberOf(amount),
    entryPrice: basePrice,
    marginFunding: 0,
    marginFundingType: 0,
    unrealizedPnl: figures?.profit ?? null,
    percentage: figures?.percentage ?? null,
    liquidationPrice: figures?.liquidation ?? null,
    leverage: figures?.leverage ?? null,
    id,
    timestamp: createdAt,
    lastUpdateTimestamp: updatedAt,
    type: isDerivative(symbol) ? 1 : 0,
    collateral: numberOf(collateral),
    maintenanceMargin: isDerivative(symbol) ? (figures?.least ?? 0) : 0,
    meta: metaOf(lastTrade),
  });
}

/** The trade that made it what it is. `liq_stage` is 1 of one that was liquidated. */
const metaOf = ({ order, price, units, forced }: LastTrade): unknown => ({
  reason: forced ? 'LIQUIDATION' : 'TRADE',
  order_id: order,
  order_id_oppo: null,
  liq_stage: forced ? 1 : null,
  trade_price: String(price),
  trade_amount: textOf(units),
});

/** What all wallets are worth, and net of what the positions won or lost, USD: `bu` (bitfinex-v2.md 5.6). */
export function balanceRow({ state, prices }: Valuation): unknown[] {
  const worth = (units: Units, currency: string): number => numberOf(units) * (prices.dollars(currency) ?? 0);
  const sum = (several: readonly number[]): number => several.reduce((a, b) => a + b, 0);
  const aum = sum([...state.wallets.values()].map(({ currency, total }) => worth(total, currency)));
  const profit = sum([...state.positions.values()].map((position) => worth(profitOf(position, prices) ?? 0n, quoteOf(position.symbol))));
  return balance.encode({ aum, aumNet: aum + profit });
}

/** The margin wallet as a whole, USD: `miu` (bitfinex-v2.md 5.6). Nothing is borrowed at interest here. */
export function marginBaseRow(valuation: Valuation): unknown[] {
  const { profit, balance: whole, net, least } = marginFigures(valuation);
  return marginBase.encode({
    scope: 'base',
    info: { userPl: numberOf(profit), userSwaps: 0, marginBalance: numberOf(whole), marginNet: numberOf(net), marginRequired: numberOf(least) },
  });
}

/** What can be traded on margin in one pair: `miu` (bitfinex-v2.md 5.6); `undefined` where nothing can. */
export function marginSymbolRow(valuation: Valuation, symbol: string): unknown[] | undefined {
  const room = marginRoom(valuation, symbol);
  if (room === undefined) return undefined;
  const { tradable, gross, buy, sell } = room;
  return marginSymbol.encode({ scope: 'sym', symbol, info: { tradableBalance: numberOf(tradable), grossBalance: numberOf(gross), buy: numberOf(buy), sell: numberOf(sell) } });
}

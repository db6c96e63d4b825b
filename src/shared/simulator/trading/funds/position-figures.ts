import { marginFigures } from './margin-figures';
import { numberOf, sizeOf, timesOf, type Units } from '../account/money';
import { isDerivative, quoteOf } from '../account/order';
import type { Position } from '../account/position';
import { profitOf, valueOf } from '../account/position-value';
import type { Valuation } from './valuation';

/** What is calculated of a position; null without a price. */
export interface PositionFigures {
  /** Unrealised, quote currency. */
  readonly profit: number | null;
  /** The same in percent of what the position cost. */
  readonly percentage: number | null;
  /** At which last price it would be liquidated, all others as they are; 0: at none. */
  readonly liquidation: number | null;
  /** Of a derivative what it cost by its collateral; on margin what it is worth by the whole net of the wallet. */
  readonly leverage: number | null;
  /** The least that must be left for it, quote currency. */
  readonly least: number;
}

/** The figures of an open position. */
export function positionFigures(position: Position, valuation: Valuation): PositionFigures {
  const profit = profitOf(position, valuation.prices);
  const least = numberOf(leastFor(position, valuation));
  if (profit === undefined) return { profit: null, percentage: null, liquidation: null, leverage: null, least };
  const percentage = position.cost === 0n ? 0 : (numberOf(profit) / Math.abs(numberOf(position.cost))) * 100;
  return { profit: numberOf(profit), percentage, liquidation: liquidationOf(position, valuation), leverage: leverageOf(position, valuation), least };
}

/** What is there beyond the least; negative: it must be liquidated. Of a derivative its own, quote currency; else the margin wallet's, USD. */
export function spareOf(position: Position, valuation: Valuation): Units {
  if (!isDerivative(position.symbol)) {
    const { net, least } = marginFigures(valuation);
    return net - least;
  }
  return position.collateral + (profitOf(position, valuation.prices) ?? 0n) - leastFor(position, valuation);
}

const leastFor = (position: Position, { prices }: Valuation): Units => timesOf(valueOf(position, prices), prices.marginRates(position.symbol)?.least ?? 0);

/** What is spare grows with the price in a straight line, for all that hangs on this price does: two points of it tell where it is nothing. */
function liquidationOf(position: Position, { state, prices }: Valuation): number {
  const last = prices.last(position.symbol) as number;
  const spareAt = (price: number): number => numberOf(spareOf(position, { state, prices: prices.at(position.symbol, price) }));
  const spare = spareAt(last);
  const slope = (spareAt(2 * last) - spare) / last;
  return slope === 0 ? 0 : Math.max(0, last - spare / slope);
}

function leverageOf(position: Position, valuation: Valuation): number | null {
  const { symbol, cost, collateral } = position;
  if (isDerivative(symbol)) return collateral === 0n ? null : numberOf(sizeOf(cost)) / numberOf(collateral);
  const net = numberOf(marginFigures(valuation).net);
  return net <= 0 ? null : (numberOf(valueOf(position, valuation.prices)) * (valuation.prices.dollars(quoteOf(symbol)) ?? 0)) / net;
}

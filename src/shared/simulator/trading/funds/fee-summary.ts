import { codesOf } from '../../../core/symbol';
import { summary } from '../../../wire/summary';
import type { OwnTrade } from '../account/account-facts';
import type { Valuation } from './valuation';
import { costOf, numberOf, sizeOf, type Units } from '../account/money';
import type { TradingOptions } from '../trading';

const DAYS_30 = 30 * 86_400_000;

/** Parts of one, as the summary has them. */
const partOf = (ppm: number): number => ppm / 1e6;

/** The account's fee rates, and its volume and fees of the last 30 days (bitfinex-v2.md 8.3). Nobody here holds LEO or lends. */
export function feeSummary({ state, prices }: Valuation, { makerPpm, takerPpm }: TradingOptions, now: number): unknown[] {
  const trades = state.trades.filter(({ at }) => at > now - DAYS_30);
  const fees = sums(trades, ({ feeCurrency, fee }) => [feeCurrency, -fee]);
  const worth = (all: ReadonlyMap<string, Units>): number => [...all].reduce((sum, [code, units]) => sum + numberOf(units) * (prices.dollars(code) ?? 0), 0);
  const rates = (ppm: number): { crypto: number; stable: number; fiat: number; derivative: number } => ({ crypto: partOf(ppm), stable: partOf(ppm), fiat: partOf(ppm), derivative: partOf(ppm) });
  return summary.encode({
    fees: { maker: rates(makerPpm), taker: rates(takerPpm) },
    volume: [[...volumes(trades), totalVolume(trades, worth)], Object.fromEntries([...fees].map(([code, units]) => [code, numberOf(units)])), worth(fees)],
    earnings: [null, {}, 0],
    leo: { leo_lev: 0, leo_amount_avg: 0 },
  });
}

interface Volume {
  readonly curr: string;
  readonly [key: string]: string | number;
}

/** By the currency that was bought and sold. */
function volumes(trades: readonly OwnTrade[]): Volume[] {
  const amountOf = ({ symbol, units }: OwnTrade): [string, Units] => [codesOf(symbol.slice(1))[0], sizeOf(units)];
  const made = sums(trades.filter(({ maker }) => maker), amountOf);
  return [...sums(trades, amountOf)].map(([curr, units]) => volume(curr, numberOf(units), numberOf(made.get(curr) ?? 0n)));
}

function totalVolume(trades: readonly OwnTrade[], worth: (all: ReadonlyMap<string, Units>) => number): Volume {
  const paidOf = ({ symbol, units, price }: OwnTrade): [string, Units] => [codesOf(symbol.slice(1))[1], costOf(sizeOf(units), price)];
  return volume('Total (USD)', worth(sums(trades, paidOf)), worth(sums(trades.filter(({ maker }) => maker), paidOf)));
}

const volume = (curr: string, vol: number, made: number): Volume => ({ curr, vol, vol_safe: vol, vol_maker: made, vol_BFX: vol, vol_BFX_safe: vol, vol_BFX_maker: made });

function sums(trades: readonly OwnTrade[], partOf: (trade: OwnTrade) => [string, Units]): Map<string, Units> {
  const sum = new Map<string, Units>();
  for (const trade of trades) {
    const [key, units] = partOf(trade);
    sum.set(key, (sum.get(key) ?? 0n) + units);
  }
  return sum;
}

import type { Told } from './calc';
import { marginBaseRow, marginSymbolRow, positionRow } from './margin';
import { isDerivative } from '../account/order';
import type { Valuation } from './valuation';

/** What is calculated of positions: `pu` of each that is open, and `miu` of its pair and of the margin wallet. */
export function positionTalk(valuation: Valuation, symbols: Iterable<string>): Told[] {
  const about = [...symbols];
  const told = about.flatMap((symbol) => talkOf(valuation, symbol));
  return about.every(isDerivative) ? told : [...told, ['miu', marginBaseRow(valuation)]];
}

function talkOf(valuation: Valuation, symbol: string): Told[] {
  const position = valuation.state.positions.get(symbol);
  const margin = marginSymbolRow(valuation, symbol);
  return [...(position === undefined ? [] : [['pu', positionRow(position, valuation)] as const]), ...(margin === undefined ? [] : [['miu', margin] as const])];
}

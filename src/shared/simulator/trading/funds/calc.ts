import { fundingInfo } from '../../../wire/funding-info';
import { textOf } from '../../../wire/keys';
import { balanceRow, marginBaseRow, marginSymbolRow, positionRow } from './margin';
import { WALLETS, walletKey } from '../account/order';
import { walletRow } from '../account/rows';
import { spendable } from './spendable';
import type { Valuation } from './valuation';

/** A message of channel 0. */
export type Told = readonly [type: string, payload: unknown];

/** More in one batch are not looked at (bitfinex-v2.md 6.8). */
const MOST = 30;

/**
 * Answers a `calc` input: `[["margin_base"],["position_tBTCUSD"],...]` (bitfinex-v2.md 6.8). What there is not (a position,
 * a wallet, a pair on margin) is not answered.
 */
export function answerCalc(valuation: Valuation, requests: unknown): Told[] {
  if (!Array.isArray(requests)) return [];
  return (requests as unknown[]).slice(0, MOST).flatMap((request) => {
    const told = answer(valuation, textOf(Array.isArray(request) ? request[0] : request) ?? '');
    return told === undefined ? [] : [told];
  });
}

function answer(valuation: Valuation, what: string): Told | undefined {
  const [, kind = what, name = ''] = /^(margin_sym|position|wallet|funding_sym)_(.+)$/.exec(what) ?? [];
  return Object.hasOwn(ANSWERS, kind) ? ANSWERS[kind]?.(valuation, name) : undefined;
}

const ANSWERS: Readonly<Record<string, (valuation: Valuation, name: string) => Told | undefined>> = {
  balance: (valuation) => ['bu', balanceRow(valuation)],
  margin_base: (valuation) => ['miu', marginBaseRow(valuation)],
  margin_sym: (valuation, symbol) => told('miu', marginSymbolRow(valuation, symbol)),
  position: (valuation, symbol) => {
    const position = valuation.state.positions.get(symbol);
    return position && ['pu', positionRow(position, valuation)];
  },
  wallet: (valuation, name) => {
    const [type, currency = ''] = name.split('_');
    const known = WALLETS.find((one) => one === type);
    const wallet = known && valuation.state.wallets.get(walletKey(known, currency));
    return wallet && ['wu', walletRow(wallet, spendable(valuation, wallet.type, wallet.currency))];
  },
  // nothing is lent or borrowed here
  funding_sym: (_, symbol) => (symbol.startsWith('f') ? ['fiu', fundingInfo.encode({ scope: 'sym', symbol, info: { yieldLoan: 0, yieldLend: 0, durationLoan: 0, durationLend: 0 } })] : undefined),
};

const told = (type: string, row: unknown): Told | undefined => (row === undefined ? undefined : [type, row]);

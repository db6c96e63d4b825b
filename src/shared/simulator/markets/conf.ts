import { isFunding } from '../../core/channel';
import { currencyName, nameList, pairInfo, type PairLimits } from '../../wire/conf';
import { CURRENCIES, type CurrencyFacts } from './currencies';

/** What is known of the orders of a symbol. */
type LimitsOf = (symbol: string) => PairLimits | undefined;

/** Lists of `conf/` (bitfinex-v2.md 7.2), all made from the symbols that this exchange has; unknown keys are empty lists. */
export function confOf(key: string, symbols: readonly string[], limitsOf: LimitsOf = () => undefined): unknown[] {
  const make = Object.hasOwn(MAKERS, key) ? MAKERS[key] : undefined;
  return make === undefined ? [] : make(symbols, limitsOf);
}

const MAKERS: Readonly<Record<string, (symbols: readonly string[], limitsOf: LimitsOf) => unknown[]>> = {
  'pub:list:pair:exchange': (symbols) => nameList.encode(spot(symbols)),
  'pub:list:pair:margin': (symbols, limitsOf) => nameList.encode(spot(symbols).filter((pair) => isMarginable(pair, limitsOf(`t${pair}`)))),
  'pub:list:pair:futures': (symbols) => nameList.encode(futures(symbols)),
  'pub:list:currency': (symbols) => nameList.encode(currencies(symbols)),
  'pub:list:currency:margin': (symbols) => nameList.encode(funded(symbols)),
  'pub:list:currency:paper': (symbols) => nameList.encode(currencies(symbols).filter((code) => code.startsWith('TEST'))),
  'pub:map:currency:sym': (symbols) => named(symbols, ({ name }) => name),
  'pub:map:currency:label': (symbols) => named(symbols, ({ label }) => label),
  'pub:map:currency:undl': (symbols) =>
    currencies(symbols)
      .filter((code) => code.endsWith('F0'))
      .map((code) => currencyName.encode({ code, name: code.slice(0, -2) })),
  'pub:map:currency:pool': (symbols) => named(symbols, ({ pool }) => pool),
  'pub:map:currency:explorer': (symbols) => known(symbols, ({ explorer }) => explorer && [explorer, `${explorer}/address/VAL`, `${explorer}/tx/VAL`]),
  'pub:map:currency:tx:fee': (symbols) => known(symbols, ({ fee }) => (fee === undefined ? undefined : [0, fee])),
  'pub:map:tx:method': (symbols) => known(symbols, ({ method }) => method).map(([code, method]) => [method, [code]]),
  // paid in and out: 1; nothing asks for a payment id but ripple; confirmations last
  'pub:info:tx:status': (symbols) =>
    known(symbols, ({ method }) => method).map(([code, method]) => [method, 1, 1, null, null, null, null, ...(code === 'XRP' ? [1, 1] : [0, 0]), null, null, 3]),
  'pub:info:pair': (symbols, limitsOf) => spot(symbols).map((pair) => infoOf(pair, limitsOf(`t${pair}`))),
  'pub:info:pair:futures': (symbols, limitsOf) => futures(symbols).map((pair) => infoOf(pair, limitsOf(`t${pair}`))),
};

/** Can this pair (no perpetual) be traded on margin? By what is given of it, else by its name. */
export const isMarginable = (pair: string, given?: PairLimits): boolean => (given === undefined ? !pair.includes(':') : given.initialMargin !== null);

/** The least and the greatest amount of an order, base currency, in the exchange's own decimal text: as given, else by the currency. */
export function orderSizes(pair: string, given?: PairLimits): { readonly least: string; readonly greatest: string } {
  const [base = ''] = codesOf(pair);
  const [, least, greatest] = SIZES.find(([bases]) => bases.test(base)) ?? [undefined, '2.0', '250000.0'];
  return { least: given?.minOrderSize ?? least, greatest: given?.maxOrderSize ?? greatest };
}

const pairs = (symbols: readonly string[]): string[] => symbols.filter((symbol) => !isFunding(symbol)).map((symbol) => symbol.slice(1));
const isFuture = (pair: string): boolean => /F0:\w+F0$/.test(pair);
const spot = (symbols: readonly string[]): string[] => pairs(symbols).filter((pair) => !isFuture(pair));
const futures = (symbols: readonly string[]): string[] => pairs(symbols).filter(isFuture);

const codesOf = (pair: string): string[] => (pair.includes(':') ? pair.split(':') : [pair.slice(0, 3), pair.slice(3)]);

/** What is lent here: the currencies that have a funding market. */
const funded = (symbols: readonly string[]): string[] => symbols.filter(isFunding).map((symbol) => symbol.slice(1)).sort();

function currencies(symbols: readonly string[]): string[] {
  return [...new Set([...funded(symbols), ...pairs(symbols).flatMap(codesOf)])].sort();
}

/** A map of the listed currencies about which this is known. */
const known = <T>(symbols: readonly string[], fact: (facts: CurrencyFacts) => T | undefined): [string, T][] =>
  currencies(symbols).flatMap((code) => {
    const facts = Object.hasOwn(CURRENCIES, code) ? CURRENCIES[code] : undefined;
    const value = facts && fact(facts);
    return value === undefined ? [] : [[code, value]];
  });

const named = (symbols: readonly string[], fact: (facts: CurrencyFacts) => string | undefined): unknown[] =>
  known(symbols, fact).map(([code, name]) => currencyName.encode({ code, name }));

/** Sizes by what a unit is worth, as on the exchange: a coin of thousands in fractions, a coin of cents in dozens. */
const SIZES: readonly (readonly [RegExp, string, string])[] = [
  [/BTC|XAUT/, '0.00004', '2000.0'],
  [/ETH/, '0.0008', '5000.0'],
  [/LTC|SOL|XMR|AAVE/, '0.02', '5000.0'],
  [/DOGE|XLM|TRX|DUSK/, '22.0', '1500000.0'],
];

/** Which part of a position's value must stand for it when it is opened, and the part below which it is liquidated. */
export interface MarginRates {
  readonly initial: number;
  readonly least: number;
}

/** The rates of a pair, as given, else by its kind; `undefined`: it is not tradable on margin. */
export function marginRates(pair: string, given?: PairLimits): MarginRates | undefined {
  if (given !== undefined && given.initialMargin !== null) return { initial: given.initialMargin, least: given.minMargin ?? given.initialMargin / 2 };
  if (isFuture(pair)) return { initial: 0.01, least: 0.005 };
  return isMarginable(pair, given) ? { initial: 0.2, least: 0.1 } : undefined;
}

function infoOf(pair: string, given: PairLimits | undefined): unknown {
  if (given !== undefined) return pairInfo.encode({ pair, limits: given });
  const { least: minOrderSize, greatest: maxOrderSize } = orderSizes(pair);
  const rates = marginRates(pair);
  return pairInfo.encode({ pair, limits: { minOrderSize, maxOrderSize, initialMargin: rates?.initial ?? null, minMargin: rates?.least ?? null } });
}

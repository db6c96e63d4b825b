import { isFunding } from '../core/channel';
import { currencyName, nameList, pairInfo } from '../wire/conf';

/** Lists of `conf/` (bitfinex-v2.md 7.2), all made from the symbols that this exchange has. */
export function confOf(key: string, symbols: readonly string[]): unknown[] {
  const make = Object.hasOwn(MAKERS, key) ? MAKERS[key] : undefined;
  return make === undefined ? [] : make(symbols);
}

/** A currency's name where it is another than its code, and a label for people. */
const NAMES: Readonly<Record<string, string>> = { UST: 'USDt', USTF0: 'USDt0' };
const LABELS: Readonly<Record<string, string>> = {
  BTC: 'Bitcoin',
  ETH: 'Ethereum',
  USD: 'US Dollar',
  EUR: 'Euro',
  UST: 'Tether USDt',
  LTC: 'Litecoin',
  XRP: 'XRP',
  SOL: 'Solana',
  DOGE: 'Dogecoin',
  BTCF0: 'Bitcoin Derivative',
  USTF0: 'USD (Tether) Derivative',
};

const MAKERS: Readonly<Record<string, (symbols: readonly string[]) => unknown[]>> = {
  'pub:list:pair:exchange': (symbols) => nameList.encode(spot(symbols)),
  'pub:list:pair:margin': (symbols) => nameList.encode(spot(symbols).filter((pair) => !pair.includes(':'))),
  'pub:list:pair:futures': (symbols) => nameList.encode(futures(symbols)),
  'pub:list:currency': (symbols) => nameList.encode(currencies(symbols)),
  'pub:map:currency:sym': (symbols) => named(symbols, NAMES),
  'pub:map:currency:label': (symbols) => named(symbols, LABELS),
  'pub:map:currency:undl': (symbols) =>
    currencies(symbols)
      .filter((code) => code.endsWith('F0'))
      .map((code) => currencyName.encode({ code, name: code.slice(0, -2) })),
  'pub:info:pair': (symbols) => spot(symbols).map((pair) => infoOf(pair, pair.includes(':') ? null : 0.2)),
  'pub:info:pair:futures': (symbols) => futures(symbols).map((pair) => infoOf(pair, 0.01)),
};

const pairs = (symbols: readonly string[]): string[] => symbols.filter((symbol) => !isFunding(symbol)).map((symbol) => symbol.slice(1));
const isFuture = (pair: string): boolean => /F0:\w+F0$/.test(pair);
const spot = (symbols: readonly string[]): string[] => pairs(symbols).filter((pair) => !isFuture(pair));
const futures = (symbols: readonly string[]): string[] => pairs(symbols).filter(isFuture);

function currencies(symbols: readonly string[]): string[] {
  const codes = new Set(symbols.filter(isFunding).map((symbol) => symbol.slice(1)));
  for (const pair of pairs(symbols)) for (const code of pair.includes(':') ? pair.split(':') : [pair.slice(0, 3), pair.slice(3)]) codes.add(code);
  return [...codes].sort();
}

const named = (symbols: readonly string[], names: Readonly<Record<string, string>>): unknown[] =>
  currencies(symbols).flatMap((code) => (Object.hasOwn(names, code) ? [currencyName.encode({ code, name: names[code] as string })] : []));

/** Sizes by what a unit is worth, as on the exchange: a coin of thousands in fractions, a coin of cents in dozens. */
const SIZES: readonly (readonly [RegExp, string, string])[] = [
  [/BTC|XAUT/, '0.00004', '2000.0'],
  [/ETH/, '0.0008', '5000.0'],
  [/LTC|SOL|XMR|AAVE/, '0.02', '5000.0'],
  [/DOGE|XLM|TRX|DUSK/, '22.0', '1500000.0'],
];

function infoOf(pair: string, initialMargin: number | null): unknown {
  const base = pair.includes(':') ? (pair.split(':')[0] as string) : pair.slice(0, 3);
  const [, minOrderSize, maxOrderSize] = SIZES.find(([bases]) => bases.test(base)) ?? [undefined, '2.0', '250000.0'];
  const minMargin = initialMargin === null ? null : initialMargin / 2;
  return pairInfo.encode({ pair, limits: { minOrderSize, maxOrderSize, initialMargin, minMargin } });
}

import { currencyName, nameList, pairInfo, type PairInfo } from '../wire/conf';
import { decodeRows, RowError } from '../wire/row';
import { unifiedCurrency } from './currency';
import { BitfinexError } from './errors';
import { codesOf, nearestSymbols, resolveSymbol, unifiedSymbol, type SymbolIds } from './symbol';

/** What can be listed; a pair may be in `exchange` and in `margin`. The first is the default. */
export const MARKET_KINDS = ['exchange', 'margin', 'futures', 'funding'] as const;
/** One of the kinds of markets. */
export type MarketKind = (typeof MARKET_KINDS)[number];

/** What is asked of `conf`, in this order (bitfinex-v2.md 7.2). */
const KEYS = [
  'pub:list:pair:exchange',
  'pub:list:pair:margin',
  'pub:list:pair:futures',
  'pub:list:currency',
  'pub:list:currency:margin',
  'pub:info:pair',
  'pub:info:pair:futures',
  'pub:map:currency:sym',
  'pub:map:currency:label',
  'pub:map:currency:undl',
] as const;

/** The REST path that answers what {@link readMarkets} reads. */
export const MARKETS_PATH = `conf/${KEYS.join(',')}`;

/** Prices have five significant digits and at most eight decimals, amounts eight decimals (bitfinex-v2.md 9). */
const PRECISION = { price: 5, priceDecimals: 8, amount: 8 } as const;

/** One market: ccxt's market structure where that has a name for it. */
export interface Market {
  /** The exchange's id: `tBTCUSD`, `fUSD`. */
  readonly id: string;
  readonly symbol: string;
  readonly kind: MarketKind;
  readonly type: 'spot' | 'swap' | 'funding';
  readonly base: string;
  /** Funding has none. */
  readonly quote?: string | undefined;
  /** Of perpetuals. */
  readonly settle?: string | undefined;
  readonly baseId: string;
  readonly quoteId?: string | undefined;
  /** For people: `Bitcoin`. */
  readonly baseName?: string | undefined;
  readonly quoteName?: string | undefined;
  readonly spot: boolean;
  readonly margin: boolean;
  readonly swap: boolean;
  readonly funding: boolean;
  /** For paper-trading sub-accounts only, and nothing else is for them. */
  readonly paper: boolean;
  /** What the exchange no longer lists is no market here. */
  readonly active: true;
  /** `price` in significant digits, with at most `priceDecimals`; `amount` in decimals. */
  readonly precision: typeof PRECISION;
  /** In the base currency. */
  readonly limits: { readonly amount: { readonly min?: number | undefined; readonly max?: number | undefined } };
  /** The limits as the exchange writes them. */
  readonly minOrderSize?: string | undefined;
  readonly maxOrderSize?: string | undefined;
  /** Fractions of the position: 0.2 is a leverage of five. */
  readonly initialMargin?: number | undefined;
  readonly minMargin?: number | undefined;
  /** The exchange's own entry. */
  readonly info: unknown;
}

/** Is this text a symbol? */
export type Validity = { readonly valid: true; readonly market: Market } | { readonly valid: false; readonly input: string; readonly nearest: readonly string[] };

/** All markets of the exchange, as it listed them at one time. */
export class Markets {
  private readonly byId: ReadonlyMap<string, Market>;
  private readonly listed: SymbolIds;

  constructor(
    markets: readonly Market[],
    /** Every currency: which of them can be lent is the exchange's last word. */
    currencies: readonly string[] = [],
  ) {
    this.byId = new Map(markets.map((market) => [market.id, market]));
    this.listed = new Set(this.byId.keys());
    this.ids = new Set([...this.listed, ...currencies.map((code) => `f${code}`)]);
  }

  /** What a symbol in a dialog or a message may mean. */
  readonly ids: SymbolIds;

  list(kind?: MarketKind): Market[] {
    const all = [...this.byId.values()];
    return kind === undefined ? all : all.filter((market) => isOf(market, kind));
  }

  /** The market with this id of the exchange. */
  of(id: string): Market | undefined {
    return this.byId.get(id);
  }

  /** The markets in whose codes or names each word of the text stands: those that begin with the first one come first. */
  search(text: string, kind?: MarketKind): Market[] {
    const words = text.toLowerCase().split(/[\s,;/]+/).filter((word) => word !== '');
    return this.list(kind)
      .filter((market) => words.every((word) => namesOf(market).some((name) => name.includes(word))))
      .map((market) => ({ market, rank: rankOf(market, words[0] ?? '') }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ market }) => market);
  }

  /** The market that a text in any accepted spelling means, or the nearest names. */
  validate(text: string): Validity {
    const market = this.of(this.idOf(text) ?? '');
    if (market !== undefined) return { valid: true, market };
    return { valid: false, input: text, nearest: nearestSymbols(text, this.listed) };
  }

  private idOf(text: string): string | undefined {
    try {
      return resolveSymbol(text, this.ids);
    } catch (error) {
      if (error instanceof BitfinexError) return undefined;
      throw error;
    }
  }
}

/**
 * Reads the answer to {@link MARKETS_PATH}.
 * @throws Error (RowError) for anything that is no such answer
 */
export function readMarkets(answer: unknown): Markets {
  if (!Array.isArray(answer) || answer.length < KEYS.length) throw new Error('the lists of markets are incomplete');
  const part = (key: (typeof KEYS)[number]): unknown => answer[KEYS.indexOf(key)];
  const names = (key: (typeof KEYS)[number]): string[] => nameList.decode(part(key));
  const facts: Facts = {
    margin: new Set(names('pub:list:pair:margin')),
    spot: new Set(names('pub:list:pair:exchange')),
    info: new Map([...infosOf(part('pub:info:pair')), ...infosOf(part('pub:info:pair:futures'))]),
    names: mapOf(part('pub:map:currency:label')),
    underlying: mapOf(part('pub:map:currency:undl')),
    shortNames: mapOf(part('pub:map:currency:sym')),
  };
  const pairs = [...new Set([...facts.spot, ...facts.margin, ...names('pub:list:pair:futures')])];
  if (pairs.length === 0) throw new Error('the list of pairs is empty');
  const funding = fundable(names('pub:list:currency:margin'), facts.margin);
  return new Markets([...pairs.map((pair) => marketOf(pair, facts)), ...funding.map((code) => fundingOf(code, facts))], names('pub:list:currency'));
}

type Info = PairInfo & { readonly row: unknown };

interface Facts {
  readonly spot: ReadonlySet<string>;
  readonly margin: ReadonlySet<string>;
  readonly info: ReadonlyMap<string, Info>;
  readonly names: ReadonlyMap<string, string>;
  /** `BTCF0` -> `BTC` */
  readonly underlying: ReadonlyMap<string, string>;
  /** `UST` -> `USDt` */
  readonly shortNames: ReadonlyMap<string, string>;
}

function infosOf(rows: unknown): [string, Info][] {
  if (!Array.isArray(rows)) throw new RowError(pairInfo.name, 'rows', 0, 'a list of rows', rows);
  return rows.map((row) => ({ ...pairInfo.decode(row), row })).map((info) => [info.pair, info]);
}

const mapOf = (rows: unknown): Map<string, string> => new Map(decodeRows(currencyName, rows).map(({ code, name }) => [code, name]));

/** What is lent is lent for margin trading: the exchange's list of such currencies, or else those of the margin pairs. */
function fundable(listed: readonly string[], marginPairs: ReadonlySet<string>): string[] {
  const codes = listed.length > 0 ? listed : [...marginPairs].flatMap((pair) => codesOf(pair));
  return [...new Set(codes)].filter((code) => !isDerivative(code));
}

function marketOf(pair: string, facts: Facts): Market {
  const [baseId, quoteId] = codesOf(pair);
  const swap = isDerivative(baseId);
  const [spot, margin] = [facts.spot.has(pair), facts.margin.has(pair)];
  const quote = unifiedCurrency(quoteId);
  return {
    ...{ id: `t${pair}`, symbol: unifiedSymbol(`t${pair}`), kind: swap ? 'futures' : spot ? 'exchange' : 'margin', type: swap ? 'swap' : 'spot' },
    ...{ base: unifiedCurrency(baseId), quote, settle: swap ? quote : undefined, baseId, quoteId, baseName: nameOf(baseId, facts), quoteName: nameOf(quoteId, facts) },
    ...{ spot, margin, swap, funding: false, paper: pair.startsWith('TEST'), active: true, precision: PRECISION },
    ...sizesOf(facts.info.get(pair)),
  };
}

type Sizes = Pick<Market, 'limits' | 'minOrderSize' | 'maxOrderSize' | 'initialMargin' | 'minMargin' | 'info'>;

function sizesOf(entry: Info | undefined): Sizes {
  if (entry === undefined) return { limits: { amount: {} }, info: undefined };
  const { minOrderSize, maxOrderSize, initialMargin, minMargin } = entry.limits;
  return {
    limits: { amount: { min: numberOf(minOrderSize), max: numberOf(maxOrderSize) } },
    ...{ minOrderSize: minOrderSize ?? undefined, maxOrderSize: maxOrderSize ?? undefined },
    ...{ initialMargin: initialMargin ?? undefined, minMargin: minMargin ?? undefined },
    info: entry.row,
  };
}

const fundingOf = (code: string, facts: Facts): Market => ({
  ...{ id: `f${code}`, symbol: `f${code}`, kind: 'funding', type: 'funding', base: unifiedCurrency(code), baseId: code, baseName: nameOf(code, facts) },
  ...{ spot: false, margin: false, swap: false, funding: true, paper: code.startsWith('TEST'), active: true, precision: PRECISION },
  ...{ limits: { amount: {} }, info: code },
});

/** Every kind that a market belongs to. */
export const kindsOf = (market: Market): MarketKind[] => MARKET_KINDS.filter((kind) => isOf(market, kind));

function isOf(market: Market, kind: MarketKind): boolean {
  switch (kind) {
    case 'exchange':
      return market.spot;
    case 'margin':
      return market.margin;
    case 'futures':
      return market.swap;
    case 'funding':
      return market.funding;
  }
}

const namesOf = ({ id, symbol, baseName = '', quoteName = '' }: Market): string[] => [id, symbol, baseName, quoteName].map((name) => name.toLowerCase());

/** Paper markets come last: almost nobody means them. */
function rankOf({ base, baseId, symbol, id, paper }: Market, word: string): number {
  if (paper) return 3;
  const codes = [base, baseId, symbol, id].map((code) => code.toLowerCase());
  return codes.includes(word) ? 0 : codes.some((code) => code.startsWith(word)) ? 1 : 2;
}

const nameOf = (code: string, { names, underlying, shortNames }: Facts): string | undefined =>
  names.get(code) ?? names.get(underlying.get(code) ?? code) ?? shortNames.get(code);

const numberOf = (text: string | null): number | undefined => (text === null || text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text));

const isDerivative = (code: string): boolean => code.endsWith('F0');

/**
 * Exchange code -> the name ccxt and people use. Facts of `conf/pub:map:currency:sym` and of ccxt 4.5.84
 * (`commonCurrencies`); a code that is not here is its own name.
 */
const UNIFIED: Readonly<Record<string, string>> = {
  UST: 'USDT', USTF0: 'USDT', UDC: 'USDC', TSD: 'TUSD', EUT: 'EURT', EUTF0: 'EURT', EUS: 'EURS', TERRAUST: 'USTC',
  ALG: 'ALGO', AMP: 'AMPL', ATO: 'ATOM', BCHABC: 'XEC', BCHN: 'BCH', DAT: 'DATA', DOG: 'MDOGE', DSH: 'DASH', EDO: 'PNT',
  HTX: 'HT', IDX: 'ID', IOT: 'IOTA', IQX: 'IQ', LUNA: 'LUNC', LUNA2: 'LUNA', MNA: 'MANA', PAS: 'PASS', QSH: 'QASH',
  QTM: 'QTUM', RBT: 'RBTC', SNG: 'SNGLS', STJ: 'STORJ', VSY: 'VSYS', WAX: 'WAXP', XCH: 'XCHF', YGG: 'YEED', YYW: 'YOYOW', ZBT: 'ZB',
};

const EXCHANGE = new Map(
  Object.entries(UNIFIED)
    .filter(([code]) => !code.endsWith('F0'))
    .map(([code, name]) => [name, code]),
);

/** `UST` -> `USDT`; a perpetual's `BTCF0` -> `BTC`. */
export const unifiedCurrency = (code: string): string => UNIFIED[code] ?? (code.endsWith('F0') ? unifiedCurrency(code.slice(0, -2)) : code);

/** `USDT` -> `UST`. */
export const exchangeCurrency = (name: string): string => EXCHANGE.get(name) ?? name;

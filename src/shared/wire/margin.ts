import { literal, nested, number, nullable, RowError, table, text, type Codec, type RowOf } from './row';

/** What all margin positions together hold and need, USD (bitfinex-v2.md 5.6). */
const base = table('margin figures', {
  userPl: number(0),
  userSwaps: number(1),
  marginBalance: number(2),
  marginNet: number(3),
  marginRequired: nullable(number(4)),
});

/** What can be traded on margin in one pair: balances in the quote currency, `buy` and `sell` in the base currency. */
const pair = table(
  'margin pair',
  { tradableBalance: nullable(number(0)), grossBalance: nullable(number(1)), buy: nullable(number(2)), sell: nullable(number(3)) },
  8,
);

/** `["base",[...]]` */
export const marginBase = table('margin base', { scope: literal(0, 'base'), info: nested(1, base) });
/** `["sym",SYMBOL,[...]]` */
export const marginSymbol = table('margin symbol', { scope: literal(0, 'sym'), symbol: text(1), info: nested(2, pair) });

export type Margin = RowOf<typeof marginBase> | RowOf<typeof marginSymbol>;

/** Margin information, `miu` and REST `info/margin`: its first column says which of the two layouts follows. */
export const margin: Codec<Margin> = {
  name: 'margin',
  decode(row) {
    if (!Array.isArray(row)) throw new RowError('margin', 'scope', 0, 'a row', row);
    return row[0] === 'base' ? marginBase.decode(row) : marginSymbol.decode(row);
  },
  encode: (fields) => (fields.scope === 'base' ? marginBase.encode(fields) : marginSymbol.encode(fields)),
};

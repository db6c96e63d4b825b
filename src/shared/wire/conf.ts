import { nested, nullable, number, RowError, table, text, texts, type Codec, type RowOf } from './row';

/**
 * Elements of REST `conf` (bitfinex-v2.md 7.2). A reply holds one element for each key asked for, in that order, so the
 * first `pub:list:` of a reply is `nameList.decode(reply[0])` and a map or info is `decodeRows(table, reply[0])`.
 */

/** `pub:list:pair:*` and `pub:list:currency*`: names without the leading `t` or `f`. */
export const nameList: Codec<string[]> = {
  name: 'name list',
  decode(row) {
    const names = texts(0).read(row);
    if (typeof names === 'symbol') throw new RowError('name list', 'names', 0, 'a list of texts', row);
    return names;
  },
  encode: (names) => [...names],
};

/** Entry of `pub:map:currency:sym`, `:label`, `:undl`, `:pool`: `["UST","USDt"]`. */
export const currencyName = table('currency name', { code: text(0), name: text(1) });
/** A decoded row of {@link currencyName}. */
export type CurrencyName = RowOf<typeof currencyName>;

/** Sizes are decimal texts in the base currency, margins fractions; null margins: not tradable on margin. */
const limits = table(
  'pair limits',
  {
    minOrderSize: nullable(text(3)),
    maxOrderSize: nullable(text(4)),
    initialMargin: nullable(number(8)),
    minMargin: nullable(number(9)),
  },
  12,
);

/** Entry of `pub:info:pair` and `pub:info:pair:futures`. */
export const pairInfo = table('pair info', { pair: text(0), limits: nested(1, limits) });
/** A decoded row of {@link pairInfo}. */
export type PairInfo = RowOf<typeof pairInfo>;
/** Its sizes and margins. */
export type PairLimits = PairInfo['limits'];

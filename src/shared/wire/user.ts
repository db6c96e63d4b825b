import { any, integer, nullable, table, text, type RowOf } from './row';

/** Who the account is, REST `info/user` (bitfinex-v2.md 8.3). Times in ms. */
export const user = table(
  'user',
  {
    id: integer(0),
    email: text(1),
    username: text(2),
    created: integer(3),
    verified: nullable(integer(4)),
    verificationLevel: nullable(integer(5)),
    timezone: nullable(text(7)),
    locale: nullable(text(8)),
    company: nullable(text(9)),
    emailVerified: nullable(integer(10)),
    /** 1: paper trading, otherwise null or 0 */
    paper: nullable(integer(21)),
    merchant: nullable(integer(22)),
    competition: nullable(integer(23)),
    twoFactorModes: any(26),
    /** a text, not ms */
    lastLogin: nullable(text(44)),
    countries: any(49),
    countriesOfResidence: any(50),
    accountType: nullable(text(51)),
    merchantEnterprise: nullable(integer(54)),
  },
  55,
);
/** A decoded row of {@link user}. */
export type User = RowOf<typeof user>;

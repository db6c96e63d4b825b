import { integer, nullable, number, table, text, type RowOf } from './row';

/** Deposit or withdrawal, REST `movements/hist` (bitfinex-v2.md 8.4). `amount` > 0 came in. Times in ms. */
export const movement = table(
  'movement',
  {
    id: integer(0),
    currency: text(1),
    currencyName: text(2),
    started: integer(5),
    updated: integer(6),
    /** `COMPLETED`, `CANCELED`, ... */
    status: text(9),
    amount: number(12),
    /** negative: charged */
    fees: number(13),
    destination: nullable(text(16)),
    paymentId: nullable(text(17)),
    transactionId: nullable(text(20)),
    note: nullable(text(21)),
  },
  22,
);
/** A decoded row of {@link movement}. */
export type Movement = RowOf<typeof movement>;

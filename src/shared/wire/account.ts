import { balance } from './balance';
import { fundingCredit } from './funding-credit';
import { fundingInfo } from './funding-info';
import { fundingLoan } from './funding-loan';
import { fundingOffer } from './funding-offer';
import { margin } from './margin';
import { notification } from './notification';
import { order } from './order';
import { ownFundingTrade } from './own-funding-trade';
import { ownTrade } from './own-trade';
import { position } from './position';
import { decodeRows, type Codec } from './row';
import { wallet } from './wallet';

/** The table of each kind of account message (bitfinex-v2.md 5.1). */
const tables = {
  order,
  position,
  trade: ownTrade,
  wallet,
  balance,
  margin,
  fundingInfo,
  fundingOffer,
  fundingCredit,
  fundingLoan,
  fundingTrade: ownFundingTrade,
  notification,
} as const;

/** What an account message is about. */
export type AccountKind = keyof typeof tables;
/** The decoded row of a kind. */
export type AccountRow<K extends AccountKind> = ReturnType<(typeof tables)[K]['decode']>;

/** What happened to the rows. A snapshot replaces all of its kind; `closed` means cancelled, filled or closed. */
export type AccountChange = 'snapshot' | 'new' | 'update' | 'closed';

/** A message on channel 0, decoded. One row, except in snapshots. Unknown types are data, not errors. */
export type AccountMessage =
  | { [K in AccountKind]: { readonly kind: K; readonly change: AccountChange; readonly type: string; readonly rows: AccountRow<K>[] } }[AccountKind]
  | { readonly kind: 'unknown'; readonly type: string };

interface AccountEntry {
  readonly kind: AccountKind;
  readonly change: AccountChange;
  readonly table: Codec<unknown>;
}

const entry = (kind: AccountKind, change: AccountChange): AccountEntry => ({ kind, change, table: tables[kind] as Codec<unknown> });

/** The message types that we read. Deprecated and undocumented ones (`hos`, `ats`, ...) are left out on purpose. */
export const accountTables: Readonly<Record<string, AccountEntry>> = {
  os: entry('order', 'snapshot'),
  on: entry('order', 'new'),
  ou: entry('order', 'update'),
  oc: entry('order', 'closed'),
  ps: entry('position', 'snapshot'),
  pn: entry('position', 'new'),
  pu: entry('position', 'update'),
  pc: entry('position', 'closed'),
  te: entry('trade', 'new'),
  tu: entry('trade', 'update'),
  ws: entry('wallet', 'snapshot'),
  wu: entry('wallet', 'update'),
  bu: entry('balance', 'update'),
  miu: entry('margin', 'update'),
  fiu: entry('fundingInfo', 'update'),
  fos: entry('fundingOffer', 'snapshot'),
  fon: entry('fundingOffer', 'new'),
  fou: entry('fundingOffer', 'update'),
  foc: entry('fundingOffer', 'closed'),
  fcs: entry('fundingCredit', 'snapshot'),
  fcn: entry('fundingCredit', 'new'),
  fcu: entry('fundingCredit', 'update'),
  fcc: entry('fundingCredit', 'closed'),
  fls: entry('fundingLoan', 'snapshot'),
  fln: entry('fundingLoan', 'new'),
  flu: entry('fundingLoan', 'update'),
  flc: entry('fundingLoan', 'closed'),
  fte: entry('fundingTrade', 'new'),
  ftu: entry('fundingTrade', 'update'),
  n: entry('notification', 'new'),
};

/**
 * Decodes the payload of a typed frame on channel 0.
 * @throws RowError when a row does not fit its table; never for an unknown type
 */
export function readAccount(type: string, payload: unknown): AccountMessage {
  const found = entryOf(type);
  if (!found) return { kind: 'unknown', type };
  const { kind, change, table } = found;
  const rows = change === 'snapshot' ? decodeRows(table, payload) : [table.decode(payload)];
  return { kind, change, type, rows } as AccountMessage;
}

/** The payload of an account message: the way back from {@link readAccount}. */
export function accountPayload(message: Exclude<AccountMessage, { kind: 'unknown' }>): unknown {
  const table = tables[message.kind] as Codec<unknown>;
  const rows = message.rows.map((row) => table.encode(row));
  return message.change === 'snapshot' ? rows : rows[0];
}

const entryOf = (type: string): AccountEntry | undefined => (Object.hasOwn(accountTables, type) ? accountTables[type] : undefined);

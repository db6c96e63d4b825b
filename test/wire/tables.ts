import { accountChange } from '../../src/shared/wire/account-change';
import { alert } from '../../src/shared/wire/alert';
import { balance } from '../../src/shared/wire/balance';
import { book, fundingBook, rawBook, rawFundingBook } from '../../src/shared/wire/book';
import { candle } from '../../src/shared/wire/candle';
import { currencyName, pairInfo } from '../../src/shared/wire/conf';
import { fundingCredit } from '../../src/shared/wire/funding-credit';
import { fundingInfo } from '../../src/shared/wire/funding-info';
import { fundingLoan } from '../../src/shared/wire/funding-loan';
import { fundingOffer, fundingOfferReply } from '../../src/shared/wire/funding-offer';
import { invoice } from '../../src/shared/wire/invoice';
import { ledger } from '../../src/shared/wire/ledger';
import { login } from '../../src/shared/wire/login';
import { marginBase, marginSymbol } from '../../src/shared/wire/margin';
import { movement } from '../../src/shared/wire/movement';
import { notification } from '../../src/shared/wire/notification';
import { order, orderReply } from '../../src/shared/wire/order';
import { ownFundingTrade } from '../../src/shared/wire/own-funding-trade';
import { ownTrade } from '../../src/shared/wire/own-trade';
import { permission } from '../../src/shared/wire/permission';
import { platform } from '../../src/shared/wire/platform';
import { position } from '../../src/shared/wire/position';
import { pulse, pulseProfile } from '../../src/shared/wire/pulse';
import { errorRow } from '../../src/shared/wire/rest-error';
import type { Column, Table } from '../../src/shared/wire/row';
import { stats } from '../../src/shared/wire/stats';
import { derivativesStatus, derivativesStatusRow, liquidation } from '../../src/shared/wire/status';
import { summary } from '../../src/shared/wire/summary';
import { fundingTicker, fundingTickersRow, ticker, tickerHistory, tickersRow } from '../../src/shared/wire/ticker';
import { fundingTrade, trade } from '../../src/shared/wire/trade';
import { transfer } from '../../src/shared/wire/transfer';
import { user } from '../../src/shared/wire/user';
import { wallet } from '../../src/shared/wire/wallet';
import { walletRecord } from '../../src/shared/wire/wallet-record';

export type AnyTable = Table<Record<string, Column<unknown>>>;

/** Every table of the wire; a test fails when a file holds one that is missing here. */
export const tables = [
  ticker, fundingTicker, tickersRow, fundingTickersRow, tickerHistory, trade, fundingTrade,
  book, rawBook, fundingBook, rawFundingBook, candle, derivativesStatus, derivativesStatusRow, liquidation,
  order, orderReply, position, ownTrade, ownFundingTrade, wallet, balance, marginBase, marginSymbol, fundingInfo,
  fundingOffer, fundingOfferReply, fundingCredit, fundingLoan, notification, platform, errorRow,
  currencyName, pairInfo, ledger, stats, invoice, pulse, pulseProfile,
  movement, user, login, accountChange, alert, permission, walletRecord, transfer, summary,
] as unknown as readonly AnyTable[];

/** The table of that name. */
export function tableNamed(name: string): AnyTable {
  const found = tables.find((table) => table.name === name);
  if (!found) throw new Error(`no table is named ${name}`);
  return found;
}

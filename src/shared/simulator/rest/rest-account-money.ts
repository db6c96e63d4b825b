import { movement as movementTable } from '../../wire/movement';
import { walletRecord } from '../../wire/wallet-record';
import { CURRENCIES } from '../markets/currencies';
import { json, type Page } from './rest-answer';
import { historyOf, reads, valuationOf, wantedIds, type AccountCall, type AccountRoutes } from './rest-account';
import type { Reply } from '../trouble/rest-fault';
import type { Movement, Posting } from '../trading/account/account-facts';
import { numberOf } from '../trading/account/money';
import { pastWallets } from '../trading/account/past-wallets';
import { ledgerRow, walletRow } from '../trading/account/rows';
import { spendable } from '../trading/funds/spendable';

/** As many as one call may ask for (bitfinex-v2.md 8.2); unasked come 25, as libraries say. */
const PAGE: Page = { shown: 25, most: 2500 };

/** What a key may read of money. */
export const MONEY_ROUTES: AccountRoutes = {
  'r/wallets': reads('wallets', wallets),
  'r/wallets/hist': reads('wallets', walletsThen),
  'r/ledgers/hist': reads('history', ledger),
  'r/ledgers/{}/hist': reads('history', ledger),
  'r/movements/hist': reads('history', movements),
  'r/movements/{}/hist': reads('history', movements),
  'r/movements/info': reads('history', movementInfo),
};

function wallets(call: AccountCall): Reply {
  const valuation = valuationOf(call);
  return json([...valuation.state.wallets.values()].map((wallet) => walletRow(wallet, spendable(valuation, wallet.type, wallet.currency))));
}

/** The wallets as they were at `end`. */
function walletsThen({ account, query, now, readLagMs }: AccountCall): Reply {
  const end = Math.min(Number(query.get('end')) || Infinity, now - readLagMs);
  return json(pastWallets(account.state, end).map(({ type, currency, total, at }) => walletRecord.encode({ type, currency, total: numberOf(total), unsettledInterest: 0, free: null, timestamp: at })));
}

function ledger(call: AccountCall): Reply {
  const [currency] = call.parts;
  const { category, wallet } = call.body;
  const isWanted = (posting: Posting): boolean =>
    (currency === undefined || posting.currency === currency) && (category === undefined || String(posting.category) === call.query.get('category')) && (wallet === undefined || posting.wallet === wallet);
  return historyOf(call, { page: PAGE, list: call.account.state.ledger.filter(isWanted), timeOf: ({ at }) => at, row: ledgerRow });
}

function movements(call: AccountCall): Reply {
  const [currency] = call.parts;
  const ids = wantedIds(call);
  // what comes here has no address
  if (call.query.has('address')) return json([]);
  const list = call.account.state.movements.filter((one) => (currency === undefined || one.currency === currency) && (ids === undefined || ids.has(one.id)));
  return historyOf(call, { page: PAGE, list, timeOf: ({ at }) => at, row: movementRow });
}

function movementInfo(call: AccountCall): Reply {
  const ids = wantedIds(call);
  const found = call.account.state.movements.find(({ id }) => ids?.has(id));
  return json(found === undefined ? [] : movementRow(found));
}

function movementRow({ id, at, currency, units }: Movement): unknown[] {
  const known = Object.hasOwn(CURRENCIES, currency) ? CURRENCIES[currency] : undefined;
  return movementTable.encode({
    id,
    currency,
    currencyName: known?.method ?? (known?.label ?? currency).toUpperCase(),
    started: at,
    updated: at,
    status: 'COMPLETED',
    amount: numberOf(units),
    fees: 0,
    destination: null,
    paymentId: null,
    transactionId: null,
    note: null,
  });
}

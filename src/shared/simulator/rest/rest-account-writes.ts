import { notification } from '../../wire/notification';
import { transfer as transferTable } from '../../wire/transfer';
import { failed, json } from './rest-answer';
import { refusing, valuationOf, writes, type AccountCall, type AccountRoute, type AccountRoutes } from './rest-account';
import type { Reply } from '../trouble/rest-fault';
import { runAdmitted } from '../trading/orders/admitted-command';
import { numberOf, textOf } from '../trading/account/money';
import { noticeRow } from '../trading/orders/notice';
import { isRefusal } from '../trading/orders/order-wish';
import { readTransfer } from '../trading/account/wallet-transfer';

/** What a key may change of orders and money. Money cannot leave, and none comes but what the exchange gives. */
export const WRITE_ROUTES: AccountRoutes = {
  'w/order/submit': ordering('on'),
  'w/order/update': ordering('ou'),
  'w/order/cancel': ordering('oc'),
  'w/order/cancel/multi': ordering('oc_multi'),
  'w/order/multi': ordering('ox_multi'),
  'w/transfer': writes('wallets', transferred),
  'w/withdraw': writes('withdraw', refusing('Money of this exchange cannot be withdrawn.')),
  // an address that looks like one might be paid to
  'w/deposit/address': writes('wallets', refusing('This exchange takes no deposits: its money is not real.')),
  'w/deposit/invoice': writes('wallets', refusing('This exchange takes no deposits: its money is not real.')),
};

function ordering(type: string): AccountRoute {
  return writes('orders', (call) => commanded(call, type));
}

/** A refused command is an error of HTTP; of several operations each has its own receipt (bitfinex-v2.md 8.6). */
function commanded({ accounts, admission, account, body, now }: AccountCall, type: string): Reply {
  const reply = runAdmitted(accounts, { admission, account, type, payload: body });
  return reply.status === 'ERROR' ? failed(reply.text, reply.code ?? 10001) : json(noticeRow(reply, 'rest', now));
}

function transferred(call: AccountCall): Reply {
  const { accounts, account, body, now } = call;
  const wish = readTransfer(body, valuationOf(call));
  if (isRefusal(wish)) return failed(wish.text, wish.code);
  const refusal = accounts.trading.transfer(account, wish);
  if (refusal !== undefined) return failed(refusal.text, refusal.code);
  const { from, to, currency, currencyTo, units } = wish;
  const info = transferTable.encode({ timestamp: now, from, to, currency, currencyTo, amount: numberOf(units) });
  const text = `${textOf(units)} ${currency} transferred from ${from} to ${to}`;
  return json(notification.encode({ time: now, type: 'acc_tf', messageId: null, info, code: null, status: 'SUCCESS', text }));
}

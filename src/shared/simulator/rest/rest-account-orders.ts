import { numberOf } from '../../wire/keys';
import { failed, json, type Page } from './rest-answer';
import { historyOf, reads, wantedIds, type AccountCall, type AccountRoutes } from './rest-account';
import type { Reply } from '../trouble/rest-fault';
import type { Order } from '../trading/account/order';
import { orderRow, ownTradeRow } from '../trading/account/rows';
import type { OwnTrade } from '../trading/account/account-facts';
import { dayOf } from '../trading/account/utc-time';

/** As many as one call may ask for (bitfinex-v2.md 8.2); how many come unasked is nowhere documented, libraries say 25. */
const PAGE: Page = { shown: 25, most: 2500 };

const DAY = 86_400_000;
/** How far back the exchange looks. */
const ORDERS_DAYS = 14;
const ORDER_TRADES_DAYS = 10;

/** What a key may read of orders and trades. */
export const ORDER_ROUTES: AccountRoutes = {
  'r/orders': reads('orders', openOrders),
  'r/orders/{}': reads('orders', ofSymbol(openOrders)),
  'r/orders/hist': reads('history', closedOrders),
  'r/orders/{}/hist': reads('history', ofSymbol(closedOrders)),
  'r/order/{}/trades': reads('orders', tradesOfOrder),
  'r/trades/hist': reads('history', ownTrades),
  'r/trades/{}/hist': reads('history', ofSymbol(ownTrades)),
};

type OfSymbol = (call: AccountCall, symbol?: string) => Reply;

function ofSymbol(answer: OfSymbol): (call: AccountCall) => Reply {
  return (call) => {
    const [symbol = ''] = call.parts;
    return call.source.symbols.includes(symbol) ? answer(call, symbol) : failed('symbol: invalid');
  };
}

function openOrders(call: AccountCall, symbol?: string): Reply {
  const { account, now, readLagMs, body } = call;
  const ids = wantedIds(call);
  const { gid, cid, cid_date: date } = body;
  if (cid !== undefined && date === undefined) return failed('cid_date: invalid');
  const isWanted = (order: Order): boolean =>
    (symbol === undefined || order.symbol === symbol) &&
    (ids === undefined || ids.has(order.id)) &&
    (gid === undefined || order.gid === numberOf(gid)) &&
    (cid === undefined || (order.cid === numberOf(cid) && dayOf(order.createdAt) === date)) &&
    order.createdAt <= now - readLagMs;
  return json([...account.state.orders.values()].filter(isWanted).reverse().map(orderRow));
}

function closedOrders(call: AccountCall, symbol?: string): Reply {
  const ids = wantedIds(call);
  const since = call.now - ORDERS_DAYS * DAY;
  const isWanted = (order: Order): boolean => order.createdAt >= since && (symbol === undefined || order.symbol === symbol) && (ids === undefined || ids.has(order.id));
  // an order is seen as closed when its end is old enough, and paged by its beginning
  const isSeen = ({ updatedAt }: Order): boolean => updatedAt <= call.now - call.readLagMs;
  const list = call.account.state.closedOrders.filter((order) => isWanted(order) && isSeen(order)).sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
  return historyOf(call, { page: PAGE, list, timeOf: ({ createdAt }) => createdAt, row: orderRow });
}

/** `tBTCUSD:123456` */
function tradesOfOrder({ account, parts, now, readLagMs }: AccountCall): Reply {
  const [, symbol = '', id = ''] = /^(.+):(\d+)$/.exec(parts[0] ?? '') ?? [];
  const isWanted = (trade: OwnTrade): boolean =>
    trade.order.id === Number(id) && trade.symbol === symbol && trade.at >= now - ORDER_TRADES_DAYS * DAY && trade.at <= now - readLagMs;
  return json(account.state.trades.filter(isWanted).reverse().map((trade) => ownTradeRow(trade, true)));
}

function ownTrades(call: AccountCall, symbol?: string): Reply {
  const list = call.account.state.trades.filter((trade) => symbol === undefined || trade.symbol === symbol);
  return historyOf(call, { page: PAGE, list, timeOf: ({ at }) => at, row: (trade) => ownTradeRow(trade, true), sorts: true });
}

import { fundingInfo } from '../../wire/funding-info';
import { textOf } from '../../wire/keys';
import { failed, json, type Page } from './rest-answer';
import { historyOf, reads, refusing, valuationOf, wantedIds, writes, type AccountCall, type AccountRoutes } from './rest-account';
import type { Reply } from '../trouble/rest-fault';
import { collateralLimits } from '../trading/account/collateral';
import { marginBaseRow, marginSymbolRow, positionRow } from '../trading/funds/margin';
import { numberOf, readUnits } from '../trading/account/money';
import { isDerivative } from '../trading/account/order';
import { orderAvail } from '../trading/funds/order-avail';
import { isRefusal } from '../trading/orders/order-wish';
import type { Position } from '../trading/account/position';
import { dailyPositions, positionHistory } from '../trading/account/position-history';
import { readAvail } from '../trading/funds/read-avail';

/** As many as one call may ask for (bitfinex-v2.md 8.2). */
const CLOSED: Page = { shown: 25, most: 50 };
const DAILY: Page = { shown: 25, most: 500 };
const AUDITED: Page = { shown: 25, most: 250 };

/** Recorded: so little collateral would soon be liquidated. */
const MARKET_RISK = 110202;

const NOT_LENT = 'Positions need no funding on this exchange.';

/** What a key may read of positions and margin; nothing is lent here. */
export const POSITION_ROUTES: AccountRoutes = {
  'r/positions': reads('positions', (call) => json([...call.account.state.positions.values()].map((position) => positionRow(position, valuationOf(call))))),
  'r/positions/hist': reads('positions', closedPositions),
  'r/positions/snap': reads('positions', dailySnapshots),
  'r/positions/audit': reads('positions', audit),
  'w/position/claim': writes('positions', refusing('Positions cannot be claimed on this exchange.')),
  'w/position/increase': writes('positions', refusing('Positions are increased by orders on this exchange.')),
  'w/position/update/funding/type': writes('positions', refusing(NOT_LENT)),
  'w/deriv/collateral/set': writes('positions', setCollateral),
  // the sources spell it in two ways
  'calc/deriv/collateral/limit': reads('positions', limitsOfCollateral),
  'calc/deriv/collateral/limits': reads('positions', limitsOfCollateral),
  'calc/order/avail': reads('wallets', available),
  'r/info/margin/base': reads('positions', (call) => json(marginBaseRow(valuationOf(call)))),
  'r/info/margin/sym_all': reads('positions', marginOfAll),
  'r/info/margin/{}': reads('positions', marginOfSymbol),
  'r/info/funding/{}': reads('funding', fundingOfSymbol),
};

function closedPositions(call: AccountCall): Reply {
  const list = wanted(call, call.account.state.closedPositions);
  return historyOf(call, { page: CLOSED, list, timeOf: ({ updatedAt }) => updatedAt, row: pastRow });
}

function dailySnapshots(call: AccountCall): Reply {
  const list = dailyPositions(wanted(call, positionHistory(call.account.state)), call.now);
  return historyOf(call, { page: DAILY, list, timeOf: ({ at }) => at, row: ({ position }) => pastRow(position) });
}

function audit(call: AccountCall): Reply {
  const list = wanted(call, positionHistory(call.account.state));
  return historyOf(call, { page: AUDITED, list, timeOf: ({ updatedAt }) => updatedAt, row: auditRow });
}

function wanted(call: AccountCall, positions: readonly Position[]): readonly Position[] {
  const ids = wantedIds(call);
  return ids === undefined ? positions : positions.filter(({ id }) => ids.has(id));
}

/** Histories have no more than this of a position. */
const pastRow = (position: Position): unknown[] => positionRow(position, undefined).map((cell, at) => (at < 15 ? cell : null));

/** In an audit the type is null on margin, and nobody knows the least collateral of then (bitfinex-v2.md 5.3). */
function auditRow(position: Position): unknown[] {
  const row = positionRow(position, undefined);
  return row.map((cell, at) => (at === 18 || (at === 15 && !isDerivative(position.symbol)) ? null : cell));
}

function setCollateral(call: AccountCall): Reply {
  const { accounts, account, body } = call;
  const { symbol } = body;
  const units = readUnits(body['collateral']);
  if (typeof symbol !== 'string' || !isDerivative(symbol)) return failed('symbol: invalid');
  if (units === undefined || units < 0n) return failed('collateral: invalid');
  const limits = collateralLimits(valuationOf(call), symbol);
  if (limits !== undefined && units < limits.least) return failed('collateral: market risk', MARKET_RISK);
  const refusal = accounts.trading.setCollateral(account, symbol, units);
  return refusal === undefined ? json([[1]]) : failed(refusal.text, refusal.code);
}

function limitsOfCollateral(call: AccountCall): Reply {
  const limits = collateralLimits(valuationOf(call), textOf(call.body['symbol']) ?? '');
  return limits === undefined ? failed('symbol: invalid') : json([numberOf(limits.least), numberOf(limits.most)]);
}

function available(call: AccountCall): Reply {
  const question = readAvail(call.body, call.source.symbols);
  if (isRefusal(question)) return failed(question.text, question.code);
  const units = orderAvail(question, valuationOf(call), call.accounts.options.takerPpm);
  return units === undefined ? failed('symbol: invalid') : json([numberOf(units)]);
}

function marginOfAll(call: AccountCall): Reply {
  const valuation = valuationOf(call);
  const symbols = call.source.symbols.filter((symbol) => symbol.startsWith('t') && !isDerivative(symbol) && valuation.prices.marginRates(symbol) !== undefined);
  return json(symbols.flatMap((symbol) => [marginSymbolRow(valuation, symbol) ?? []].filter(({ length }) => length > 0)));
}

function marginOfSymbol(call: AccountCall): Reply {
  const row = marginSymbolRow(valuationOf(call), call.parts[0] ?? '');
  return row === undefined ? failed('symbol: invalid') : json(row);
}

function fundingOfSymbol({ parts: [symbol = ''], source }: AccountCall): Reply {
  if (!/^f[A-Z0-9]+$/.test(symbol) || !source.symbols.includes(symbol)) return failed('symbol: invalid');
  return json(fundingInfo.encode({ scope: 'sym', symbol, info: { yieldLoan: 0, yieldLend: 0, durationLoan: 0, durationLend: 0 } }));
}

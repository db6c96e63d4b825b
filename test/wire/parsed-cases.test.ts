import assert from 'node:assert/strict';
import { accountTables, readAccount } from '../../src/shared/wire/account';
import { book, fundingBook, rawBook, rawFundingBook } from '../../src/shared/wire/book';
import { candle } from '../../src/shared/wire/candle';
import { readFrame } from '../../src/shared/wire/frame';
import { fundingCredit } from '../../src/shared/wire/funding-credit';
import { fundingInfo } from '../../src/shared/wire/funding-info';
import { fundingLoan } from '../../src/shared/wire/funding-loan';
import { fundingOffer } from '../../src/shared/wire/funding-offer';
import { invoice } from '../../src/shared/wire/invoice';
import { ledger } from '../../src/shared/wire/ledger';
import { margin } from '../../src/shared/wire/margin';
import { order, orderReply } from '../../src/shared/wire/order';
import { ownFundingTrade } from '../../src/shared/wire/own-funding-trade';
import { ownTrade } from '../../src/shared/wire/own-trade';
import { position } from '../../src/shared/wire/position';
import { pulse, pulseProfile } from '../../src/shared/wire/pulse';
import { decodeRows, RowError, type Codec } from '../../src/shared/wire/row';
import { stats } from '../../src/shared/wire/stats';
import { derivativesStatus, derivativesStatusRow, liquidation } from '../../src/shared/wire/status';
import { fundingTicker, ticker, tickerHistory, tickersRow } from '../../src/shared/wire/ticker';
import { fundingTrade, trade } from '../../src/shared/wire/trade';
import { wallet } from '../../src/shared/wire/wallet';
import { jsonLines, needsData } from '../shared-data';
import { nameOf, type Subject } from './go-names';

interface Case {
  readonly source: string;
  readonly test: string;
  readonly case: string | null;
  readonly input: string;
  readonly context: { readonly Subscribe?: { readonly Channel?: string; readonly Symbol?: string; readonly Precision?: string; readonly Key?: string } } | null;
  readonly expected: unknown;
}

/** What the rows are, by file of the Go tests: the subject of the names, and our table. */
const SUBJECTS: Readonly<Record<string, readonly [Subject, unknown]>> = {
  'fundingcredit/fundingcredit_test.go': ['loan', fundingCredit],
  'fundingloan/fundingloan_test.go': ['loan', fundingLoan],
  'fundingoffer/fundingoffer_test.go': ['offer', fundingOffer],
  'order/order_test.go': ['order', order],
  'position/position_test.go': ['position', position],
  'tickerhist/tickerhist_test.go': ['ticker', tickerHistory],
  'trades/authfundingtrades_test.go': ['own funding trade', ownFundingTrade],
  'trades/authtradeexecution_test.go': ['own trade', ownTrade],
  'trades/authtradeexecutionupdate_test.go': ['own trade', ownTrade],
  'trades/fundingtrades_test.go': ['trade', fundingTrade],
  'trades/trade_test.go': ['trade', trade],
  'wallet/wallet_test.go': ['wallet', wallet],
  'candle/candle_test.go': ['candle', candle],
  'fundinginfo/fundinginfo_test.go': ['funding info', fundingInfo],
  'fundingtrade/fundingtrade_test.go': ['own funding trade', ownFundingTrade],
  'invoice/invoice_test.go': ['invoice', invoice],
  'ledger/ledger_test.go': ['ledger', ledger],
  'margin/margin_test.go': ['margin', margin],
  'stats/stats_test.go': ['stats', stats],
  'trade/trade_test.go': ['trade', trade],
  'tradeexecution/tradeexecution_test.go': ['own trade', ownTrade],
  'tradeexecutionupdate/tradeexecutionupdate_test.go': ['own trade', ownTrade],
};

/** Files that test several layouts: by the name of the case. */
function bySpecificCase({ source, test, case: name, input }: Case): readonly [Subject, unknown] {
  if (source.endsWith('book/book_test.go')) return ['book', input.startsWith('[645902785') ? rawFundingBook : book];
  if (source.endsWith('derivatives/derivatives_test.go')) return ['derivatives', test.includes('WsRaw') ? derivativesStatus : derivativesStatusRow];
  if (source.endsWith('ticker/ticker_test.go')) return ['ticker', test.includes('RestRaw') ? tickersRow : name?.includes('funding') ? fundingTicker : ticker];
  throw new Error(`no table for ${source}`);
}

function publicTable({ Channel, Symbol: symbol = '', Precision, Key = '' }: NonNullable<NonNullable<Case['context']>['Subscribe']>): readonly [Subject, unknown] {
  const funding = symbol.startsWith('f');
  if (Channel === 'ticker') return ['ticker', funding ? fundingTicker : ticker];
  if (Channel === 'trades') return ['trade', funding ? fundingTrade : trade];
  if (Channel === 'candles') return ['candle', candle];
  if (Channel === 'status') return Key.startsWith('liq') ? ['liquidation', liquidation] : ['derivatives', derivativesStatus];
  if (Precision === 'R0') return ['book', funding ? rawFundingBook : rawBook];
  return ['book', funding ? fundingBook : book];
}

interface Decoded {
  readonly subject: Subject;
  readonly rows: readonly unknown[];
}

const ACCOUNT_SUBJECTS: Readonly<Record<string, Subject>> = {
  order: 'order', position: 'position', trade: 'own trade', wallet: 'wallet', balance: 'balance', margin: 'margin',
  fundingOffer: 'offer', fundingCredit: 'loan', fundingLoan: 'loan', fundingTrade: 'own funding trade', notification: 'notification',
};

function decode(one: Case): Decoded {
  if (one.test === 'TestProcessPrivate' || one.test === 'TestNotificationMapping') return decodeAccount(one.input);
  if (one.test === 'TestProcessPublic') return decodePublic(one);
  const [subject, table] = SUBJECTS[one.source.replace('pkg/models/', '')] ?? (one.source.endsWith('pulse_test.go') ? (['pulse', pulse] as const) : bySpecificCase(one));
  const row: unknown = JSON.parse(one.input);
  // a list of rows, whatever the test is called
  const many = Array.isArray((row as unknown[])[0]) || one.test.includes('Snapshot');
  return { subject, rows: many ? decodeRows(table as Codec<unknown>, row) : [(table as Codec<unknown>).decode(row)] };
}

function decodeAccount(input: string): Decoded {
  const frame = readFrame(input);
  assert.ok(frame.kind === 'typed');
  const message = readAccount(frame.type, frame.payload);
  assert.ok(message.kind !== 'unknown' && Object.hasOwn(accountTables, message.type));
  return { subject: ACCOUNT_SUBJECTS[message.kind] as Subject, rows: message.rows };
}

function decodePublic(one: Case): Decoded {
  const frame = readFrame(one.input);
  const [subject, table] = publicTable(one.context?.Subscribe ?? {});
  if (frame.kind === 'rows') return { subject, rows: decodeRows(table as Codec<unknown>, frame.rows) };
  if (frame.kind === 'row') return { subject, rows: [(table as Codec<unknown>).decode(frame.row)] };
  assert.ok(frame.kind === 'typed');
  return { subject, rows: [(table as Codec<unknown>).decode(frame.payload)] };
}

type GoObject = Readonly<Record<string, unknown>>;

/** Go writes 0, "" and false where the exchange sent null. */
const isZero = (value: unknown): boolean => value === undefined || value === null || value === 0 || value === '' || value === false;

function assertSame(expected: unknown, actual: unknown, key: string): void {
  if (isZero(expected)) return assert.ok(isZero(actual), `${key}: expected nothing, got ${String(actual)}`);
  // Go keeps the number of a flag
  if (actual === true) return assert.ok(expected === 1 || expected === true, key);
  assert.deepEqual(actual, expected, key);
}

/** Returns how many fields were compared. */
function assertFields(expected: GoObject, row: GoObject, subject: Subject): number {
  const keys = Object.keys(expected).filter((key) => key !== '__type__');
  for (const key of keys) assertField(key, expected[key], row, subject);
  return keys.length;
}

function assertField(key: string, expected: unknown, row: GoObject, subject: Subject): void {
  if (key === 'NotifyInfo') return void assertFields(expected as GoObject, orderReply.decode(row['info']), 'order');
  if (key === 'PulseProfile') return void assertFields(expected as GoObject, pulseProfile.decode((row['profiles'] as unknown[])[0]), 'profile');
  const name = nameOf(subject, key, row);
  if ('read' in name) assertSame(expected, name.read(row), key);
}

const rowsExpected = (expected: unknown): GoObject[] =>
  Array.isArray(expected) ? (expected as GoObject[]) : ((expected as { Snapshot?: GoObject[] }).Snapshot ?? [expected as GoObject]);

/** Cases without an expectation of fields: what must come of each, by index, written by hand from the row itself. */
const REFUSED: Readonly<Record<number, string>> = {
  0: 'funding credit.id', 4: 'funding loan.id', 8: 'funding offer.id', 21: 'position.symbol', 26: 'ticker history.symbol',
  28: 'own funding trade.symbol', 29: 'own funding trade.symbol', 30: 'own funding trade.symbol', 32: 'own trade.symbol', 33: 'own trade.symbol',
  34: 'funding trade.timestamp', 35: 'funding trade.timestamp', 36: 'funding trade.timestamp',
  38: 'trade.timestamp', 39: 'trade.timestamp', 40: 'trade.timestamp', 42: 'wallet.currency',
};
/** The Go library refuses an empty snapshot; here it is one: an account without orders (bitfinex-v2.md 2.9). */
const EMPTY = [2, 6, 24, 27, 31, 37, 41];
/** Frames rather than rows. */
const FRAMES: Readonly<Record<number, object>> = {
  46: { kind: 'malformed', reason: 'an object without an event name' },
  47: { kind: 'malformed', reason: 'no channel id' },
  48: { kind: 'heartbeat', chanId: 123, sequence: undefined, timestamp: undefined },
};
/** The Go test names only a type here; the fields are read off the row by hand. */
const TYPE_ONLY: Readonly<Record<number, object>> = {
  85: { id: 26222883, symbol: 'fUST', side: 1, amount: 350, status: 'ACTIVE', rate: 0.0024, period: 2, notify: true, hidden: null, renew: false, noClose: true, positionPair: 'tBTCUST' },
  87: { id: 2995368, side: 0, timestamp: 1574077517000, amount: 100, rate: 0.0024, notify: false, renew: true, noClose: false },
  88: { id: 652606505, symbol: 'fETH', remaining: 0.29797676, amount: 0.29797676, type: 'LIMIT', rate: 0.0002, period: 2, notify: true, hidden: null },
  89: { id: 652606505, lastUpdateTimestamp: 1574000611000, flags: 0, status: 'ACTIVE', renew: false, rateReal: null },
  94: { id: 33950998276, clientOrderId: 1573476747887, remaining: -0.5, amount: -0.5, type: 'LIMIT', price: 220, notify: false, hidden: true, routing: 'BFX' },
  95: { symbol: 'tETHUST', amount: 0.2, entryPrice: 153.71, unrealizedPnl: -0.07944800000000068, percentage: -0.05855181835925015, liquidationPrice: 67.52755254906451, leverage: 1.409288545397275, id: 142420429, type: 0 },
};

describe('rows parsed by the official Go library', () => {
  let cases: Case[];
  before(function () {
    needsData(this);
    cases = jsonLines<Case>('parsed-cases.jsonl');
  });
  const at = (index: number): Case => cases[index] as Case;

  it('give the same fields, in every case that names fields', () => {
    const special = new Set([...Object.keys(REFUSED), ...Object.keys(FRAMES), ...Object.keys(TYPE_ONLY), ...EMPTY].map(Number));
    let rows = 0;
    let fields = 0;
    cases.forEach((one, index) => {
      if (special.has(index)) return;
      const expected = rowsExpected(one.expected);
      const { subject, rows: actual } = decode(one);
      assert.equal(actual.length, expected.length, `${index}: ${one.test}`);
      expected.forEach((row, i) => (fields += assertFields(row, actual[i] as GoObject, subject)));
      rows += actual.length;
    });
    assert.equal(cases.length, 106);
    assert.equal(cases.length - special.size, 73);
    assert.ok(rows >= 75 && fields > 700, `${rows} rows, ${fields} fields`);
  });

  it('keep a group id and flags that came as texts, which Go drops', () => {
    const row = decode(at(18)).rows[0] as GoObject;
    assert.equal(row['gid'], 1227);
    assert.equal(row['flags'], 0);
  });

  for (const [index, refused] of Object.entries(REFUSED)) {
    it(`refuse case ${index}: ${refused}`, () => {
      assert.throws(() => decode(at(Number(index))), (error) => error instanceof RowError && `${error.table}.${error.column}` === refused);
    });
  }

  for (const index of EMPTY) {
    it(`read case ${index} as an empty snapshot`, () => assert.deepEqual(decode(at(index)).rows, []));
  }

  for (const [index, expected] of Object.entries(FRAMES)) {
    it(`read case ${index} as a frame`, () => assert.deepEqual(readFrame(at(Number(index)).input), expected));
  }

  for (const [index, expected] of Object.entries(TYPE_ONLY)) {
    it(`read case ${index} field by field`, () => {
      const row = decode(at(Number(index))).rows[0] as GoObject;
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(row[key], value, key);
    });
  }
});

import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { account, catchAll, stream, TAB } from './flow';

interface Mistake {
  readonly what: string;
  readonly kind?: 'ticker' | 'trades' | 'book';
  readonly symbols?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Replaces properties of an account that is right. */
  readonly account?: Readonly<Record<string, unknown>>;
  readonly field: string;
  readonly code: string;
  readonly says: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  { what: 'an unknown symbol', symbols: 'BTC/UDS', field: 'symbols', code: 'SYMBOL_UNKNOWN', says: /BTC\/UDS.*BTC\/USD/ },
  { what: 'an unknown symbol beside a good one', symbols: 'ETH/USD, NOPE/NOPE', field: 'symbols', code: 'SYMBOL_UNKNOWN', says: /NOPE\/NOPE/ },
  { what: 'an address that is none', account: { wsUrl: 'localhost, I think' }, field: 'wsUrl', code: 'FIELD_INVALID', says: /ws:\/\// },
  { what: 'a port that is none', account: { wsUrl: 'ws://127.0.0.1:99999/ws/2' }, field: 'wsUrl', code: 'FIELD_INVALID', says: /99999/ },
  { what: 'an address of another kind', account: { restUrl: 'ftp://127.0.0.1/' }, field: 'restUrl', code: 'FIELD_INVALID', says: /http:\/\// },
  { what: 'an empty address', account: { restUrl: '' }, field: 'restUrl', code: 'FIELD_INVALID', says: /http:\/\// },
  { what: 'an address with a password', account: { restUrl: 'http://me:secret@127.0.0.1/' }, field: 'restUrl', code: 'FIELD_INVALID', says: /password/ },
  { what: 'another machine', account: { wsUrl: 'wss://exchange.invalid/ws/2' }, field: 'wsUrl', code: 'HOST_NOT_ALLOWED', says: /exchange\.invalid.*bitfinexHosts/ },
  { what: 'an environment variable that is not set, in the account', account: { wsUrl: '${BITFINEX_TEST_UNSET}' }, field: 'wsUrl', code: 'ENV_NOT_SET', says: /BITFINEX_TEST_UNSET/ },
  { what: 'an environment variable that is not set, as symbols', symbols: '${BITFINEX_TEST_UNSET}', field: 'symbols', code: 'ENV_NOT_SET', says: /BITFINEX_TEST_UNSET/ },
  { what: 'an environment variable that is not set, as a number', settings: { interval: '${BITFINEX_TEST_UNSET}' }, field: 'interval', code: 'ENV_NOT_SET', says: /BITFINEX_TEST_UNSET/ },
  { what: 'an environment that is none', account: { environment: 'moon' }, field: 'environment', code: 'FIELD_INVALID', says: /moon/ },
  { what: 'no account', settings: { account: '' }, field: 'account', code: 'ACCOUNT_MISSING', says: /account/ },
  { what: 'an account that does not exist', settings: { account: 'gone' }, field: 'account', code: 'ACCOUNT_MISSING', says: /account/ },
  { what: 'a text as a number', settings: { interval: 'soon' }, field: 'interval', code: 'FIELD_INVALID', says: /soon/ },
  { what: 'a depth that does not exist', kind: 'book', settings: { depth: '26' }, field: 'depth', code: 'FIELD_INVALID', says: /26.*25/ },
  { what: 'a precision that does not exist', kind: 'book', settings: { precision: 'P9' }, field: 'precision', code: 'FIELD_INVALID', says: /P9/ },
  { what: 'a verified book of one level', kind: 'book', settings: { depth: '1', emit: 'verified' }, field: 'emit', code: 'FIELD_INVALID', says: /checksum/ },
  { what: 'a verified funding book', kind: 'book', symbols: 'fUSD', settings: { emit: 'verified' }, field: 'emit', code: 'FIELD_INVALID', says: /funding/ },
];

describe('A wrong setting, in a real Node-RED', function () {
  this.timeout(40_000);
  let exchange: Exchange;
  let red: NodeRedChild;
  let flow: FlowNode[];

  before(async () => {
    exchange = await startExchange();
    const wrong = MISTAKES.flatMap(({ kind = 'ticker', symbols = 'BTC/USD', settings, account: changed }, at) => [
      { ...account(`account ${at}`, exchange), ...changed },
      ...stream(kind, `wrong ${at}`, symbols, { account: `account ${at}`, ...settings }),
    ]);
    flow = [TAB, account('account', exchange), ...stream('book', 'good', 'BTC/USD', { output: 'top' }), ...wrong, ...catchAll()];
    red = await startNodeRed({ flow });
    await red.until(() => red.messages('good').length > 0, 'the good node is live');
    await red.until(() => MISTAKES.every((_, at) => red.status(`wrong ${at}`).fill === 'red'), 'every wrong node says so');
  });

  after(async () => {
    await red?.stop();
    await exchange?.stop();
  });

  const errorsOf = (node: string) => red.messages('errors').filter(({ msg }) => msg.error.source.id === node).map(({ msg }) => msg.error);

  for (const [at, { what, field, code, says }] of MISTAKES.entries()) {
    it(`${what}: a red status that names ${field}, and one error that says what to do (F77)`, () => {
      const { shape, text } = red.status(`wrong ${at}`);
      assert.equal(shape, 'ring');
      assert.ok(text?.includes(field), `the status says "${text}"`);
      const [error, ...more] = errorsOf(`wrong ${at}`);
      assert.deepEqual(more, []);
      assert.equal(error?.code, code);
      assert.match(error?.message, new RegExp(field.replace(/s$/, '')));
      assert.match(error?.message, says);
    });
  }

  it('a wrong symbol does not silence the others of its node', async () => {
    const at = MISTAKES.findIndex(({ symbols }) => symbols?.startsWith('ETH/USD,'));
    await red.until(() => red.messages(`wrong ${at}`).some(({ msg }) => msg.topic === 'ETH/USD'), 'the good symbol');
  });

  it('no password of an address is in an error or a status', () => {
    assert.ok(!JSON.stringify(red.events).includes('secret'));
    assert.ok(!red.output.includes('secret'));
  });

  it('the good node beside them goes on, and nobody has connected to anything but the exchange', async () => {
    const seen = red.messages('good').length;
    await red.until(() => red.messages('good').length > seen, 'another message');
    assert.equal(red.status('good').fill, 'green');
    assert.equal(red.exit, undefined);
    assert.equal(exchange.log.filter(({ kind }) => kind === 'opened').length, 1);
  });

  it('a corrected setting works after a deploy, without a restart', async () => {
    const at = MISTAKES.findIndex(({ settings }) => settings?.['interval'] === 'soon');
    await red.deploy(flow.map((node) => (node.id === `wrong ${at}` ? { ...node, interval: 0 } : node)), 'nodes');
    await red.until(() => red.messages(`wrong ${at}`).length > 0 && red.status(`wrong ${at}`).fill === 'green', 'it is live');
  });
});

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import helper from 'node-red-node-test-helper';
import account from '../../src/nodes/account/account';
import { hub } from '../../src/shared/link/hub';
import { readAccount, type AccountContext } from '../../src/shared/red/account';
import { openAccount, type AccountNode, type OpenAccount } from '../../src/shared/red/account-user';
import type { PracticePanel } from '../../src/shared/red/practice';
import { servePractice } from '../../src/shared/red/practice-endpoint';
import { servePanel } from '../../src/shared/red/panel';
import { startExchange, type Exchange, type KeyShown } from '../../src/shared/simulator/exchange';
import { PRACTICE } from '../../src/shared/simulator/trouble/practice-trouble';
import { STARTING_MONEY } from '../../src/shared/simulator/trading/trading';
import { SignedClient, type Answered } from '../simulator/trading/signed-client';
import { until } from '../until';

helper.init(require.resolve('node-red'));

const KEY = 'canaryKEYaB3dE6gH9';
const ACTIONS = ['trouble', 'trouble/stop', 'deposit', 'reset'];
/** How a practice exchange stands that is in use. */
type Standing = Extract<PracticePanel, { inUse: true }>;

interface Told {
  readonly status: number;
  readonly body: Standing & { readonly error?: string; readonly field?: string };
}

const post = async (action: string, body: unknown, headers: Record<string, string> = {}, id = 'a'): Promise<Told> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { status, body: answer } = await helper.request().post(`/bitfinex/account/${id}/${action}`).set({ 'content-type': 'application/json', ...headers }).send(text);
  return { status, body: answer as Told['body'] };
};
const panel = async (): Promise<{ practice?: PracticePanel; state?: string }> => (await helper.request().get('/bitfinex/account/a')).body as { practice?: PracticePanel };
const standing = async (): Promise<Standing> => (await panel()).practice as Standing;
const orderAt = (exchange: Exchange): Promise<Answered> => new SignedClient(exchange, exchange.keys[0] as KeyShown).post('w/order/submit', { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.5', price: '1000.5' });
const going = ({ troubles }: Standing): string[] => troubles.filter(({ leftMs }) => leftMs !== undefined).map(({ kind }) => kind);
const balance = ({ wallets }: Standing, wallet: string, currency: string): string | undefined => wallets.find((one) => one.wallet === wallet && one.currency === currency)?.total;

describe('what a person does with a practice exchange', function () {
  this.timeout(20_000);
  let opened: OpenAccount | undefined;

  before(() => new Promise<void>((resolve) => helper.startServer(resolve)));
  after(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
  afterEach(async () => {
    opened?.release();
    opened = undefined;
    await helper.unload();
    await hub().end();
  });

  async function load(environment: string): Promise<void> {
    await helper.load([account] as never, [{ id: 'a', type: 'bitfinex-account', environment, restUrl: 'http://127.0.0.1:9', wsUrl: 'ws://127.0.0.1:9/ws/2' }] as never, { a: { apiKey: KEY, apiSecret: KEY } } as never);
  }
  /** What a node of the flow does. */
  async function use(): Promise<Exchange> {
    const node = helper.getNode('a') as unknown as AccountNode;
    opened = openAccount({ nodes: { getNode: () => node } } as unknown as NodeAPI, { account: 'a' });
    return (await opened.signed.spec.addresses()) as unknown as Exchange;
  }

  it('is nothing while the exchange is not in use: 409, and asking starts nothing', async () => {
    await load('simulated');
    assert.deepEqual((await panel()).practice, { inUse: false });
    for (const action of ACTIONS) assert.deepEqual(await post(action, {}), { status: 409, body: { error: 'unused' } });
    assert.equal(hub().find('simulated a'), undefined);
  });

  it('is nothing for an account that is not deployed or has no practice exchange: 404', async () => {
    for (const environment of ['bitfinex', 'custom']) {
      await load(environment);
      assert.equal('practice' in (await panel()), false);
      for (const action of ACTIONS) {
        assert.deepEqual(await post(action, {}), { status: 404, body: { error: 'not-practice' } });
        for (const id of ['b', '__proto__']) assert.deepEqual(await post(action, {}, {}, id), { status: 404, body: { error: 'unknown' } });
      }
      await helper.unload();
    }
  });

  it('begins with what the account will have, the troubles and the word to type', async () => {
    await load('simulated');
    await use();
    const { inUse, wallets, orders, positions, troubles, walletTypes, currencies, resetWord } = await standing();
    assert.deepEqual([inUse, orders, positions], [true, 0, 0]);
    const given = STARTING_MONEY.map(({ wallet, currency, amount }) => `${wallet} ${currency} ${amount} ${amount}`).sort();
    assert.deepEqual(wallets.map(({ wallet, currency, total, available }) => `${wallet} ${currency} ${total} ${available}`), given);
    assert.deepEqual(troubles.map(({ kind, lastsMs }) => [kind, lastsMs]), Object.entries(PRACTICE).map(([kind, { lastsMs }]) => [kind, lastsMs]));
    assert.deepEqual(troubles.filter(({ canStop }) => !canStop).map(({ kind }) => kind), ['crash', 'rally']);
    assert.deepEqual(walletTypes, ['exchange', 'margin', 'funding']);
    for (const currency of ['USD', 'BTC', 'USTF0']) assert.ok(currencies.includes(currency), currency);
    assert.ok(resetWord.length > 2);
  });

  it('makes trouble, tells what is left of it, and ends it', async () => {
    await load('simulated');
    const { trouble } = await use();
    const { status, body } = await post('trouble', { kind: 'maintenance' });
    assert.deepEqual([status, going(body), trouble.inMaintenance], [200, ['maintenance'], true]);
    const left = (await standing()).troubles.find(({ kind }) => kind === 'maintenance')?.leftMs as number;
    assert.ok(left > 50_000 && left <= 60_000, String(left));
    const ended = await post('trouble/stop', { kind: 'maintenance' });
    assert.deepEqual([ended.status, going(ended.body), trouble.inMaintenance], [200, [], false]);
    assert.equal((await post('trouble/stop', { kind: 'maintenance' })).status, 200);
  });

  it('knows each trouble by its name, and no other', async () => {
    await load('simulated');
    const { trouble } = await use();
    for (const kind of Object.keys(PRACTICE)) {
      assert.deepEqual(going((await post('trouble', { kind })).body), [kind]);
      trouble.endActive();
    }
    for (const kind of ['', 'rest', 'toString', '__proto__', 7, null, { kind: 'slow' }]) {
      for (const action of ['trouble', 'trouble/stop']) assert.deepEqual(await post(action, { kind }), { status: 400, body: { error: 'FIELD_INVALID', field: 'kind' } });
    }
    assert.deepEqual(trouble.active, []);
  });

  it('counts what is open, and shows what is still available', async () => {
    await load('simulated');
    await orderAt(await use());
    const { orders, positions, wallets } = await standing();
    assert.deepEqual([orders, positions, wallets.find(({ wallet, currency }) => wallet === 'exchange' && currency === 'USD')], [1, 0, { wallet: 'exchange', currency: 'USD', total: '100000', available: '99499.75' }]);
    const { body } = await post('reset', { confirm: (await standing()).resetWord });
    assert.deepEqual([body.orders, body.wallets.find(({ currency }) => currency === 'USD')?.available], [0, '100000']);
  });

  it('makes a lost answer: the order is there, and the trouble is over with it', async () => {
    await load('simulated');
    const exchange = await use();
    assert.deepEqual(going((await post('trouble', { kind: 'lost-answer' })).body), ['lost-answer']);
    assert.equal((await orderAt(exchange)).status, undefined);
    const then = await standing();
    assert.deepEqual([then.orders, going(then)], [1, []]);
  });

  it('adds play money, exactly', async () => {
    await load('simulated');
    await use();
    const { status, body } = await post('deposit', { wallet: 'exchange', currency: 'BTC', amount: '0.10000001' });
    assert.deepEqual([status, balance(body, 'exchange', 'BTC')], [200, '1.10000001']);
    const funding = await post('deposit', { wallet: 'funding', currency: 'UST', amount: ' 10000000 ' });
    assert.equal(balance(funding.body, 'funding', 'UST'), '10000000');
    assert.deepEqual((await standing()).wallets.map(({ wallet, currency }) => `${wallet} ${currency}`), ['exchange BTC', 'exchange USD', 'margin BTC', 'margin USD', 'funding UST']);
  });

  it('names the field of a deposit that cannot be used, and adds nothing', async () => {
    await load('simulated');
    await use();
    const good = { wallet: 'exchange', currency: 'USD', amount: '5' };
    const wrong: [string, unknown[]][] = [
      ['amount', ['', '0', '0.00000000', '-1', '+1', '1e3', '1,5', '1 000', '0x10', 'NaN', '0.123456789', '10000000.00000001', '99999999', 5, null, ['5']]],
      ['currency', ['', 'usd', 'XYZ', '<b>', 'toString', 7]],
      ['wallet', ['', 'Exchange', 'deposit', 'derivatives', null]],
    ];
    for (const [field, values] of wrong) for (const value of values) assert.deepEqual(await post('deposit', { ...good, [field]: value }), { status: 400, body: { error: 'FIELD_INVALID', field } }, inspect(value));
    assert.equal(balance(await standing(), 'exchange', 'USD'), '100000');
  });

  it('starts over only with the word', async () => {
    await load('simulated');
    await use();
    await post('deposit', { wallet: 'exchange', currency: 'USD', amount: '5' });
    const { resetWord } = await standing();
    for (const confirm of ['', 'yes', resetWord.toLowerCase(), true, undefined]) assert.deepEqual(await post('reset', { confirm }), { status: 400, body: { error: 'FIELD_INVALID', field: 'confirm' } });
    assert.equal(balance(await standing(), 'exchange', 'USD'), '100005');
    const { status, body } = await post('reset', { confirm: resetWord });
    assert.deepEqual([status, body.inUse, balance(body, 'exchange', 'USD')], [200, true, '100000']);
  });

  it('takes a small JSON object alone, and nothing from a page of another site', async () => {
    await load('simulated');
    const { trouble } = await use();
    const kind = 'maintenance';
    const refused = { status: 400, body: { error: 'FIELD_INVALID', field: 'body' } };
    assert.deepEqual(await post('trouble', { kind, more: 'x'.repeat(5000) }), refused);
    assert.deepEqual(await post('trouble', `kind=${kind}`, { 'content-type': 'application/x-www-form-urlencoded' }), refused);
    assert.deepEqual(await post('trouble', JSON.stringify({ kind }), { 'content-type': 'text/plain' }), refused);
    assert.equal((await post('trouble', [kind])).status, 400);
    assert.deepEqual(await post('trouble', { kind }, { 'sec-fetch-site': 'cross-site' }), { status: 403, body: { error: 'foreign' } });
    assert.deepEqual(trouble.active, []);
    assert.equal((await post('trouble', { kind }, { 'sec-fetch-site': 'same-origin' })).status, 200);
  });

  it('says in the log what was done, and holds no key', async () => {
    await load('simulated');
    await use();
    const logged: string[] = [];
    (helper.getNode('a') as unknown as Node).log = (text: string) => void logged.push(text);
    const answers = [await post('trouble', { kind: 'slow' }), await post('deposit', { wallet: 'margin', currency: 'USD', amount: '1' }), await post('deposit', { wallet: 'margin', currency: 'USD', amount: 'x' })];
    assert.deepEqual(logged, ['practice exchange: trouble slow', 'practice exchange: deposit margin USD 1']);
    // the way in for other programs is told, with a paper key that opens nothing else
    const { door, ...others } = await standing();
    assert.match(door.apiKey, /^paper-.+-2$/);
    assert.match(door.rest, /^http:\/\/127\.0\.0\.1:\d+$/);
    const told = JSON.stringify([answers.map(({ status, body }) => [status, { ...(body as object), door: undefined }]), others, logged]);
    for (const secret of [KEY, 'secret', '127.0.0.1']) assert.equal(told.includes(secret), false, secret);
  });

  it('answers what goes wrong inside with 500, says so in the log, and goes on', async () => {
    await load('simulated');
    const exchange = await use();
    const logged: string[] = [];
    (helper.getNode('a') as unknown as Node).error = ((text: string) => void logged.push(text)) as never;
    exchange.trading.deposit = () => {
      throw new Error('the disk is full');
    };
    assert.deepEqual(await post('deposit', { wallet: 'exchange', currency: 'USD', amount: '1' }), { status: 500, body: { error: 'failed' } });
    assert.deepEqual(logged, ['practice exchange: deposit: the disk is full']);
    assert.equal((await post('trouble', { kind: 'slow' })).status, 200);
  });
});

describe('what a person does with the paper side of the environment mirror', function () {
  this.timeout(20_000);
  let live: Exchange;
  let opened: OpenAccount | undefined;

  before(async () => {
    live = await startExchange({ seed: 21 });
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    await live.stop();
  });
  afterEach(async () => {
    opened?.release();
    await helper.unload();
    await hub().end();
  });

  /** The account node, with another exchange behind it as the real one. */
  function mirrored(RED: NodeAPI): void {
    RED.nodes.registerType('bitfinex-account', function (this: Node, definition: NodeDef) {
      RED.nodes.createNode(this, definition);
      const context: AccountContext = { id: this.id, allowedHosts: [], report: () => undefined, hear: () => undefined, live, credentials: { stored: () => ({}), variable: () => undefined } };
      (this as AccountNode).readAccount = () => readAccount({ environment: 'mirror' }, context);
    });
    hub().listenTo(RED.events);
    servePanel(RED);
    servePractice(RED);
  }

  it('leaves the real market alone: only troubles of what is asked about the account', async () => {
    await helper.load([mirrored] as never, [{ id: 'a', type: 'bitfinex-account' }] as never);
    const node = helper.getNode('a') as unknown as AccountNode;
    opened = openAccount({ nodes: { getNode: () => node } } as unknown as NodeAPI, { account: 'a' });
    const { venue, signed } = opened;
    const leave = venue.pool.follow({ channel: 'ticker', symbol: 'tBTCUSD' }, () => undefined);
    await until(() => venue.pool.channelStates.includes('live'), 'the live ticker', 10_000);
    assert.deepEqual((await panel()).practice, { inUse: false });
    const paper = (await signed.spec.addresses()) as unknown as Exchange;
    assert.deepEqual((await standing()).troubles.map(({ kind }) => kind), ['lost-line', 'silent-line', 'maintenance', 'restart', 'slow', 'server-errors', 'rate-limit', 'lost-answer']);
    for (const kind of ['crash', 'rally', 'bad-checksum']) assert.deepEqual((await post('trouble', { kind })).body.field, 'kind');
    await post('trouble', { kind: 'maintenance' });
    assert.deepEqual([paper.trouble.inMaintenance, live.trouble.inMaintenance, (await panel()).state, venue.pool.channelStates], [true, false, 'operative', ['live']]);
    const { body } = await post('deposit', { wallet: 'exchange', currency: 'ETH', amount: '3' });
    assert.equal(balance(body, 'exchange', 'ETH'), '3');
    leave('at-once');
  });
});

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import helper from 'node-red-node-test-helper';
import account from '../../src/nodes/account/account';
import { hub, Hub } from '../../src/shared/link/hub';
import type { VenueSpec } from '../../src/shared/link/venue';
import { openAccount, type AccountNode, type OpenAccount } from '../../src/shared/red/account-user';
import { panelOf, type Panel } from '../../src/shared/red/panel';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { until } from '../until';

helper.init(require.resolve('node-red'));

const KEY = 'canaryKEYaB3dE6gH9';
const SECRET = 'canarySECRETzY9xW8vU7';
const TICKER = { channel: 'ticker', symbol: 'tBTCUSD' } as const;

const ask = async (path: string): Promise<{ status: number; body: Panel & { error?: string; field?: string } }> => {
  const { status, body } = await helper.request().get(path);
  return { status, body: body as Panel };
};

describe("the account's panel", () => {
  let exchange: Exchange;
  let opened: OpenAccount | undefined;

  before(async () => {
    exchange = await startExchange({ seed: 5 });
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    await exchange.stop();
  });
  afterEach(async () => {
    opened?.release();
    opened = undefined;
    await helper.unload();
    await hub().end();
  });

  const load = async (saved: object = {}): Promise<AccountNode> => {
    const custom = { environment: 'custom', restUrl: exchange.rest, wsUrl: exchange.ws };
    await helper.load([account] as never, [{ id: 'a', type: 'bitfinex-account', name: 'mine', ...custom, ...saved }] as never, { a: { apiKey: KEY, apiSecret: SECRET } } as never);
    return helper.getNode('a') as unknown as AccountNode;
  };
  /** What a node of the flow does. */
  const open = (node: AccountNode): OpenAccount => (opened = openAccount({ nodes: { getNode: () => node } } as never, { account: 'a' }));

  it('does not know an account that is not deployed', async () => {
    await load();
    assert.deepEqual(await ask('/bitfinex/account/b'), { status: 404, body: { error: 'unknown' } });
    assert.equal((await ask('/bitfinex/account/__proto__')).status, 404);
  });

  it('says of an account that nobody uses that it is not in use, and starts nothing by looking', async () => {
    const node = await load();
    const before = exchange.log.length;
    assert.deepEqual(await ask('/bitfinex/account/a'), { status: 200, body: { environment: 'custom', inUse: false, sockets: [], channels: {}, lost: 0, limits: [] } });
    assert.equal(hub().find(node.readAccount().spec.key), undefined);
    assert.equal(exchange.log.length, before);
  });

  it('says of settings that cannot be used which one it is, without its value', async () => {
    await load({ restUrl: 'http://me:canarySECRET@127.0.0.1' });
    assert.deepEqual(await ask('/bitfinex/account/a'), { status: 200, body: { error: 'FIELD_INVALID', field: 'restUrl' } });
  });

  it('shows connections, channels and budgets of an account in use', async () => {
    const { venue } = open(await load());
    const leave = venue.pool.follow(TICKER, () => undefined);
    await until(() => venue.pool.channelStates.includes('live'), 'the ticker is live', 10_000);
    await venue.limiter.admit('candles');
    await venue.markets.get();
    const from = Date.now();
    const { body } = await ask('/bitfinex/account/a');
    assert.deepEqual([body.environment, body.inUse, body.sockets, body.channels, body.lost], ['custom', true, [{ state: 'open', channels: 1 }], { live: 1 }, 0]);
    assert.ok((body.connectedAt as number) <= from && (body.connectedAt as number) > from - 20_000);
    assert.deepEqual([body.state, body.symbols?.source], ['operative', 'exchange']);
    assert.ok((body.symbols?.readAt as number) > from - 20_000);
    const used = Object.fromEntries(body.limits.filter(({ used }) => used > 0).map(({ limit, used, max }) => [limit, [used, max]]));
    assert.deepEqual(used, { connect: [1, 20], subscribe: [1, 25], candles: [1, 30], conf: [1, 90] });
    exchange.trouble.dropSockets();
    await until(async () => (await ask('/bitfinex/account/a')).body.lost === 1, 'the loss is counted', 10_000);
    leave('at-once');
  });

  it('holds no address, name or key', async () => {
    const { venue } = open(await load());
    await venue.limiter.admit('auth', { lane: 'auth auth/r/wallets' });
    const text = JSON.stringify((await ask('/bitfinex/account/a')).body);
    for (const secret of [KEY, SECRET, 'mine', '127.0.0.1']) assert.ok(!text.includes(secret), secret);
  });

  it('counts new connections of the whole process, and everything else by exchange', async () => {
    const registry = new Hub();
    const spec: VenueSpec = { key: 'x', label: 'custom', isSimulated: false, addresses: async () => exchange, stop: async () => undefined, report: () => undefined };
    const [one, other] = [registry.use(spec).venue, registry.use({ ...spec, key: 'y' }).venue];
    await one.connects.admit('connect');
    await one.limiter.admit('conf');
    const used = (limit: string): number | undefined => panelOf('custom', other).limits.find((row) => row.limit === limit)?.used;
    assert.deepEqual([used('connect'), used('conf')], [1, 0]);
    await registry.end();
  });
});

describe('an account node with a key', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange({ seed: 5 });
  });
  after(() => exchange.stop());
  afterEach(async () => {
    delete process.env['PANEL_TEST_KEY'];
    await helper.unload();
    await hub().end();
  });

  const load = async (credentials: object, saved: object = {}): Promise<AccountNode> => {
    await helper.load([account] as never, [{ id: 'a', type: 'bitfinex-account', environment: 'custom', restUrl: exchange.rest, wsUrl: exchange.ws, ...saved }] as never, { a: credentials } as never);
    return helper.getNode('a') as unknown as AccountNode;
  };
  const open = (node: AccountNode): OpenAccount => openAccount({ nodes: { getNode: () => node } } as never, { account: 'a' });
  const lastKey = (): unknown => exchange.calls.at(-1)?.headers['bfx-apikey'];

  it('shows it nowhere: printed, as JSON, among its properties', async () => {
    const node = await load({ apiKey: KEY, apiSecret: SECRET });
    assert.equal(node.readAccount().key()?.secret, SECRET);
    const { venue, rest, account: read } = open(node);
    await rest.post('auth/r/wallets').catch(() => undefined);
    const printed = [node, read, venue, rest].map((thing) => inspect(thing, { depth: 12, showHidden: true, getters: true })).join('\n');
    assert.ok(printed.length > 1000);
    for (const secret of [KEY, SECRET]) {
      assert.ok(!printed.includes(secret));
      assert.ok(!JSON.stringify({ ...node, _flow: undefined }).includes(secret));
    }
    assert.equal('credentials' in node, false);
  });

  it('signs the calls of its own nodes, with the key of the moment', async () => {
    process.env['PANEL_TEST_KEY'] = 'first';
    const node = await load({ apiKey: '${PANEL_TEST_KEY}', apiSecret: SECRET });
    const { rest } = open(node);
    await assert.rejects(rest.post('auth/r/wallets'));
    assert.equal(lastKey(), 'first');
    process.env['PANEL_TEST_KEY'] = 'second';
    await assert.rejects(rest.post('auth/r/wallets'));
    assert.equal(lastKey(), 'second');
  });

  it('sends nothing when its key cannot be used, and says which field', async () => {
    const { rest } = open(await load({ apiKey: `${KEY} `, apiSecret: SECRET }));
    const before = exchange.calls.length;
    await assert.rejects(rest.post('auth/r/wallets'), (error: Error & { field?: string }) => error.field === 'apiKey' && !error.message.includes(KEY));
    assert.equal(exchange.calls.length, before);
  });

  it('without a key says that one is missing; the practice exchange has one of its own and is not shown the other', async () => {
    await assert.rejects(open(await load({})).rest.post('auth/r/wallets'), { code: 'KEY_MISSING' });
    await helper.unload();
    const { rest, venue } = open(await load({ apiKey: KEY, apiSecret: SECRET }, { environment: 'simulated' }));
    assert.equal(((await rest.post('auth/r/wallets')) as unknown[]).length, 4);
    const { calls } = (await venue.spec.addresses()) as unknown as Exchange;
    assert.deepEqual(calls.map(({ headers }) => headers['bfx-apikey']), ['paper-a']);
  });
});

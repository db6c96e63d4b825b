import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import helper from 'node-red-node-test-helper';
import requestNode from '../../src/nodes/request/request';
import tickerStream from '../../src/nodes/ticker-stream/ticker-stream';
import { hub } from '../../src/shared/link/hub';
import type { VenueSpec } from '../../src/shared/link/venue';
import type { StreamMessage } from '../../src/shared/red/message';
import { readAccount, type Account, type AccountContext } from '../../src/shared/red/account';
import { openAccount, type AccountNode, type OpenAccount } from '../../src/shared/red/account-user';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { until } from '../until';

helper.init(require.resolve('node-red'));

const ENTERED = { apiKey: 'aRealKeyThatWasEntered', apiSecret: 'aRealSecretThatWasEntered' };
const signedAt = ({ calls }: Exchange): string[] => calls.filter(({ method, headers }) => method !== 'GET' || 'bfx-apikey' in headers).map(({ path }) => path);

describe('an account of the environment mirror', function () {
  this.timeout(30_000);

  let live: Exchange;
  let opened: OpenAccount[];

  before(async () => {
    live = await startExchange({ seed: 11 });
  });
  after(() => live.stop());
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const { release } of opened) release();
    await hub().end();
    await until(() => live.trouble.lines.size === 0, 'no line is left');
  });

  const context = (id: string): AccountContext => ({
    ...{ id, allowedHosts: [], report: () => undefined, hear: () => undefined, live },
    credentials: { stored: () => ENTERED, variable: () => undefined },
  });
  const accountOf = (environment: string, id = 'a'): Account => readAccount({ environment }, context(id));
  function open(environment: string, id = 'a'): OpenAccount {
    const node = { readAccount: () => accountOf(environment, id) } as AccountNode;
    const account = openAccount({ nodes: { getNode: () => node } } as unknown as NodeAPI, { account: id });
    opened.push(account);
    return account;
  }

  it('is called so, shares the venue of the real exchange, and has a paper side and a key of its own', () => {
    const [one, other, real] = [accountOf('mirror'), accountOf('mirror', 'b'), accountOf('bitfinex')];
    assert.equal(one.name, 'Paper on live prices');
    assert.deepEqual([one.spec.key, one.spec.isSimulated], [real.spec.key, false]);
    assert.deepEqual([one.paper?.key, other.paper?.key, real.paper], ['mirror a', 'mirror b', undefined]);
    assert.deepEqual([one.paper?.isSimulated, one.paper?.label], [true, 'simulated']);
    assert.notEqual(one.key()?.apiKey, other.key()?.apiKey);
    assert.equal(JSON.stringify(one.key()).includes('aReal'), false);
    assert.equal(real.key()?.apiKey, ENTERED.apiKey);
  });

  it('has the addresses of the real exchange', async () => {
    const { id, allowedHosts, report, hear, credentials } = context('a');
    const account = readAccount({ environment: 'mirror' }, { id, allowedHosts, report, hear, credentials });
    assert.equal((await account.spec.addresses()).ws, 'wss://api-pub.bitfinex.com/ws/2');
  });

  it('reads public data from the live exchange, over one pool with a real account, and starts no paper side for that', async () => {
    const [mirror, real] = [open('mirror'), open('bitfinex')];
    assert.equal(mirror.venue, real.venue);
    assert.notEqual(mirror.signed, mirror.venue);
    assert.equal(real.signed, real.venue);
    const before = live.calls.length;
    assert.equal(((await mirror.rest.read('ticker/tBTCUSD')) as unknown[]).length, 10);
    assert.equal(((await mirror.rest.unified('fetchTicker', ['BTC/USD'])) as { symbol: string }).symbol, 'BTC/USD');
    assert.ok(live.calls.slice(before).filter(({ path }) => path === 'ticker/tBTCUSD').length === 2);
    assert.deepEqual([...mirror.signed.restCounts.limits.keys()], []);
  });

  it('sends what is signed to its paper side alone, whichever way it is asked', async () => {
    const { rest, signed, account } = open('mirror');
    for (const ask of [() => rest.post('auth/r/wallets'), () => rest.unified('fetchBalance')]) await ask().catch(() => undefined);
    const paper = (await signed.spec.addresses()) as unknown as Exchange;
    assert.deepEqual(paper.calls.map(({ path, headers }) => [path, headers['bfx-apikey']]), [1, 2].map(() => ['auth/r/wallets', account.key()?.apiKey]));
    assert.deepEqual(signedAt(live), []);
  });

  it('has a paper side that does not start before the live exchange has listed its markets, and tries again', async () => {
    const spell = live.trouble.restDown('unavailable');
    const { rest, signed } = open('mirror');
    await assert.rejects(rest.post('auth/r/wallets'), { code: 'EXCHANGE_UNREACHABLE' });
    spell.stop();
    await open('bitfinex').venue.markets.refresh();
    assert.ok((await signed.spec.addresses()).rest.startsWith('http://127.0.0.1:'));
  });
});

describe('nodes at an account of the environment mirror', () => {
  const WALLETS = [['exchange', 'BTC', 1.5, 0, 1.5, null, null]];
  let live: Exchange;
  let paper: Exchange;

  before(async () => {
    live = await startExchange({ seed: 12 });
    paper = await startExchange({ seed: 13, recorded: new Map([['auth/r/wallets', JSON.stringify(WALLETS)]]) });
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    await Promise.all([live.stop(), paper.stop()]);
  });
  afterEach(async () => {
    await helper.unload();
    await hub().end();
  });

  /** The account node, with other addresses behind it: of the live exchange, and of a paper side that has wallets. */
  function account(RED: NodeAPI): void {
    RED.nodes.registerType('bitfinex-account', function (this: Node, definition: NodeDef) {
      RED.nodes.createNode(this, definition);
      const context: AccountContext = { id: this.id, allowedHosts: [], report: () => undefined, hear: () => undefined, live, credentials: { stored: () => ENTERED, variable: () => undefined } };
      (this as AccountNode).readAccount = () => {
        const read = readAccount({ environment: 'mirror' }, context);
        return { ...read, paper: { ...(read.paper as VenueSpec), addresses: async () => paper } };
      };
    });
    hub().listenTo(RED.events);
  }

  /** Starts one node, and collects what leaves it and what its status says. */
  async function start(type: string, settings: object): Promise<{ input: (payload: unknown) => void; messages: StreamMessage[]; fills: (string | undefined)[] }> {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a core node is plain CommonJS without types
    const status = require('@node-red/nodes/core/common/25-status.js') as never;
    const place = { z: 'tab', x: 1, y: 1 };
    const flow = [
      { id: 'account', type: 'bitfinex-account' },
      { id: 'tab', type: 'tab' },
      { id: 'node', ...place, type, account: 'account', wires: [['out']], ...settings },
      { id: 'out', ...place, type: 'helper', wires: [] },
      { id: 'status', ...place, type: 'status', scope: null, wires: [['said']] },
      { id: 'said', ...place, type: 'helper', wires: [] },
    ];
    await helper.load([status, account, requestNode, tickerStream] as never, flow as never);
    const [messages, fills]: [StreamMessage[], (string | undefined)[]] = [[], []];
    helper.getNode('out').on('input', ((message: StreamMessage) => messages.push(message)) as never);
    helper.getNode('said').on('input', (({ status: { fill } }: { status: { fill?: string } }) => fills.push(fill)) as never);
    return { messages, fills, input: (payload) => helper.getNode('node').receive({ payload } as never) };
  }

  it('stream the live market, and say nothing of simulated', async () => {
    const { messages, fills } = await start('bitfinex-ticker-stream', { symbols: 'BTC/USD', source: 'ticker', interval: 0 });
    const { bitfinex } = await until(() => messages[0], 'the ticker');
    assert.deepEqual([bitfinex.account, bitfinex.state, 'simulated' in bitfinex], ['Paper on live prices', 'live', false]);
    await until(() => fills.includes('green'), 'the status is that of a live market');
    assert.deepEqual([live.log.some((entry) => entry.kind === 'frame' && entry.text.includes('"ticker"')), paper.log], [true, []]);
  });

  it('ask the live exchange what is public and the paper side what is signed, and call only that simulated', async () => {
    const { messages, fills, input } = await start('bitfinex-request', { method: '' });
    const asked = [{ method: 'GET', path: 'ticker/tBTCUSD' }, { method: 'POST', path: 'auth/r/wallets' }, { method: 'fetchTicker', args: ['BTC/USD'] }, { method: 'fetchBalance' }];
    for (const [at, payload] of asked.entries()) {
      input(payload);
      await until(() => messages.length > at, JSON.stringify(payload));
      // blue: simulated
      await until(() => fills.at(-1) === (at % 2 === 0 ? 'green' : 'blue'), `the status after ${JSON.stringify(payload)}`);
    }
    assert.deepEqual(messages.map(({ bitfinex: { simulated } }) => simulated), [undefined, true, undefined, true]);
    assert.deepEqual(messages[1]?.payload, WALLETS);
    assert.equal((messages[3]?.payload as { BTC: { free: number } }).BTC.free, 1.5);
    assert.deepEqual([signedAt(live), paper.calls.map(({ path }) => path)], [[], ['auth/r/wallets', 'auth/r/wallets']]);
  });
});

import assert from 'node:assert/strict';
import { paperAccount } from '../../../src/shared/simulator/trading/access/paper-keys';
import { until } from '../../until';
import { Client, type Json } from '../client';
import { PaperWorld } from './paper-world';
import { caughtUp, notice, rowsOf, typesOf } from './session-client';

describe('a session of the simulated exchange', () => {
  let world: PaperWorld;
  beforeEach(async () => (world = await PaperWorld.start({ symbols: ['tBTCUSD', 'tETHUSD'], accounts: [paperAccount('a', 1), paperAccount('b', 2)] })));
  afterEach(() => world.end());

  /** A login whose balances have been worked out. */
  async function settled(fields: Json = {}, flags = 0): Promise<Client> {
    const client = await world.open(fields, flags);
    world.settle();
    await caughtUp(client);
    return client;
  }

  it('begins with the snapshots, available balances unknown, then tells what is available and what all is worth', async () => {
    const id = await world.order({ type: 'EXCHANGE LIMIT', amount: '0.5', price: '20000' });
    await world.order({ type: 'MARKET', amount: '0.1' });
    const client = await settled();
    assert.deepEqual(typesOf(client), ['ps', 'ws', 'os', 'fos', 'fcs', 'fls', 'wu', 'wu', 'wu', 'wu', 'pu', 'miu', 'miu', 'bu']);
    const [[position = []] = []] = rowsOf(client, 'ps') as unknown[][][];
    assert.deepEqual([position.length, position[0], position[2], ...position.slice(6, 10)], [20, 'tBTCUSD', 0.1, null, null, null, null]);
    const [told = []] = rowsOf(client, 'pu');
    assert.deepEqual([told[2], told[6], told[7]], [0.1, 0, 0]);
    assert.deepEqual(rowsOf(client, 'miu').map(([scope]) => scope), ['sym', 'base']);
    const wallets = rowsOf(client, 'ws')[0] as unknown[][];
    assert.ok(wallets.length === 4 && wallets.every((row) => row.length === 7 && row[4] === null));
    assert.deepEqual((rowsOf(client, 'os')[0] as unknown[][]).map((row) => [row.length, row[0], row[13]]), [[32, id, 'ACTIVE']]);
    for (const funding of ['fos', 'fcs', 'fls']) assert.deepEqual(rowsOf(client, funding), [[]]);
    const usd = rowsOf(client, 'wu').find((row) => row[0] === 'exchange' && row[1] === 'USD') as number[];
    assert.deepEqual([usd[2], usd[4]], [100_000, 90_000]);
    assert.deepEqual(rowsOf(client, 'bu')[0]?.length, 2);
  });

  it('hears what becomes of its orders, in the order of the exchange, and so does every other session of the user', async () => {
    const [client, witness] = [await settled(), await settled()];
    const from = client.of(0).length;
    client.send([0, 'on', null, { type: 'EXCHANGE MARKET', symbol: 'tBTCUSD', amount: '0.01', cid: 5 }]);
    const reply = await notice(client, 'on-req');
    assert.deepEqual([reply.length, (reply[4] as unknown[])[2], reply[6], reply[7]], [8, 5, 'SUCCESS', 'Submitting exchange market buy order for 0.01 BTC.']);
    world.settle();
    await Promise.all([caughtUp(client), caughtUp(witness)]);
    const told = ['wu', 'wu', 'te', 'oc', 'wu', 'tu', 'wu', 'wu', 'bu'];
    assert.deepEqual(typesOf(client).slice(from), ['n', ...told]);
    // a reply is for whoever asked
    assert.deepEqual(typesOf(witness).slice(-told.length), told);
    assert.equal(rowsOf(witness, 'n').length, 0);
  });

  it('answers each of several operations before the whole', async () => {
    const client = await settled();
    const order = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000' };
    client.send([0, 'ox_multi', null, [['on', { ...order, cid: 1 }], ['on', { ...order, amount: '0', cid: 2 }], ['oc', { id: 1 }]]]);
    const whole = await notice(client, 'ox_multi-req');
    assert.deepEqual(rowsOf(client, 'n').map((row) => [row[1], row[6]]), [['on-req', 'SUCCESS'], ['on-req', 'ERROR'], ['oc-req', 'ERROR'], ['ox_multi-req', 'SUCCESS']]);
    assert.deepEqual((whole[4] as unknown[][]).map((row) => [row[1], row[6]]), [['on-req', 'SUCCESS'], ['on-req', 'ERROR'], ['oc-req', 'ERROR']]);
  });

  it('beats every 15 s on channel 0, and is never idle', async () => {
    const client = await settled();
    world.clock.advance(5 * 60_000);
    await caughtUp(client);
    assert.equal(client.frames.filter((frame) => Array.isArray(frame) && frame[0] === 0 && frame[1] === 'hb').length, 20);
    assert.equal(client.closedWith, undefined);
  });

  const FILTERS: readonly [filter: string[], snapshots: string[], live: string[]][] = [
    [['trading'], ['ps', 'os'], ['te', 'oc', 'tu', 'te', 'oc', 'tu']],
    [['trading-tETHUSD'], ['ps', 'os'], ['te', 'oc', 'tu']],
    [['wallet'], ['ws', 'wu', 'wu', 'wu', 'wu'], ['wu', 'wu', 'wu', 'wu', 'wu', 'wu', 'wu', 'wu', 'wu']],
    [['wallet-exchange-BTC'], ['ws', 'wu'], ['wu', 'wu', 'wu']],
    [['balance'], ['bu'], ['bu']],
    [['funding'], ['fos', 'fcs', 'fls'], []],
    [['algo'], [], []],
    [['notify'], [], ['n', 'n']],
    [['notify', 'trading-tBTCUSD'], ['ps', 'os'], ['n', 'te', 'oc', 'tu', 'n']],
    [[], ['ps', 'ws', 'os', 'fos', 'fcs', 'fls', 'wu', 'wu', 'wu', 'wu', 'bu'], []],
  ];
  for (const [filter, snapshots, live] of FILTERS) {
    it(`with the filter [${filter.join(', ')}] hears that alone`, async () => {
      await world.order({ symbol: 'tETHUSD', type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000' });
      const client = await settled({ filter });
      assert.deepEqual(typesOf(client), snapshots);
      if (live.length === 0) return;
      const isInside = (row: unknown[]): boolean => filter[0] !== 'trading-tETHUSD' || row[3] === 'tETHUSD';
      assert.ok((rowsOf(client, 'os')[0] as unknown[][] | undefined)?.every(isInside) ?? true);
      for (const symbol of ['tBTCUSD', 'tETHUSD']) client.send([0, 'on', null, { type: 'EXCHANGE MARKET', symbol, amount: '0.01' }]);
      await caughtUp(client);
      world.settle();
      await caughtUp(client);
      assert.deepEqual(typesOf(client).slice(snapshots.length).sort(), [...live].sort());
    });
  }

  it('cancels all orders of the account when its socket drops, if it was asked to', async () => {
    await world.order({ type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000' });
    await world.order({ type: 'EXCHANGE STOP', amount: '0.01', price: '40000' });
    const [safe, careful] = [await settled(), await settled({ dms: 4 })];
    const { state } = world.exchange.trading.account(1) ?? assert.fail();
    safe.close();
    await until(() => world.exchange.log.filter(({ kind }) => kind === 'closed').length === 1, 'the first socket is closed');
    world.settle();
    assert.equal(state.orders.size, 2);
    careful.close();
    await until(() => state.orders.size === 0, 'the second socket is closed');
    assert.deepEqual(state.closedOrders.map(({ status }) => status), ['CANCELED', 'CANCELED']);
  });

  it('sends messages of its own to every session of the user, and to no other user', async () => {
    const [client, second, stranger] = [await settled(), await settled(), await world.open({}, 0, world.as(3))];
    client.send([0, 'n', 17, { type: 'ucm-hello', info: { a: 1 } }]);
    for (const one of [client, second]) {
      const [time, ...row] = await notice(one, 'ucm-hello');
      assert.ok((time as number) > 1e12);
      assert.deepEqual(row, ['ucm-hello', 17, null, { a: 1 }, null, 'SUCCESS', null]);
    }
    client.send([0, 'n', null, { type: 'hello' }]);
    await client.event(({ msg }) => msg === 'type: invalid');
    await caughtUp(stranger);
    assert.equal(rowsOf(stranger, 'n').length, 0);
  });

  it('calculates on demand, eight times a second', async () => {
    await world.order({ type: 'MARKET', amount: '0.1' });
    const client = await settled();
    const from = client.of(0).length;
    const wanted = [['margin_base'], ['margin_sym_tBTCUSD'], ['funding_sym_fUSD'], ['position_tBTCUSD'], ['wallet_margin_BTC'], ['balance'], ['nonsense'], 7, null];
    client.send([0, 'calc', null, wanted]);
    await caughtUp(client);
    const told = client.of(0).slice(from) as unknown as [number, string, unknown[]][];
    assert.deepEqual(told.map(([, type]) => type), ['miu', 'miu', 'fiu', 'pu', 'wu', 'bu']);
    assert.deepEqual(told.map(([, , row]) => row.length), [2, 3, 3, 20, 7, 2]);
    assert.equal((told[4]?.[2] as unknown[])[4] === null, false);
    for (let more = 0; more < 7; more++) client.send([0, 'calc', null, [['balance']]]);
    await caughtUp(client);
    assert.equal(client.of(0).length, from + 6 + 7);
    client.send([0, 'calc', null, [['balance']]]);
    await client.event(({ event, code }) => event === 'error' && code === 11010);
    world.clock.advance(1000);
    client.send([0, 'calc', null, 'nothing']);
    client.send([0, 'calc', null, [['balance']]]);
    await caughtUp(client);
    assert.equal(client.of(0).length, from + 6 + 7 + 1);
  });

  it('refuses what makes no sense, says why, and lives on', async () => {
    const early = await Client.open(world.exchange.ws);
    early.send([0, 'on', null, {}]);
    assert.deepEqual(await early.event(({ event }) => event === 'error'), { event: 'error', msg: 'auth: invalid', code: 10100 });
    early.close();
    const client = await settled();
    client.send(world.user.login());
    await client.event(({ msg, code }) => msg === 'auth: dup' && code === 10100);
    client.send([0, 'nope', null, {}]);
    await client.event(({ msg }) => msg === 'input: invalid (nope)');
    client.send([0, 'fon', null, { type: 'LIMIT', symbol: 'fUSD', amount: '50', rate: '0.0002', period: 7 }]);
    assert.deepEqual((await notice(client, 'fon-req')).slice(6), ['ERROR', 'Funding is not traded on this exchange.']);
    for (const payload of [null, 7, 'x', [], {}, [[]], { id: {} }, { cid: [[1]] }]) for (const type of ['on', 'ou', 'oc', 'oc_multi', 'ox_multi', 'calc', 'n']) client.send([0, type, null, payload]);
    await caughtUp(client);
    assert.equal(client.closedWith, undefined);
  });

  it('takes one of the 25 channels, and one of five logins in 15 s', async () => {
    const client = await settled();
    const keys = ['P0', 'P1', 'P2', 'P3', 'P4'].flatMap((prec) => ['1', '25', '100'].flatMap((len) => ['F0', 'F1'].map((freq) => ({ prec, len, freq }))));
    for (const [at, key] of keys.slice(0, 25).entries()) client.send({ event: 'subscribe', channel: 'book', symbol: 'tBTCUSD', ...key, subId: at });
    await client.event(({ event, subId }) => event === 'error' && subId === 24);
    assert.equal(client.frames.filter((frame) => (frame as Json)['event'] === 'subscribed').length, 24);
    await world.end();
    world = await PaperWorld.start({ limits: { authConnections: 5, orders: Infinity } });
    for (let login = 0; login < 5; login++) await world.open();
    const sixth = await Client.open(world.exchange.ws);
    sixth.send(world.user.login());
    const answer = await sixth.event(({ event }) => event === 'auth');
    assert.deepEqual([answer['status'], answer['code'], answer['msg']], ['FAILED', 11010, 'ratelimit: error']);
    world.clock.advance(15_001);
    sixth.send(world.user.login());
    await sixth.event(({ event, status }) => event === 'auth' && status === 'OK');
    sixth.close();
  });

  it('leaves nothing behind', async () => {
    const before = world.clock.waiting;
    const client = await world.open();
    const account = world.exchange.trading.account(1) ?? assert.fail();
    assert.equal(account.listeners.size, 1);
    client.close();
    await until(() => account.listeners.size === 0, 'nobody listens');
    world.settle();
    // the look for silent sockets ends with the next one
    world.clock.advance(120_000);
    assert.equal(world.clock.waiting, before);
  });
});

import assert from 'node:assert/strict';
import { SIGNED_ROUTES } from '../../../src/shared/simulator/rest/rest-auth';
import { Client } from '../client';
import { ask } from '../http';
import { ALMIGHTY, PaperWorld } from './paper-world';

/** What stands in a path where it has braces. */
const PARTS = ['tBTCUSD', 'fUSD', 'BTC', 'tBTCUSD:1', 'price:tBTCUSD:1', 'tNOPE', '', '__proto__', '%00', '..'];

/** No text and no number can be made of it. */
const STUBBORN = { toString: 1, valueOf: 1 };

const VALUES: readonly unknown[] = [STUBBORN, [STUBBORN], [[STUBBORN, '2024-01-01']], [['oc_multi', { id: [STUBBORN] }]], null, true, 0, -1, 1.5, 1e308, '', 'x', '1e999', '__proto__', [], [[]], [null], {}, { a: {} }, 'tBTCUSD', 'USD', 'api:a', ['api:a'], { 'api:a': 1 }, [['on', {}]], [[null, null]], '9007199254740993'];

const FIELDS = ['symbol', 'amount', 'price', 'type', 'id', 'cid', 'cid_date', 'gid', 'all', 'ops', 'start', 'end', 'limit', 'sort', 'category', 'wallet', 'from', 'to', 'currency', 'keys', 'settings', 'count', 'dir', 'rate', 'lev', 'flags', 'tif', 'meta', 'collateral', 'address', 'currency_to', 'price_trailing'];

const INPUTS = ['on', 'ou', 'oc', 'oc_multi', 'ox_multi', 'calc', 'n', 'fon', 'hb', '__proto__'];

/** So deep that it can be read but not written again. */
const DEEP = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

describe('whatever a client with a key sends', () => {
  let world: PaperWorld;
  beforeEach(async () => (world = await PaperWorld.start({ accounts: [ALMIGHTY] })));
  afterEach(() => world.end());

  const paths = Object.keys(SIGNED_ROUTES).flatMap((pattern) => (pattern.includes('{}') ? PARTS.map((part) => pattern.replace('{}', part)) : [pattern]));

  it('over REST is answered: done, refused, or an unknown path', async () => {
    // in the short run each path meets a fifth of the fields, another one each
    const step = process.env['LONG'] === '1' ? 1 : 5;
    let at = 0;
    const statuses = new Map<number | undefined, number>();
    const call = async (path: string, body: unknown): Promise<void> => {
      const { status, body: said } = await world.user.post(path, body);
      assert.ok(status === 200 || status === 404 || (status === 500 && Array.isArray(said) && said[0] === 'error'), `${path} ${JSON.stringify(body)}: ${status} ${JSON.stringify(said)}`);
      assert.ok(!Array.isArray(said) || said[1] !== 10000, `${path} ${JSON.stringify(body)}: the exchange failed`);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    for (const path of paths) {
      for (const value of [STUBBORN, [STUBBORN]]) for (const known of [{}, { symbol: 'tBTCUSD', type: path.includes('alert') ? 'price' : 'EXCHANGE', rate: 1 }]) await call(path, { ...Object.fromEntries(FIELDS.map((field) => [field, value])), ...known });
      await call(path, {});
      // each field with each value comes up on one path or another
      for (let from = at++ % step; from < FIELDS.length; from += step) {
        const field = FIELDS[from] as string;
        await call(path, { [field]: VALUES[at++ % VALUES.length], symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.1', ...(at % 2 === 0 ? { price: '1' } : {}) });
      }
      world.clock.advance(60_000);
    }
    assert.ok((statuses.get(200) ?? 0) > 100 && (statuses.get(500) ?? 0) > 100, JSON.stringify([...statuses]));
  }).timeout(60_000);

  it('without a key too', async () => {
    for (const path of ['calc/fx', 'calc/trade/avg']) for (const value of VALUES) for (const field of ['symbol', 'ccy1', 'amount', 'period', 'rate_limit']) {
      const { status, body } = await ask(`${world.exchange.rest}/v2/${path}`, { method: 'POST', body: JSON.stringify({ symbol: 'tBTCUSD', amount: 1, ccy1: 'BTC', ccy2: 'USD', [field]: value }) });
      assert.ok(status === 200 || (status === 500 && !body.includes('10000')), `${path} ${field} ${JSON.stringify(value)}: ${status} ${body}`);
    }
    const client = await Client.open(world.exchange.ws);
    for (const event of ['subscribe', 'unsubscribe', 'conf', 'auth', 'ping']) for (const value of VALUES) for (const field of ['channel', 'symbol', 'key', 'len', 'chanId', 'flags', 'authNonce', 'filter', 'cid', 'subId']) {
      client.send({ event, channel: 'book', symbol: 'tBTCUSD', [field]: value });
    }
    client.send(`{"event":"subscribe","channel":"ticker","symbol":"tBTCUSD","deep":${DEEP}}`);
    client.send({ event: 'ping', cid: 5_000 });
    await client.event(({ cid }) => cid === 5_000);
    assert.deepEqual([client.closedWith, client.texts.filter((text) => text.includes('unknown error'))], [undefined, []]);
    client.close();
  });

  it('on a socket leaves the exchange alive, and its log whole', async () => {
    const client = await world.open();
    for (const type of INPUTS) for (const value of VALUES) {
      client.send([0, type, value, value]);
      // of calculations few are looked at in a second
      world.clock.advance(1000);
      for (const field of FIELDS) client.send([0, type, null, { symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000', [field]: value }]);
    }
    client.send({ event: 'ping', cid: 9 });
    await client.event(({ cid }) => cid === 9);
    world.clock.advance(60_000);
    assert.deepEqual([client.closedWith, client.texts.filter((text) => text.includes('unknown error'))], [undefined, []]);
    assert.equal((await world.user.post('r/wallets')).status, 200);
  });

  it('has one answer for each operation, though the exchange itself fails in one', async () => {
    const order = { symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000' };
    const ops = [['on', { ...order, cid: 1 }], ['oc_multi', { id: [STUBBORN] }], ['oc', { id: STUBBORN }], ['on', { ...order, cid: 2 }]];
    const answersOf = (notice: unknown): unknown[] => ((notice as unknown[])[4] as unknown[][]).map((part) => [part[1], part[6], part[7]]);
    const { body } = await world.user.post('w/order/multi', { ops });
    assert.deepEqual(answersOf(body).map((one) => (one as unknown[])[1]), ['SUCCESS', 'ERROR', 'ERROR', 'SUCCESS']);
    assert.deepEqual((await world.user.read('r/orders')).map((row) => row[2]), [2, 1]);
    world.settle();
    Object.assign(world.exchange.trading, {
      cancel: () => {
        throw new Error('it fails');
      },
    });
    const [[id]] = (await world.user.read<[[number]]>('r/orders'));
    const second = await world.user.post('w/order/multi', { ops: [['oc', { id }], ['on', { ...order, cid: 3 }]] });
    assert.deepEqual(answersOf(second.body).map((one) => (one as unknown[]).slice(0, 2)), [['oc-req', 'ERROR'], ['on-req', 'SUCCESS']]);
    assert.deepEqual((await world.user.post('w/order/cancel', { id })).body, ['error', 10000, 'unknown error']);
  });

  it('a text too long or too deep for an order is refused', async () => {
    const submitted = async (meta: string): Promise<unknown> => (await world.user.post('w/order/submit', `{"symbol":"tBTCUSD","type":"EXCHANGE LIMIT","amount":"0.01","price":"20000","meta":${meta}}`)).body;
    for (const meta of [`{"a":"${'x'.repeat(4096)}"}`, `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`]) assert.deepEqual(await submitted(meta), ['error', 10020, 'meta: invalid']);
    for (const meta of [`{"a":"${'x'.repeat(4000)}"}`, `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`]) assert.equal(((await submitted(meta)) as unknown[])[6], 'SUCCESS');
  });

  it('however deep or large it is', async () => {
    for (const [path, body] of [['w/settings/set', `{"settings":{"api:a":${DEEP}}}`], ['w/order/submit', `{"symbol":"tBTCUSD","type":"EXCHANGE LIMIT","amount":"0.1","price":"1","meta":${DEEP}}`], ['w/settings/set', JSON.stringify({ settings: { 'api:a': 'x'.repeat(70_000) } })]] as const) {
      const { status } = await world.user.post(path, body);
      assert.ok(status === undefined || status === 500, path);
    }
    assert.deepEqual(await world.user.read('r/settings', { keys: ['api:a'] }), []);
    const client = await world.open();
    client.send(`[0,"n",null,{"type":"ucm-deep","info":${DEEP}}]`);
    client.send(`[0,"on",null,{"symbol":"tBTCUSD","type":"EXCHANGE LIMIT","amount":"0.1","price":"1","meta":${DEEP}}]`);
    world.clock.advance(60_000);
    const other = await Client.open(world.exchange.ws);
    other.send({ event: 'ping', cid: 3 });
    await other.event(({ cid }) => cid === 3);
    other.close();
    world.clock.advance(60_000);
    assert.equal((await world.user.post('r/wallets')).status, 200);
  });
});

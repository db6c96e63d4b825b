import assert from 'node:assert/strict';
import { SIGNED_ROUTES } from '../../../src/shared/simulator/rest-auth';
import { Client } from '../client';
import { ALMIGHTY, PaperWorld } from './paper-world';

/** What stands in a path where it has braces. */
const PARTS = ['tBTCUSD', 'fUSD', 'BTC', 'tBTCUSD:1', 'price:tBTCUSD:1', 'tNOPE', '', '__proto__', '%00', '..'];

const VALUES: readonly unknown[] = [null, true, 0, -1, 1.5, 1e308, '', 'x', '1e999', '__proto__', [], [[]], [null], {}, { a: {} }, 'tBTCUSD', 'USD', 'api:a', ['api:a'], { 'api:a': 1 }, [['on', {}]], [[null, null]], '9007199254740993'];

const FIELDS = ['symbol', 'amount', 'price', 'type', 'id', 'cid', 'cid_date', 'gid', 'all', 'ops', 'start', 'end', 'limit', 'sort', 'category', 'wallet', 'from', 'to', 'currency', 'keys', 'settings', 'count', 'dir', 'rate', 'lev', 'flags', 'tif', 'meta', 'collateral'];

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
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    for (const path of paths) {
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

  it('on a socket leaves the exchange alive, and its log whole', async () => {
    const client = await world.open();
    for (const type of INPUTS) for (const value of VALUES) {
      client.send([0, type, value, value]);
      for (const field of FIELDS) client.send([0, type, null, { symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000', [field]: value }]);
    }
    client.send({ event: 'ping', cid: 9 });
    await client.event(({ cid }) => cid === 9);
    world.clock.advance(60_000);
    assert.equal(client.closedWith, undefined);
    assert.equal((await world.user.post('r/wallets')).status, 200);
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

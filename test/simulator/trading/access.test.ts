import assert from 'node:assert/strict';
import { KeyRing, type Credentials } from '../../../src/shared/simulator/trading/access/key-ring';
import { FULL_CAPS, paperAccount, READ_CAPS, type AccountGiven } from '../../../src/shared/simulator/trading/access/paper-keys';
import { capsOf } from '../../../src/shared/simulator/trading/access/permissions';
import { jsonLines, needsData } from '../../shared-data';
import { Client, type Json } from '../client';
import { ask } from '../http';
import { PaperWorld } from './paper-world';
import { SignedClient } from './signed-client';

const key = (apiKey: string, caps = FULL_CAPS): AccountGiven['keys'][number] => ({ apiKey, apiSecret: `${apiKey} secret`, caps });

const ACCOUNTS: readonly AccountGiven[] = [
  { user: { userId: 11, name: 'one' }, keys: [key('ONE'), key('ONE READS', READ_CAPS), key('ONE ORDERS', capsOf({ read: ['orders'], write: ['orders'] }))] },
  { user: { userId: 22, name: 'two' }, keys: [key('TWO')] },
  // of the documentation's examples
  { user: { userId: 33, name: 'three' }, keys: [{ apiKey: 'KEY', apiSecret: 'SECRET', caps: FULL_CAPS }] },
];

const ORDER = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000' };

/** What goes wrong, and what the exchange says; a nonce is a high one unless told otherwise. */
const FAILURES: readonly [what: string, wrong: Json, code: number, text: string][] = [
  ['an unknown key', { apiKey: 'NOBODY' }, 10100, 'apikey: invalid'],
  ['no key', { apiKey: '' }, 10100, 'apikey: invalid'],
  ['a name that every object has', { apiKey: 'constructor' }, 10100, 'apikey: invalid'],
  ['the signature of another secret', { signature: 'ab'.repeat(48) }, 10100, 'apikey: digest invalid'],
  ['a signature that is no hex', { signature: 'xyz' }, 10112, 'auth: signature invalid'],
  ['a signature in capitals', { signature: 'AB'.repeat(48) }, 10112, 'auth: signature invalid'],
  ['no signature', { signature: '' }, 10112, 'auth: signature invalid'],
  ['a signature of SHA-256', { signature: 'ab'.repeat(32) }, 10113, 'auth: hmac invalid'],
  ['a nonce that is used up', { nonce: '1' }, 10114, 'nonce: small'],
  ['a nonce beyond 2^53', { nonce: '9007199254740993' }, 10114, 'nonce: invalid'],
  ['a nonce that is none', { nonce: 'soon' }, 10114, 'nonce: invalid'],
];

describe('the keys of the simulated exchange', () => {
  let world: PaperWorld;
  let one: SignedClient;
  before(async () => {
    world = await PaperWorld.start({ accounts: ACCOUNTS });
    one = world.as(0);
    assert.equal((await one.post('r/wallets')).status, 200);
  });
  after(() => world.end());

  /** The answer to a login on a socket of its own, and the socket. */
  async function login(frame: Json): Promise<[Json, Client]> {
    const client = await Client.open(world.exchange.ws);
    client.send(frame);
    return [await client.event(({ event }) => event === 'auth'), client];
  }

  for (const [what, { apiKey, nonce, signature }, code, text] of FAILURES) {
    it(`refuse ${what} at both doors`, async () => {
      const wrong = { ...(apiKey === undefined ? {} : { apiKey: apiKey as string }), ...(nonce === undefined ? {} : { nonce: nonce as string }), ...(signature === undefined ? {} : { signature: signature as string }) };
      assert.deepEqual(await one.post('r/wallets', {}, wrong), { status: 500, body: ['error', code, text] });
      const fields = { ...(apiKey === undefined ? {} : { apiKey }), ...(nonce === undefined ? {} : { authNonce: nonce }), ...(signature === undefined ? {} : { authSig: signature }) };
      const [answer, client] = await login(one.login(fields));
      assert.deepEqual(answer, { event: 'auth', status: 'FAILED', chanId: 0, code, msg: text });
      // the socket lives on, and a better try is welcome
      client.send({ event: 'ping', cid: 5 });
      await client.event(({ cid }) => cid === 5);
      client.send(one.login());
      await client.event(({ event, status }) => event === 'auth' && status === 'OK');
      client.close();
    });
  }

  it('refuse another body than the signed one, to the letter, and no payload that is not of the nonce', async () => {
    assert.deepEqual((await one.post('r/orders', '{"id": 1}', { signedBody: '{"id":1}' })).body, ['error', 10100, 'apikey: digest invalid']);
    assert.equal((await one.post('r/orders', '{"id": 1}')).status, 200);
    assert.equal((await one.post('r/orders', '')).status, 200);
    for (const authPayload of ['AUTH', 'AUTH5', 'something']) {
      const [answer, client] = await login(one.login({ authPayload }));
      assert.deepEqual([answer['code'], answer['msg']], [10111, 'auth: payload invalid'], authPayload);
      client.close();
    }
    const [bare, client] = await login({ event: 'auth' });
    assert.equal(bare['code'], 10100);
    client.close();
  });

  it('take the payload that official libraries sign: the nonce twice', async () => {
    const nonce = one.next();
    const [answer, client] = await login(one.login({ authNonce: nonce, authPayload: `AUTH${nonce}${nonce}` }));
    assert.equal(answer['status'], 'OK');
    client.close();
  });

  it('sign as the documentation shows it', async () => {
    const headers = (nonce: string, signature: string): Record<string, string> => ({ 'bfx-apikey': 'KEY', 'bfx-nonce': nonce, 'bfx-signature': signature, 'content-type': 'application/json' });
    const call = (path: string, body: string | undefined, signature: string): ReturnType<typeof ask> =>
      ask(`${world.exchange.rest}/v2/${path}`, { method: 'POST', ...(body === undefined ? {} : { body }), headers: headers('1700000000000000', signature) });
    const answers = [
      await call('auth/r/wallets', '{}', '62a2793f03e7b2b7baa05eacd457f3116ab6e105a54f7a15672efdd4456e4d5d13a9cf719657a37d653268b090c32833'),
      // the same nonce again: whoever is told so has signed well
      await call('auth/r/wallets', undefined, 'f4b8ccdcdd5715d99d621a147ad834b929baa3d83c7cd72a2f1e2bc226e47332ddc7baef4d9e80cd32c40979df3a4084'),
      await call('auth/w/order/cancel', '{"id":123}', '9073c129bae6da916513328c2ecc06e628ab3914a49a9f7d8497e3e30372d439edf9dedb8341587bd6febacd64db94f4'),
    ];
    assert.deepEqual(answers.map(({ status, body }) => [status, status === 200 ? '' : body]), [
      [200, ''],
      [500, '["error",10114,"nonce: small"]'],
      [500, '["error",10114,"nonce: small"]'],
    ]);
    const fields = { event: 'auth', apiKey: 'KEY', authNonce: 1700000000000000, authPayload: 'AUTH1700000000000000' };
    const [answer, client] = await login({ ...fields, authSig: 'ffba5517aaabd1619334911a7b5f69458928d0601d609a8c5a2f7957c8816e08532274dd207da1206a3de9c07b10e304' });
    assert.equal(answer['msg'], 'nonce: small');
    client.close();
  });

  it('have one stream of nonces each, for both doors, which only the owner of the secret moves', async () => {
    const [first, second, third] = [one.next() + 1000, one.next() + 2000, one.next() + 3000];
    const rest = async (nonce: number, signature?: string): Promise<unknown> => ((await one.post('r/wallets', {}, { nonce: String(nonce), ...(signature === undefined ? {} : { signature }) })).body as unknown[])[2];
    const socket = async (authNonce: number): Promise<unknown> => {
      const [answer, client] = await login(one.login({ authNonce }));
      client.close();
      return answer['msg'] ?? answer['status'];
    };
    assert.equal(await rest(third, 'ab'.repeat(48)), 'apikey: digest invalid');
    assert.notEqual(await rest(first), 'nonce: small');
    assert.equal(await socket(first), 'nonce: small');
    assert.equal(await socket(second), 'OK');
    assert.equal(await rest(second), 'nonce: small');
    assert.equal(await rest(second - 1), 'nonce: small');
    assert.notEqual(await rest(third), 'nonce: small');
    const other = new SignedClient(world.exchange, { apiKey: 'ONE READS', apiSecret: 'ONE READS secret' });
    assert.equal((await other.post('r/wallets', {}, { nonce: '1' })).status, 200);
    for (let step = 0; step < 5000; step++) one.next();
  });

  it('open the account that they belong to, and no other', async () => {
    const two = world.as(3);
    assert.equal((await one.post('w/order/submit', ORDER)).status, 200);
    assert.equal((await one.read('r/orders')).length, 1);
    assert.equal((await two.read('r/orders')).length, 0);
    assert.deepEqual([(await one.read<unknown[]>('r/info/user'))[0], (await two.read<unknown[]>('r/info/user'))[0]], [11, 22]);
    const heard = await two.open();
    assert.deepEqual((await heard.frame((frame) => Array.isArray(frame) && frame[1] === 'os')) as unknown[], [0, 'os', []]);
    heard.close();
  });

  it('may do what they were given for, and are told what that is', async () => {
    const [reads, orders] = [world.as(1), world.as(2)];
    const denied = { status: 500, body: ['error', 10001, 'api_key: permission invalid'] };
    assert.equal((await reads.post('r/orders')).status, 200);
    assert.deepEqual(await reads.post('w/order/submit', ORDER), denied);
    assert.deepEqual(await orders.post('r/wallets'), denied);
    assert.equal((await orders.post('w/order/submit', ORDER)).status, 200);
    for (const path of ['w/withdraw', 'w/token']) assert.deepEqual(await one.post(path), denied);
    assert.deepEqual(await orders.read('r/permissions'), [
      ...[['bfxpay', 0, 0], ['orders', 1, 1], ['account', 0, 0], ['funding', 0, 0], ['history', 0, 0]],
      ...[['wallets', 0, 0], ['settings', 0, 0], ['withdraw', 0, 0], ['positions', 0, 0], ['ui_withdraw', 0, 0]],
    ]);
    const [answer, client] = await login(reads.login());
    const { auth_id: id, ...said } = answer;
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.deepEqual(said, { event: 'auth', status: 'OK', chanId: 0, userId: 11, caps: READ_CAPS });
    client.send([0, 'on', null, { ...ORDER, cid: 77 }]);
    const refusal = (await client.frame((frame) => Array.isArray(frame) && frame[1] === 'n')) as [number, string, unknown[]];
    assert.deepEqual([refusal[2][1], (refusal[2][4] as unknown[])[2], ...refusal[2].slice(6)], ['on-req', 77, 'ERROR', 'api_key: permission invalid']);
    client.close();
  });

  it('show a socket no more than they may read', async () => {
    const client = await world.open({}, 0, world.as(2));
    await client.until(() => client.of(0).some(([, type]) => type === 'os'));
    client.send([0, 'calc', null, [['balance'], ['margin_base']]]);
    client.send([0, 'n', null, { type: 'ucm-end' }]);
    await client.until(() => client.of(0).some(([, type]) => type === 'n'));
    assert.deepEqual(client.of(0).map(([, type]) => type), ['os', 'n']);
  });

  it('are refused on command, whatever they are', async () => {
    world.exchange.trouble.failAuth(10100, 'apikey: invalid', 2);
    assert.deepEqual((await one.post('r/wallets')).body, ['error', 10100, 'apikey: invalid']);
    const [answer, client] = await login(one.login());
    assert.equal(answer['msg'], 'apikey: invalid');
    client.close();
    assert.equal((await one.post('r/wallets')).status, 200);
  });

  it('are checked in maintenance no more than anything else, and a path that is none is none', async () => {
    world.exchange.trouble.maintenance(true);
    assert.deepEqual(await one.post('r/wallets', {}, { apiKey: 'NOBODY' }), { status: 500, body: ['error', 20060, 'maintenance'] });
    world.exchange.trouble.maintenance(false);
    for (const path of ['r/nope', 'r/orders/tBTCUSD/hist/more', 'constructor', 'r/constructor']) {
      const { status, body } = await one.post(path);
      assert.deepEqual([status, String(body).includes(`Cannot POST /api/v2/auth/${path}`)], [404, true], path);
    }
    assert.deepEqual((await one.post('r/wallets', '[1]')).body, ['error', 10020, 'body: invalid']);
    assert.deepEqual((await one.post('r/wallets', '{"a":')).body, ['error', 10020, 'body: invalid']);
  });
});

describe('a key ring', () => {
  const ring = (accounts: readonly AccountGiven[], lastNonce = 0): KeyRing => new KeyRing({ accounts, store: { lastNonce: () => lastNonce, useNonce: () => undefined }, takeFailure: () => undefined });

  it('checks a signature that others made', function () {
    needsData(this);
    const [sample] = jsonLines<{ secret: string; payload: string; hmac_sha384_hex: string }>('signatures.jsonl');
    assert.ok(sample !== undefined);
    const shown: Credentials = { apiKey: 'A', nonce: 1, payload: sample.payload, signature: sample.hmac_sha384_hex };
    const own = { user: { userId: 1, name: 'a' }, keys: [{ apiKey: 'A', apiSecret: sample.secret, caps: FULL_CAPS }] };
    assert.equal(ring([own]).admit(shown).kind, 'admitted');
    assert.equal(ring([own]).admit({ ...shown, payload: `${sample.payload}=` }).kind, 'refused');
    // what was used before a restart stays used
    assert.deepEqual(ring([own], 1).admit(shown), { kind: 'refused', text: 'nonce: small', code: 10114 });
  });

  it('has each key once', () => {
    assert.throws(() => ring([paperAccount('a', 1), paperAccount('a', 2)]), /two accounts have the key a/);
  });

  it('gives out literal keys that cannot take money out', () => {
    const { user, keys } = paperAccount();
    assert.deepEqual(user, { userId: 1_000_001, name: 'paper' });
    assert.deepEqual(keys.map(({ apiKey, apiSecret }) => [apiKey, apiSecret]), [['paper', 'paper-secret'], ['paper-2', 'paper-2-secret'], ['paper-read', 'paper-read-secret']]);
    assert.deepEqual(keys.map(({ caps }) => [caps.orders, caps.withdraw, caps.ui_withdraw]), [
      [{ read: 1, write: 1 }, { read: 0, write: 0 }, { read: 0, write: 0 }],
      [{ read: 1, write: 1 }, { read: 0, write: 0 }, { read: 0, write: 0 }],
      [{ read: 1, write: 0 }, { read: 0, write: 0 }, { read: 0, write: 0 }],
    ]);
  });

  it('costs nothing until somebody comes in', async () => {
    const world = await PaperWorld.start();
    await world.user.post('r/wallets', {}, { signature: 'ab'.repeat(48) });
    assert.equal(world.exchange.trading.accounts.length, 0);
    await world.user.post('r/wallets');
    assert.equal(world.exchange.trading.accounts.length, 1);
    await world.end();
  });
});

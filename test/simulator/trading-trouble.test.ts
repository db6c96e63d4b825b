import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { FRAME_FAULT, replyTo } from '../../src/shared/simulator/trouble/frame-fault';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { Client } from './client';
import { ask, Request, type Outcome } from './http';

const KEY = 'paper';

const sign = (text: string): string => createHmac('sha384', `${KEY}-secret`).update(text).digest('hex');

describe('trouble with orders', () => {
  let clock: VirtualClock;
  let exchange: Exchange;
  let nonce: number;
  let clients: Client[];
  beforeEach(async () => {
    clock = new VirtualClock();
    nonce = 1_700_000_000_000_000;
    clients = [];
    exchange = await startExchange({ seed: 51, clock, limits: { authConnections: 5, orders: 3 } });
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await exchange.stop();
  });

  /** What a signed call consists of. */
  function signed(path: string, body: object = {}): ConstructorParameters<typeof Request> {
    const [text, count] = [JSON.stringify(body), ++nonce];
    const headers = { 'content-type': 'application/json', 'bfx-apikey': KEY, 'bfx-nonce': String(count), 'bfx-signature': sign(`/api/v2/${path}${count}${text}`) };
    return [`${exchange.rest}/v2/${path}`, { method: 'POST', body: text, headers }];
  }

  const call = (path: string, body?: object): Promise<Outcome> => ask(...signed(path, body));
  const order = (cid: number): object => ({ type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '10000', cid });
  const submit = (cid: number): Promise<Outcome> => call('auth/w/order/submit', order(cid));

  /** The client ids of the orders that are open. */
  async function open(): Promise<unknown[]> {
    const { body } = await call('auth/r/orders');
    return (JSON.parse(body) as unknown[][]).map((row) => row[2]);
  }

  /** The answer to a login. */
  async function login(): Promise<{ client: Client; status: unknown; code: unknown }> {
    const client = await Client.open(exchange.ws);
    clients.push(client);
    const payload = `AUTH${++nonce}`;
    client.send({ event: 'auth', apiKey: KEY, authNonce: nonce, authPayload: payload, authSig: sign(payload) });
    const { status, code } = await client.event(({ event }) => event === 'auth');
    return { client, status, code };
  }

  /** The types of channel 0 that came. */
  const types = (client: Client): unknown[] => client.of(0).map(([, type]) => type);

  /** The client has heard all that was sent to it. */
  async function served(client: Client, cid: number): Promise<void> {
    client.send({ event: 'ping', cid });
    await client.event((frame) => frame['cid'] === cid);
  }

  it('an order whose socket dies behind it is there once, one whose socket died before it is not', async () => {
    exchange.trouble.failRest(FAULT.acceptThenDestroy, { on: 'auth/w/' });
    exchange.trouble.failRest(FAULT.cutBefore, { on: 'auth/w/' });
    for (const cid of [1, 2]) assert.equal((await submit(cid)).end, 'ECONNRESET');
    assert.deepEqual(await open(), [1]);
  });

  it('an order is there although its answer is a page, empty, half or never comes', async () => {
    const faults = [FAULT.executed(FAULT.html()), FAULT.executed(FAULT.empty), FAULT.truncated];
    for (const fault of faults) exchange.trouble.failRest(fault, { on: 'auth/w/' });
    const seen = [await submit(1), await submit(2), await submit(3)];
    assert.deepEqual(seen.map(({ status, end }) => [status, end]), [[502, 'end'], [200, 'end'], [200, 'end']]);
    for (const { body } of seen) assert.throws(() => JSON.parse(body));
    assert.deepEqual((await open()).sort(), [1, 2, 3]);
  });

  it('an order that is answered late is there at once, and the late answer is its own', async () => {
    const { client } = await login();
    exchange.trouble.failRest(FAULT.answeredLate(60_000), { on: 'auth/w/' });
    const late = new Request(...signed('auth/w/order/submit', order(7)));
    await until(() => exchange.calls.length === 1, 'the call has come');
    clock.advance(1000);
    await client.until(() => types(client).includes('on'));
    assert.deepEqual(await open(), [7]);
    assert.equal(late.ended, undefined);
    clock.advance(59_000);
    const { status, body } = await late.outcome;
    assert.deepEqual([status, (JSON.parse(body) as unknown[])[6]], [200, 'SUCCESS']);
  });

  it('on a socket: the order is there, its answer is not, and the line is or is not', async () => {
    const one = await login();
    exchange.trouble.failFrame(FRAME_FAULT.lost, { on: replyTo('on') });
    one.client.send([0, 'on', null, order(1)]);
    await served(one.client, 1);
    exchange.trouble.failFrame(FRAME_FAULT.cut, { on: replyTo('on') });
    one.client.send([0, 'on', null, order(2)]);
    await one.client.until(() => one.client.closedWith === 1006);
    assert.ok(!one.client.texts.some((text) => text.includes('on-req')));
    clock.advance(1000);
    assert.deepEqual((await open()).sort(), [1, 2]);
  });

  it('frames of an order come in another order, twice or not at all', async () => {
    const { client } = await login();
    exchange.trouble.failFrame(FRAME_FAULT.behind('oc'), { on: 'te' });
    exchange.trouble.failFrame(FRAME_FAULT.lost, { on: 'tu' });
    exchange.trouble.failFrame(FRAME_FAULT.doubled, { on: 'oc' });
    client.send([0, 'on', null, { type: 'EXCHANGE MARKET', symbol: 'tBTCUSD', amount: '0.0001', cid: 1 }]);
    await served(client, 1);
    clock.advance(1000);
    await client.until(() => types(client).includes('te'));
    await served(client, 2);
    assert.deepEqual(types(client).filter((type) => ['te', 'tu', 'oc'].includes(type as string)), ['oc', 'oc', 'te']);
    const { body } = await call('auth/r/trades/hist');
    assert.equal((JSON.parse(body) as unknown[]).length, 1);
  });

  it('the answer to a login is late, and the session is there all the same', async () => {
    exchange.trouble.failFrame(FRAME_FAULT.late(20_000), { on: 'auth' });
    const client = await Client.open(exchange.ws);
    clients.push(client);
    const payload = `AUTH${++nonce}`;
    client.send({ event: 'auth', apiKey: KEY, authNonce: nonce, authPayload: payload, authSig: sign(payload) });
    await client.until(() => types(client).includes('ws'));
    assert.ok(!client.texts.some((text) => text.includes('"auth"')));
    clock.advance(20_000);
    await client.event(({ event, status }) => event === 'auth' && status === 'OK');
  });

  it('a key that is good is refused on command, at both doors', async () => {
    exchange.trouble.failAuth(10114, 'nonce: small', 2);
    const { status, code } = await login();
    assert.deepEqual([status, code], ['FAILED', 10114]);
    const refused = await call('auth/r/wallets');
    assert.deepEqual([refused.status, refused.body], [500, '["error",10114,"nonce: small"]']);
    assert.equal((await call('auth/r/wallets')).status, 200);
  });

  it('reads lag: an order is seen when it is old enough', async () => {
    const end = exchange.trouble.readLag(30_000);
    assert.equal((await submit(1)).status, 200);
    clock.advance(29_000);
    assert.deepEqual(await open(), []);
    clock.advance(1000);
    assert.deepEqual(await open(), [1]);
    await submit(2);
    end();
    assert.deepEqual((await open()).sort(), [1, 2]);
  });

  it('more than five logins in 15 s and more orders than are allowed are too many', async () => {
    const codes: unknown[] = [];
    for (let at = 0; at < 6; at++) codes.push((await login()).code);
    assert.deepEqual(codes, [undefined, undefined, undefined, undefined, undefined, 11010]);
    clock.advance(15_000);
    assert.equal((await login()).status, 'OK');
    for (const cid of [1, 2, 3]) assert.equal((await submit(cid)).status, 200);
    const refused = await submit(4);
    assert.deepEqual([refused.status, refused.body], [500, '["error",11010,"ratelimit: error"]']);
    clock.advance(300_000);
    assert.equal((await submit(5)).status, 200);
    assert.deepEqual((await open()).sort(), [1, 2, 3, 5]);
  });

  it('practised: the next order is there and its answer is not, on either way', async () => {
    const { client } = await login();
    exchange.trouble.practise('lost-answer');
    assert.equal((await submit(1)).end, 'ECONNRESET');
    assert.deepEqual([(await submit(2)).status, exchange.trouble.active.length], [200, 0]);
    exchange.trouble.practise('lost-answer');
    client.send([0, 'on', null, order(3)]);
    await served(client, 1);
    assert.ok(!client.texts.some((text) => text.includes('on-req')));
    assert.equal(exchange.trouble.active.length, 0);
    assert.deepEqual((await open()).sort(), [1, 2, 3]);
  });

  it('a market that falls meets the orders that wait for it', async () => {
    const { client } = await login();
    const book = JSON.parse((await ask(`${exchange.rest}/v2/book/tBTCUSD/P0`)).body) as number[][];
    const price = Math.round((book[0]?.[0] as number) * 0.98);
    client.send([0, 'on', null, { ...order(1), amount: '0.0001', price: String(price) }]);
    await served(client, 1);
    clock.advance(1000);
    assert.deepEqual(await open(), [1]);
    exchange.trouble.practise('crash');
    clock.advance(6000);
    await client.until(() => types(client).includes('oc'));
    assert.deepEqual(await open(), []);
  });
});

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { until } from '../until';
import { Client } from './client';
import { ask, Request } from './http';

describe('trouble on REST', () => {
  let exchange: Exchange;
  let url: string;
  before(async () => {
    exchange = await startExchange({ seed: 22 });
    url = `${exchange.rest}/v2/platform/status`;
  });
  after(() => exchange.stop());
  const get = (path: string): ReturnType<typeof ask> => ask(`${exchange.rest}/v2/${path}`);

  it('meets one endpoint, as often as wished or until stopped', async () => {
    const spell = exchange.trouble.failRest(FAULT.rateLimit(7), { on: 'ticker/', times: 2 });
    assert.equal((await get('platform/status')).status, 200);
    const refused = await get('ticker/tBTCUSD');
    assert.deepEqual([refused.status, refused.body, refused.headers?.['retry-after']], [429, '{"error":"ERR_RATE_LIMIT"}', '7']);
    assert.deepEqual([(await get('ticker/tBTCUSD')).status, (await get('ticker/tBTCUSD')).status], [429, 200]);
    assert.equal(spell.hits, 2);
    const picky = exchange.trouble.failRest(FAULT.error(11000, 'ready: invalid'), { on: ({ query }) => query.includes('limit=3'), times: Infinity });
    assert.equal((await get('trades/tBTCUSD/hist?limit=3')).body, '["error",11000,"ready: invalid"]');
    assert.equal((await get('trades/tBTCUSD/hist?limit=4')).status, 200);
    picky.stop();
    assert.equal((await get('trades/tBTCUSD/hist?limit=3')).status, 200);
  });

  it('answers late', async () => {
    exchange.trouble.failRest(FAULT.late(120));
    const from = performance.now();
    assert.equal((await get('platform/status')).body, '[1]');
    assert.ok(performance.now() - from >= 115);
  });

  it('sends redirects, pages of the front-end, empty bodies and halves', async () => {
    exchange.trouble.failRest(FAULT.redirect('http://127.0.0.2/'));
    exchange.trouble.failRest(FAULT.html());
    exchange.trouble.failRest(FAULT.empty);
    exchange.trouble.failRest(FAULT.truncated);
    const redirected = await get('platform/status');
    assert.deepEqual([redirected.status, redirected.headers?.location], [302, 'http://127.0.0.2/']);
    const page = await get('platform/status');
    assert.deepEqual([page.status, page.headers?.['content-type'], page.body.startsWith('<html>')], [502, 'text/html', true]);
    const empty = await get('platform/status');
    assert.deepEqual([empty.status, empty.body], [200, '']);
    const half = await get('trades/tBTCUSD/hist?limit=3');
    assert.equal(half.end, 'end');
    assert.throws(() => JSON.parse(half.body));
  });

  it('never sends headers, or never ends a body', async () => {
    exchange.trouble.failRest(FAULT.silent);
    exchange.trouble.failRest(FAULT.stalled);
    const heard = exchange.calls.length;
    const silent = new Request(url);
    await until(() => exchange.calls.length > heard, 'the call has come');
    const stalled = new Request(`${exchange.rest}/v2/trades/tBTCUSD/hist?limit=50`);
    await until(() => stalled.body !== '', 'half a body');
    // another call comes and goes meanwhile
    assert.equal((await get('platform/status')).body, '[1]');
    assert.deepEqual([silent.status, silent.ended, stalled.status, stalled.ended], [undefined, undefined, 200, undefined]);
    silent.cancel();
    stalled.cancel();
  });

  it('destroys the socket before the answer or within it', async () => {
    exchange.trouble.failRest(FAULT.cutBefore);
    exchange.trouble.failRest(FAULT.cutWithin);
    assert.deepEqual(await ask(url), { body: '', end: 'ECONNRESET' });
    const within = await get('trades/tBTCUSD/hist?limit=50');
    assert.deepEqual([within.status, within.end, within.body.startsWith('[[')], [200, 'ECONNRESET', true]);
  });

  it('sends many megabytes', async () => {
    exchange.trouble.failRest(FAULT.huge(9_000_000));
    const { body, headers } = await get('platform/status');
    assert.equal(body.length, 9_000_000);
    assert.equal(headers?.['content-length'], undefined);
    assert.ok(Array.isArray(JSON.parse(body)));
  });

  it('closes kept-alive sockets between calls', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const portOf = async (): Promise<number | undefined> => {
      await ask(url, { agent });
      return exchange.calls.at(-1)?.port;
    };
    const isIdle = (): boolean => Object.keys(agent.freeSockets).length > 0;
    const first = await portOf();
    assert.equal(await portOf(), first);
    await until(isIdle, 'the socket waits');
    exchange.trouble.closeIdleRest();
    await until(() => !isIdle(), 'the socket is closed');
    const second = await portOf();
    assert.notEqual(second, first);
    exchange.trouble.failRest(FAULT.hangUp);
    assert.equal(await portOf(), second);
    await until(() => !isIdle(), 'the socket is closed');
    assert.notEqual(await portOf(), second);
    agent.destroy();
  });

  it('stops while calls hang', async () => {
    const other = await startExchange();
    other.trouble.failRest(FAULT.silent);
    other.trouble.failRest(FAULT.late(60_000));
    const calls = [new Request(`${other.rest}/v2/platform/status`), new Request(`${other.rest}/v2/platform/status`)];
    await until(() => other.calls.length === 2, 'both calls have come');
    await other.stop();
    for (const { outcome } of calls) assert.equal((await outcome).end, 'ECONNRESET');
  });
});

describe('the pieces of a maintenance', () => {
  let exchange: Exchange;
  before(async () => (exchange = await startExchange({ seed: 23 })));
  after(() => exchange.stop());
  const get = async (path: string): Promise<string> => (await ask(`${exchange.rest}/v2/${path}`)).body;

  it('come one by one: to one socket, in the status, in the greeting', async () => {
    const clients = [await Client.open(exchange.ws), await Client.open(exchange.ws)] as const;
    exchange.trouble.info(20060, 'Entering in Maintenance mode', 1);
    await clients[0].event(({ code }) => code === 20060);
    clients[1].send({ event: 'ping', cid: 5 });
    await clients[1].event(({ cid }) => cid === 5);
    assert.ok(!clients[1].texts.some((text) => text.includes('20060')));
    assert.equal(await get('platform/status'), '[1]');
    const ends = [exchange.trouble.platformStatus(false), exchange.trouble.greeting(false)];
    assert.equal(await get('platform/status'), '[0]');
    const late = await Client.open(exchange.ws);
    assert.deepEqual((late.frames[0] as { platform: unknown }).platform, { status: 0 });
    for (const end of ends) end();
    assert.equal(await get('platform/status'), '[1]');
    for (const client of [...clients, late]) client.close();
  });

  it('take REST away but for the status, in either form', async () => {
    const maintenance = exchange.trouble.restDown('maintenance');
    assert.equal(await get('book/tBTCUSD/P0'), '["error",20060,"maintenance"]');
    assert.equal(await get('platform/status'), '[1]');
    maintenance.stop();
    const away = exchange.trouble.restDown('unavailable');
    const refused = await ask(`${exchange.rest}/v2/ticker/tBTCUSD`);
    assert.equal(refused.status, 503);
    assert.equal((JSON.parse(refused.body) as { error: string }).error, 'temporarily_unavailable');
    away.stop();
    assert.equal((await ask(`${exchange.rest}/v2/ticker/tBTCUSD`)).status, 200);
  });
});

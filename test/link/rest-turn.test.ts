import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { LIMITS } from '../../src/shared/core/limits';
import { Courier } from '../../src/shared/link/rest-courier';
import type { ApiKey } from '../../src/shared/link/rest-key';
import { until } from '../until';
import { failureOf, host, hurried, worldOver, type Host } from './rest-world';

const KEY: ApiKey = { apiKey: 'KEY', secret: 'SECRET' };
const BLOCKED = '{"error":"ERR_RATE_LIMIT"}';
const CANCELED = JSON.stringify([1, 'oc-req', null, null, [], null, 'SUCCESS', 'done']);

describe('rest, between admission and leaving', () => {
  const hosts: Host[] = [];
  const serve = async (...args: Parameters<typeof host>): Promise<Host> => {
    const made = await host(...args);
    hosts.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of hosts.splice(0)) await made.stop();
  });

  const cancel = (courier: Courier): Promise<unknown> =>
    courier.carry({ method: 'POST', path: 'auth/w/order/cancel', key: () => KEY, options: { priority: 'cancel' }, prepare: () => ({ url: '/v2/auth/w/order/cancel', body: '{}' }) });

  /** Refuses the first, for a minute. */
  const blocking = (): Promise<Host> => {
    let calls = 0;
    return serve((_request, response) => {
      const isFirst = ++calls === 1;
      setTimeout(() => (isFirst ? response.writeHead(429).end(BLOCKED) : response.end('[]')), isFirst ? 20 : 60);
    });
  };

  it('a limit that closes stops those that wait for their key\'s turn, and gives their starts back', async () => {
    const server = await blocking();
    const { lane, limiter } = worldOver(server.url, { clock: hurried(1) });
    const signed = lane.signedBy(() => KEY);
    const ends = await Promise.all(Array.from({ length: 20 }, () => failureOf(signed.post('auth/r/wallets'))));
    assert.ok(ends.every(({ code, retryAt }) => code === 'RATE_LIMITED' && retryAt !== undefined));
    assert.equal(server.requests.length, 1);
    assert.equal(limiter.budget().find(({ limit }) => limit === 'auth')?.used, 1);
    assert.deepEqual(await signed.post('auth/r/positions'), [], 'another limit is open');
  });

  it('a limit that was closed by somebody else stops them too', async () => {
    const server = await serve((_request, response) => void setTimeout(() => response.end('[]'), 50));
    const { lane, limiter } = worldOver(server.url, { clock: hurried(1) });
    const signed = lane.signedBy(() => KEY);
    const first = signed.post('auth/r/wallets');
    const second = failureOf(signed.post('auth/r/wallets'));
    await until(() => server.requests.length === 1, 'the first is on its way');
    limiter.hold('auth', 60_000, 'auth auth/r/wallets');
    assert.deepEqual([await first, (await second).code, server.requests.length], [[], 'RATE_LIMITED', 1]);
  });

  it('a limit that closes stops public calls that wait for a place', async () => {
    const server = await blocking();
    const { lane } = worldOver(server.url, { clock: hurried(1) });
    const ends = await Promise.allSettled(Array.from({ length: 60 }, () => lane.read('ticker/tBTCUSD')));
    assert.equal(server.requests.length, 6);
    assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 5);
  });

  it('no more arrive within a minute than may, though the first are slow', async () => {
    // the margin of half a second is then 25 ms, in which one that left also arrives
    const clock = hurried(20);
    const arrivals: number[] = [];
    const server = await serve((_request, response) => {
      arrivals.push(clock.monotonic());
      setTimeout(() => response.end('[]'), arrivals.length <= 5 ? 200 : 0);
    });
    const signed = worldOver(server.url, { clock }).lane.signedBy(() => KEY);
    const { max, perMs } = LIMITS.auth;
    await Promise.all(Array.from({ length: 2 * max }, () => signed.post('auth/r/wallets').catch(() => undefined)));
    const most = Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at - from < perMs).length));
    assert.ok(arrivals.length >= 2 * max && most <= max, `${most} of ${arrivals.length}`);
  });

  it('the most urgent takes the next place, and who gives up takes none', async () => {
    const server = await serve((_request, response) => void setTimeout(() => response.end('[]'), 30));
    const { lane } = worldOver(server.url, { clock: hurried(1) });
    const control = new AbortController();
    const given = lane.read('ticker/tGIVEN', {}, { signal: control.signal });
    const full = Array.from({ length: 12 }, () => lane.read('ticker/tBTCUSD'));
    const last = lane.read('platform/status', {}, { priority: 'order' });
    const lost = lane.read('ticker/tLOST', {}, { signal: control.signal });
    await until(() => server.requests.length === 6, 'six are on their way');
    control.abort(new Error('enough'));
    await assert.rejects(given, /enough/);
    await assert.rejects(lost, /enough/);
    await Promise.all([...full, last]);
    const urls = server.requests.map(({ url }) => url);
    assert.ok(urls.indexOf('/v2/platform/status') <= 6, urls.join());
    assert.ok(!urls.includes('/v2/ticker/tLOST'));
  });

  it('a cancel waits for no public read, however many hang', async () => {
    const server = await serve((request, response) => void (request.url?.includes('/w/') === true && response.end(CANCELED)));
    const clock = hurried(10);
    const { lane, ports } = worldOver(server.url, { clock });
    const courier = new Courier(ports);
    const [began, control] = [clock.monotonic(), new AbortController()];
    const reads = Array.from({ length: 12 }, () => courier.carry({ method: 'GET', path: 'ticker/tBTCUSD', key: () => undefined, options: { signal: control.signal }, prepare: () => ({ url: '/v2/ticker/tBTCUSD' }) }).catch(() => undefined));
    await until(() => server.requests.length === 6, 'six hang');
    assert.deepEqual(await cancel(courier), JSON.parse(CANCELED));
    assert.ok(clock.monotonic() - began < 8_000);
    control.abort();
    await Promise.all(reads);
    lane.end();
  });

  it('a cancel waits 5 s at most behind a signed read that hangs', async () => {
    let calls = 0;
    const server = await serve((_request, response) => void (++calls > 1 && response.end(CANCELED)));
    const clock = hurried(10);
    const { lane, ports } = worldOver(server.url, { clock });
    const control = new AbortController();
    const reading = lane.signedBy(() => KEY).post('auth/r/wallets', {}, { signal: control.signal }).catch(() => undefined);
    await until(() => calls === 1, 'the read hangs');
    const began = clock.monotonic();
    await cancel(new Courier(ports));
    assert.ok(clock.monotonic() - began < 8_000, String(clock.monotonic() - began));
    control.abort();
    await reading;
  });

  it('a key that changed meanwhile signs, waits in its own line, and stays secret', async () => {
    const [running, most, sent] = [new Map<string, number>(), new Map<string, number>(), [] as string[]];
    const server = await serve((request, response) => {
      const name = String(request.headers['bfx-apikey']);
      sent.push(name);
      running.set(name, (running.get(name) ?? 0) + 1);
      most.set(name, Math.max(most.get(name) ?? 0, running.get(name) ?? 0));
      setTimeout(() => {
        running.set(name, (running.get(name) ?? 0) - 1);
        response.writeHead(500).end(JSON.stringify(['error', 10001, `key ${name} digest ${String(request.headers['bfx-signature'])} bad`]));
      }, 60);
    });
    let key: ApiKey = { apiKey: 'FIRSTKEY', secret: 'SECRET' };
    const lane = worldOver(server.url, { clock: hurried(1) }).lane.signedBy(() => key);
    const calls = [lane.post('auth/r/wallets'), lane.post('auth/r/orders'), lane.unified('privatePostAuthRPositions')].map(failureOf);
    await until(() => sent.length === 1, 'the first is on its way');
    key = { apiKey: 'SECONDKEY', secret: 'SECRET' };
    calls.push(failureOf(lane.post('auth/r/info/user')));
    for (const { what } of await Promise.all(calls)) assert.match(what, /"key \*\*\* digest \*\*\* bad"/);
    assert.deepEqual(sent, ['FIRSTKEY', 'SECONDKEY', 'SECONDKEY', 'SECONDKEY']);
    assert.deepEqual([...most.values()], [1, 1]);
  });

  it('a proxy that says nothing is asked by six at a time, and left when they give up', async () => {
    const open = new Set<Socket>();
    const [asked, saved] = [{ count: 0, most: 0 }, process.env['HTTP_PROXY']];
    const proxy = createServer((socket) => {
      open.add(socket);
      asked.count++;
      asked.most = Math.max(asked.most, open.size);
      socket.on('error', () => undefined).on('data', () => undefined).on('close', () => open.delete(socket));
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const { lane } = worldOver('http://exchange.invalid', { clock: hurried(100) });
      const ends = await Promise.all(Array.from({ length: 20 }, () => failureOf(lane.read('ticker/tBTCUSD'))));
      assert.ok(ends.every(({ code }) => code === 'EXCHANGE_UNREACHABLE'));
      assert.ok(asked.count >= 90, `${asked.count}`);
      // one that was given up may be a moment from being gone
      assert.ok(asked.most <= 12, `${asked.most} together`);
      await until(() => open.size === 0, 'nothing stays open');
    } finally {
      if (saved === undefined) Reflect.deleteProperty(process.env, 'HTTP_PROXY');
      else process.env['HTTP_PROXY'] = saved;
      proxy.close();
      for (const socket of open) socket.destroy();
    }
  });
});

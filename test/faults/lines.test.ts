import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { openSocket } from '../../src/shared/link/socket';
import { SmallExchange } from '../small-exchange';
import { until } from '../until';
import { ChaosProxy } from './chaos-proxy';
import { ticker, type Ear } from './pool-world';
import { RealPool } from './real-pool';

/** The pools' time runs so much faster; `ws` itself waits in real time for the upgrade. */
const FASTER = 5;

/** 35 s of silence are the budget (held exactly where time is virtual); the rest is for a busy machine. */
const NOTICED_MS = 45_000;

/** All begin at once, for most of them wait. */
describe('faults of lines, over real sockets', function () {
  this.timeout(60_000);
  const endings: (() => unknown)[] = [];
  const keep = <T extends { end(): unknown }>(thing: T): T => {
    endings.unshift(() => thing.end());
    return thing;
  };
  const pool = (url: string): RealPool => keep(new RealPool(url, FASTER));

  /** A TCP server of the test's own, with the sockets that it has accepted. */
  async function tcp(server: Server, meet: (socket: Socket) => void = () => undefined): Promise<{ ws: string; sockets: Socket[] }> {
    const sockets: Socket[] = [];
    server.on('connection', (socket: Socket) => {
      sockets.push(socket.on('error', () => undefined));
      meet(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endings.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return { ws: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
  }

  let silent: { sockets: Socket[]; real: RealPool; ear: Ear; began: number };
  before(async () => {
    const { ws, sockets } = await tcp(createServer(), (socket) => socket.resume());
    const real = pool(ws);
    silent = { sockets, real, ear: real.follow(ticker('tBTCUSD')), began: performance.now() };
  });
  after(async () => {
    for (const end of endings) await end();
  });

  describe('a line that nothing comes through any more', () => {
    const WAYS = [
      { what: 'a black hole', directions: ['up', 'down'] },
      { what: 'deaf', directions: ['down'] },
    ] as const;
    const scenes = new Map<string, { proxy: ChaosProxy; ear: Ear; from: number; states: number; noticedMs: () => number }>();
    let server: ChildProcess;
    let stopped: Ear;

    before(async () => {
      for (const { what, directions } of WAYS) {
        const exchange = keep(await SmallExchange.start());
        const proxy = keep(await ChaosProxy.start(exchange.ws));
        const { ear, clock } = await live(pool(proxy.ws));
        const from = clock.monotonic();
        let noticed: number | undefined;
        void until(() => ear.state !== 'live', 'the line is given up', 30_000).then(() => (noticed = clock.monotonic() - from));
        proxy.blackHole(...directions);
        scenes.set(what, { proxy, ear, from, states: ear.states.length, noticedMs: () => noticed as number });
      }
      server = fork(join(__dirname, 'exchange-child.ts'), { execArgv: ['--require', 'tsx/cjs'] });
      endings.unshift(() => void server.kill('SIGKILL'));
      const [address] = (await once(server, 'message')) as [string];
      stopped = (await live(pool(address))).ear;
      server.kill('SIGSTOP');
    });

    async function live(real: RealPool): Promise<{ ear: Ear; clock: RealPool['clock'] }> {
      const ear = real.follow(ticker('tBTCUSD'));
      await until(() => ear.state === 'live', 'live', 15_000);
      return { ear, clock: real.clock };
    }

    async function isReplaced(what: (typeof WAYS)[number]['what']): Promise<void> {
      const { proxy, ear, states, noticedMs } = scenes.get(what) as NonNullable<ReturnType<(typeof scenes)['get']>>;
      await until(() => ear.states.length > states, 'the line is given up', 20_000);
      assert.equal(ear.states[states], 'offline');
      const [lost] = proxy.passages;
      await until(() => lost?.closed, 'the old socket is gone', 5_000);
      assert.ok(noticedMs() > 30_000 && noticedMs() < NOTICED_MS, `noticed after ${noticedMs()} ms`);
      assert.equal(lost?.sent.length, 0, 'the other side was asked to agree');
      await until(() => ear.state === 'live', 'live again', 20_000);
      assert.equal(proxy.passages.length, 2);
      assert.deepEqual(ear.states.slice(states - 1), ['live', 'offline', 'connecting', 'live']);
    }

    it('in both directions is given up within two heartbeats, cut and not closed, and data come over a new one (F64)', () => isReplaced('a black hole'));
    it('towards us, though we can send, is given up, cut and replaced in the same way (F65)', () => isReplaced('deaf'));

    it('because its server stands still is given up, and is back when that goes on (F64)', async () => {
      await until(() => stopped.state === 'offline', 'offline', 20_000);
      const told = stopped.news.length;
      server.kill('SIGCONT');
      await until(() => stopped.state === 'live', 'live again', 25_000);
      assert.ok(stopped.news.length > told);
    });
  });

  describe('an exchange that stops on the way to the first row', () => {
    /** Speaks only so far. */
    async function until101(speak: (socket: WebSocket, frame: Record<string, unknown>) => void, greets = true): Promise<{ real: RealPool; ear: Ear; lines: number[]; asked: string[] }> {
      const http = createHttpServer();
      const { ws } = await tcp(http);
      const sockets = new WebSocketServer({ server: http });
      const lines: number[] = [];
      const asked: string[] = [];
      const real = pool(ws);
      sockets.on('connection', (socket) => {
        lines.push(real.clock.monotonic());
        if (greets) socket.send('{"event":"info","version":2,"platform":{"status":1}}');
        socket.on('message', (data) => {
          asked.push(String(data));
          speak(socket, JSON.parse(String(data)) as Record<string, unknown>);
        });
      });
      return { real, ear: real.follow(ticker('tBTCUSD')), lines, asked };
    }

    it('after the upgrade, after its greeting, or after conf, is given up or asked again in time (F63)', async () => {
      const conf = '{"event":"conf","status":"OK"}';
      const [mute, noConf, noAnswer] = await Promise.all([
        until101(() => undefined, false),
        until101(() => undefined),
        until101((socket, { event }) => void (event === 'conf' && socket.send(conf) === undefined && setInterval(() => socket.send('[99,"hb"]'), 1_000).unref())),
      ]);
      await until(() => mute.lines.length > 1 && noConf.lines.length > 1 && noAnswer.asked.length > 2, 'each is tried again', 25_000);
      for (const { lines, ear, asked } of [mute, noConf]) {
        const waited = (lines[1] as number) - (lines[0] as number);
        assert.ok(waited > 15_000 && waited < 30_000, `${waited} ms`);
        assert.ok(ear.states.includes('offline') && !ear.states.includes('live'));
        assert.ok(!asked.some((text) => text.includes('subscribe')));
      }
      assert.deepEqual([mute.asked, noAnswer.lines.length], [[], 1]);
      assert.match(mute.real.reports.join(), /did not greet/);
      assert.match(noConf.real.reports.join(), /did not answer conf/);
      assert.equal(noAnswer.asked.filter((text) => text.includes('"subscribe"')).length, 2, 'asked again on the same line');
    });
  });

  describe('an upgrade that is refused', () => {
    /** What one attempt ends with. */
    async function attempt(answer: string): Promise<[reason: string, retryAfterMs: number]> {
      const { ws } = await tcp(createServer(), (socket) => socket.once('data', () => socket.end(answer)));
      return new Promise((resolve) => openSocket(ws, { opened: () => undefined, text: () => undefined, closed: (...how) => resolve(how) }));
    }

    it('with 429 is followed by a pause of at least a minute, or as long as is asked for, an hour at most (F67)', async () => {
      for (const [header, pauseMs] of [['', 60_000], ['Retry-After: 5\r\n', 60_000], ['Retry-After: 61\r\n', 61_000], ['Retry-After: soon\r\n', 60_000], ['Retry-After: -9\r\n', 60_000], ['Retry-After: 999999999\r\n', 3_600_000]] as const) {
        assert.deepEqual(await attempt(`HTTP/1.1 429 Too Many Requests\r\n${header}\r\n`), ['HTTP 429', pauseMs], header);
      }
    });

    it('with a redirect is not followed: nobody connects to the other host (F78)', async () => {
      const elsewhere = await tcp(createServer());
      for (const status of ['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect']) {
        assert.deepEqual(await attempt(`HTTP/1.1 ${status}\r\nLocation: ${elsewhere.ws}/ws/2\r\n\r\n`), [`HTTP ${status.slice(0, 3)}`, 0]);
      }
      const moved = await tcp(createServer(), (socket) => socket.once('data', () => socket.end(`HTTP/1.1 302 Found\r\nLocation: ${elsewhere.ws}/ws/2\r\n\r\n`)));
      const real = pool(moved.ws);
      const ear = real.follow(ticker('tBTCUSD'));
      await until(() => moved.sockets.length >= 2, 'a second attempt, at the first host', 10_000);
      assert.deepEqual([elsewhere.sockets.length, ear.states.includes('offline')], [0, true]);
    });
  });

  // last, for it waits longest
  describe('a port that accepts', () => {
    it('and never upgrades is given up after 15 s, and tried again (F62)', async () => {
      const { sockets, real, ear, began } = silent;
      await until(() => sockets.length >= 2, 'the second attempt', 25_000);
      assert.ok(performance.now() - began > 14_900);
      assert.match(real.reports[0] ?? '', /handshake has timed out/);
      await until(() => sockets[0]?.destroyed, 'the first one is closed');
      assert.deepEqual(ear.states.slice(0, 2), ['connecting', 'offline']);
    });
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { FakeLine } from '../link/fake-lines';
import { dismantle, rig, type Rig } from '../nodes/flow';
import { until } from '../until';
import { Ear, PoolWorld, ticker } from './pool-world';

/** How far the way to live data is gone when its user leaves. */
const MOMENTS: readonly (readonly [string, (world: PoolWorld) => Promise<void>])[] = [
  ['before the first attempt', async () => undefined],
  ['while the line is being opened', (world) => world.pass(100)],
  ['after the upgrade', (world) => step(world, (line) => line.openSilently())],
  ['after the greeting', (world) => step(world, (line) => line.greet())],
  ['while a subscription is unanswered', (world) => step(world, (line) => void line.ready())],
  ['when all is live', (world) => step(world, (line) => world.serve(line))],
  ['during back-off', (world) => step(world, (line) => line.close('ECONNREFUSED'))],
  ['during a pause that the exchange asked for', (world) => step(world, (line) => line.close('HTTP 429', 60_000))],
];

async function step(world: PoolWorld, go: (line: FakeLine) => void): Promise<void> {
  await world.pass(100);
  go(world.lines.last);
  await world.pass(1);
}

describe('leaving', () => {
  for (const [when, arrange] of MOMENTS) {
    for (const how of ['at-once', 'after-grace', 'end of the pool'] as const) {
      it(`${when}, ${how}: no attempt, no line and no timer is left, and twice is as good as once (F103)`, async () => {
        const world = new PoolWorld();
        try {
          const ear = new Ear();
          const leave = world.pool.follow(ticker('tBTCUSD'), ear.hear);
          await arrange(world);
          for (let time = 0; time < 2; time++) {
            if (how === 'end of the pool') world.pool.end();
            else leave(how);
          }
          const heard = ear.events.length;
          // the grace, and an answer that never comes
          await world.pass(90_000);
          const attempts = world.attempts.length;
          await world.pass(300_000);
          assert.deepEqual([world.attempts.length - attempts, world.alive.length, world.time.timers.own], [0, 0, 0]);
          assert.equal(ear.events.length, heard, 'who left hears nothing');
          if (how !== 'after-grace') assert.ok(attempts <= 1, `${attempts} attempts`);
        } finally {
          world.end();
        }
      });
    }
  }
});

/** A node's own handlers, which Node-RED calls one by one. */
type Closing = { _closeCallbacks: ((done: () => void) => void)[] };

describe('a node that is closed', function () {
  this.timeout(20_000);
  let ignoring: Server;
  const sockets: Socket[] = [];
  before(async () => {
    ignoring = createServer((socket) => void sockets.push(socket.resume().on('error', () => undefined)));
    ignoring.listen(0, '127.0.0.1');
    await once(ignoring, 'listening');
  });
  afterEach(dismantle);
  after(() => {
    for (const socket of sockets) socket.destroy();
    ignoring.close();
  });

  const port = (): number => (ignoring.address() as AddressInfo).port;
  const cases: readonly (readonly [string, () => Record<string, unknown>, (made: Rig) => Promise<unknown>])[] = [
    ['while it waits for the list of symbols', () => ({ restUrl: `http://127.0.0.1:${port()}` }), () => until(() => sockets.length > 0, 'the request')],
    ['while its line is being opened', () => ({ wsUrl: `ws://127.0.0.1:${port()}/ws/2` }), () => until(() => sockets.length > 1, 'the connection', 10_000)],
    ['during back-off', () => ({ wsUrl: 'ws://127.0.0.1:9/ws/2' }), ({ statuses }) => until(() => statuses.find(({ text }) => text?.includes('offline')), 'offline', 10_000)],
    ['when it is live', () => ({}), ({ message }) => message()],
  ];
  for (const [when, settings, ready] of cases) {
    it(`${when} is done once for each call, within a second, and says nothing afterwards (F103)`, async () => {
      const made = await rig('bitfinex-ticker-stream', { symbols: 'BTC/USD', interval: 0 }, { account: settings() });
      await ready(made);
      let done = 0;
      const from = performance.now();
      for (let time = 0; time < 2; time++) for (const close of (made.node as unknown as Closing)._closeCallbacks) close.call(made.node, () => done++);
      await until(() => done === 2, 'both calls are done');
      assert.ok(performance.now() - from < 1_000, `${performance.now() - from} ms`);
      const heard = [made.messages.length, made.errors.length];
      made.input({ action: 'list' });
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.deepEqual([done, made.messages.length, made.errors.length], [2, ...heard]);
    });
  }
});

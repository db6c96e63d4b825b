import assert from 'node:assert/strict';
import maintenanceWatch from '../../src/nodes/maintenance-watch/maintenance-watch';
import type { PlatformChange } from '../../src/shared/core/maintenance';
import { hub } from '../../src/shared/link/hub';
import type { Venue } from '../../src/shared/link/venue';
import { startExchange } from '../../src/shared/simulator/exchange';
import { until } from '../until';
import { dismantle, rig, type Rig } from './flow';

const NODE = 'bitfinex-maintenance-watch';

/** Both outputs lead to the same place: changes have the topic `platform`. */
interface WatchRig extends Rig {
  venue(): Venue;
  /** What a socket of the exchange would say; without streams there are none. */
  say(code: number): void;
  changes(): PlatformChange[];
  passed(): (Record<string, unknown> & { bitfinex?: { held?: { since: number; heldMs: number } } })[];
  codes(): (string | undefined)[];
}

async function watchRig(settings: Record<string, unknown> = {}, account: Record<string, unknown> = {}): Promise<WatchRig> {
  const rigged = await rig(NODE, { wires: [['out'], ['out']], ...settings }, { nodes: [maintenanceWatch], account });
  const { restUrl = rigged.exchange.rest, wsUrl = rigged.exchange.ws } = account;
  const isChange = ({ topic }: { topic: string }): boolean => topic === 'platform';
  const venue = (): Venue => hub().find(`${String(restUrl)} ${String(wsUrl)}`) as Venue;
  return {
    ...rigged,
    venue,
    say: (code) => venue().platform.hear({ kind: 'info', code }),
    changes: () => rigged.messages.filter(isChange).map(({ payload }) => payload as PlatformChange),
    passed: () => rigged.messages.filter((message) => !isChange(message)) as never,
    codes: () => rigged.errors.map(({ code }) => code),
  };
}

async function operative(settings: Record<string, unknown> = {}): Promise<WatchRig> {
  const watch = await watchRig(settings);
  await until(() => watch.changes().length === 1, 'the present state');
  return watch;
}

describe('maintenance watch', () => {
  afterEach(dismantle);

  it('tells the present state once after its start, and what it is called', async () => {
    const { messages, statuses } = await operative();
    const [message] = messages;
    const { since, ...payload } = message?.payload as PlatformChange;
    assert.deepEqual([message?.topic, payload], ['platform', { state: 'operative', reason: 'the exchange says that it is operative', witness: 'poll' }]);
    assert.ok(Math.abs(since - Date.now()) < 10_000);
    assert.deepEqual({ ...message?.bitfinex, receivedAt: 0 }, { channel: 'platform', account: 'test', receivedAt: 0, state: 'live' });
    await until(() => statuses.find(({ fill, text }) => fill === 'green' && text?.includes('operative')), 'the status');
  });

  it('lets its input through unchanged while the exchange is operative', async () => {
    const watch = await operative();
    const input = { payload: { a: [1, 2] }, topic: 'mine', action: 'subscribe', symbol: 'BTC/USD', _msgid: 'id' };
    watch.input(input);
    assert.deepEqual(await until(() => watch.passed()[0], 'the message'), input);
    assert.deepEqual(watch.errors, []);
  });

  it('F69: blocks in maintenance, says so once, and opens at its end', async () => {
    const watch = await operative();
    watch.say(20060);
    watch.say(20060);
    watch.input({ payload: 1 });
    await until(() => watch.errors.length === 1, 'the error');
    assert.deepEqual([watch.codes(), watch.passed()], [['GATE_CLOSED'], []]);
    assert.match(watch.errors[0]?.message ?? '', /in maintenance/);
    await until(() => watch.statuses.find(({ fill, text }) => fill === 'yellow' && text?.includes('maintenance')), 'the status');
    watch.say(20061);
    await until(() => watch.changes().length === 3, 'the end', 15_000);
    watch.input({ payload: 2 });
    await until(() => watch.passed()[0]?.['payload'] === 2, 'the gate is open');
    assert.deepEqual(watch.changes().map(({ state, previous }) => [state, previous]), [['operative', undefined], ['maintenance', 'operative'], ['operative', 'maintenance']]);
  }).timeout(20_000);

  it('holds in order when told to, marks what it held, and refuses what is too much', async () => {
    const watch = await operative({ gate: 'hold', holdLimit: 3 });
    watch.say(20060);
    for (let at = 1; at <= 4; at++) watch.input({ payload: at, bitfinex: { mine: true } });
    await until(() => watch.errors.length === 1, 'the fourth');
    assert.deepEqual([watch.codes(), watch.passed()], [['GATE_FULL'], []]);
    watch.say(20061);
    await until(() => watch.passed().length === 3, 'the end', 15_000);
    assert.deepEqual(watch.passed().map(({ payload }) => payload), [1, 2, 3]);
    for (const { bitfinex } of watch.passed()) {
      const { held, ...rest } = bitfinex as { held: { since: number; heldMs: number } };
      assert.deepEqual(rest, { mine: true });
      assert.ok(held.heldMs >= 0 && held.heldMs < 15_000 && Math.abs(held.since + held.heldMs - Date.now()) < 2_000);
    }
    const last = watch.messages.findIndex(({ payload }) => (payload as PlatformChange).state === 'operative' && watch.changes().length === 3 && (payload as PlatformChange).previous === 'maintenance');
    assert.ok(last >= 0 && last < watch.messages.findIndex(({ payload }) => payload === 1), 'the news goes before them');
    watch.input({ payload: 5 });
    await until(() => watch.passed().length === 4, 'the fifth');
    assert.equal(watch.passed()[3]?.bitfinex, undefined);
    assert.deepEqual(watch.venue().gates, { passed: 4, released: 3, held: 3, dropped: 1 });
  }).timeout(20_000);

  it('gives up what it has held for too long', async () => {
    const watch = await operative({ gate: 'hold', holdMaxMs: 150 });
    watch.say(20060);
    watch.input({ payload: 1 });
    watch.input({ payload: 2 });
    await until(() => watch.errors.length === 2, 'both');
    assert.deepEqual(watch.codes(), ['GATE_TIMEOUT', 'GATE_TIMEOUT']);
    assert.match(watch.errors[0]?.message ?? '', /for 150 ms/);
    assert.deepEqual(watch.passed(), []);
  });

  it('is closed until something is known: it blocks', async () => {
    const watch = await watchRig({}, { restUrl: 'http://127.0.0.1:9' });
    await until(() => watch.statuses.find(({ fill, text }) => fill === 'yellow' && text?.includes('connecting')), 'the status');
    watch.input({ payload: 1 });
    assert.match((await until(() => watch.errors[0], 'the error')).message, /not known yet/);
    assert.deepEqual([watch.codes(), watch.passed(), watch.changes()], [['GATE_CLOSED'], [], []]);
  });

  it('is closed until something is known: it holds, and opens with the first word', async () => {
    const watch = await watchRig({ gate: 'hold' }, { restUrl: 'http://127.0.0.1:9' });
    watch.input({ payload: 1 });
    await until(() => watch.venue().gates.held === 1, 'held');
    assert.deepEqual([watch.passed(), watch.changes()], [[], []]);
    watch.venue().platform.hear({ kind: 'status', via: 'connection', operative: true, askedAt: performance.now() });
    await until(() => watch.passed()[0]?.['payload'] === 1, 'the message');
    assert.deepEqual(watch.changes().map(({ state, witness }) => [state, witness]), [['operative', 'connection']]);
  });

  it('what it holds ends when it is closed, each exactly once, without waiting', async () => {
    const watch = await operative({ gate: 'hold' });
    watch.say(20060);
    const ended: (string | undefined)[] = [];
    const node = watch.node as unknown as { _complete(message: unknown, error?: { code?: string }): void; close(removed: boolean): Promise<void> };
    node._complete = (_message, error) => void ended.push(error?.code);
    for (let at = 0; at < 5; at++) watch.input({ payload: at });
    await until(() => watch.venue().gates.held === 5, 'held');
    const began = performance.now();
    await node.close(false);
    assert.ok(performance.now() - began < 500);
    assert.deepEqual(ended, Array.from({ length: 5 }, () => 'GATE_CLOSED'));
    assert.deepEqual(watch.passed(), []);
  });

  it('answers what the state is when asked, also when nothing is known yet', async () => {
    const watch = await watchRig();
    watch.input({ action: 'state', color: 'red', _msgid: 'mine' });
    await until(() => watch.messages.some(({ bitfinex }) => bitfinex.requested === true), 'the answer');
    watch.say(20051);
    watch.input({ action: 'state' });
    const answers = await until(() => {
      const found = watch.messages.filter(({ bitfinex }) => bitfinex.requested === true);
      return found.length === 2 && found;
    }, 'both answers');
    assert.deepEqual(answers.map(({ payload }) => (payload as PlatformChange).state), ['operative', 'restarting']);
    assert.deepEqual([answers[0]?.['color'], answers[0]?.['_msgid'], answers[0]?.topic], ['red', 'mine', 'platform']);
    assert.deepEqual(watch.errors, []);
  });

  it('F69: says at its start that there is maintenance, and is closed', async () => {
    const exchange = await startExchange();
    exchange.trouble.maintenance(true);
    const watch = await watchRig({}, { restUrl: exchange.rest, wsUrl: exchange.ws });
    const { state, witness } = await until(() => watch.changes()[0], 'the state');
    watch.input({ payload: 1 });
    await until(() => watch.codes()[0] === 'GATE_CLOSED', 'the error');
    assert.deepEqual([state, witness, watch.passed()], ['maintenance', 'poll', []]);
    await exchange.stop();
  });

  for (const [name, settings, account, expected] of [
    ['an unknown gate', { gate: 'ajar' }, {}, /gate: "ajar" is none of block, hold/],
    ['no room', { gate: 'hold', holdLimit: 0 }, {}, /holdLimit: "0"/],
    ['no time', { gate: 'hold', holdMaxMs: 'soon' }, {}, /holdMaxMs: "soon"/],
    ['a missing account', { account: 'gone' }, {}, /account: the account node is missing/],
    ['a bad address', {}, { restUrl: 'nonsense' }, /restUrl/],
  ] as const) {
    it(`says what is wrong with ${name}, and lets nothing through`, async () => {
      const watch = await watchRig(settings, account);
      assert.match((await until(() => watch.errors[0], 'the error')).message, expected);
      await until(() => watch.statuses.find(({ fill }) => fill === 'red'), 'the red status');
      watch.input({ payload: 1 });
      await until(() => watch.errors.length === 2, 'the same for the message');
      assert.deepEqual(watch.passed(), []);
    });
  }

  it('is blue on the practice exchange', async () => {
    const watch = await watchRig({}, { environment: 'simulated' });
    const [message] = await until(() => watch.messages.length > 0 && watch.messages, 'the state');
    assert.equal(message?.bitfinex.simulated, true);
    await until(() => watch.statuses.find(({ fill, text }) => fill === 'blue' && text?.includes('operative')), 'the blue dot');
  });
});

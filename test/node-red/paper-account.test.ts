import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { catchAll, PLACE, stream, TAB } from './flow';

const PROBE = join(__dirname, '../outgoing-probe.cjs');

/** Two accounts, each read by a node of its own; the default environment is the practice exchange. */
const ACCOUNTS = ['alice', 'bob'] as const;
const flow: FlowNode[] = [
  TAB,
  ...ACCOUNTS.flatMap((id): FlowNode[] => [
    { id, type: 'bitfinex-account', name: `paper of ${id}`, environment: 'simulated', version: 1 },
    { id: `ask ${id}`, type: 'bitfinex-request', ...PLACE, name: '', account: id, method: 'POST', path: 'auth/r/wallets', params: '', version: 1, wires: [[`got ${id}`]] },
    { id: `got ${id}`, type: 'test-collector', ...PLACE, tag: id, wires: [] },
  ]),
  ...stream('ticker', 'ticker', 'BTC/USD', { account: 'alice' }),
  ...catchAll(),
];

describe('Paper accounts in a real Node-RED', function () {
  this.timeout(120_000);
  const userDirs: string[] = [];
  const running: NodeRedChild[] = [];

  afterEach(async () => {
    for (const red of running.splice(0)) await red.stop('SIGKILL');
  });
  after(() => userDirs.forEach((path) => rmSync(path, { recursive: true, force: true })));

  const newDir = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'paper-red-'));
    userDirs.push(path);
    return path;
  };

  async function start(userDir: string, execArgv: readonly string[] = []): Promise<NodeRedChild> {
    const red = await startNodeRed({ flow, userDir, execArgv });
    running.push(red);
    return red;
  }

  /** The total of a wallet, as the request node reads it. */
  async function dollars(red: NodeRedChild, id: string): Promise<number> {
    const before = red.messages(id).length;
    await red.inject(`ask ${id}`, {});
    await red.until(() => red.messages(id).length > before, `the wallets of ${id}`, 20_000);
    const { payload } = red.messages(id).at(-1)?.msg as { payload: [string, string, number][] };
    return payload.find(([type, currency]) => type === 'exchange' && currency === 'USD')?.[2] as number;
  }

  async function deposit(red: NodeRedChild, id: string, amount: string): Promise<void> {
    const response = await fetch(`${red.url}/bitfinex/account/${id}/deposit`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ wallet: 'exchange', currency: 'USD', amount }) });
    assert.equal(response.status, 200, await response.text());
  }

  it('are there again after SIGKILL and after an end, each in its own files', async () => {
    const userDir = newDir();
    const folder = join(userDir, 'bitfinex/paper');
    const first = await start(userDir);
    assert.equal(await dollars(first, 'alice'), 100_000);
    await deposit(first, 'alice', '5000.5');
    await first.stop('SIGKILL');
    const second = await start(userDir);
    assert.deepEqual([await dollars(second, 'alice'), await dollars(second, 'bob')], [105_000.5, 100_000]);
    await deposit(second, 'bob', '1');
    assert.deepEqual(readdirSync(folder).sort(), ['alice.json', 'alice.log.jsonl', 'bob.json', 'bob.log.jsonl']);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
    await second.stop();
    const third = await start(userDir);
    assert.deepEqual([await dollars(third, 'alice'), await dollars(third, 'bob')], [105_000.5, 100_001]);
    assert.deepEqual(third.messages('errors'), []);
  });

  it('are of their own process: two of them know nothing of each other', async () => {
    const [one, two] = await Promise.all([start(newDir()), start(newDir())]);
    assert.deepEqual([await dollars(one, 'alice'), await dollars(two, 'alice')], [100_000, 100_000]);
    await deposit(one, 'alice', '7');
    assert.deepEqual([await dollars(one, 'alice'), await dollars(two, 'alice')], [100_007, 100_000]);
  });

  it('are kept when their last user goes, and go on with the next one', async () => {
    const red = await start(newDir());
    assert.equal(await dollars(red, 'alice'), 100_000);
    await deposit(red, 'alice', '3');
    const log = join(red.userDir, 'bitfinex/paper/alice.log.jsonl');
    assert.notEqual(statSync(log).size, 0);
    await red.deploy([TAB]);
    await red.until(() => statSync(log).size === 0, 'their exchange has ended', 20_000);
    await red.deploy(flow);
    assert.equal(await dollars(red, 'alice'), 100_003);
  });

  it('contact nobody but their own exchange', async () => {
    const red = await start(newDir(), ['--require', PROBE]);
    assert.equal(await dollars(red, 'alice'), 100_000);
    await red.until(() => red.messages('ticker').length > 0, 'a ticker');
    const contacts = red.output.split('\n').filter((line) => line.startsWith('outgoing '));
    assert.ok(contacts.some((line) => /^outgoing 127\.0\.0\.1:\d+$/.test(line)), 'the probe hears');
    assert.deepEqual(contacts.filter((line) => !/^outgoing 127\.0\.0\.1:\d+$/.test(line)), []);
  });
});

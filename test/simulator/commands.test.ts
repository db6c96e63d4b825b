import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { dataPath, needsData } from '../shared-data';
import { Client } from './client';

const folder = join(__dirname, '../../src/shared/simulator');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('the commands of the simulated exchange', () => {
  const children: ChildProcess[] = [];
  after(() => children.forEach((child) => child.kill('SIGKILL')));

  /** Starts a command; `line` is its first line that begins with a brace. */
  function run(name: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended>; line: Promise<{ rest: string; ws: string }> } {
    const child = spawn(process.execPath, ['--import', 'tsx', join(folder, name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let [out, err] = ['', ''];
    child.stderr.on('data', (data) => void (err += String(data)));
    const line = new Promise<{ rest: string; ws: string }>((done) => {
      child.stdout.on('data', (data) => {
        out += String(data);
        const found = out.split('\n').slice(0, -1).find((text) => text.startsWith('{'));
        if (found !== undefined) done(JSON.parse(found) as { rest: string; ws: string });
      });
    });
    const ended = new Promise<Ended>((done) => void child.once('close', (code) => done({ code, out, err })));
    return { child, ended, line };
  }

  it('simulator has the documented limits when it is told to', async () => {
    const statusesOf = async (args: readonly string[]): Promise<number[]> => {
      const { child, line } = run('main.ts', args);
      const { rest } = await line;
      const statuses = [];
      for (let call = 1; call <= 4; call++) statuses.push((await fetch(`${rest}/v2/liquidations/hist`)).status);
      child.kill('SIGTERM');
      return statuses;
    };
    assert.deepEqual([await statusesOf([]), await statusesOf(['--limits'])], [[200, 200, 200, 200], [200, 200, 200, 429]]);
  });

  it('simulator goes into maintenance when it is told to, and comes back', async () => {
    const { child, line } = run('main.ts', ['--maintenance', '0:1']);
    const { rest } = await line;
    const status = async (): Promise<string> => (await fetch(`${rest}/v2/platform/status`)).text();
    const seen = [];
    do seen.push(await status());
    while (!(seen.includes('[0]') && seen.at(-1) === '[1]') && seen.length < 20_000);
    assert.deepEqual([seen.includes('[0]'), seen.at(-1)], [true, '[1]']);
    child.kill('SIGTERM');
  });

  it('simulator runs alone until it is told to end', async () => {
    const { child, ended, line } = run('main.ts', ['--seed', '7', '--port', '0']);
    const { rest, ws } = await line;
    assert.match(rest, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(ws, `${rest.replace('http', 'ws')}/ws/2`);
    const client = await Client.open(ws);
    await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    const from = performance.now();
    child.kill('SIGTERM');
    assert.equal((await ended).code, 0);
    assert.ok(performance.now() - from < 2000);
  });

  it('simulator can be commanded while it runs, and prints nothing of that', async () => {
    const { child, ended, line } = run('main.ts', ['--seed', '7']);
    const { rest, ws } = await line;
    const client = await Client.open(ws);
    await fetch(`${rest}/admin/trouble`, { method: 'POST', body: '{"kind":"maintenance"}' });
    await client.event(({ code }) => code === 20060);
    await fetch(`${rest}/admin/trouble/stop`, { method: 'POST' });
    await client.event(({ code }) => code === 20061);
    client.close();
    child.kill('SIGTERM');
    assert.equal((await ended).out.split('\n').length, 2);
  });

  it('simulator --help lists the troubles', async () => {
    const { out } = await run('main.ts', ['--help']).ended;
    assert.match(out, /\/admin/);
    for (const kind of ['lost-line', 'lost-answer', 'rest', 'frame']) assert.match(out, new RegExp(`^  ${kind} +\\S`, 'm'));
  });

  it('replay runs alone until it is told to end', async function () {
    needsData(this);
    const { child, ended, line } = run('replay-main.ts', [dataPath('captures/bitfinexcpp-p0.jsonl.gz'), '--speed', '20', '--wait', 'all', '--loop']);
    const client = await Client.open((await line).ws, 131072);
    const id = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await client.until(() => client.of(id).some((frame) => frame[1] === 'cs'));
    child.kill('SIGINT');
    assert.equal((await ended).code, 0);
  });

  const mistakes: [string, string[], RegExp][] = [
    ['main.ts', ['--seed', 'x'], /--seed: expected an integer, got "x"/],
    ['main.ts', ['--port', '70000'], /--port: expected a port/],
    ['main.ts', ['--pace', '0'], /--pace/],
    ['main.ts', ['--nonsense'], /--nonsense/],
    ['replay-main.ts', [], /FILE/],
    ['replay-main.ts', ['none.jsonl'], /none\.jsonl cannot be replayed \(ENOENT\)/],
    ['replay-main.ts', [__filename], /commands\.test\.ts holds no channel/],
    ['replay-main.ts', ['none.jsonl', '--wait', 'some'], /--wait: expected "all" or a number of channels, got "some"/],
    ['replay-main.ts', ['none.jsonl', '--speed', '-1'], /--speed/],
    ['replay-main.ts', ['none.jsonl', '--rate', '0'], /--rate/],
  ];
  for (const [name, args, message] of mistakes) {
    it(`${name} ${args.join(' ')} says what is wrong`, async () => {
      const { code, err, out } = await run(name, args).ended;
      assert.equal(code, 2);
      assert.match(err, message);
      assert.equal(out, '');
    });
  }

  it('an exchange inside another program does not keep it alive', async () => {
    const script = `require(${JSON.stringify(join(folder, 'exchange.ts'))}).startExchange()
      .then(({ rest }) => fetch(rest + '/v2/ticker/tBTCUSD')).then((answer) => answer.text()).then(console.log);`;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    assert.equal(await new Promise((done) => void child.once('exit', done)), 0);
  });

  it('says that a port is taken', async () => {
    const { child, line } = run('main.ts', []);
    const port = (await line).rest.split(':').at(-1) as string;
    const { code, err } = await run('main.ts', ['--port', port]).ended;
    assert.equal(code, 2);
    assert.match(err, /--port: .*EADDRINUSE/);
    child.kill();
  });

  for (const [name, options] of [
    ['main.ts', ['--seed', '--port', '--pace', '--no-dust', '--help']],
    ['replay-main.ts', ['FILE', '--speed', '--rate', '--wait', '--loop', '--port', '--help']],
  ] as const) {
    it(`${name} --help explains each option`, async () => {
      const { code, out } = await run(name, ['--help']).ended;
      assert.equal(code, 0);
      for (const option of options) assert.match(out, new RegExp(`^  ${option}.*\\S{3}`, 'm'));
    });
  }
});

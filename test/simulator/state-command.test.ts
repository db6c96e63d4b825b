import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KilledExchange } from './trading/killed-exchange';
import { Folder } from './trading/kept-floor';

const MAIN = join(__dirname, '../../dist/shared/simulator/main.js');
const MARKET = { type: 'EXCHANGE MARKET', symbol: 'tBTCUSD', amount: '0.01' };

/** How a command that has nothing to do ends. */
const ended = (args: readonly string[]): Promise<{ code: number; err: string; out: string }> =>
  new Promise((done) => void execFile(process.execPath, [MAIN, ...args], (error, out, err) => done({ code: Number(error?.code ?? 0), out, err })));

describe('the simulator with a file for its accounts', function () {
  this.timeout(40_000);
  const folder = new Folder();
  after(() => folder.remove());

  it('prints where it is and its keys, the same at every start', async () => {
    const printed: unknown[] = [];
    for (const name of ['one', 'two']) {
      const exchange = await KilledExchange.start(folder.file(name));
      assert.deepEqual(Object.keys(exchange.printed), ['rest', 'ws', 'keys']);
      printed.push(exchange.printed.keys);
      await exchange.end();
    }
    const key = (apiKey: string): object => ({ apiKey, apiSecret: `${apiKey}-secret`, userId: 1_000_001 });
    for (const keys of printed) assert.deepEqual(keys, ['paper', 'paper-2', 'paper-read'].map(key));
  });

  it('goes on with the account and the prices where it was', async () => {
    const path = folder.file('account.json');
    const lives: number[] = [];
    for (const seed of ['3', '4', '5']) {
      const exchange = await KilledExchange.start(path, ['--seed', seed, '--latency', '0']);
      const signed = exchange.client();
      await signed.read('w/order/submit', MARKET);
      const socket = await signed.open();
      await socket.until(() => socket.of(0).some((frame) => frame[1] === 'ws'));
      const trades = await signed.read('r/trades/hist');
      lives.push(trades[0]?.[5] as number);
      assert.equal(trades.length, lives.length);
      await exchange.end(seed === '4' ? 'SIGTERM' : 'SIGKILL');
    }
    const [first = 0, ...others] = lives;
    for (const price of others) assert.ok(Math.abs(price / first - 1) < 0.005, lives.join(', '));
  });

  it('takes orders to the market after the time that it is told', async () => {
    const lefts: number[] = [];
    for (const latency of ['0', '30000']) {
      const exchange = await KilledExchange.start(folder.file(`latency-${latency}`), ['--latency', latency, '--fill', 'pessimistic']);
      const signed = exchange.client();
      await signed.read('w/order/submit', MARKET);
      // what comes at once has come before the next answer
      await signed.read('r/wallets');
      lefts.push((await signed.read('r/orders')).length);
      await exchange.end();
    }
    assert.deepEqual(lefts, [0, 1]);
  });

  it('says so where another one writes to the same file', async () => {
    const [first, second] = [await KilledExchange.start(folder.file('shared')), await KilledExchange.start(folder.file('shared'))];
    for (const one of [first, second]) await one.client().read('w/order/submit', { ...MARKET, type: 'EXCHANGE LIMIT', price: '20000' });
    assert.match(await second.end(), /shared cannot be written \(another program has changed it\)/);
    assert.equal(await first.end(), '');
    const third = await KilledExchange.start(folder.file('shared'));
    assert.equal((await third.client().read('r/orders')).length, 1);
    await third.end();
  });

  it('leaves a file of a newer version as it is', async () => {
    const path = folder.file('newer.json');
    writeFileSync(path, '{"version":99,"state":{"whatever":"comes"}}\n');
    const { code, err } = await ended(['--state', path]);
    assert.equal(code, 2);
    assert.match(err, /^--state: .*newer\.json was written by a newer version of this package \(format 99, this one knows 1\)/);
    assert.equal(readFileSync(path, 'utf8'), '{"version":99,"state":{"whatever":"comes"}}\n');
  });

  for (const [args, says] of [
    [['--fill', 'greedy'], /^--fill: expected one of queue, optimistic, pessimistic, got "greedy"/],
    [['--latency', '-1'], /^--latency: expected milliseconds from 0 to 60000, got "-1"|ambiguous/],
    [['--latency', 'soon'], /^--latency: expected milliseconds from 0 to 60000, got "soon"/],
    [['--state', ''], /^--state: expected a file/],
  ] as const) {
    it(`ends with code 2 and names the mistake: ${args.join(' ')}`, async () => {
      const { code, err } = await ended(args);
      assert.equal(code, 2);
      assert.match(err, says);
    });
  }

  it('is explained in its help', async () => {
    const { out } = await ended(['--help']);
    for (const option of ['--state FILE', '--fill MODE', '--latency MS', '"keys":']) assert.ok(out.includes(option), option);
  });
});

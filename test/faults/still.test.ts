import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNodeRed, type NodeRedChild } from '../node-red/child';
import { account, stream, TAB } from '../node-red/flow';
import { SmallExchange } from '../small-exchange';
import { until } from '../until';
import { ChaosProxy } from './chaos-proxy';

const LONG = process.env['LONG'] === '1';

/** The child's time runs so much faster: what is two seconds here is more than the 33 s of silence there. */
const FASTER = 20;
const STILL_MS = 2_000;

type Said = { kind: 'state'; symbol: string; state: string } | { kind: 'price'; symbol: string; price: number } | { kind: 'awake'; timers: number };

describe('a process that stands still while the exchange goes on', function () {
  this.timeout(60_000);
  let exchange: SmallExchange;
  /** Counts connections, and changes nothing. */
  let proxy: ChaosProxy;
  let child: ChildProcess;
  let said: Said[];

  beforeEach(async () => {
    exchange = await SmallExchange.start();
    proxy = await ChaosProxy.start(exchange.ws);
    said = [];
    child = fork(join(__dirname, 'still-child.ts'), [proxy.ws, String(FASTER)], { execArgv: ['--require', 'tsx/cjs'] });
    child.on('message', (one) => said.push(one as Said));
    await until(() => states('tBTCUSD').at(-1) === 'live' && states('tETHUSD').at(-1) === 'live', 'live', 20_000);
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await proxy.end();
    await exchange.end();
  });

  const states = (symbol: string): string[] => said.flatMap((one) => (one.kind === 'state' && one.symbol === symbol ? [one.state] : []));
  const price = (): number | undefined => said.findLast((one) => one.kind === 'price')?.price;
  const awake = () => said.filter((one) => one.kind === 'awake');

  /** The exchange says something new, and it arrives. */
  async function hearsOf(news: number): Promise<void> {
    await until(() => {
      exchange.quote(news);
      return price() === news;
    }, `the price ${news}`, 15_000);
  }

  it('because another node blocks the event loop: nothing is called stale, no line is lost, no timer is doubled (F104)', async () => {
    child.send(0);
    await until(() => awake().length === 1, 'awake');
    for (let time = 1; time <= 2; time++) {
      child.send(STILL_MS);
      await until(() => awake().length === 1 + time, 'awake again', 20_000);
      await hearsOf(1_000 + time);
    }
    assert.deepEqual([states('tBTCUSD'), states('tETHUSD')], [['connecting', 'live'], ['connecting', 'live']]);
    assert.equal(proxy.passages.length, 1);
    child.send(0);
    await until(() => awake().length === 4, 'the last answer');
    assert.ok((awake().at(-1)?.timers as number) <= (awake()[0]?.timers as number), JSON.stringify(awake()));
  });

  it('because it is suspended while its line holds: the line is kept, and fresh data follow (F105)', async () => {
    child.kill('SIGSTOP');
    await sleep(STILL_MS);
    child.kill('SIGCONT');
    await hearsOf(2_000);
    assert.ok(proxy.passages.length <= 2, `${proxy.passages.length} lines`);
    assert.equal(states('tBTCUSD').at(-1), 'live');
  });

  it('because it is suspended while its line is lost: one new line, fresh data, and nothing old (F105)', async () => {
    exchange.quote(3_000);
    await until(() => price() === 3_000, 'the price before');
    child.kill('SIGSTOP');
    exchange.quote(3_001);
    exchange.drop();
    await sleep(STILL_MS);
    exchange.quote(3_002);
    const told = said.length;
    child.kill('SIGCONT');
    await hearsOf(3_003);
    await until(() => ['tBTCUSD', 'tETHUSD'].every((symbol) => states(symbol).at(-1) === 'live'), 'both are live', 10_000);
    assert.equal(proxy.passages.length, 2);
    for (const symbol of ['tBTCUSD', 'tETHUSD']) assert.deepEqual(states(symbol), ['connecting', 'live', 'offline', 'connecting', 'live']);
    // what is old by now is told before the loss is, and not after
    const after = said.slice(told);
    const lost = after.findIndex((one) => one.kind === 'state' && one.state === 'offline');
    assert.ok(after.slice(lost).every((one) => one.kind !== 'price' || one.price >= 3_002), JSON.stringify(after));
  });
});

if (LONG) {
  describe('a real Node-RED that stands still', function () {
    this.timeout(300_000);
    let exchange: SmallExchange;
    let proxy: ChaosProxy;
    let red: NodeRedChild;
    before(async () => {
      exchange = await SmallExchange.start({ beatMs: 5_000 });
      proxy = await ChaosProxy.start(exchange.ws);
      red = await startNodeRed({ flow: [TAB, account('account', { rest: exchange.rest, ws: proxy.ws }), ...stream('ticker', 'ticker', 'BTC/USD, ETH/USD')], execArgv: ['--require', join(__dirname, 'lag.cjs')] });
      await red.until(() => red.status('ticker').fill === 'green', 'live');
    });
    after(async () => {
      red.process.kill('SIGCONT');
      await red.stop();
      await proxy.end();
      await exchange.end();
    });

    async function freshData(price: number): Promise<void> {
      await red.until(() => {
        exchange.quote(price);
        return red.messages('ticker').at(-1)?.msg.payload.last === price;
      }, 'fresh data', 30_000);
    }

    for (const seconds of [20, 45]) {
      it(`for ${seconds} s in its event loop stays live on its line (F104)`, async () => {
        red.forget();
        red.process.send({ lag: 'block', ms: seconds * 1000 });
        await sleep(seconds * 1000);
        await freshData(seconds);
        assert.ok(red.statuses('ticker').every(({ status }) => status.fill === 'green'));
        assert.equal(proxy.passages.length, 1);
      });
    }

    it('for 90 s, suspended, has one new line at most, and fresh data (F105)', async () => {
      red.process.kill('SIGSTOP');
      await sleep(90_000);
      red.process.kill('SIGCONT');
      await freshData(90);
      assert.ok(proxy.passages.length <= 2, `${proxy.passages.length} lines`);
    });
  });
}

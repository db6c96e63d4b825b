import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { SmallExchange } from '../small-exchange';

const LONG = process.env['LONG'] === '1';
const RECONNECTS = LONG ? 3_000 : 120;
const WARM_UPS = 30;
const CHANNELS = 30;

/** Bytes of heap that a lost and found line may leave behind (reliability.md, invariant 38); in the short run what is kept once is spread over few. */
const SLOPE = LONG ? 300 : 2_000;

interface Measured {
  readonly heapUsed: number;
  readonly resources: Record<string, number>;
}

describe('endurance', function () {
  this.timeout(LONG ? 1_800_000 : 120_000);
  let exchange: SmallExchange;
  let child: ChildProcess;
  before(async () => {
    exchange = await SmallExchange.start();
    child = fork(join(__dirname, 'reconnect-child.ts'), [exchange.ws, String(CHANNELS)], { execArgv: ['--expose-gc', '--jitless', '--require', 'tsx/cjs'] });
  });
  after(async () => {
    child.disconnect();
    await exchange.end();
  });

  const heard = <T>(kind: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the child has ended'));
      const look = (message: { kind: string }): void => {
        if (message.kind !== kind) return;
        child.off('message', look).off('exit', ended);
        resolve(message as T);
      };
      child.on('message', look).once('exit', ended);
    });

  const measure = (): Promise<Measured> => {
    const answer = heard<Measured>('measured');
    child.send('measure');
    return answer;
  };

  async function loseTheLine(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      child.send('jump');
      const live = heard('live');
      exchange.drop();
      await live;
    }
  }

  it(`${RECONNECTS.toLocaleString('en')} lost lines leave no handle behind, and less than ${SLOPE} bytes of heap each (F100)`, async () => {
    await heard('live');
    await loseTheLine(WARM_UPS);
    const before = await measure();
    await loseTheLine(RECONNECTS);
    const after = await measure();
    const slope = (after.heapUsed - before.heapUsed) / RECONNECTS;
    console.log(`      ${slope.toFixed(0)} bytes for each of ${RECONNECTS} reconnects; ${JSON.stringify(after.resources)}`);
    assert.ok(slope < SLOPE, `${slope.toFixed(0)} bytes for each reconnect`);
    for (const [name, count] of Object.entries(after.resources)) assert.ok(count <= (before.resources[name] ?? 0) + 1, `${name}: ${before.resources[name] ?? 0} -> ${count}`);
  });
});

/** What a REST call costs beside the plainest way to make it: the same calls, to the same simulated exchange. */
import { startExchange } from '../src/shared/simulator/exchange';
import { Child } from './child';

/** A way of ours and the one that it is compared with. */
interface Pair {
  readonly what: string;
  readonly own: string;
  readonly yardstick: string;
  readonly yardstickName: string;
  readonly target: number;
}

const PAIRS: readonly Pair[] = [
  { what: 'REST read, one ticker', own: 'lane ticker', yardstick: 'fetch ticker', yardstickName: 'fetch + JSON.parse', target: 1.5 },
  { what: 'REST read, 1,000 candles', own: 'lane candles', yardstick: 'fetch candles', yardstickName: 'fetch + JSON.parse', target: 1.5 },
  { what: 'ccxt fetchTicker', own: 'unified ticker', yardstick: 'ccxt ticker', yardstickName: 'ccxt as it comes', target: 1.2 },
];

const CALLS = 300;
const WARM_UPS = 2;
const ROUNDS = 5;

/** Nanoseconds of CPU per call, a number for each round. */
export interface MeasuredPair extends Pair {
  readonly nanoseconds: number[];
  readonly yardstickNanoseconds: number[];
}

/** Measures each pair in interleaved rounds, after some that only warm up. */
export async function measureRest(): Promise<MeasuredPair[]> {
  const exchange = await startExchange({ seed: 5 });
  const measured: MeasuredPair[] = [];
  for (const pair of PAIRS) {
    const children = [pair.own, pair.yardstick].map((name) => new Child('call-rest.mjs', JSON.stringify({ name, rest: exchange.rest }), []));
    await Promise.all(children.map((child) => child.hear('listens')));
    const rounds: [number[], number[]] = [[], []];
    for (let round = -WARM_UPS; round < ROUNDS; round++) {
      for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const nanoseconds = await costOf(children[at] as Child);
        if (round >= 0) rounds[at]?.push(nanoseconds);
      }
    }
    for (const child of children) child.end();
    measured.push({ ...pair, nanoseconds: rounds[0], yardstickNanoseconds: rounds[1] });
  }
  await exchange.stop();
  return measured;
}

async function costOf(child: Child): Promise<number> {
  const answer = child.hear<{ cpuMicros: number }>('round');
  child.tell({ question: 'round', count: CALLS });
  return ((await answer).cpuMicros * 1000) / CALLS;
}

/**
 * `npm run bench`: what receiving costs, as nanoseconds of CPU per frame in the receiving process and as a ratio to a
 * yardstick that reads the same frames in the same run. The frames come over a real loopback WebSocket from another process.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { measureGroup, type Group } from './group';
import { measureIdle } from './idle';
import { measureMatching } from './matching';
import { measureLive, measureQuiet } from './memory';
import { measureRest } from './rest';

interface Row {
  readonly what: string;
  readonly yardstick: string;
  readonly nanoseconds: number;
  readonly yardstickNanoseconds: number;
  readonly ratio: number;
  readonly target: number;
}

const YARDSTICKS: Readonly<Record<string, string>> = { plain: 'ws + JSON.parse', handWired: 'core nodes by hand' };

/** Name and target of each row, by workload and receiver. */
const ROWS: Readonly<Record<string, readonly [what: string, target: number]>> = {
  'one pool': ['pool -> callback, one book', 1.25],
  'one conflated': ['conflated in Node-RED, one book', 1.4],
  'mixed pool': ['pool -> callback, 25 mixed', 1.5],
  'mixed conflated': ['conflated in Node-RED, 25 mixed', 1.7],
  'candles pool': ['pool -> callback, 25 candles', 1.5],
  'candles conflated': ['conflated in Node-RED, 25 candles', 1.7],
  'one everyChange': ['every change a Node-RED message', 0.5],
};

const GROUPS: readonly Group[] = [
  { workload: 'one', framesPerRound: 200_000, receivers: ['plain', 'pool', 'conflated'] },
  { workload: 'mixed', framesPerRound: 200_000, receivers: ['plain', 'pool', 'conflated'] },
  { workload: 'candles', framesPerRound: 200_000, receivers: ['plain', 'pool', 'conflated'] },
  { workload: 'one', framesPerRound: 20_000, receivers: ['handWired', 'everyChange'] },
];

const MEMORY_TARGET = 40;

/** Percent of a core. */
const QUIET_TARGET = 2;

const IDLE_TARGET = { cpuPercent: 1, megabytes: 10 } as const;

/** Percent of a core. */
const MATCHING_TARGET = 5;

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

async function rowsOf(group: Group): Promise<Row[]> {
  const measured = await measureGroup(group);
  const [yardstick = '', ...others] = group.receivers;
  const base = measured.get(yardstick) as number[];
  return others.map((name) => {
    const own = measured.get(name) as number[];
    const [what, target] = ROWS[`${group.workload} ${name}`] as readonly [string, number];
    return rowOf({ what, yardstickName: YARDSTICKS[yardstick] as string, nanoseconds: own, yardstickNanoseconds: base, target });
  });
}

interface Compared {
  readonly what: string;
  readonly yardstickName: string;
  readonly nanoseconds: readonly number[];
  readonly yardstickNanoseconds: readonly number[];
  readonly target: number;
}

const rowOf = ({ what, yardstickName, nanoseconds, yardstickNanoseconds, target }: Compared): Row => ({
  what,
  yardstick: yardstickName,
  nanoseconds: Math.round(median(nanoseconds)),
  yardstickNanoseconds: Math.round(median(yardstickNanoseconds)),
  ratio: Number(median(nanoseconds.map((value, round) => value / (yardstickNanoseconds[round] as number))).toFixed(2)),
  target,
});

async function run(): Promise<void> {
  const rows: Row[] = [];
  for (const group of GROUPS) rows.push(...(await rowsOf(group)));
  rows.push(...(await measureRest()).map(rowOf));
  const matching = measureMatching().map(rowOf);
  rows.push(...matching);
  const live = await measureLive();
  console.table(rows);
  const { addedMegabytes, emptyMegabytes, addedCpuPercent, emptyCpuPercent } = live;
  console.log(`25 channels live: +${addedMegabytes.toFixed(1)} MB over an empty Node-RED of ${emptyMegabytes.toFixed(0)} MB (target +${MEMORY_TARGET})`);
  console.log(`100 frames a second: +${addedCpuPercent.toFixed(1)} % of a core over the ${emptyCpuPercent.toFixed(1)} % of an empty Node-RED`);
  // a thousand events a second: a microsecond for each is a tenth of a percent
  for (const { what, nanoseconds } of matching) console.log(`${what}: ${(nanoseconds / 1e4).toFixed(2)} % of a core at 1,000 events a second (target ${MATCHING_TARGET} %)`);
  const quiet = await measureQuiet();
  console.log(`25 quiet channels for a minute: ${quiet.addedCpuPercent.toFixed(2)} % of a core over the ${quiet.emptyCpuPercent.toFixed(2)} % of an empty Node-RED (target ${QUIET_TARGET} %)`);
  const idle = await measureIdle();
  console.log(`the exchange with orders in 10 markets and nobody who looks: ${idle.addedCpuPercent.toFixed(2)} % of a core and +${idle.addedMegabytes.toFixed(1)} MB (targets ${IDLE_TARGET.cpuPercent} % and ${IDLE_TARGET.megabytes} MB)`);
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(join(__dirname, 'results.json'), `${JSON.stringify({ at: new Date().toISOString(), machine, rows, live, quiet, idle }, undefined, 2)}\n`);
}

void run();

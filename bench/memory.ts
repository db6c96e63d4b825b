import { Bench } from './group';

/** What 25 live channels add to an empty Node-RED that idles meanwhile. */
export interface Live {
  readonly emptyMegabytes: number;
  readonly addedMegabytes: number;
  /** Of one core. */
  readonly emptyCpuPercent: number;
  readonly addedCpuPercent: number;
}

const FRAMES_PER_SECOND = 100;
const SECONDS = 40;

const MEGABYTE = 1024 * 1024;

export async function measureLive(): Promise<Live> {
  const bench = new Bench('mixed');
  await bench.open(['empty', 'conflated']);
  await bench.prepare(FRAMES_PER_SECOND * SECONDS);
  bench.pace('conflated', FRAMES_PER_SECOND);
  // the first seconds warm up
  await pause(10);
  await Promise.all(['empty', 'conflated'].map((name) => bench.receiver(name).ask('begin')));
  await pause(SECONDS - 15);
  const [empty, live] = await Promise.all([usage(bench, 'empty'), usage(bench, 'conflated')]);
  bench.end();
  return {
    emptyMegabytes: empty.megabytes,
    addedMegabytes: live.megabytes - empty.megabytes,
    emptyCpuPercent: empty.cpuPercent,
    addedCpuPercent: live.cpuPercent - empty.cpuPercent,
  };
}

async function usage(bench: Bench, name: string): Promise<{ megabytes: number; cpuPercent: number }> {
  const { cpuMicros } = await bench.receiver(name).ask<{ cpuMicros: number }>('end');
  const { rss } = await bench.receiver(name).ask<{ rss: number }>('memory');
  return { megabytes: rss / MEGABYTE, cpuPercent: cpuMicros / 1e4 / (SECONDS - 15) };
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

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

/** A heartbeat for each of 25 channels every 15 s is all that a quiet exchange sends. */
const QUIET_FRAMES_PER_SECOND = 25 / 15;
const QUIET_SECONDS = 60;

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
  const [empty, live] = await Promise.all([usage(bench, 'empty', SECONDS - 15), usage(bench, 'conflated', SECONDS - 15)]);
  bench.end();
  return {
    emptyMegabytes: empty.megabytes,
    addedMegabytes: live.megabytes - empty.megabytes,
    emptyCpuPercent: empty.cpuPercent,
    addedCpuPercent: live.cpuPercent - empty.cpuPercent,
  };
}

/** Channels on which little happens: 25 frames in 15 s, and what the package does by itself. */
export async function measureQuiet(): Promise<Pick<Live, 'emptyCpuPercent' | 'addedCpuPercent'>> {
  const bench = new Bench('mixed');
  await bench.open(['empty', 'conflated']);
  await bench.prepareQuiet(Math.ceil((QUIET_SECONDS + 30) / 15));
  bench.pace('conflated', QUIET_FRAMES_PER_SECOND);
  await pause(10);
  await Promise.all(['empty', 'conflated'].map((name) => bench.receiver(name).ask('begin')));
  await pause(QUIET_SECONDS);
  const [empty, quiet] = await Promise.all([usage(bench, 'empty', QUIET_SECONDS), usage(bench, 'conflated', QUIET_SECONDS)]);
  bench.end();
  return { emptyCpuPercent: empty.cpuPercent, addedCpuPercent: quiet.cpuPercent - empty.cpuPercent };
}

async function usage(bench: Bench, name: string, seconds: number): Promise<{ megabytes: number; cpuPercent: number }> {
  const { cpuMicros } = await bench.receiver(name).ask<{ cpuMicros: number }>('end');
  const { rss } = await bench.receiver(name).ask<{ rss: number }>('memory');
  return { megabytes: rss / MEGABYTE, cpuPercent: cpuMicros / 1e4 / seconds };
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

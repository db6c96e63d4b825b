import { Bench } from './group';

/** What 25 live channels add to an empty Node-RED, and what they cost at a steady rate. */
export interface Live {
  readonly emptyMegabytes: number;
  readonly liveMegabytes: number;
  readonly addedMegabytes: number;
  /** Of one core, Node-RED's own idling included. */
  readonly cpuPercent: number;
}

const FRAMES_PER_SECOND = 100;
const SECONDS = 40;

const MEGABYTE = 1024 * 1024;

export async function measureLive(): Promise<Live> {
  const bench = new Bench('mixed');
  await bench.open(['empty', 'conflated']);
  await bench.prepare(FRAMES_PER_SECOND * SECONDS);
  bench.pace('conflated', FRAMES_PER_SECOND);
  await bench.receiver('conflated').ask('begin');
  await new Promise((resolve) => setTimeout(resolve, (SECONDS - 5) * 1000));
  const { cpuMicros } = await bench.receiver('conflated').ask<{ cpuMicros: number }>('end');
  const [empty, live] = await Promise.all(['empty', 'conflated'].map(async (name) => (await bench.receiver(name).ask<{ rss: number }>('memory')).rss / MEGABYTE));
  bench.end();
  const [emptyMegabytes, liveMegabytes] = [empty as number, live as number];
  return { emptyMegabytes, liveMegabytes, addedMegabytes: liveMegabytes - emptyMegabytes, cpuPercent: cpuMicros / 1e4 / (SECONDS - 5) };
}

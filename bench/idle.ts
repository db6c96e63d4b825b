import { Child } from './child';

/** What an embedded exchange adds with orders in ten markets and nobody who looks. */
export interface Idle {
  readonly addedMegabytes: number;
  /** Of one core, mean of {@link SECONDS}. */
  readonly addedCpuPercent: number;
  readonly emptyCpuPercent: number;
}

const SECONDS = 60;

/** Markets make their past when they are first asked for. */
const WARM_UP_SECONDS = 15;

const MEGABYTE = 1024 * 1024;

export async function measureIdle(): Promise<Idle> {
  const children = ['empty', 'exchange'].map((name) => new Child('idle-exchange.mjs', JSON.stringify({ name }), ['--expose-gc']));
  await Promise.all(children.map((child) => child.hear('listens')));
  await pause(WARM_UP_SECONDS);
  await Promise.all(children.map((child) => child.ask('begin')));
  await pause(SECONDS);
  const [empty, exchange] = (await Promise.all(children.map(usage))) as [Usage, Usage];
  for (const child of children) child.end();
  return { addedMegabytes: exchange.megabytes - empty.megabytes, addedCpuPercent: exchange.cpuPercent - empty.cpuPercent, emptyCpuPercent: empty.cpuPercent };
}

interface Usage {
  readonly megabytes: number;
  readonly cpuPercent: number;
}

async function usage(child: Child): Promise<Usage> {
  const { cpuMicros } = await child.ask<{ cpuMicros: number }>('end');
  const { rss } = await child.ask<{ rss: number }>('memory');
  return { megabytes: rss / MEGABYTE, cpuPercent: cpuMicros / 1e4 / SECONDS };
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

import { Child } from './child';
import type { Contents } from './traffic';
import { WORKLOADS } from './workloads';

/** Receivers of the same frames, measured in turns; the first is what the others are compared with. */
export interface Group {
  readonly workload: keyof typeof WORKLOADS;
  readonly framesPerRound: number;
  readonly receivers: readonly string[];
}

/** Nanoseconds of CPU per frame, a number for each round. */
export type Measured = Map<string, number[]>;

interface Round {
  readonly cpuMicros: number;
  readonly counts: { readonly messages: number; readonly checksums: number; readonly faults: number };
}

const FILES: Readonly<Record<string, string>> = { plain: 'receive-plain.mjs', pool: 'receive-pool.mjs' };

const WARM_UPS = 2;
const ROUNDS = 5;

/** Who counts a message for every checksum. */
const COUNTS_CHECKSUMS = new Set(['plain', 'pool', 'everyChange']);

/** Frames of one workload, and whoever receives them. */
export class Bench {
  private readonly sender: Child;
  private readonly receivers = new Map<string, Child>();

  constructor(private readonly workload: string) {
    this.sender = new Child('sender.ts', workload, process.execArgv);
  }

  /** Starts the receivers one after the other; each is subscribed before the first round. */
  async open(names: readonly string[]): Promise<void> {
    const { port } = await this.sender.hear<{ port: number }>('listening');
    for (const name of names) {
      const subscribed = name === 'empty' ? undefined : this.sender.hear<{ name: string }>('subscribed', (message) => message.name === name);
      const argument = JSON.stringify({ name, port, workload: WORKLOADS[this.workload] });
      const receiver = new Child(FILES[name] ?? 'receive-flow.mjs', argument, ['--expose-gc']);
      this.receivers.set(name, receiver);
      await Promise.all([receiver.hear('listens'), subscribed]);
    }
  }

  async prepare(frames: number): Promise<Contents> {
    const prepared = this.sender.hear<{ contents: Contents }>('prepared');
    this.sender.tell({ kind: 'prepare', frames });
    return (await prepared).contents;
  }

  /** Only heartbeats, so many for each channel. */
  async prepareQuiet(rounds: number): Promise<void> {
    const prepared = this.sender.hear('prepared');
    this.sender.tell({ kind: 'heartbeats', rounds });
    await prepared;
  }

  /** One receiver reads the prepared frames as fast as it can. */
  async send(name: string): Promise<Round> {
    const receiver = this.receiver(name);
    await receiver.ask('begin');
    const read = this.sender.hear<{ name: string }>('read', (message) => message.name === name);
    this.sender.tell({ kind: 'send', to: name });
    await read;
    return receiver.ask<Round>('end');
  }

  /** The prepared frames, evenly. */
  pace(name: string, perSecond: number): void {
    this.sender.tell({ kind: 'pace', to: name, perSecond });
  }

  receiver(name: string): Child {
    return this.receivers.get(name) as Child;
  }

  end(): void {
    for (const child of [...this.receivers.values(), this.sender]) child.end();
  }
}

/** Measures a group in interleaved rounds, after some that only warm up. */
export async function measureGroup({ workload, framesPerRound, receivers }: Group): Promise<Measured> {
  const bench = new Bench(workload);
  await bench.open(receivers);
  const measured: Measured = new Map(receivers.map((name) => [name, []]));
  const checksums = new Map<string, number>();
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    const contents = await bench.prepare(framesPerRound);
    for (const name of turned(receivers, round)) {
      const { cpuMicros, counts } = await bench.send(name);
      verify(name, contents, counts, checksums);
      if (round >= 0) measured.get(name)?.push((cpuMicros * 1000) / contents.frames);
    }
  }
  bench.end();
  return measured;
}

/** Another one begins in each round, so that nobody always runs first. */
function turned(names: readonly string[], round: number): string[] {
  const from = (round + WARM_UPS) % names.length;
  return [...names.slice(from), ...names.slice(0, from)];
}

/** Fast is worth nothing where work was left out. */
function verify(name: string, contents: Contents, counts: Round['counts'], before: Map<string, number>): void {
  const verified = counts.checksums - (before.get(name) ?? 0);
  before.set(name, counts.checksums);
  if (COUNTS_CHECKSUMS.has(name) && verified !== contents.checksums) throw new Error(`${name}: ${verified} of ${contents.checksums} checksums`);
  if (counts.faults > 0) throw new Error(`${name}: ${counts.faults} faults`);
}

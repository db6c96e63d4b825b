import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A real Node-RED as a child process, with this package (as built in dist/) and the test-only nodes of
 * collector/. Another Node-RED: set NODE_RED_PATH to its red.js; another Node: run the tests with it.
 *
 *     const red = await startNodeRed({ flow: [...account, ...nodes, { id: 'c', type: 'test-collector', z: 'tab', x: 0, y: 0, tag: 'book' }] });
 *     // a node without x and y is a config node to Node-RED
 *     await red.until(() => red.messages('book').length >= 3, 'three books');
 *     await red.deploy(changed, 'nodes');
 *     await red.stop();
 */

/** A node of a flow file. */
export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

export interface NodeRedOptions {
  /** What its flow file holds at the start; default: nothing. */
  readonly flow?: readonly FlowNode[];
  /** Added to its settings; JSON only. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Added to `node --expose-gc`. */
  readonly execArgv?: readonly string[];
  /** Kept afterwards; default: a temporary folder that goes with the child. */
  readonly userDir?: string;
  /** Other packages of nodes make every start slower, so they are left out unless asked for. */
  readonly packages?: readonly OtherPackage[];
}

/** Something that happened in the child; `at` is ms of the machine's monotonic clock ({@link monotonic}). */
export type ChildEvent = { readonly at: number } & (
  | { readonly kind: 'message'; readonly node: string; readonly tag: string; readonly msg: CollectedMessage }
  | { readonly kind: 'status'; readonly node: string; readonly status: { fill?: string; shape?: string; text?: string } }
  | { readonly kind: 'flows'; readonly state: 'stopping' | 'started' }
  | { readonly kind: 'log'; readonly level: number; readonly text: string; readonly node?: string }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string }
);

/** A message as it reached a collector. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into messages of every kind
export type CollectedMessage = any;

export type MessageEvent = Extract<ChildEvent, { kind: 'message' }>;
export type StatusEvent = Extract<ChildEvent, { kind: 'status' }>;
export type LogEvent = Extract<ChildEvent, { kind: 'log' }>;

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  /** Microseconds since the start of the process. */
  readonly cpu: { readonly user: number; readonly system: number };
}

export type DeployType = 'full' | 'nodes' | 'flows' | 'reload';

/** How a child ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal to the end. */
  readonly tookMs: number;
}

/** Levels of {@link LogEvent}, as Node-RED counts them. */
export const LOG_LEVEL = { fatal: 10, error: 20, warn: 30, info: 40 } as const;

const ROOT = resolve(__dirname, '../..');
const RED_JS = resolve(process.env['NODE_RED_PATH'] ?? join(ROOT, 'node_modules/node-red/red.js'));
const COLLECTOR = join(__dirname, 'collector');

/** Packages of nodes by others, for the examples that use them. */
export const OTHER_PACKAGES = ['@flowfuse/node-red-dashboard', 'node-red-contrib-telegrambot', 'node-red-node-email'] as const;
/** One of them. */
export type OtherPackage = (typeof OTHER_PACKAGES)[number];

/** Node-RED finds packages beside itself; another one must be told. */
const isElsewhere = process.env['NODE_RED_PATH'] !== undefined;

const START_MS = 30_000;
const STOP_MS = 20_000;

/** Comparable with the times of the child. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Starts Node-RED and waits until its flows run and its editor listens. */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRedChild> {
  const red = new NodeRedChild(options);
  try {
    await red.until(() => red.port !== 0 && red.starts > 0, 'Node-RED runs', START_MS);
  } catch (error) {
    await red.stop('SIGKILL');
    throw error;
  }
  return red;
}

export class NodeRedChild {
  readonly userDir: string;
  readonly process: ChildProcess;
  /** Everything so far, in order. */
  readonly events: ChildEvent[] = [];
  /** What it wrote to stdout and stderr: for people; the log's entries are in {@link events}. */
  output = '';
  port = 0;
  /** How often flows have started. */
  starts = 0;
  exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  private readonly byTag = new Map<string, MessageEvent[]>();
  private readonly answers = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>();
  private expectedStarts = 1;
  private lastCall = 0;

  constructor(private readonly options: NodeRedOptions) {
    this.userDir = options.userDir ?? mkdtempSync(join(tmpdir(), 'node-red-child-'));
    mkdirSync(this.userDir, { recursive: true });
    if (options.flow !== undefined) writeFileSync(join(this.userDir, 'flows.json'), JSON.stringify(options.flow));
    writeFileSync(join(this.userDir, 'settings.cjs'), settingsText(this.userDir, options));
    this.process = fork(RED_JS, ['-s', join(this.userDir, 'settings.cjs'), '-p', '0'], {
      cwd: this.userDir,
      env: { ...process.env, ...options.env },
      execArgv: ['--expose-gc', ...(options.execArgv ?? [])],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => void (this.output += text));
    this.process.on('message', (batch) => {
      for (const event of batch as ChildEvent[]) this.hear(event);
    });
    this.process.on('exit', (code, signal) => this.ended(code, signal));
    running.add(this);
  }

  get pid(): number {
    return this.process.pid as number;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What reached the collectors with this tag (by default a collector's id), in order. */
  messages(tag: string): readonly MessageEvent[] {
    return this.byTag.get(tag) ?? [];
  }

  /** Forgets all events so far. */
  forget(): void {
    this.events.length = 0;
    this.byTag.clear();
  }

  statuses(node: string): StatusEvent[] {
    return this.events.filter((event): event is StatusEvent => event.kind === 'status' && event.node === node);
  }

  /** What the node's status is now; empty when it never set one. */
  status(node: string): StatusEvent['status'] {
    return this.events.findLast((event): event is StatusEvent => event.kind === 'status' && event.node === node)?.status ?? {};
  }

  /** Entries of Node-RED's log, by default warnings and what is worse. */
  log(worseThan: number = LOG_LEVEL.warn): LogEvent[] {
    return this.events.filter((event): event is LogEvent => event.kind === 'log' && event.level <= worseThan);
  }

  /**
   * Deploys over the admin API, and waits until the flows have started again; `nodes` restarts only what changed.
   * Two deploys that are not awaited one by one follow each other as fast as Node-RED takes them.
   */
  async deploy(flow: readonly FlowNode[], type: DeployType = 'full'): Promise<void> {
    const due = ++this.expectedStarts;
    const response = await fetch(`${this.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'node-red-deployment-type': type },
      body: JSON.stringify(flow),
    });
    if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`);
    await this.until(() => this.starts >= due, `the flows have started ${due} times`, START_MS);
  }

  /** Sends a message into a node. */
  async inject(node: string, msg: Record<string, unknown>): Promise<void> {
    await this.ask('inject', { node, msg });
  }

  /** After forced garbage collections. */
  memory(): Promise<Memory> {
    return this.ask('memory') as Promise<Memory>;
  }

  /** What keeps the child's event loop busy: timers, sockets, ... and how many of each. */
  resources(): Promise<Record<string, number>> {
    return this.ask('resources') as Promise<Record<string, number>>;
  }

  /** Resolves when everything that happened in the child before has arrived here. */
  async sync(): Promise<void> {
    await this.ask('sync');
  }

  /** Waits for a fact, with a deadline; an ended child fails at once. */
  async until(isSo: () => boolean, what: string, withinMs = 10_000): Promise<void> {
    const deadline = monotonic() + withinMs;
    while (!isSo()) {
      if (this.exit !== undefined) throw new Error(`${what}: Node-RED ended (${this.exit.code ?? this.exit.signal})\n${this.tail()}`);
      if (monotonic() > deadline) throw new Error(`${what}: not within ${withinMs} ms\n${this.tail()}`);
      await sleep(5);
    }
  }

  /** Ends it and removes its temporary folder. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    const from = monotonic();
    if (this.exit === undefined) this.process.kill(signal);
    while (this.exit === undefined) {
      if (monotonic() - from > STOP_MS) this.process.kill('SIGKILL');
      await sleep(5);
    }
    const tookMs = monotonic() - from;
    if (this.options.userDir === undefined) rmSync(this.userDir, { recursive: true, force: true });
    return { ...this.exit, tookMs };
  }

  private ask(call: string, rest: object = {}): Promise<unknown> {
    const id = ++this.lastCall;
    return new Promise((done, fail) => {
      if (this.exit !== undefined) return fail(new Error(`${call}: Node-RED has ended`));
      this.answers.set(id, { done, fail });
      this.process.send({ call, id, ...rest });
    });
  }

  private hear(event: ChildEvent): void {
    if (event.kind === 'answer') return this.answered(event);
    this.events.push(event);
    if (event.kind === 'message') this.remember(event);
    if (event.kind === 'listening') this.port = event.port;
    if (event.kind === 'flows' && event.state === 'started') this.starts++;
  }

  private remember(event: MessageEvent): void {
    const known = this.byTag.get(event.tag);
    if (known === undefined) this.byTag.set(event.tag, [event]);
    else known.push(event);
  }

  private answered({ id, value, error }: Extract<ChildEvent, { kind: 'answer' }>): void {
    const { done, fail } = this.answers.get(id) ?? {};
    this.answers.delete(id);
    if (error === undefined) done?.(value);
    else fail?.(new Error(error));
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.exit = { code, signal };
    running.delete(this);
    for (const { fail } of this.answers.values()) fail(new Error(`Node-RED ended (${code ?? signal})\n${this.tail()}`));
    this.answers.clear();
  }

  private tail(): string {
    return this.output.split('\n').slice(-25).join('\n');
  }
}

const running = new Set<NodeRedChild>();
process.on('exit', () => {
  for (const red of running) red.process.kill('SIGKILL');
});

function settingsText(userDir: string, { settings, packages = [] }: NodeRedOptions): string {
  const all = {
    uiHost: '127.0.0.1',
    userDir,
    flowFile: 'flows.json',
    credentialSecret: 'test',
    nodesDir: [ROOT, COLLECTOR, ...(isElsewhere ? packages.map((name) => join(ROOT, 'node_modules', name)) : [])],
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false },
    externalModules: { palette: { allowInstall: false, allowList: ['*'], denyList: OTHER_PACKAGES.filter((name) => !packages.includes(name)) } },
    ...settings,
  };
  return `'use strict';
const { post } = require(${JSON.stringify(join(COLLECTOR, 'post.cjs'))});
const text = (msg) => (msg instanceof Error ? msg.stack : typeof msg === 'string' ? msg : JSON.stringify(msg));
module.exports = {
  ...${JSON.stringify(all)},
  logging: {
    console: { level: 'info', metrics: false, audit: false },
    parent: { level: 'info', metrics: false, audit: false, handler: () => ({ level, id, msg }) => post('log', { level, node: id, text: text(msg) }) },
  },
};
`;
}

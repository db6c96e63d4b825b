import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SignedClient, type ShownKey } from './signed-client';

const MAIN = join(__dirname, '../../../dist/shared/simulator/main.js');

/** What a command prints. */
interface Printed {
  readonly rest: string;
  readonly ws: string;
  readonly keys: readonly ShownKey[];
}

/** `npm run simulator`, as it was built, in a process of its own. */
export class KilledExchange {
  private constructor(
    private readonly child: ChildProcess,
    readonly printed: Printed,
    private readonly errors: () => string,
  ) {}

  static async start(state: string, args: readonly string[] = [], execArgv: readonly string[] = []): Promise<KilledExchange> {
    const child = spawn(process.execPath, [...execArgv, MAIN, '--state', state, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = [child.stdout.setEncoding('utf8'), child.stderr.setEncoding('utf8')];
    let [out, err] = ['', ''];
    stderr.on('data', (text: string) => (err += text));
    const printed = await new Promise<Printed>((done, fail) => {
      stdout.on('data', (text: string) => (out += text).includes('\n') && done(JSON.parse(out) as Printed));
      child.once('exit', (code) => fail(new Error(`ended with ${code}: ${err}`)));
    });
    return new KilledExchange(child, printed, () => err);
  }

  /** Signs with its first key. */
  client(): SignedClient {
    return new SignedClient(this.printed, this.printed.keys[0] as ShownKey);
  }

  /** @returns what it wrote to stderr */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<string> {
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
    return this.errors();
  }
}

/** What the exchange confirmed to a client, by its frames and answers: all of it must be there after a kill. */
export class Confirmed {
  /** Acknowledged orders, cid by id. */
  readonly orders = new Map<number, number>();
  /** Those that were told to be over, with the words. */
  readonly over = new Map<number, string>();
  readonly trades = new Set<number>();
  /** Orders of which the end was acknowledged. */
  readonly cancelled = new Set<number>();
  /** Prices that an order may have: the last one that was acknowledged, and those that were asked for since. */
  readonly prices = new Map<number, number[]>();
  /** Prices that were asked for, by order, the first first. */
  private readonly asked = new Map<number, number[]>();
  /** Balances that were told, by wallet. */
  readonly balances = new Map<string, Set<number>>();

  /** The client asks for another price. */
  ask(id: number, price: number): void {
    this.asked.set(id, [...(this.asked.get(id) ?? []), price]);
    this.prices.get(id)?.push(price);
  }

  /** A frame of channel 0. */
  hear(frame: unknown): void {
    if (!Array.isArray(frame) || frame[0] !== 0 || !Array.isArray(frame[2])) return;
    const [, type, row] = frame as [number, string, unknown[]];
    if (type === 'n') this.hearNotice(row);
    if (type === 'on' || type === 'ou') this.orders.set(row[0] as number, row[2] as number);
    if (type === 'oc') this.over.set(row[0] as number, row[13] as string);
    if (type === 'te') this.trades.add(row[0] as number);
    if (type === 'wu') this.balanceOf(row).add(row[2] as number);
  }

  /** A notification, which is also what REST answers. */
  hearNotice(notice: readonly unknown[]): void {
    const [, type, , , content, , status] = notice as [number, string, unknown, unknown, unknown[], unknown, string];
    if (status !== 'SUCCESS') return;
    const rows = (Array.isArray(content[0]) ? content : [content]) as unknown[][];
    if (type === 'on-req') for (const row of rows) this.orders.set(row[0] as number, row[2] as number);
    if (type === 'oc-req') for (const row of rows) this.cancelled.add(row[0] as number);
    if (type === 'ou-req') for (const row of rows) this.hearUpdate(row[0] as number, row[16] as number);
  }

  private hearUpdate(id: number, price: number): void {
    const asked = this.asked.get(id) ?? [];
    const since = asked.slice(asked.indexOf(price));
    this.asked.set(id, since);
    this.prices.set(id, [...since]);
  }

  private balanceOf([type, currency]: readonly unknown[]): Set<number> {
    const key = `${String(type)} ${String(currency)}`;
    const known = this.balances.get(key) ?? new Set();
    this.balances.set(key, known);
    return known;
  }
}

import { choiceOption, isPort, numberOption, readCommandLine, runCommand, UsageError, type CommandLine } from './command-line';
import { startExchange, type Exchange } from './exchange';
import { DOCUMENTED_LIMITS } from './documented-limits';
import { synthetic } from './markets/synthetic';
import { FileStore } from './trading/store/file-store';
import { NewerStateError } from './trading/store/state-version';
import type { TradingOptions } from './trading/trading';
import { listOfTroubles } from './trouble/trouble-actions';
import { wallClock } from './wall-clock';

const HELP = `Runs a simulated Bitfinex exchange on 127.0.0.1, for any client.

  npm run simulator -- [options]

  --seed N     the markets' seed, an integer (default 1): the same seed gives the same markets
  --port N     the port, 0 to 65535 (default 0: any free one)
  --pace X     the markets' pace (default 1; 5 is five times as lively)
  --maintenance AFTER:FOR   maintenance AFTER so many seconds, FOR so many (60:30), to see what a flow does
  --no-dust    no amounts below 1e-6 (some clients format them wrongly in checksums)
  --state FILE keeps the accounts in FILE, and in FILE.log.jsonl (of x.json: x.log.jsonl) what happened since it was written;
               they are there again at the next start, after whatever end (default: they end with the exchange)
  --fill MODE  when a resting order is filled: queue (default) when its turn in the queue has come, optimistic as soon as its
               price is touched, pessimistic only when the market goes through its price
  --latency MS from an order's acknowledgement to the market, more or less by a third (default 150)
  --limits     refuses who asks too often, as the exchange does: the documented numbers of REST calls, sockets, logins and orders
  --help       this text

Prints one line {"rest":"http://127.0.0.1:PORT","ws":"ws://127.0.0.1:PORT/ws/2","keys":[{"apiKey","apiSecret","userId"}]} and
runs until SIGINT or SIGTERM. The keys are the same at every start and open nothing else. All but the last may do
everything but withdraw, each for a program of its own (a nonce belongs to a key); the last may only look.

While it runs it can be commanded from this computer; GET http://127.0.0.1:PORT/admin explains it:

  curl -d '{"kind":"lost-line"}' http://127.0.0.1:PORT/admin/trouble

begins a trouble, one of these (each ends by itself, after "seconds" where that is given):

${listOfTroubles()}`;

const OPTIONS = {
  seed: { type: 'string' },
  port: { type: 'string' },
  pace: { type: 'string' },
  maintenance: { type: 'string' },
  'no-dust': { type: 'boolean' },
  state: { type: 'string' },
  fill: { type: 'string' },
  latency: { type: 'string' },
  limits: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

void runCommand(HELP, async () => {
  const { values } = readCommandLine(process.argv.slice(2), OPTIONS, false);
  if (values['help'] === true) return undefined;
  const seed = numberOption(values, 'seed', 1, Number.isSafeInteger, 'an integer');
  const port = numberOption(values, 'port', 0, isPort, 'a port from 0 to 65535');
  const pace = numberOption(values, 'pace', 1, (value) => value > 0 && value <= 100, 'a number above 0, at most 100');
  const maintenance = readMaintenance(values['maintenance']);
  const trading = readTrading(values);
  const store = readStore(values['state']);
  const source = synthetic({ seed, pace, dust: values['no-dust'] !== true, ...(store && { prices: store.prices }) });
  const exchange = await startExchange({ seed, port, admin: true, source, trading, ...(store && { store }), ...(values['limits'] === true && { limits: DOCUMENTED_LIMITS }) });
  if (maintenance !== undefined) plan(exchange, maintenance);
  return exchange;
});

/** @throws UsageError */
function readTrading(values: CommandLine['values']): Partial<TradingOptions> {
  const fillMode = choiceOption(values, 'fill', ['queue', 'optimistic', 'pessimistic']);
  const latencyMs = numberOption(values, 'latency', 150, (value) => value >= 0 && value <= 60_000, 'milliseconds from 0 to 60000');
  return { fillMode, latencyMs, jitterMs: latencyMs / 3 };
}

/** Opens the file that keeps the accounts, where one is named. @throws UsageError */
function readStore(path: string | boolean | undefined): FileStore | undefined {
  if (path === undefined) return undefined;
  if (path === '') throw new UsageError('--state: expected a file');
  try {
    return FileStore.open(String(path), { clock: wallClock, report: (text) => void process.stderr.write(`${text}\n`) });
  } catch (error) {
    throw error instanceof NewerStateError ? new UsageError(`--state: ${error.message}`) : error;
  }
}

/** Seconds until maintenance begins, and how many it lasts. @throws UsageError */
function readMaintenance(text: string | boolean | undefined): readonly [after: number, length: number] | undefined {
  if (text === undefined) return undefined;
  const [, after, length] = /^(\d+):(\d+)$/.exec(String(text)) ?? [];
  if (after === undefined || length === undefined) throw new UsageError(`--maintenance: expected two numbers of seconds such as 60:30, got "${String(text)}"`);
  return [Number(after), Number(length)];
}

function plan({ trouble }: Exchange, [after, length]: readonly [number, number]): void {
  wallClock.after(after * 1000, () => {
    trouble.maintenance(true);
    wallClock.after(length * 1000, () => trouble.maintenance(false));
  });
}

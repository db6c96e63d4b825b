import { isPort, numberOption, readCommandLine, runCommand, UsageError } from './command-line';
import { startExchange, type Exchange } from './exchange';
import { synthetic } from './synthetic';
import { listOfTroubles } from './trouble-actions';
import { wallClock } from './wall-clock';

const HELP = `Runs a simulated Bitfinex exchange on 127.0.0.1, for any client.

  npm run simulator -- [options]

  --seed N     the markets' seed, an integer (default 1): the same seed gives the same markets
  --port N     the port, 0 to 65535 (default 0: any free one)
  --pace X     the markets' pace (default 1; 5 is five times as lively)
  --maintenance AFTER:FOR   maintenance AFTER so many seconds, FOR so many (60:30), to see what a flow does
  --no-dust    no amounts below 1e-6 (some clients format them wrongly in checksums)
  --help       this text

Prints one line {"rest":"http://127.0.0.1:PORT","ws":"ws://127.0.0.1:PORT/ws/2"} and runs until SIGINT or SIGTERM.

While it runs it can be commanded from this computer; GET http://127.0.0.1:PORT/admin explains it:

  curl -d '{"kind":"lost-line"}' http://127.0.0.1:PORT/admin/trouble

begins a trouble, one of these (each ends by itself, after "seconds" where that is given):

${listOfTroubles()}`;

void runCommand(HELP, async () => {
  const { values } = readCommandLine(
    process.argv.slice(2),
    { seed: { type: 'string' }, port: { type: 'string' }, pace: { type: 'string' }, 'no-dust': { type: 'boolean' }, maintenance: { type: 'string' }, help: { type: 'boolean' } },
    false,
  );
  if (values['help'] === true) return undefined;
  const seed = numberOption(values, 'seed', 1, Number.isSafeInteger, 'an integer');
  const port = numberOption(values, 'port', 0, isPort, 'a port from 0 to 65535');
  const pace = numberOption(values, 'pace', 1, (value) => value > 0 && value <= 100, 'a number above 0, at most 100');
  const maintenance = readMaintenance(values['maintenance']);
  const exchange = await startExchange({ seed, port, admin: true, source: synthetic({ seed, pace, dust: values['no-dust'] !== true }) });
  if (maintenance !== undefined) plan(exchange, maintenance);
  return exchange;
});

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

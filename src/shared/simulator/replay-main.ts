import { isPort, isPortError, numberOption, readCommandLine, runCommand, UsageError, type CommandLine } from './command-line';
import { startExchange, type Exchange } from './exchange';
import { replay } from './markets/replay';

const HELP = `Runs an exchange on 127.0.0.1 that replays a recording, for any client.

  npm run replay -- FILE [options]

  FILE         the recording: JSON lines {"t","conn","dir","frame"}, plain or .gz
  --speed X    how many times faster than recorded (default 1)
  --rate N     lines a second, before --speed, where the recording has no times (default 50)
  --wait W     begin when W recorded channels are subscribed, or "all" of them (default 1; 0: at once)
  --loop       begin anew at the end
  --port N     the port, 0 to 65535 (default 0: any free one)
  --help       this text

Prints one line {"rest":"http://127.0.0.1:PORT","ws":"ws://127.0.0.1:PORT/ws/2","keys":[{"apiKey","apiSecret","userId"}]} and
runs until SIGINT or SIGTERM. The keys are for paper accounts, which end with it.
`;

const OPTIONS = {
  speed: { type: 'string' },
  rate: { type: 'string' },
  wait: { type: 'string' },
  loop: { type: 'boolean' },
  port: { type: 'string' },
  help: { type: 'boolean' },
} as const;

const isPositive = (value: number): boolean => value > 0;

function startReplay({ values, positionals: [file, ...more] }: CommandLine): Promise<Exchange> {
  if (file === undefined) throw new UsageError('FILE: expected a recording');
  if (more.length > 0) throw new UsageError(`FILE: expected one recording, got ${more.length + 1}`);
  const wait = values['wait'] === 'all' ? 'all' : numberOption(values, 'wait', 1, (value) => Number.isInteger(value) && value >= 0, '"all" or a number of channels');
  const source = replay(file, {
    speed: numberOption(values, 'speed', 1, isPositive, 'a number above 0'),
    rate: numberOption(values, 'rate', 50, isPositive, 'a number of lines a second above 0'),
    wait,
    loop: values['loop'] === true,
  });
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  void source.begun.then(() => say('the recording plays'));
  source.finished.then(() => say('the recording is at its end: the market stands still'), (error: Error) => say(`the recording ended early: ${error.message}`));
  const port = numberOption(values, 'port', 0, isPort, 'a port from 0 to 65535');
  return startExchange({ port, source }).catch((error: NodeJS.ErrnoException) => {
    throw isPortError(error) ? error : new UsageError(`FILE: ${file} cannot be replayed (${error.code ?? error.message})`);
  });
}

void runCommand(HELP, async () => {
  const line = readCommandLine(process.argv.slice(2), OPTIONS, true);
  return line.values['help'] === true ? undefined : startReplay(line);
});

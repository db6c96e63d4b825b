import { isPort, numberOption, readCommandLine, runCommand } from './command-line';
import { startExchange } from './exchange';
import { synthetic } from './synthetic';

const HELP = `Runs a simulated Bitfinex exchange on 127.0.0.1, for any client.

  npm run simulator -- [options]

  --seed N     the markets' seed, an integer (default 1): the same seed gives the same markets
  --port N     the port, 0 to 65535 (default 0: any free one)
  --pace X     the markets' pace (default 1; 5 is five times as lively)
  --no-dust    no amounts below 1e-6 (some clients format them wrongly in checksums)
  --help       this text

Prints one line {"rest":"http://127.0.0.1:PORT","ws":"ws://127.0.0.1:PORT/ws/2"} and runs until SIGINT or SIGTERM.
`;

void runCommand(HELP, async () => {
  const { values } = readCommandLine(
    process.argv.slice(2),
    { seed: { type: 'string' }, port: { type: 'string' }, pace: { type: 'string' }, 'no-dust': { type: 'boolean' }, help: { type: 'boolean' } },
    false,
  );
  if (values['help'] === true) return undefined;
  const seed = numberOption(values, 'seed', 1, Number.isSafeInteger, 'an integer');
  const port = numberOption(values, 'port', 0, isPort, 'a port from 0 to 65535');
  const pace = numberOption(values, 'pace', 1, (value) => value > 0 && value <= 100, 'a number above 0, at most 100');
  return startExchange({ seed, port, source: synthetic({ seed, pace, dust: values['no-dust'] !== true }) });
});

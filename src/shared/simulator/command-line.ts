import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Exchange } from './exchange';

/** A mistake on the command line; the text names the option. */
export class UsageError extends Error {}

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What somebody wrote behind the command. */
export interface CommandLine {
  readonly values: Values;
  readonly positionals: readonly string[];
}

/** @throws UsageError for an option that is unknown or lacks its value */
export function readCommandLine(args: readonly string[], options: NonNullable<ParseArgsConfig['options']>, allowPositionals: boolean): CommandLine {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals });
    return { values: values as Values, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The option as a number, or what stands there when it is absent. @throws UsageError naming the option */
export function numberOption(values: Values, name: string, otherwise: number, isValid: (value: number) => boolean, expected: string): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text === '' || !isValid(value)) throw new UsageError(`--${name}: expected ${expected}, got "${String(text)}"`);
  return value;
}

/** The option as one of these words, the first where it is absent. @throws UsageError naming the option */
export function choiceOption<T extends string>(values: Values, name: string, [first, ...others]: readonly [T, ...T[]]): T {
  const words = [first, ...others];
  const word = words.find((one) => one === (values[name] ?? first));
  if (word === undefined) throw new UsageError(`--${name}: expected one of ${words.join(', ')}, got "${String(values[name])}"`);
  return word;
}

/** Can this be a TCP port? */
export const isPort = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;

/** Is the wanted port taken, or not ours to take? */
export const isPortError = (error: unknown): boolean => /^(EADDRINUSE|EACCES)$/.test((error as NodeJS.ErrnoException).code ?? '') && (error as NodeJS.ErrnoException).syscall === 'listen';

/** Runs a command: prints where the exchange is and lives until SIGTERM or SIGINT; a mistake ends with code 2. */
export async function runCommand(help: string, start: () => Promise<Exchange | undefined>): Promise<void> {
  try {
    const exchange = await start();
    if (exchange === undefined) return void process.stdout.write(help);
    const { rest, ws, keys } = exchange;
    process.stdout.write(`${JSON.stringify({ rest, ws, keys })}\n`);
    liveUntilSignal(exchange);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(isPortError(error) ? `--port: ${message}\n` : `${message}\n`);
    process.exitCode = error instanceof UsageError || isPortError(error) ? 2 : 1;
  }
}

/** How often a child of npm looks whether npm is still there. */
const PARENT_LOOK_MS = 500;

function liveUntilSignal(exchange: Exchange): void {
  // npm and its shell end on a signal without passing it on: whoever was started by them ends with them
  const parent = process.env['npm_lifecycle_event'] === undefined ? undefined : process.ppid;
  const look = (): void => void (parent !== undefined && process.ppid !== parent && end());
  // the exchange itself never keeps a process alive, this does
  const life = setInterval(look, PARENT_LOOK_MS);
  const end = (): void => {
    clearInterval(life);
    void exchange.stop().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

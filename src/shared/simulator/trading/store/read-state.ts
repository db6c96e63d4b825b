import { readLog, type LogEntry } from './event-log';
import { Kept, type Snapshot } from './kept';
import type { StateFile } from './state-file';
import { migrated, MIGRATIONS, NewerStateError, readVersioned, STATE_VERSION, type Migrations } from './state-version';

/** How a state is read. */
export interface Reading {
  readonly file: StateFile;
  /** Part of the names of files that are set aside. */
  readonly stamp: string;
  /** Hears what could not be used, in words for a person. */
  readonly report: (text: string) => void;
  readonly migrations?: Migrations;
}

/**
 * What was read, and how the files stand to it. `whole`: they say just this, and the log can go on; `behind`: only a new
 * snapshot helps; `locked`: they could not be read, and must be left as they are.
 */
export interface ReadState {
  readonly kept: Kept;
  readonly files: 'whole' | 'behind' | 'locked';
}

/**
 * Reads what was kept. A last line that was torn is dropped; what is damaged is set aside and said, and the account goes on
 * as far as it is known. Nothing kept, or nothing that can be used, is a new beginning.
 * @throws NewerStateError
 */
export function readState(reading: Reading): ReadState {
  try {
    return read(reading);
  } catch (error) {
    if (error instanceof NewerStateError) throw error;
    reading.report(`${reading.file.path} cannot be read (${(error as Error).message}): a new account begins, and is lost when the exchange ends`);
    return { kept: new Kept(), files: 'locked' };
  }
}

function read(reading: Reading): ReadState {
  const { file } = reading;
  const text = file.readSnapshot();
  if (text === undefined) return file.logBytes === 0 ? nothing() : setAside(reading, 'its log is there without it');
  const found = readVersioned(text);
  if (found !== undefined && found.version > STATE_VERSION) throw new NewerStateError(file.path, found.version);
  if (found?.kept === undefined) return setAside(reading, 'it is damaged');
  return readOn(reading, found.version, found.kept);
}

const nothing = (): ReadState => ({ kept: new Kept(), files: 'behind' });

function readOn(reading: Reading, version: number, content: unknown): ReadState {
  const { migrations = MIGRATIONS } = reading;
  let kept: Kept;
  try {
    kept = Kept.of(migrated(content, version, 'snapshot', migrations) as Snapshot);
  } catch (error) {
    return setAside(reading, `it makes no sense (${(error as Error).message})`);
  }
  const isWhole = readRest(reading, kept, (entry) => kept.add(migrated(entry, version, 'entry', migrations) as LogEntry));
  return { kept, files: isWhole && version === STATE_VERSION ? 'whole' : 'behind' };
}

/** @returns whether the log can go on */
function readRest({ file, stamp, report }: Reading, kept: Kept, take: (entry: LogEntry) => void): boolean {
  const { goodBytes, rest } = readLog(file.readLog(), kept.number, take);
  if (rest === 'none') return true;
  const copy = rest === 'damaged' ? `${file.logPath}.damaged-${stamp}` : undefined;
  if (copy !== undefined) report(`${file.logPath} is damaged from byte ${goodBytes} on: the account goes on as it was before, and the damaged log is kept as ${copy}`);
  try {
    file.cutLog(goodBytes, copy);
    return true;
  } catch {
    // on a disk that cannot be written, which the writer will say
    return false;
  }
}

/** @throws Error where the files cannot be renamed */
function setAside({ file, stamp, report }: Reading, why: string): ReadState {
  const ending = `damaged-${stamp}`;
  file.setAside(ending);
  report(`${file.path}: ${why}. What is there is kept with the ending .${ending}, and a new account begins`);
  return nothing();
}

import type { AccountEvent } from '../account/account-event';
import type { Belongings } from '../access/belongings';
import { sealed, unsealed } from './sealed';

/** One line of the log: what happened, and what was so at that moment. */
export interface LogEntry {
  /** Counts on by one, without a gap. */
  readonly number: number;
  readonly userId: number;
  readonly event?: AccountEvent;
  readonly belongings?: Belongings;
  /** The last price of the event's symbol. */
  readonly prices?: Readonly<Record<string, number>>;
  /** The highest nonces of keys that were used since the last entry. */
  readonly nonces?: Readonly<Record<string, number>>;
}

/** How far a log could be read. */
export interface LogReading {
  /** Bytes of the lines that can be used: the log goes on there. */
  readonly goodBytes: number;
  /** `torn`: a last line without its end, whose answer never left. `damaged`: more than that. */
  readonly rest: 'none' | 'torn' | 'damaged';
}

export const logLine = (entry: LogEntry): string => `${sealed(entry)}\n`;

/**
 * Reads a log as far as it can be used: each line whole, and numbered without a gap. Entries up to the number `known` are
 * in the snapshot already, for the process may end before it has emptied the log; all others are given to `take`, which
 * throws for one that makes no sense.
 */
export function readLog(text: string, known: number, take: (entry: LogEntry) => void): LogReading {
  let from = 0;
  let last: number | undefined;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    const entry = unsealed(text.slice(from, end)) as LogEntry | undefined;
    if (entry === undefined || !follows(entry.number, last, known) || !isTaken(entry, known, take)) break;
    last = entry.number;
    from = end + 1;
  }
  const rest = text.slice(from);
  return { goodBytes: Buffer.byteLength(text.slice(0, from)), rest: rest === '' ? 'none' : rest.includes('\n') ? 'damaged' : 'torn' };
}

/** The first entry may be any that leaves no gap after the snapshot. */
const follows = (number: number, last: number | undefined, known: number): boolean => (last === undefined ? number <= known + 1 : number === last + 1);

function isTaken(entry: LogEntry, known: number, take: (entry: LogEntry) => void): boolean {
  try {
    if (entry.number > known) take(entry);
    return true;
  } catch {
    return false;
  }
}

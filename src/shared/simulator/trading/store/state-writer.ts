import type { Clock, Stop } from '../../../core/clock';
import { logLine, type LogEntry } from './event-log';
import type { ReadState } from './read-state';
import { ForeignWriterError, type StateFile } from './state-file';
import { versioned } from './state-version';

/** What a writer works with. */
export interface StateWriterHost {
  readonly file: StateFile;
  readonly clock: Clock;
  /** Hears what is wrong with the files, in words for a person. */
  readonly report: (text: string) => void;
  /** All that is to be kept, as of now. */
  readonly snapshot: () => unknown;
}

/** The log may become as long as the snapshot, or this: so not much more is written than what happened. */
const LOG_BYTES = 64 * 1024;

/** A burst makes one snapshot, ms. */
const SNAPSHOT_MS = 1000;

/** How long until a disk that refused is tried again, ms. */
const AGAIN_MS = 10_000;

/**
 * Writes entries into the log, and now and then a snapshot in their place. Whatever is wrong with the disk, nothing here
 * throws: it is said once, and tried again while there is something to write. Where nothing could be written from the
 * start nothing is promised either; where it could before, {@link canKeep} tells that it cannot any more.
 */
export class StateWriter {
  private isHeld = false;
  /** A snapshot is due. */
  private waiting: Stop | undefined;
  private isFailing = false;
  private hasWritten = false;
  /** Was anything added since the last snapshot? */
  private hasChanged = false;
  /** When the disk is worth trying: never again where others write to the same files. */
  private triesAt: number;
  /** Do the files lack something, so that only a snapshot helps? */
  private isBehind: boolean;
  private logLimit = LOG_BYTES;

  constructor(
    private readonly host: StateWriterHost,
    files: ReadState['files'],
  ) {
    this.isBehind = files !== 'whole';
    this.triesAt = files === 'locked' ? Infinity : -Infinity;
  }

  /** Writes a snapshot where the files need one. */
  catchUp(): void {
    if (this.isBehind) this.save();
  }

  /** Something is another that needs no writing of its own: a last snapshot will have it. */
  note(): void {
    this.hasChanged = true;
  }

  /** Can what happens be written, or was nothing ever? Where the disk refused it is tried again first, though not all the time. */
  canKeep(): boolean {
    if (this.isFailing) this.save();
    return !this.isFailing || !this.hasWritten;
  }

  add(entry: LogEntry): void {
    this.hasChanged = true;
    if (this.isHeld) this.isBehind = true;
    else if (this.isBehind) this.save();
    else this.append(entry);
  }

  /** What is added meanwhile becomes true on the disk all at once. */
  hold<T>(task: () => T): T {
    const wasHeld = this.isHeld;
    this.isHeld = true;
    try {
      return task();
    } finally {
      this.isHeld = wasHeld;
      if (!wasHeld) this.catchUp();
    }
  }

  /** Ends it, with a last snapshot where anything was added since the one before. */
  end(): void {
    this.waiting?.();
    if (this.triesAt < Infinity) this.triesAt = -Infinity;
    if (this.hasChanged) this.save();
    this.host.file.end();
  }

  private append(entry: LogEntry): void {
    const { file } = this.host;
    try {
      file.append(logLine(entry));
      this.hasWritten = true;
      if (file.logBytes > this.logLimit) this.saveLater();
    } catch {
      // a line may be there in part: only the whole helps
      this.isBehind = true;
      this.save();
    }
  }

  private saveLater(): void {
    this.waiting ??= this.host.clock.after(SNAPSHOT_MS, () => {
      this.waiting = undefined;
      this.save();
    });
  }

  private save(): void {
    const { file, clock, snapshot } = this.host;
    if (clock.monotonic() < this.triesAt) return;
    try {
      const text = versioned(snapshot());
      file.replace(text);
      this.logLimit = Math.max(LOG_BYTES, text.length);
      this.succeed();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private succeed(): void {
    if (this.isFailing) this.host.report(`${this.host.file.path} is written again`);
    this.isFailing = false;
    this.hasWritten = true;
    this.isBehind = false;
    this.hasChanged = false;
  }

  private fail(error: Error): void {
    const { file, clock, report } = this.host;
    this.isBehind = true;
    this.triesAt = error instanceof ForeignWriterError ? Infinity : clock.monotonic() + AGAIN_MS;
    const refusing = this.hasWritten ? 'no new order is taken until it can, and ' : '';
    if (!this.isFailing) report(`${file.path} cannot be written (${error.message}): ${refusing}what happens from now on is lost when the exchange ends`);
    this.isFailing = true;
  }
}

import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** For its owner alone. */
const MODE = 0o600;

/** Another program has written to the files: two that write would spoil them for both. */
export class ForeignWriterError extends Error {}

/**
 * The two files of a state: a snapshot, replaced as a whole, and the log of what happened since. All of it is synchronous,
 * so that a line is with the operating system before the answer that it stands for: it survives the end of the process in
 * whatever way. The snapshot is forced to the disk before the log is emptied; single lines are not, for that costs tens of
 * milliseconds on an SD card, and wears it: a power cut may cost the last seconds.
 */
export class StateFile {
  readonly logPath: string;
  private log: number | undefined;
  /** What the files look like after our own last writing. */
  private seen: Look;

  constructor(readonly path: string) {
    this.logPath = `${path.replace(/\.json$/, '')}.log.jsonl`;
    this.seen = this.look();
  }

  get logBytes(): number {
    return statSync(this.logPath, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** `undefined` where there is none. @throws Error when it must not be read */
  readSnapshot(): string | undefined {
    return read(this.path);
  }

  readLog(): string {
    return read(this.logPath) ?? '';
  }

  /** Adds a line to the log. @throws Error, also where a file is gone: only a snapshot helps then */
  append(line: string): void {
    this.change((isGone) => {
      if (isGone) throw new Error('it is gone');
      this.log ??= openSync(this.logPath, 'a', MODE);
      if (writeSync(this.log, line) < Buffer.byteLength(line)) throw new Error('the disk is full');
    });
  }

  /** Puts another snapshot in place of the old one, whole or not at all, and empties the log. @throws Error */
  replace(text: string): void {
    this.change(() => {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      const draft = `${this.path}.tmp`;
      write(draft, text);
      renameSync(draft, this.path);
      sync(dirname(this.path));
      if (this.logBytes > 0) truncateSync(this.logPath, 0);
    });
  }

  /** Cuts the log. What it loses is kept in a copy, where a name is given. @throws Error */
  cutLog(bytes: number, copy?: string): void {
    this.change(() => {
      if (copy !== undefined) copyFileSync(this.logPath, copy);
      truncateSync(this.logPath, bytes);
    });
  }

  /** Renames both files, those that there are. @throws Error */
  setAside(ending: string): void {
    this.change(() => {
      for (const path of [this.path, this.logPath]) if (stampOf(path) !== NONE) renameSync(path, `${path}.${ending}`);
    });
  }

  end(): void {
    if (this.log !== undefined) closeSync(this.log);
    this.log = undefined;
  }

  /** @throws ForeignWriterError when somebody else was here meanwhile: whoever deletes a file has written nothing */
  private change(make: (isGone: boolean) => void): void {
    const others = this.look().filter((stamp, at) => stamp !== this.seen[at]);
    if (others.some((stamp) => stamp !== NONE)) throw new ForeignWriterError('another program has changed it');
    const isGone = others.length > 0;
    if (isGone) this.end();
    try {
      make(isGone);
    } finally {
      this.seen = this.look();
    }
  }

  private look(): Look {
    return [stampOf(this.path), stampOf(this.logPath)];
  }
}

/** The snapshot, and the log. */
type Look = readonly [string, string];

const NONE = 'none';

/** Changes with every replacement and every line. */
function stampOf(path: string): string {
  try {
    const { ino, size } = statSync(path);
    return `${ino} ${size}`;
  } catch {
    return NONE;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function write(path: string, text: string): void {
  const file = openSync(path, 'w', MODE);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a renaming last. */
function sync(folder: string): void {
  try {
    const file = openSync(folder, 'r');
    fsyncSync(file);
    closeSync(file);
  } catch {
    // not every system can do that with a folder: then it lasts in its own time
  }
}

import { sealed, unsealed } from './sealed';

/** Grows when what is written down means something else. */
export const STATE_VERSION = 1;

/** Makes what one version wrote into what the next one would have written. */
export interface Migration {
  snapshot(kept: unknown): unknown;
  /** A line of the log. */
  entry(entry: unknown): unknown;
}

/** By the version from which they lead to the next. Version 1 is the first that there was. */
export type Migrations = Readonly<Record<number, Migration>>;
export const MIGRATIONS: Migrations = {};

/** A file that a newer version of this program wrote: it must be left as it is. */
export class NewerStateError extends Error {
  constructor(
    readonly path: string,
    version: number,
  ) {
    super(`${path} was written by a newer version of this package (format ${version}, this one knows ${STATE_VERSION}): install that version again, or move the file and its log away to begin anew`);
  }
}

/** A file's content with its version. */
export interface Versioned {
  readonly version: number;
  /** `undefined`: not whole. Of a newer version it cannot be told. */
  readonly kept: unknown;
}

const FILE = /^\{"version":(\d{1,9}),"state":(.*)\}\s*$/s;

export const versioned = (kept: unknown): string => `{"version":${STATE_VERSION},"state":${sealed(kept)}}\n`;

/** `undefined` for a text that is no such file at all. */
export function readVersioned(text: string): Versioned | undefined {
  const [, version, state] = FILE.exec(text) ?? [];
  return state === undefined ? undefined : { version: Number(version), kept: unsealed(state) };
}

/** Leads from one version to this one, step by step. @throws Error where a step is missing */
export function migrated(kept: unknown, from: number, what: keyof Migration, migrations: Migrations = MIGRATIONS): unknown {
  let result = kept;
  for (let version = from; version < STATE_VERSION; version++) {
    const step = migrations[version];
    if (step === undefined) throw new Error(`nothing leads on from format ${version}`);
    result = step[what](result);
  }
  return result;
}

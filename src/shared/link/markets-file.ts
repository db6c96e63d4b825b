import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Grows when the content means something else; a file of another version is none. */
const VERSION = 1;

/** What the exchange answered, and when, UTC ms. */
export interface KeptAnswer {
  readonly readAt: number;
  readonly answer: unknown;
}

/** The last list of markets on disk, so that a start without network knows them. Losing it costs nothing. */
export class MarketsFile {
  constructor(
    private readonly path: string,
    /** Whose list it is: what another exchange said is of no use. */
    private readonly exchange: string,
  ) {}

  /** `undefined` for a file that is absent, damaged, foreign or of another version. */
  async read(): Promise<KeptAnswer | undefined> {
    try {
      const { version, exchange, readAt, answer } = JSON.parse(await readFile(this.path, 'utf8')) as Record<string, unknown>;
      if (version === VERSION && exchange === this.exchange && Number.isSafeInteger(readAt)) return { readAt: readAt as number, answer };
    } catch {
      // no file, or no JSON
    }
    return undefined;
  }

  /** Whole or not at all: a power cut leaves the old one. */
  async write({ readAt, answer }: KeptAnswer): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const draft = `${this.path}.${process.pid}.tmp`;
    await writeFile(draft, JSON.stringify({ version: VERSION, exchange: this.exchange, readAt, answer }));
    await rename(draft, this.path);
  }
}

import { cutText } from './cut-text';
import { Recent } from './recent';

/** One entry of the exchange's log; `text` is a client's frame as it came, `at` UTC milliseconds. */
export type LogEntry = { readonly at: number; readonly connection: number } & (
  | { readonly kind: 'opened' | 'refused' }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'request'; readonly text: string }
);

/** Characters kept of a frame's text. */
const SHOWN = 4096;

/** The last things that clients did. */
export class Log {
  private readonly recent = new Recent<LogEntry>({ count: 10_000, characters: 4 * 1024 * 1024 });

  get entries(): readonly LogEntry[] {
    return this.recent.list;
  }

  add(entry: LogEntry): void {
    if (!('text' in entry)) return this.recent.add(entry, 0);
    const text = cutText(entry.text, SHOWN);
    this.recent.add({ ...entry, text }, text.length);
  }
}

/** One entry of the exchange's log; `text` is a client's frame as it came, `at` UTC milliseconds. */
export type LogEntry = { readonly at: number; readonly connection: number } & (
  | { readonly kind: 'opened' | 'refused' }
  | { readonly kind: 'closed'; readonly code: number }
  | { readonly kind: 'frame'; readonly text: string }
  | { readonly kind: 'request'; readonly text: string }
);

/** Entries kept, and characters of a frame's text. */
const KEPT = 10_000;
const SHOWN = 4096;

/** The last things that clients did. */
export class Log {
  readonly entries: LogEntry[] = [];

  add(entry: LogEntry): void {
    if (this.entries.length >= KEPT) this.entries.splice(0, KEPT / 10);
    this.entries.push('text' in entry ? { ...entry, text: entry.text.slice(0, SHOWN) } : entry);
  }
}

import type { Clock, Stop } from '../core/clock';
import type { StreamState } from '../link/stream';

/** Everything that a status can say; each has its words in the catalogue as `status.<key>`. */
export const STATUS = {
  live: { fill: 'green', shape: 'dot' },
  simulated: { fill: 'blue', shape: 'dot' },
  idle: { fill: 'grey', shape: 'ring' },
  connecting: { fill: 'yellow', shape: 'ring' },
  waiting: { fill: 'yellow', shape: 'ring' },
  resyncing: { fill: 'yellow', shape: 'ring' },
  stale: { fill: 'yellow', shape: 'ring' },
  maintenance: { fill: 'yellow', shape: 'ring' },
  unverified: { fill: 'yellow', shape: 'ring' },
  offline: { fill: 'red', shape: 'ring' },
  rejected: { fill: 'red', shape: 'ring' },
  misconfigured: { fill: 'red', shape: 'ring' },
  noAccount: { fill: 'red', shape: 'ring' },
} as const;

/** One of the things that a status can say. */
export type StatusKey = keyof typeof STATUS;

/** A status to show: its kind and its text, under 20 characters. */
export interface Status {
  readonly key: StatusKey;
  readonly text: string;
}

/** Longer texts run over the neighbours in the editor. */
const MAX_TEXT = 20;

/** At most twice a second: each status goes to every open editor. */
const EVERY_MS = 500;

/** Cuts a text to what fits under a node. */
export const shorten = (text: string): string => (text.length < MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 2)}…`);

const STATES: Record<Exclude<StreamState, 'live'>, StatusKey> = {
  connecting: 'connecting',
  waiting: 'waiting',
  resyncing: 'resyncing',
  stale: 'stale',
  offline: 'offline',
  maintenance: 'maintenance',
  unverified: 'unverified',
  refused: 'rejected',
};

/** The status of a stream node with these streams: the worst one speaks for all. */
export function statusKeyOf(states: readonly StreamState[], simulated: boolean): StatusKey {
  const worst = WORST_FIRST.find((state) => states.includes(state));
  if (worst !== undefined) return STATES[worst];
  if (states.length === 0) return 'idle';
  return simulated ? 'simulated' : 'live';
}

const WORST_FIRST = ['refused', 'offline', 'unverified', 'stale', 'resyncing', 'maintenance', 'waiting', 'connecting'] as const;

/** More changes than this in a row are a blur anyway: the oldest are left out. */
const MAX_WAITING = 3;

/**
 * Shows a node's status at most twice a second. Of many values of one state the newest is shown; every change of state
 * gets its turn, so that a book that heals within milliseconds is still seen to have been broken.
 */
export class StatusLight {
  private shown: Status | undefined;
  private shownAt = -Infinity;
  private readonly waiting: Status[] = [];
  private timer: Stop | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly show: (status: Status) => void,
  ) {}

  set(status: Status): void {
    const last = this.waiting.at(-1);
    if (last !== undefined && last.key === status.key) this.waiting.pop();
    this.waiting.push(status);
    if (this.waiting.length > MAX_WAITING) this.waiting.shift();
    if (this.timer === undefined) this.next();
  }

  end(): void {
    this.timer?.();
    this.timer = undefined;
  }

  private next(): void {
    this.timer = undefined;
    const waitMs = this.shownAt + EVERY_MS - this.clock.monotonic();
    if (waitMs > 0) {
      this.timer = this.clock.after(waitMs, () => this.next());
      return;
    }
    const status = this.waiting.shift();
    if (status === undefined) return;
    if (status.key !== this.shown?.key || status.text !== this.shown.text) {
      this.shown = status;
      this.shownAt = this.clock.monotonic();
      this.show(status);
    }
    if (this.waiting.length > 0) this.next();
  }
}

import type { Clock, Stop } from '../core/clock';

/** How long what a deploy left behind is kept once the flows run again. */
const AFTER_START_MS = 5_000;

/** A deploy that takes longer than this is none. */
const CAP_MS = 30_000;

/**
 * Leaving slowly. A full deploy closes every node and starts it anew, and any foreign node may hold it up for seconds;
 * so what the last user leaves is let go only 5 s after the flows started again, 30 s after it was left at the latest.
 */
export class Grace {
  private readonly leaving = new Set<{ stop: Stop; task: () => void }>();

  constructor(private readonly clock: Clock) {}

  /** Runs the task when the grace is over. Answers the stop that keeps everything as it is. */
  afterGrace(task: () => void): Stop {
    const entry = { stop: (): void => undefined, task };
    this.leaving.add(entry);
    this.schedule(entry, CAP_MS);
    return () => {
      entry.stop();
      this.leaving.delete(entry);
    };
  }

  /** The runtime has started its flows: whoever wants something back has said so within 5 s. */
  flowsStarted(): void {
    for (const entry of this.leaving) {
      entry.stop();
      this.schedule(entry, AFTER_START_MS);
    }
  }

  private schedule(entry: { stop: Stop; task: () => void }, waitMs: number): void {
    entry.stop = this.clock.after(waitMs, () => {
      this.leaving.delete(entry);
      entry.task();
    });
  }
}

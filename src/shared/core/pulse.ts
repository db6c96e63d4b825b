/** Two heartbeats of 15 s and a margin; with the watch it is noticed within 35 s (bitfinex-v2.md 2.3). */
export const SILENCE_MS = 33_000;

/** How often the watch looks. */
export const WATCH_MS = 1_000;

/** A watch that comes this late was held up by a busy or sleeping process, not by the exchange. */
const OVERSLEPT_MS = 5_000;

/** When something was last heard, in monotonic milliseconds. */
export class Pulse {
  constructor(private heardAt: number) {}

  beat(now: number): void {
    this.heardAt = now;
  }

  isStale(now: number): boolean {
    return now - this.heardAt > SILENCE_MS;
  }
}

/**
 * Notices that this process itself stood still. What arrived meanwhile waits unread in the sockets, so the time lost
 * must not count as the exchange's silence.
 */
export class Watch {
  constructor(private lookedAt: number) {}

  /** Milliseconds that were lost since the last look; 0 when the look came in time. */
  look(now: number): number {
    const late = now - this.lookedAt - WATCH_MS;
    this.lookedAt = now;
    return late > OVERSLEPT_MS ? late : 0;
  }
}

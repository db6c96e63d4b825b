import type { Clock, Stop } from '../../core/clock';
import type { Verified } from '../../core/feed';
import type { Sides } from './ladder';
import type { BookEar } from './mirror-upstream';

/** A book that changes is confirmed within 8 s; on a still one no checksum comes at all (bitfinex-v2.md 4.1). */
const STILL_MS = 10_000;

/**
 * How far a live book can be relied on: from the first state that a checksum confirms until the channel is lost. A book
 * that stands still is confirmed by nothing, so after a while its snapshot must do.
 */
export class MirrorBook implements BookEar {
  /** Why it cannot be relied on; `undefined` when it can. */
  problem: string | undefined = 'connecting';
  /** The live book itself, so that nothing can differ from it. */
  sides: Sides | undefined;
  private isLive = false;
  private waiting: Stop = () => undefined;

  constructor(
    private readonly clock: Clock,
    /** The book, or what is known about it, is another one. */
    private readonly changed: () => void,
  ) {}

  live(): void {
    this.isLive = true;
  }

  lost(reason: string): void {
    this.isLive = false;
    this.sides = undefined;
    this.problem = reason;
    this.waiting();
    this.changed();
  }

  book(sides: Sides, verified: Verified): void {
    if (!this.isLive) return;
    this.sides = sides;
    if (this.problem !== undefined) this.prove(verified);
    this.changed();
  }

  private prove(verified: Verified): void {
    this.waiting();
    if (verified !== 'pending') return this.trust();
    this.problem = 'not confirmed yet';
    this.waiting = this.clock.after(STILL_MS, () => {
      this.trust();
      this.changed();
    });
  }

  private trust(): void {
    this.waiting();
    this.problem = undefined;
  }
}

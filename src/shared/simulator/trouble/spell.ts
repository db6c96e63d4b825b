import type { Stop } from '../../core/clock';

/** A fault that waits for its victims, or goes on. */
export interface Spell {
  readonly stop: Stop;
  /** How often something went wrong by it. */
  readonly hits: number;
}

/** One stop for several. */
export const stopAll =
  (...stops: readonly Stop[]): Stop =>
  () =>
    stops.forEach((stop) => stop());

/** Whom a fault shall meet. */
export interface SpellWish<Victim> {
  readonly fits: (victim: Victim) => boolean;
  /** Default 1; `Infinity` until stopped. */
  readonly times?: number | undefined;
  /** Told of each hit, before it shows. */
  readonly onHit?: (() => void) | undefined;
}

/** Faults on command, by the order in which they were wanted: for each victim the first fitting one counts. */
export class Spells<Victim, Fault> {
  private readonly waiting = new Set<RunningSpell<Victim, Fault>>();

  cast(fault: Fault, { fits, times = 1, onHit }: SpellWish<Victim>): Spell {
    const spell = new RunningSpell(fault, fits, times, () => void this.waiting.delete(spell), onHit);
    this.waiting.add(spell);
    return spell;
  }

  /** The fault of this victim; asked once for each. */
  take(victim: Victim): Fault | undefined {
    for (const spell of this.waiting) if (spell.fits(victim)) return spell.take();
    return undefined;
  }
}

class RunningSpell<Victim, Fault> implements Spell {
  hits = 0;

  constructor(
    private readonly fault: Fault,
    readonly fits: (victim: Victim) => boolean,
    private readonly times: number,
    readonly stop: Stop,
    private readonly onHit: (() => void) | undefined,
  ) {}

  take(): Fault {
    this.hits++;
    if (this.hits >= this.times) this.stop();
    this.onHit?.();
    return this.fault;
  }
}

/** What a closed gate does with messages, and how many and how long it keeps them. */
export interface GateRules {
  readonly mode: 'block' | 'hold';
  /** Held at the same time. */
  readonly limit: number;
  /** How long one may be held, ms. */
  readonly maxMs: number;
}

/** Something that waits behind the gate. */
export interface Held<T> {
  readonly item: T;
  /** Monotonic ms of its arrival. */
  readonly since: number;
}

/** What becomes of an arrival. */
export type Ruling = 'pass' | 'held' | 'closed' | 'full';

/**
 * A gate that lets everything through while it is open, and blocks or holds it otherwise. Whatever it held it hands out
 * exactly once: in order when it opens, or too late, or at the end.
 */
export class Gate<T> {
  isOpen = false;
  private held: Held<T>[] = [];

  constructor(private readonly rules: GateRules) {}

  get size(): number {
    return this.held.length;
  }

  /** Monotonic ms at which the oldest has waited too long. */
  get dueAt(): number {
    const [oldest] = this.held;
    return oldest === undefined ? Infinity : oldest.since + this.rules.maxMs;
  }

  arrive(item: T, at: number): Ruling {
    if (this.isOpen) return 'pass';
    if (this.rules.mode === 'block') return 'closed';
    if (this.held.length >= this.rules.limit) return 'full';
    this.held.push({ item, since: at });
    return 'held';
  }

  /** Opens. Answers what was held, in the order in which it came: it goes before whatever arrives now. */
  open(): Held<T>[] {
    this.isOpen = true;
    return this.clear();
  }

  close(): void {
    this.isOpen = false;
  }

  /** Takes out what has waited too long. */
  expire(at: number): Held<T>[] {
    const late = this.held.filter(({ since }) => at - since >= this.rules.maxMs);
    this.held = this.held.slice(late.length);
    return late;
  }

  /** Takes out everything. */
  clear(): Held<T>[] {
    const all = this.held;
    this.held = [];
    return all;
  }
}

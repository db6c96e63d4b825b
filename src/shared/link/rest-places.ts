import { PRIORITY, type Priority } from './limiter';

interface Waiter {
  readonly urgency: number;
  go(): void;
}

/** So many run at a time; the most urgent of those that wait goes next. */
export class Places {
  private readonly waiters: Waiter[] = [];

  constructor(private free: number) {}

  /** Runs the job when its turn comes; a job whose signal is given up meanwhile never runs, and fails with its reason. */
  async inTurn<T>(job: () => Promise<T>, priority: Priority = 'read', signal?: AbortSignal): Promise<T> {
    await this.turn(PRIORITY[priority], signal);
    try {
      signal?.throwIfAborted();
      return await job();
    } finally {
      this.free++;
      this.next();
    }
  }

  private async turn(urgency: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.free > 0) return void this.free--;
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        urgency,
        go: () => {
          signal?.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      const giveUp = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.waiters.push(waiter);
    });
  }

  private next(): void {
    const next = this.waiters.reduce<Waiter | undefined>((found, other) => (found !== undefined && found.urgency <= other.urgency ? found : other), undefined);
    if (next === undefined) return;
    this.waiters.splice(this.waiters.indexOf(next), 1);
    this.free--;
    next.go();
  }
}

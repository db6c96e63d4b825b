import type { ScopedClock } from '../wall-clock';
import type { Order } from './order';
import type { PaperAccount } from './paper-account';

/** A time in force is looked at this often, ms: no timer holds more than 24 days. */
const LOOK_MS = 3_600_000;

/** Ends orders when their time in force is over. */
export class Expiry {
  constructor(
    private readonly clock: ScopedClock,
    private readonly close: (account: PaperAccount, order: Order, word: string) => void,
  ) {}

  /** From now on, until the order is over or has another time. */
  watch(account: PaperAccount, order: Order): void {
    const { tif } = order;
    if (tif === null || order.stage === 'closed') return;
    const leftMs = tif - this.clock.now();
    if (leftMs <= 0) return this.close(account, order, 'CANCELED');
    this.clock.after(Math.min(leftMs, LOOK_MS), () => order.tif === tif && this.watch(account, order));
  }
}

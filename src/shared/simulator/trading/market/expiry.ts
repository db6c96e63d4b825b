import type { Stop } from '../../../core/clock';
import type { ScopedClock } from '../../wall-clock';
import type { Order } from '../account/order';
import type { PaperAccount } from '../account/paper-account';

/** A time in force is looked at this often, ms: no timer holds more than 24 days. */
const LOOK_MS = 3_600_000;

/** Ends orders when their time in force is over. */
export class Expiry {
  /** By order id. */
  private readonly watched = new Map<number, Stop>();

  constructor(
    private readonly clock: ScopedClock,
    private readonly close: (account: PaperAccount, order: Order, word: string) => void,
  ) {}

  /** From now on, until the order is over or has another time. */
  watch(account: PaperAccount, order: Order): void {
    const { id, tif } = order;
    this.forget(order);
    if (tif === null || order.stage === 'closed') return;
    const leftMs = tif - this.clock.now();
    if (leftMs <= 0) return this.close(account, order, 'CANCELED');
    this.watched.set(id, this.clock.after(Math.min(leftMs, LOOK_MS), () => this.watch(account, order)));
  }

  /** It is over. */
  forget({ id }: Pick<Order, 'id'>): void {
    this.watched.get(id)?.();
    this.watched.delete(id);
  }
}

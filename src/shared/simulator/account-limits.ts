import type { Clock } from '../core/clock';
import { RollingCount } from './rolling-count';

/** What the exchange allows to those who have keys (bitfinex-v2.md 2.8). Both are off (Infinity) unless set. */
export interface AccountLimits {
  /** Logins on sockets within 15 s, of one address and so of all keys. */
  readonly authConnections: number;
  /** Orders of one user within 5 minutes, over REST and all sockets. */
  readonly orders: number;
}

/** The documented numbers (bitfinex-v2.md 2.8). How the second grows with the volume is left out: nobody here trades so much. */
export const REAL_ACCOUNT_LIMITS: AccountLimits = { authConnections: 5, orders: 1000 };

/** What one too many is told, on REST with HTTP 500 (bitfinex-v2.md 8.6). */
export const RATE_LIMITED = { code: 11010, text: 'ratelimit: error' } as const;

const AUTH_MS = 15_000;
const ORDERS_MS = 5 * 60_000;

/** Counts logins and orders. Asked once for each attempt. */
export class AccountGate {
  private readonly logins: RollingCount;
  private readonly orders = new Map<string, RollingCount>();
  private loginsFrom = -Infinity;

  constructor(
    private readonly limits: AccountLimits,
    private readonly clock: Clock,
  ) {
    this.logins = new RollingCount(limits.authConnections, AUTH_MS, clock);
  }

  /** May one more socket log in now? One too many blocks all for 15 s (bitfinex-v2.md 2.8). */
  admitsLogin(): boolean {
    const now = this.clock.monotonic();
    if (now < this.loginsFrom) return false;
    const admitted = this.logins.admits();
    if (!admitted) this.loginsFrom = now + AUTH_MS;
    return admitted;
  }

  /** May this user place so many more orders now? A multi operation counts each of its new orders. */
  admitsOrders(user: string, count = 1): boolean {
    const counted = this.orders.get(user) ?? new RollingCount(this.limits.orders, ORDERS_MS, this.clock);
    this.orders.set(user, counted);
    return counted.admits(count);
  }
}

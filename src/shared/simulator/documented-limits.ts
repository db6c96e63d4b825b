import { REAL_ACCOUNT_LIMITS } from './account-limits';
import type { ExchangeLimits } from './exchange';
import { REAL_LIMITS } from './rest/rest-limits';

/** An exchange as strict as the documented one (bitfinex-v2.md 2.8, 7, 8.2). */
export const DOCUMENTED_LIMITS: Partial<ExchangeLimits> = { ...REAL_ACCOUNT_LIMITS, connections: 20, perMs: 60_000, rest: REAL_LIMITS };

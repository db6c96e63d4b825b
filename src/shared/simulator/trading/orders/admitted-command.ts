import { RATE_LIMITED } from '../../account-limits';
import { runCommand } from './commands';
import type { Admission } from '../access/key-ring';
import { refused, type Refusal } from './order-wish';
import type { PaperAccount } from '../account/paper-account';
import { mayDo } from '../access/permissions';
import type { PrivateSide } from '../private-side';
import { declined, type Reply } from './reply';

/** Whose command it is, and which. */
export interface GivenCommand {
  readonly admission: Admission;
  readonly account: PaperAccount;
  /** `on`, `ou`, `oc`, `oc_multi`, `ox_multi`. */
  readonly type: string;
  readonly payload: unknown;
}

/** What a key without a permission is told (bitfinex-v2.md 8.6). */
export const NOT_PERMITTED = refused('api_key: permission invalid', 10001);

/** Carries out a command from a socket or from REST, if its key may give it and its user has not ordered too much. */
export function runAdmitted(accounts: PrivateSide, { admission, account, type, payload }: GivenCommand): Reply {
  const { trading, isHalted } = accounts;
  const refusal = refusalOf(accounts, admission, ordersIn(type, payload));
  return refusal === undefined ? runCommand({ trading, account, now: accounts.now, isHalted }, type, payload) : declined(`${type}-req`, refusal, payload);
}

function refusalOf({ gate }: PrivateSide, { caps, user }: Admission, orders: number): Refusal | undefined {
  if (!mayDo(caps, 'orders', 'write')) return NOT_PERMITTED;
  return orders === 0 || gate.admitsOrders(String(user.userId), orders) ? undefined : refused(RATE_LIMITED.text, RATE_LIMITED.code);
}

/** How many new orders a command would make. */
function ordersIn(type: string, payload: unknown): number {
  if (type === 'on') return 1;
  if (type !== 'ox_multi') return 0;
  const operations: unknown = Array.isArray(payload) ? payload : (payload as { ops?: unknown } | null)?.ops;
  return Array.isArray(operations) ? operations.filter((one: unknown) => Array.isArray(one) && one[0] === 'on').length : 0;
}

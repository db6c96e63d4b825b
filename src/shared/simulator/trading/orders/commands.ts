import { cancel, cancelSeveral } from './command-cancel';
import type { CommandHost } from './command-host';
import { submit } from './command-submit';
import { update } from './command-update';
import { refused } from './order-wish';
import { accepted, declined, type Reply } from './reply';
import { UNKNOWN_ERROR } from './unknown-error';

type Command = (host: CommandHost, payload: unknown) => Reply;

const SINGLE: Readonly<Record<string, Command>> = { on: submit, ou: update, oc: cancel, oc_multi: cancelSeveral };

/** Operations of one `ox_multi` (bitfinex-v2.md 6.1). */
const MOST_OPERATIONS = 75;

/** One of `on`, `ou`, `oc`, `oc_multi`, `ox_multi` (bitfinex-v2.md 6.1), from the socket or from REST. Nothing in it throws, whatever the payload is. */
export function runCommand(host: CommandHost, type: string, payload: unknown): Reply {
  if (host.isHalted) return declined(`${type}-req`, refused('maintenance', 20060), payload);
  if (type === 'ox_multi') return runSeveral(host, payload);
  return attempt(type, host, payload);
}

/** An order that the exchange itself stumbles over is no reason to leave the next ones undone, or the client without an answer. */
function attempt(type: string, host: CommandHost, payload: unknown): Reply {
  try {
    return commandOf(type)?.(host, payload) ?? declined(`${type}-req`, refused('input: invalid', 10020), payload);
  } catch {
    return declined(`${type}-req`, UNKNOWN_ERROR, payload);
  }
}

/** Each operation is carried out and answered for itself: one that fails stops no other. */
function runSeveral(host: CommandHost, payload: unknown): Reply {
  const operations = operationsIn(payload);
  if (operations === undefined) return { ...declined('ox_multi-req', refused('input: invalid', 10020), payload), orders: [] };
  const parts = operations.map(([type, given]) => attempt(type, host, given));
  return { ...accepted('ox_multi-req', `Submitting ${parts.length} order operations.`, []), parts };
}

type Operation = readonly [type: string, payload: unknown];

/** The socket sends the list itself, REST calls it `ops`. */
function operationsIn(payload: unknown): readonly Operation[] | undefined {
  const list: unknown = Array.isArray(payload) ? payload : (payload as { ops?: unknown } | null | undefined)?.ops;
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_OPERATIONS) return undefined;
  const operations = list.map(operationOf);
  return operations.every((operation) => operation !== undefined) ? operations : undefined;
}

function operationOf(given: unknown): Operation | undefined {
  const [type, payload] = Array.isArray(given) ? (given as unknown[]) : [];
  return typeof type === 'string' && commandOf(type) !== undefined ? [type, payload] : undefined;
}

const commandOf = (type: string): Command | undefined => (Object.hasOwn(SINGLE, type) ? SINGLE[type] : undefined);

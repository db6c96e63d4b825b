import { ERRORS } from '../core/errors';
import { endpointOf } from '../core/limits';
import type { RestOutcome } from '../core/rest-counts';

/** Paths come from messages too. */
const ENDPOINT_LENGTH = 60;

/**
 * One line for a REST attempt and its answer, as `name=value` pairs. Written from what the courier tells, which holds no
 * key, signature, nonce, query or body; of the path only the endpoint, without symbols and ids.
 */
export function debugLine({ method, path, limit, attempt, waitedMs = 0, latencyMs, httpStatus, bytes, code }: RestOutcome): string {
  const facts = {
    method,
    endpoint: endpointOf(path).slice(0, ENDPOINT_LENGTH),
    limit,
    attempt,
    waitMs: Math.round(waitedMs),
    latencyMs: Math.round(latencyMs),
    status: httpStatus ?? 'none',
    bytes,
    outcome: code === undefined ? 'answered' : `${ERRORS[code].kind}/${code}`,
  };
  return `rest ${Object.entries(facts).map(([name, value]) => `${name}=${value}`).join(' ')}`;
}

import { INFO } from '../../wire/event';
import type { Source } from '../../wire/keys';
import { failed, type RestHost } from './rest-answer';
import type { AccountCall, AccountRoute, AccountRoutes } from './rest-account';
import { FUNDING_ROUTES } from './rest-account-funding';
import { MONEY_ROUTES } from './rest-account-money';
import { ORDER_ROUTES } from './rest-account-orders';
import { POSITION_ROUTES } from './rest-account-positions';
import { USER_ROUTES } from './rest-account-user';
import { WRITE_ROUTES } from './rest-account-writes';
import type { RestCall } from './rest-call';
import type { Reply } from '../trouble/rest-fault';
import type { Credentials } from '../trading/access/key-ring';
import { mayDo } from '../trading/access/permissions';

/** All that is answered under `auth/`. */
export const SIGNED_ROUTES: AccountRoutes = { ...ORDER_ROUTES, ...POSITION_ROUTES, ...MONEY_ROUTES, ...FUNDING_ROUTES, ...USER_ROUTES, ...WRITE_ROUTES };

/** The door of REST: everything under `auth/`. `undefined`: there is no such path. */
export function answerSigned(host: RestHost, call: RestCall): Reply | undefined {
  if (host.inMaintenance) return failed('maintenance', INFO.maintenanceStarted);
  const recorded = host.recorded.get(call.path);
  if (recorded !== undefined) return { status: 200, body: recorded };
  const found = routeOf(call.path.slice('auth/'.length));
  return found && admitted(host, call, found);
}

interface Found {
  readonly route: AccountRoute;
  readonly parts: readonly string[];
}

/** The route of a path: the one of its own name before one with braces. */
function routeOf(path: string): Found | undefined {
  const own = Object.hasOwn(SIGNED_ROUTES, path) ? SIGNED_ROUTES[path] : undefined;
  if (own !== undefined) return { route: own, parts: [] };
  const given = path.split('/');
  for (const [pattern, route] of Object.entries(SIGNED_ROUTES)) {
    const wanted = pattern.split('/');
    if (wanted.length === given.length && wanted.every((part, at) => part === '{}' || part === given[at])) return { route, parts: given.filter((_, at) => wanted[at] === '{}') };
  }
  return undefined;
}

function admitted(host: RestHost, call: RestCall, { route, parts }: Found): Reply {
  const { accounts } = host;
  const admission = accounts.keys.admit(credentialsOf(call));
  if (admission.kind === 'refused') return failed(admission.text, admission.code);
  if (route.scope !== undefined && !mayDo(admission.caps, route.scope, route.access)) return failed('api_key: permission invalid', 10001);
  const body = objectIn(call.body);
  if (body === undefined) return failed('body: invalid');
  const account = accounts.accountOf(admission.user);
  return route.answer({ ...host, admission, account, parts, body, query: queryOf(call, body) } satisfies AccountCall);
}

/** The path is signed as it was sent, the body to the letter (bitfinex-v2.md 8.1). */
function credentialsOf({ headers, url, body }: RestCall): Credentials {
  const header = (name: string): string | undefined => (typeof headers[name] === 'string' ? headers[name] : undefined);
  const nonce = header('bfx-nonce');
  const path = url.split('?')[0] as string;
  return { apiKey: header('bfx-apikey'), nonce, payload: nonce === undefined ? undefined : `/api${path}${nonce}${body}`, signature: header('bfx-signature') };
}

/** No body is an empty one; `undefined` for what is no JSON object. */
function objectIn(text: string): Source | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Source) : undefined;
  } catch {
    return undefined;
  }
}

function queryOf(call: RestCall, body: Source): URLSearchParams {
  const query = new URLSearchParams(call.query);
  for (const [key, value] of Object.entries(body)) if (typeof value === 'string' || typeof value === 'number') query.set(key, String(value));
  return query;
}

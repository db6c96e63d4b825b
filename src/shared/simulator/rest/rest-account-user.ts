import { accountChange } from '../../wire/account-change';
import { numberOf } from '../../wire/keys';
import { login as loginTable } from '../../wire/login';
import { notification } from '../../wire/notification';
import { permission as permissionTable } from '../../wire/permission';
import { user as userTable } from '../../wire/user';
import { failed, json } from './rest-answer';
import { historyOf, reads, refusing, valuationOf, writes, type AccountCall, type AccountRoutes } from './rest-account';
import type { Reply } from '../trouble/rest-fault';
import { isShallow } from '../shallow';
import { feeSummary } from '../trading/funds/fee-summary';
import { SCOPES } from '../trading/access/permissions';
import type { UserRecords } from '../trading/access/user-records';
import { alertRow } from '../trading/account/rows';

/** Everybody who comes here comes from this computer. */
const ADDRESS = '127.0.0.1';

/** An alert rings so often unless told otherwise. */
const RINGS = 100;

/** Names of settings (bitfinex-v2.md 8.2). */
const SETTING = /^api:[A-Za-z0-9_-]*$/;

const NO_ROOM = 'There is no room for more.';

/** What a key may read and set that is about the user. */
export const USER_ROUTES: AccountRoutes = {
  'r/info/user': reads('account', userInfo),
  'r/summary': reads('account', (call) => json(feeSummary(valuationOf(call), call.accounts.options, call.now))),
  // a key may always ask what it may do
  'r/permissions': reads(undefined, ({ admission: { caps } }) => json(SCOPES.map((scope) => permissionTable.encode({ scope, read: caps[scope].read === 1, write: caps[scope].write === 1 })))),
  'r/logins/hist': reads('account', logins),
  'r/audit/hist': reads('account', changes),
  'r/alerts': reads('settings', (call) => json(recordsOf(call).alerts.map(alertRow))),
  'w/alert/set': writes('settings', setAlert),
  'w/alert/{}/del': writes('settings', dropAlert),
  'r/settings': reads('settings', readSettings),
  'w/settings/set': writes('settings', setSettings),
  'w/settings/del': writes('settings', dropSettings),
  'w/token': writes('account', refusing('Tokens are not given out by this exchange: sign with a key.')),
};

const recordsOf = ({ accounts, account: { user } }: AccountCall): UserRecords => accounts.recordsOf(user);

function userInfo(call: AccountCall): Reply {
  const { user, state } = call.account;
  const lastLogin = recordsOf(call).logins.at(-1)?.at;
  return json(
    userTable.encode({
      id: user.userId,
      email: `${user.name}@paper.invalid`,
      username: user.name,
      created: state.createdAt ?? call.now,
      verified: 1,
      verificationLevel: 3,
      timezone: 'Etc/UTC',
      locale: 'en',
      company: 'bitfinex',
      emailVerified: 1,
      paper: 1,
      merchant: 0,
      competition: null,
      twoFactorModes: [],
      lastLogin: lastLogin === undefined ? null : new Date(lastLogin).toISOString(),
      countries: [],
      countriesOfResidence: [],
      accountType: 'individual',
      merchantEnterprise: 0,
    }),
  );
}

function logins(call: AccountCall): Reply {
  const row = ({ id, at, what }: UserRecords['logins'][number]): unknown => loginTable.encode({ id, timestamp: at, address: ADDRESS, extra: { api_key: what } });
  return historyOf(call, { page: { shown: 25, most: 250 }, list: recordsOf(call).logins, timeOf: ({ at }) => at, row });
}

function changes(call: AccountCall): Reply {
  const row = ({ at, what }: UserRecords['changes'][number]): unknown => accountChange.encode({ timestamp: at, what, address: ADDRESS, agent: {} });
  return historyOf(call, { page: { shown: 25, most: 500 }, list: recordsOf(call).changes, timeOf: ({ at }) => at, row });
}

function setAlert(call: AccountCall): Reply {
  const { type = 'price', symbol, price, count = RINGS } = call.body;
  if (type !== 'price') return failed('type: invalid');
  if (typeof symbol !== 'string' || !call.source.symbols.includes(symbol)) return failed('symbol: invalid');
  const alert = { symbol, price: numberOf(price) ?? 0, count: numberOf(count) ?? 0 };
  if (alert.price <= 0) return failed('price: invalid');
  if (!Number.isSafeInteger(alert.count) || alert.count < 1) return failed('count: invalid');
  return recordsOf(call).setAlert(alert) ? json(alertRow(alert)) : failed(NO_ROOM, 10001);
}

/** `price:tETHUSD:185` */
function dropAlert(call: AccountCall): Reply {
  const [, symbol = '', price = ''] = /^price:(.+):([\d.e-]+)$/.exec(call.parts[0] ?? '') ?? [];
  return recordsOf(call).dropAlert({ symbol, price: Number(price) }) ? json([true]) : failed('alert: not found', 10001);
}

function readSettings(call: AccountCall): Reply {
  const { settings } = recordsOf(call);
  const keys = settingKeys(call.body['keys']);
  if (keys === undefined) return failed('keys: invalid');
  return json(keys.filter((key) => Object.hasOwn(settings, key)).map((key) => [key, settings[key]]));
}

function setSettings(call: AccountCall): Reply {
  const { settings } = call.body;
  const keys = typeof settings === 'object' && settings !== null && isShallow(settings) ? settingKeys(Object.keys(settings)) : undefined;
  if (keys === undefined) return failed('settings: invalid');
  if (!recordsOf(call).setSettings(settings as Record<string, unknown>)) return failed(NO_ROOM, 10001);
  return noted(call, 'acc_ss', [keys.length], `settings set: ${keys.join(', ')}`);
}

function dropSettings(call: AccountCall): Reply {
  // the documentation calls the list `settings`, an official library `keys`
  const keys = settingKeys(call.body['keys'] ?? call.body['settings']);
  if (keys === undefined) return failed('keys: invalid');
  recordsOf(call).dropSettings(keys);
  return noted(call, 'acc_sd', [keys.length], `settings deleted: ${keys.join(', ')}`);
}

function settingKeys(given: unknown): string[] | undefined {
  return Array.isArray(given) && given.every((key): key is string => typeof key === 'string' && SETTING.test(key)) ? given : undefined;
}

/** A change that is written down, and its receipt. */
function noted(call: AccountCall, type: string, info: unknown, what: string): Reply {
  recordsOf(call).noteChange(call.now, what);
  return json(notification.encode({ time: call.now, type, messageId: null, info, code: null, status: 'SUCCESS', text: null }));
}

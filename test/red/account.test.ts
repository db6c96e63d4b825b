import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { readAccount, type AccountContext } from '../../src/shared/red/account';
import { readKey, type Credentials } from '../../src/shared/red/api-key';
import { debugLine } from '../../src/shared/red/debug-line';
import type { RestOutcome } from '../../src/shared/core/rest-counts';

const KEY = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7';
const SECRET = 'zY9xW8vU7tS6rQ5pO4nM3lK2jI1';

const entered = (stored: Record<string, unknown>, variables: Record<string, string> = {}): Credentials => ({ stored: () => stored, variable: (name) => variables[name] });
const context = (credentials: Credentials = entered({})): AccountContext => ({ id: 'a', allowedHosts: [], report: () => undefined, hear: () => undefined, credentials });

/** A refusal that names the field, says no part of what was entered, and has the code. */
const refuses = (credentials: Credentials, code: string, field: string, says: RegExp): void =>
  assert.throws(
    () => readKey(credentials),
    (error: Error & { code?: string; field?: string }) => {
      assert.deepEqual([error.code, error.field], [code, field]);
      assert.match(error.message, says);
      for (const text of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), error.stack]) for (const secret of [KEY, SECRET, KEY.slice(0, 8), SECRET.slice(-8)]) assert.ok(!text?.includes(secret), text);
      return true;
    },
  );

describe('the key of an account', () => {
  it('is what was entered, letter for letter', () => {
    assert.deepEqual(readKey(entered({ apiKey: KEY, apiSecret: SECRET })), { apiKey: KEY, secret: SECRET });
  });

  it('is absent where nothing was entered', () => {
    for (const stored of [{}, { apiKey: '', apiSecret: '' }, { apiKey: undefined, apiSecret: null }]) assert.equal(readKey(entered(stored)), undefined);
  });

  it('comes from environment variables, as they are now', () => {
    const variables: Record<string, string> = { NAME: KEY, WORD: SECRET };
    const credentials = entered({ apiKey: '${NAME}', apiSecret: '${WORD}' }, variables);
    assert.deepEqual(readKey(credentials), { apiKey: KEY, secret: SECRET });
    variables['NAME'] = 'rotated';
    assert.equal(readKey(credentials)?.apiKey, 'rotated');
  });

  it('of an unset variable names it', () => {
    refuses(entered({ apiKey: '${NOT_SET}', apiSecret: SECRET }), 'ENV_NOT_SET', 'apiKey', /NOT_SET/);
    refuses(entered({ apiKey: KEY, apiSecret: '${NOT_SET}' }), 'ENV_NOT_SET', 'apiSecret', /NOT_SET/);
  });

  const MISTAKES: readonly [string, string, RegExp][] = [
    ['', 'an empty one beside the other', /blank/],
    ['   ', 'only blanks', /blank/],
    [`${KEY} `, 'a blank at the end', /white space/],
    [` ${KEY}`, 'a blank at the beginning', /white space/],
    [`${KEY.slice(0, 9)}\t${KEY.slice(9)}`, 'a tab within', /white space/],
    [`${KEY}\u00a0`, 'a blank that does not break', /white space/],
    [`${KEY}\n`, 'a line break at the end', /line break/],
    [`${KEY.slice(0, 9)}\r\n${KEY.slice(9)}`, 'a line break within', /line break/],
    [`${KEY}å`, 'a letter beyond ASCII', /letter/],
    [`${KEY}\u200b`, 'a letter that nobody sees', /letter/],
    [`${KEY}\u0000`, 'a control character', /letter/],
  ];
  for (const [text, what, says] of MISTAKES) {
    it(`is refused for ${what}, in either field and from a variable too`, () => {
      refuses(entered({ apiKey: text, apiSecret: SECRET }), 'FIELD_INVALID', 'apiKey', says);
      refuses(entered({ apiKey: KEY, apiSecret: text }), 'FIELD_INVALID', 'apiSecret', says);
      refuses(entered({ apiKey: '${VARIABLE}', apiSecret: SECRET }, { VARIABLE: text }), 'FIELD_INVALID', 'apiKey', /the environment variable VARIABLE/);
    });
  }

  it('is refused when the key stands in both fields', () => refuses(entered({ apiKey: KEY, apiSecret: KEY }), 'FIELD_INVALID', 'apiSecret', /second time/));

  it('is read at every call and kept nowhere in the account', () => {
    const stored: Record<string, unknown> = { apiKey: KEY, apiSecret: SECRET };
    const account = readAccount({ environment: 'bitfinex' }, context(entered(stored)));
    assert.equal(account.key()?.apiKey, KEY);
    stored['apiKey'] = 'rotated';
    assert.equal(account.key()?.apiKey, 'rotated');
    for (const text of [inspect(account, { depth: 9, showHidden: true }), JSON.stringify(account)]) assert.ok(!text.includes(SECRET) && !text.includes('rotated'));
  });

  it('is a literal one of the account node on paper, whatever was entered', () => {
    for (const environment of ['simulated', 'mirror']) {
      const account = readAccount({ environment }, context(entered({ apiKey: KEY, apiSecret: SECRET })));
      assert.deepEqual(account.key(), { apiKey: 'paper-a', secret: 'paper-a-secret' });
    }
  });

  it('of the real exchange goes to the host for signed calls, and public calls go to the other', async () => {
    const { rest, auth } = await readAccount({ environment: 'bitfinex' }, context()).spec.addresses();
    assert.deepEqual([rest, auth], ['https://api-pub.bitfinex.com', 'https://api.bitfinex.com']);
  });
});

describe('the debug log of an account', () => {
  const outcome = (changed: Partial<RestOutcome> = {}): RestOutcome => ({
    limit: 'candles', lane: 'candles', path: 'candles/trade:1m:tBTCUSD/hist', method: 'GET', httpStatus: 200, latencyMs: 42.4, bytes: 1234, attempt: 1, waitedMs: 12.6, ...changed,
  });

  it('is off unless it is switched on', () => {
    assert.equal(readAccount({}, context()).spec.hear, undefined);
    assert.equal(readAccount({ debugLog: 'false' }, context()).spec.hear, undefined);
    const given = context();
    for (const debugLog of [true, 'true']) assert.equal(readAccount({ debugLog }, given).spec.hear, given.hear);
  });

  it('has one line for a request and its answer', () => {
    assert.equal(debugLine(outcome()), 'rest method=GET endpoint=candles/hist limit=candles attempt=1 waitMs=13 latencyMs=42 status=200 bytes=1234 outcome=answered');
    assert.equal(
      debugLine(outcome({ path: 'auth/r/orders/tBTCUSD/hist', limit: 'auth', method: 'POST', httpStatus: undefined, code: 'EXCHANGE_UNREACHABLE', attempt: 3, bytes: 0 })),
      'rest method=POST endpoint=auth/r/orders/hist limit=auth attempt=3 waitMs=13 latencyMs=42 status=none bytes=0 outcome=unreachable/EXCHANGE_UNREACHABLE',
    );
  });

  it('writes neither line breaks nor long texts, whatever the path', () => {
    const line = debugLine(outcome({ path: `ticker/a\nb/${'x'.repeat(500)}/?apiKey=${KEY}` }));
    assert.ok(!line.includes('\n') && line.length < 240 && !line.includes(KEY), line);
  });
});

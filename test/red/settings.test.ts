import assert from 'node:assert/strict';
import { readAccount } from '../../src/shared/red/account';
import { readAction } from '../../src/shared/red/action';
import { choiceField, flagField, listField, numberField, textField } from '../../src/shared/red/fields';

const context = (id: string, allowedHosts: string[]) => ({ id, allowedHosts, report: () => undefined, hear: () => undefined, credentials: { stored: () => ({}), variable: () => undefined } });

const code = (expected: string, field?: string) => (error: { code: string; field?: string; message: string }) =>
  error.code === expected && (field === undefined || (error.field === field && error.message.startsWith(field)));

describe('saved properties', () => {
  it('are read from texts, as environment variables give them', () => {
    assert.equal(numberField({ interval: '250' }, 'interval', 1000), 250);
    assert.equal(numberField({ interval: 0 }, 'interval', 1000), 0);
    assert.equal(numberField({ interval: '' }, 'interval', 1000), 1000);
    assert.equal(numberField({}, 'interval', 1000), 1000);
    assert.deepEqual([flagField({ batch: true }, 'batch'), flagField({ batch: 'true' }, 'batch'), flagField({ batch: 'false' }, 'batch'), flagField({ batch: 'yes' }, 'batch'), flagField({}, 'batch')], [true, true, false, false, false]);
    assert.deepEqual(listField({ symbols: 'BTC/USD, ETH/USD  fUSD' }, 'symbols'), ['BTC/USD', 'ETH/USD', 'fUSD']);
    assert.deepEqual(listField({ onlyChanged: ['bid', 'ask'] }, 'onlyChanged'), ['bid', 'ask']);
    assert.equal(choiceField({}, 'emit', ['live', 'verified']), 'live');
  });

  it('name the field and the variable that is not set', () => {
    assert.throws(() => textField({ symbols: '${PAIRS}' }, 'symbols', ''), (error: Error) => code('ENV_NOT_SET', 'symbols')(error as never) && error.message.includes('PAIRS'));
  });

  for (const [saved, field] of [[{ interval: 'soon' }, 'interval'], [{ interval: -1 }, 'interval'], [{ interval: Infinity }, 'interval'], [{ interval: {} }, 'interval']] as const) {
    it(`refuse ${JSON.stringify(saved)} and name the field`, () => {
      assert.throws(() => numberField(saved, field, 1), code('FIELD_INVALID', field));
    });
  }

  it('refuse a word that is no choice and say which are', () => {
    assert.throws(() => choiceField({ precision: 'P9' }, 'precision', ['P0', 'P1']), /precision: "P9" is none of P0, P1/);
  });
});

describe('account', () => {
  it('is simulated unless it says otherwise, each account for itself', () => {
    const [one, two] = [readAccount({}, context('a', [])), readAccount({ name: 'practice' }, context('b', []))];
    assert.deepEqual([one.spec.isSimulated, two.spec.isSimulated, one.name, two.name], [true, true, 'Practice exchange', 'practice']);
    assert.notEqual(one.spec.key, two.spec.key);
  });

  it('shares equal addresses, whichever account node holds them', () => {
    const saved = { environment: 'custom', restUrl: 'http://127.0.0.1:1/', wsUrl: 'ws://127.0.0.1:1/ws/2' };
    assert.equal(readAccount(saved, context('a', [])).spec.key, readAccount({ ...saved, restUrl: 'http://127.0.0.1:1' }, context('b', [])).spec.key);
    assert.equal(readAccount({ environment: 'bitfinex' }, context('a', [])).spec.key, readAccount({ environment: 'bitfinex' }, context('b', [])).spec.key);
  });

  it('takes public data from the public hosts, and signed calls to the other one', async () => {
    assert.deepEqual(await readAccount({ environment: 'bitfinex' }, context('a', [])).spec.addresses(), { rest: 'https://api-pub.bitfinex.com', ws: 'wss://api-pub.bitfinex.com/ws/2', auth: 'https://api.bitfinex.com' });
  });

  const custom = (restUrl: unknown, wsUrl: unknown = 'ws://127.0.0.1:1/ws/2') => ({ environment: 'custom', restUrl, wsUrl });

  for (const [saved, field] of [
    [custom(''), 'restUrl'],
    [custom('nonsense'), 'restUrl'],
    [custom('ws://127.0.0.1:1'), 'restUrl'],
    [custom('http://127.0.0.1:99999'), 'restUrl'],
    [custom('http://user:secret@127.0.0.1'), 'restUrl'],
    [custom('http://127.0.0.1:8080/v2/'), 'restUrl'],
    [custom('http://localhost:1', 'http://localhost:1'), 'wsUrl'],
    [custom('http://localhost:1', ''), 'wsUrl'],
    [{ environment: 'moon' }, 'environment'],
  ] as const) {
    it(`refuses ${JSON.stringify(saved)} and names ${field}`, () => {
      assert.throws(() => readAccount(saved, context('a', [])), code('FIELD_INVALID', field));
    });
  }

  it('goes beyond loopback only to hosts that the settings file lists', () => {
    const saved = custom('https://proxy.example', 'wss://proxy.example/ws/2');
    assert.throws(() => readAccount(saved, context('a', [])), code('HOST_NOT_ALLOWED', 'restUrl'));
    assert.throws(() => readAccount(custom('http://127.0.0.1.evil.example'), context('a', [])), code('HOST_NOT_ALLOWED', 'restUrl'));
    assert.equal(readAccount(saved, context('a', ['proxy.example'])).spec.isSimulated, false);
    assert.equal(readAccount(custom('http://[::1]:8080', 'ws://localhost:8080/ws/2'), context('a', [])).spec.isSimulated, false);
  });
});

describe('action', () => {
  it('takes one symbol, a list in a text, or an array', () => {
    assert.deepEqual(readAction({ action: 'subscribe', symbol: 'BTC/USD' }), { action: 'subscribe', symbols: ['BTC/USD'], single: true });
    assert.deepEqual(readAction({ action: 'unsubscribe', symbol: 'BTC/USD, ETH/USD' }).symbols, ['BTC/USD', 'ETH/USD']);
    assert.deepEqual(readAction({ action: 'subscribe', symbol: ['BTC/USD', 'fUSD'] }).symbols, ['BTC/USD', 'fUSD']);
    assert.deepEqual(readAction({ action: 'list' }), { action: 'list', symbols: [], single: false });
  });

  it('refuses anything else, with a code', () => {
    for (const action of [undefined, 'fetch', 'SUBSCRIBE', 7, {}]) assert.throws(() => readAction({ action, symbol: 'BTC/USD' }), code('ACTION_UNKNOWN'));
    for (const symbol of [undefined, '', ' , ', 7, [], [7], {}]) assert.throws(() => readAction({ action: 'subscribe', symbol }), code('SYMBOL_MISSING'));
  });
});

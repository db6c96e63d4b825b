import assert from 'node:assert/strict';
import { accountPayload, accountTables, readAccount } from '../../src/shared/wire/account';
import { RowError } from '../../src/shared/wire/row';
import { samples } from '../fixtures/wire/samples';

const row = (table: string): readonly unknown[] => samples.find((sample) => sample.table === table)?.row ?? [];

/** The message types of bitfinex-v2.md 5.1, by the table of their rows; the first of four is the snapshot. */
const TYPES: Readonly<Record<string, string>> = {
  'os on ou oc': 'order',
  'ps pn pu pc': 'position',
  'fos fon fou foc': 'funding offer',
  'fcs fcn fcu fcc': 'funding credit',
  'fls fln flu flc': 'funding loan',
};
const SINGLE: Readonly<Record<string, string>> = {
  te: 'own trade', tu: 'own trade', wu: 'wallet', bu: 'balance', miu: 'margin base', fiu: 'funding info', fte: 'own funding trade', ftu: 'own funding trade', n: 'notification',
};

describe('account messages', () => {
  for (const [types, table] of Object.entries(TYPES)) {
    it(`${types} carry ${table} rows`, () => {
      const changes = types.split(' ').map((type, index) => {
        const payload = index === 0 ? [row(table), row(table)] : row(table);
        const message = readAccount(type, payload);
        assert.ok(message.kind !== 'unknown');
        assert.equal(message.rows.length, index === 0 ? 2 : 1);
        assert.deepEqual(accountPayload(message), payload);
        return message.change;
      });
      assert.deepEqual(changes, ['snapshot', 'new', 'update', 'closed']);
    });
  }

  for (const [type, table] of Object.entries(SINGLE)) {
    it(`${type} carries one ${table} row`, () => {
      const message = readAccount(type, row(table));
      assert.ok(message.kind !== 'unknown');
      assert.deepEqual(accountPayload(message), row(table));
    });
  }

  it('are all of these types and no others', () => {
    const known = [...Object.keys(TYPES).flatMap((types) => types.split(' ')), ...Object.keys(SINGLE), 'ws'];
    assert.deepEqual(Object.keys(accountTables).sort(), known.sort());
  });

  it('read both layouts of margin information', () => {
    const message = readAccount('miu', row('margin symbol'));
    assert.ok(message.kind === 'margin');
    assert.ok(message.rows[0]?.scope === 'sym');
    assert.equal(message.rows[0].symbol, 'tETHUSD');
  });

  it('may be empty snapshots', () => {
    for (const type of ['os', 'ps', 'ws', 'fos', 'fcs', 'fls']) {
      const message = readAccount(type, []);
      assert.ok(message.kind !== 'unknown');
      assert.deepEqual([message.change, message.rows], ['snapshot', []]);
    }
  });

  it('of an unknown, removed or deprecated type never throw', () => {
    for (const type of ['ats', 'hos', 'mis', 'bs', 'uac', '', 'constructor', '__proto__', 'toString']) {
      assert.deepEqual(readAccount(type, { any: 'thing' }), { kind: 'unknown', type });
    }
  });

  it('of a known type with a wrong payload name the table', () => {
    assert.throws(() => readAccount('os', null), (error) => error instanceof RowError && error.table === 'order' && error.column === 'rows');
    assert.throws(() => readAccount('os', [[1], null]), (error) => error instanceof RowError && error.column === 'gid');
    assert.throws(() => readAccount('wu', undefined), (error) => error instanceof RowError && error.table === 'wallet');
  });
});

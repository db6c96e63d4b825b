import assert from 'node:assert/strict';
import { PRACTICE } from '../../src/shared/simulator/trouble/practice-trouble';
import { WALLETS } from '../../src/shared/simulator/trading/account/order';
import { LANGUAGES, textOf, words } from './form';

const KINDS = Object.keys(PRACTICE);

describe("the practice section's words", () => {
  it('are all in the catalogue: those that its script names, each trouble, each wallet, each refusal', () => {
    const named = [...textOf('resources/bitfinex-practice.js').matchAll(/'((?:practice|now)\.[\w.]+)'/g)].map(([, key]) => key as string);
    assert.ok(named.length > 20);
    const built = [
      ...KINDS.flatMap((kind) => ['name', 'what', 'good'].map((part) => `trouble.${kind}.${part}`)),
      ...WALLETS.map((wallet) => `practice.wallets.${wallet}`),
      ...['kind', 'wallet', 'currency', 'amount', 'confirm'].map((field) => `practice.wrong.${field}`),
      ...['simulated', 'mirror'].map((environment) => `practice.unused.${environment}`),
      ...['wallet', 'currency', 'total', 'available', 'amount', 'confirm', 'start', 'stop', 'startOf', 'stopOf'].map((name) => `practice.${name}`),
    ];
    for (const language of LANGUAGES) {
      const known = words('account', language);
      for (const key of [...named, ...built]) assert.ok(key.endsWith('.') ? [...known.keys()].some((one) => one.startsWith(key)) : known.has(key), `${language} ${key}`);
    }
  });

  it('describe no trouble that there is not', () => {
    for (const language of LANGUAGES) {
      const described = [...words('account', language).keys()].filter((key) => key.startsWith('trouble.')).map((key) => key.split('.')[1]);
      assert.deepEqual([...new Set(described)], KINDS, language);
    }
  });
});

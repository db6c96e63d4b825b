import assert from 'node:assert/strict';
import { AccountState } from '../../../src/shared/simulator/trading/account/account-state';
import { keptAccount, restoredAccount, type KeptAccount } from '../../../src/shared/simulator/trading/store/kept-account';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { pastWallets } from '../../../src/shared/simulator/trading/account/past-wallets';

/** More entries than are kept. */
const MANY = 4000;

/** 1 BTC and 5 USD at 1000, 3 ETH at 2000, and then one dollar a ms. */
function longHistory(): AccountState {
  const state = new AccountState();
  const come = (at: number, currency: string, amount: number): unknown => state.apply({ kind: 'moved', at, wallet: 'exchange', currency, units: unitsOf(amount) });
  come(1000, 'BTC', 1);
  come(1000, 'USD', 5);
  come(2000, 'ETH', 3);
  for (let at = 1; at <= MANY; at++) come(10_000 + at, 'USD', 1);
  return state;
}

const shown = (state: AccountState, end: number): unknown[] => pastWallets(state, end).map(({ currency, total, at }) => [currency, Number(total) / 1e8, at]);

describe('an account whose ledger does not reach back to its beginning', () => {
  const state = longHistory();
  before(() => assert.ok((state.ledger[0]?.at ?? 0) > 10_000));

  it('knows its wallets at any time', () => {
    assert.deepEqual(shown(state, Infinity), [['BTC', 1, 1000], ['USD', MANY + 5, 10_000 + MANY], ['ETH', 3, 1000]]);
    assert.deepEqual(shown(state, 10_000 + MANY - 1)[1], ['USD', MANY + 4, 10_000 + MANY - 1]);
    // as far back as the ledger reaches
    const oldest = state.ledger[0]?.at ?? 0;
    assert.deepEqual(shown(state, oldest - 1)[1], ['USD', oldest - 10_000 + 4, 1000]);
    assert.deepEqual(shown(state, 999), []);
  });

  it('knows when it began, also after a restart', () => {
    assert.deepEqual([state.createdAt, restoredAccount(keptAccount(state)).createdAt], [1000, 1000]);
    const { createdAt, ...older } = keptAccount(state);
    assert.equal(createdAt, 1000);
    assert.equal(restoredAccount(older as KeptAccount).createdAt, state.ledger[0]?.at);
  });
});

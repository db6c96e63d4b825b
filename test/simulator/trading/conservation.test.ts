import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuditedHistory } from './audited-history';
import { steps, TYPES } from './history-steps';

const LONG = process.env['LONG'] === '1';
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9);
const RUNS = Number(process.env['RUNS'] ?? (LONG ? 20_000 : 2_000));

/** What a history is made of, each at least one of a hundred steps. */
const KINDS = ['order', 'all in', 'update', 'cancel', 'cancel all', 'deposit', 'transfer', 'collateral', 'show', 'print', 'jump', 'wait', 'halt', 'stale', 'restart'];

/** Of orders, each at least one of a hundred. */
const ORDERS = [...TYPES, ...TYPES.map((type) => `EXCHANGE ${type}`), ...[0, 64, 512, 1024, 4096, 4160, 16384, 524288].map((flags) => `flags ${flags}`), ...[1, 3, 10, 25, 100].map((lev) => `lev ${lev}`), 'tif'];

/** How things come out: each in at least one of 500 histories. */
const OUTCOMES = [
  ...['filled as maker', 'filled as taker', 'position pn', 'position pc', 'collateral set', 'transferred', 'insured', 'order refused: maintenance'],
  ...['exchange', 'tradable'].map((what) => `order refused: Invalid order: not enough ${what} balance`),
  ...['EXECUTED', 'CANCELED', 'FORCED EXECUTED', 'IOC CANCELED', 'POSTONLY CANCELED', 'FILLORKILL CANCELED', 'INSUFFICIENT MARGIN', 'INSUFFICIENT BALANCE', 'RSN'].map((end) => `ended: ${end}`),
];

describe('an account', () => {
  const seen = new Map<string, number>();

  /** None is less than one of so many. */
  const isCommon = (names: readonly string[], whole: number, oneOf = 100): void => {
    const rare = names.filter((name) => (seen.get(name) ?? 0) < whole / oneOf);
    console.log(`      of ${whole}: ${names.map((name) => `${name} ${seen.get(name) ?? 0}`).join(', ')}`);
    assert.deepEqual(rare, []);
  };

  it(`adds up to the last digit, whatever happens: ${RUNS} histories`, function () {
    this.timeout(LONG ? 900_000 : 180_000);
    console.log(`      SEED=${SEED}`);
    fc.assert(
      fc.property(steps, (history) => {
        const lived = new AuditedHistory();
        for (const step of history) lived.live(step);
        lived.finish();
        for (const name of lived.seen) seen.set(name, (seen.get(name) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  it('went through everything that can happen, and nothing of it was rare', function () {
    if (RUNS < 1000) this.skip();
    isCommon(KINDS, KINDS.reduce((sum, kind) => sum + (seen.get(kind) ?? 0), 0));
    isCommon(ORDERS, seen.get('order') ?? 0);
    isCommon(OUTCOMES, RUNS, 500);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuditedHistory } from './audited-history';
import { steps } from './history-steps';

const LONG = process.env['LONG'] === '1';
const SEED = Number(process.env['SEED'] ?? Date.now() % 1e9);
const RUNS = Number(process.env['RUNS'] ?? (LONG ? 20_000 : 2_000));

describe('an account', () => {
  it(`adds up to the last digit, whatever happens: ${RUNS} histories, seed ${SEED}`, function () {
    this.timeout(LONG ? 900_000 : 120_000);
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(steps, (history) => {
        const lived = new AuditedHistory();
        for (const step of history) lived.live(step);
        lived.finish();
        for (const name of lived.seen) seen.set(name, (seen.get(name) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    console.log([...seen].map(([name, count]) => `${name} ${count}`).join(', '));
    assert.ok(seen.size > 0);
  });
});

import assert from 'node:assert/strict';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { CLOSING, closedStatus, decimal, filledStatus } from '../../../src/shared/simulator/trading/account/status-text';

const fills = (status: string, ...several: readonly (readonly [units: number, price: number, remaining: number])[]): string =>
  several.reduce((text, [units, price, remaining]) => filledStatus({ status: text, remaining: unitsOf(remaining) }, unitsOf(units), price), status);

describe('simulator/trading/status-text', () => {
  it('tells an order that was filled in one', () => assert.equal(fills('ACTIVE', [0.00008, 117120, 0]), 'EXECUTED @ 117120.0(0.00008)'));

  it('tells earlier fills after it, the newest first', () => {
    assert.equal(fills('ACTIVE', [-0.5, 15980, -0.5], [-0.5, 15980, 0]), 'EXECUTED @ 15980.0(-0.5): was PARTIALLY FILLED @ 15980.0(-0.5)');
    assert.equal(fills('ACTIVE', [1, 10, 2], [1, 9.5, 1]), 'PARTIALLY FILLED @ 9.5(1.0): was PARTIALLY FILLED @ 10.0(1.0)');
  });

  it('tells how an order ended that was filled in part, and that was not', () => {
    assert.equal(closedStatus({ status: fills('ACTIVE', [-0.02, 18030, -0.003]) }, 'CANCELED'), 'CANCELED was: PARTIALLY FILLED @ 18030.0(-0.02)');
    assert.equal(closedStatus({ status: fills('ACTIVE', [1, 2, 1]) }, 'INSUFFICIENT BALANCE (G1)'), 'INSUFFICIENT BALANCE (G1) was: PARTIALLY FILLED @ 2.0(1.0)');
    assert.equal(closedStatus({ status: 'ACTIVE' }, 'POSTONLY CANCELED'), 'POSTONLY CANCELED');
  });

  it('tells to the end that an order closes a position', () => {
    assert.equal(fills(CLOSING, [0.001, 8150, 0]), 'EXECUTED @ 8150.0(0.001) was ACTIVE (note:POSCLOSE)');
    assert.equal(fills(CLOSING, [1, 10, 1], [1, 11, 0]), 'EXECUTED @ 11.0(1.0): was PARTIALLY FILLED @ 10.0(1.0) was ACTIVE (note:POSCLOSE)');
    assert.equal(closedStatus({ status: CLOSING }, 'CANCELED'), 'CANCELED was: ACTIVE (note:POSCLOSE)');
  });

  it('forgets the oldest of very many fills', () => {
    const many = Array.from({ length: 50 }, (_, at): [number, number, number] => [1, at + 1, 50 - at]);
    const status = fills(CLOSING, ...many);
    assert.equal(status.split(': was ').length, 11);
    assert.match(status, /^PARTIALLY FILLED @ 50\.0\(1\.0\): was PARTIALLY FILLED @ 49\.0.* was ACTIVE \(note:POSCLOSE\)$/);
  });

  it('writes numbers with a decimal and without an exponent', () => {
    assert.deepEqual([1, -2.5, 113940, 1e-8, 0.0000001, 0].map(decimal), ['1.0', '-2.5', '113940.0', '0.00000001', '0.0000001', '0.0']);
  });
});

import assert from 'node:assert/strict';
import { jsonLines, needsData } from '../../shared-data';
import { ALMIGHTY, PaperWorld } from './paper-world';
import { differences } from './shapes';

interface Recorded {
  readonly path: string;
  readonly response_text: string;
}

describe('recorded answers to signed calls', () => {
  let world: PaperWorld;
  let recorded: Map<string, unknown>;
  before(async function () {
    needsData(this);
    recorded = new Map(jsonLines<Recorded>('rest.jsonl').map(({ path, response_text: text }) => [path.replace('/v2/auth/', ''), JSON.parse(text) as unknown]));
    world = await PaperWorld.start({ symbols: ['tBTCUSD', 'tETHUSD', 'tETHUST'], accounts: [ALMIGHTY] });
    await world.order({ type: 'EXCHANGE MARKET', amount: '0.5', gid: 3 });
    await world.order({ type: 'MARKET', amount: '0.2', symbol: 'tETHUSD' });
    world.clock.advance(24 * 3_600_000);
    await world.order({ type: 'LIMIT', amount: '-0.5', price: '33000', symbol: 'tETHUSD' });
  });
  after(async () => world?.end());

  /** Call, body, and in which cells our answer is of another kind; each with its reason. */
  const CALLS: readonly [path: string, body: object, differs: readonly string[]][] = [
    ['w/alert/set', { type: 'price', symbol: 'tETHUST', price: 123 }, []],
    ['r/alerts', {}, []],
    ['w/alert/price:tETHUST:123/del', {}, []],
    ['r/summary', {}, []],
    ['calc/order/avail', { symbol: 'tBTCUSD', type: 'EXCHANGE', dir: 1, rate: '30000' }, []],
    // nobody was on the other side of a trade
    ['r/wallets', {}, ['0.6.order_id_oppo: number, here null']],
    ['r/info/margin/base', {}, []],
    // money of paper comes from nowhere
    ['r/movements/hist', {}, ['0.16: string, here null', '0.20: string, here null']],
    // META has said where an order comes from since 2020
    ['r/orders', {}, ['0.31: null, here object']],
    ['w/order/submit', { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.1', price: '10000' }, ['4.0.31: null, here object']],
    ['w/order/cancel/multi', { all: 1 }, ['4.0.31: null, here object']],
    ['r/positions/snap', {}, []],
    // nobody was on the other side here, either
    ['r/positions/audit', {}, ['0.19.user_id_oppo: number, here undefined', '0.19.order_id_oppo: number, here null']],
  ];

  for (const [path, body, differs] of CALLS) {
    it(`${path} is answered in the same shape`, async () => {
      assert.deepEqual(differences(recorded.get(path), await world.user.read(path, body)), differs);
    });
  }

  it('are all known here, but for two that a paper exchange does not answer', () => {
    const others = [...recorded.keys()].filter((path) => !path.startsWith('/') && !CALLS.some(([own]) => own === path));
    // an address might be paid to; positions are increased by orders
    assert.deepEqual(others, ['w/deposit/address', 'r/position/increase/info']);
  });
});

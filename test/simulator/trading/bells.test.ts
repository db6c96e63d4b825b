import assert from 'node:assert/strict';
import { Folder, KeptFloor } from './kept-floor';
import { PaperWorld } from './paper-world';

const SYMBOL = 'tBTCUSD';

describe('a price alert', () => {
  let world: PaperWorld;
  beforeEach(async () => (world = await PaperWorld.start({ symbols: [SYMBOL, 'tETHUSD'] })));
  afterEach(() => world.end());
  const set = (price: number | string, count?: number): Promise<unknown> => world.user.read('w/alert/set', { type: 'price', symbol: SYMBOL, price, ...(count !== undefined && { count }) });
  /** What rings when these trades are printed, one after the other. */
  async function rings(...prices: readonly number[]): Promise<unknown[]> {
    const client = await world.open({ filter: ['notify'] });
    for (const price of prices) world.markets[0]?.print(price, 0.1);
    client.send({ event: 'ping', cid: 1 });
    await client.event(({ cid }) => cid === 1);
    return client.of(0).filter(([, type]) => type === 'n').map((frame) => frame[2] as unknown[]).map((notice) => [notice[1], notice[4], notice[6]]);
  }
  const ring = (price: number, count: number, direction: number): unknown => ['uca', [`price:${SYMBOL}:${price}`, 'price', SYMBOL, price, count, direction], 'SUCCESS'];

  it('rings when the last trade comes to its price from either side, so often as it was told, and is gone then', async () => {
    await set(30_500, 3);
    await set('29000.5');
    assert.deepEqual(await rings(30_400, 30_499), []);
    assert.deepEqual(await rings(30_500, 30_600, 30_500), [ring(30_500, 2, 1), ring(30_500, 1, -1)]);
    assert.deepEqual(await world.user.read('r/alerts'), [[`price:${SYMBOL}:30500`, 'price', SYMBOL, 30_500, 1], [`price:${SYMBOL}:29000.5`, 'price', SYMBOL, 29_000.5, 100]]);
    assert.deepEqual(await rings(28_000, 31_000, 30_000), [ring(29_000.5, 99, -1), ring(30_500, 0, 1), ring(29_000.5, 98, 1)]);
    assert.deepEqual((await world.user.read('r/alerts')).map((row) => row[4]), [98]);
  });

  it('has its market followed as long as it is there, and no other', async () => {
    const followers = (): number[] => world.markets.map((market) => market.followers);
    assert.deepEqual(followers(), [0, 0]);
    await set(31_000, 1);
    await set(32_000);
    assert.deepEqual(followers(), [1, 0]);
    await rings(31_500);
    assert.deepEqual(followers(), [1, 0]);
    assert.deepEqual(await world.user.read(`w/alert/price:${SYMBOL}:32000/del`), [true]);
    assert.deepEqual(followers(), [0, 0]);
  });

  it('for a price of many zeros can be deleted by its own key', async () => {
    const [key] = (await set('0.0000001')) as [string];
    assert.deepEqual(await world.user.read(`w/alert/${key}/del`), [true]);
    assert.deepEqual(await world.user.read('r/alerts'), []);
  });

  it('rings after a restart too, and not for a new account', () => {
    const folder = new Folder();
    try {
      const first = new KeptFloor(folder.file());
      const { user } = first.given;
      first.side.accountOf(user);
      first.side.recordsOf(user).setAlert({ symbol: SYMBOL, price: 105, count: 2 });
      first.side.end();
      const next = new KeptFloor(folder.file());
      const told: unknown[] = [];
      next.side.trading.account(user.userId)?.listeners.add((type, payload) => told.push([type, (payload as unknown[])[1]]));
      for (const price of [100, 110]) next.market.print(price, 1);
      assert.deepEqual(told, [['n', 'uca']]);
      assert.equal(next.side.recordsOf(user).alerts[0]?.count, 1);
      next.side.reset(user);
      assert.equal(next.market.followers, 0);
      next.side.end();
    } finally {
      folder.remove();
    }
  });
});

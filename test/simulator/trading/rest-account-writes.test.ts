import assert from 'node:assert/strict';
import { ALMIGHTY, PaperWorld } from './paper-world';

describe('signed writes of the simulated exchange', () => {
  let world: PaperWorld;
  beforeEach(async () => {
    world = await PaperWorld.start({ symbols: ['tBTCUSD', 'tBTCF0:USTF0'], accounts: [ALMIGHTY] });
    world.exchange.trading.deposit(world.exchange.trading.open(ALMIGHTY.user), 'exchange', 'UST', 100_000n * 100_000_000n);
  });
  afterEach(() => world.end());

  const post = async (path: string, body: unknown): Promise<unknown> => (await world.user.post(path, body)).body;

  it('place, change and cancel orders, with receipts in seconds and milliseconds as the exchange has them', async () => {
    const order = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000', cid: 5 };
    const submitted = (await post('w/order/submit', order)) as [number, string, null, null, number[][], null, string, string];
    assert.deepEqual([submitted[0], ...submitted.slice(1, 4), ...submitted.slice(5)], [Math.floor(world.clock.now() / 1000), 'on-req', null, null, null, 'SUCCESS', 'Submitting 1 orders.']);
    world.settle();
    const id = submitted[4][0]?.[0];
    const updated = (await post('w/order/update', { id, price: '21000' })) as unknown[];
    assert.deepEqual([updated[0], updated[1], (updated[4] as unknown[])[16]], [world.clock.now(), 'ou-req', 21_000]);
    world.settle();
    const cancelled = (await post('w/order/cancel', { id })) as unknown[];
    assert.deepEqual([cancelled[1], (cancelled[4] as unknown[])[13]], ['oc-req', 'ACTIVE']);
    world.settle();
    const several = (await post('w/order/multi', { ops: [['on', order], ['on', { ...order, amount: '-9' }], ['oc', { id: 1 }]] })) as [number, string, null, null, unknown[][]];
    assert.deepEqual([several[1], several[4].map((one) => one[6])], ['ox_multi-req', ['SUCCESS', 'ERROR', 'ERROR']]);
    world.settle();
    assert.equal(((await post('w/order/cancel/multi', { all: 1 })) as unknown[][])[4]?.length, 1);
  });

  it('refuse with HTTP 500 and the reason, and count orders', async () => {
    const order = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000' };
    const refused: readonly [path: string, body: unknown, error: unknown][] = [
      ['w/order/submit', { ...order, amount: '9' }, ['error', 10001, 'Invalid order: not enough exchange balance for 9.0 BTCUSD at 20000.0']],
      ['w/order/submit', { ...order, symbol: 'tNOPE' }, ['error', 10020, 'symbol: invalid']],
      ['w/order/cancel', { id: 1 }, ['error', 10001, 'Order not found.']],
    ];
    for (const [path, body, error] of refused) assert.deepEqual(await world.user.post(path, body), { status: 500, body: error });
    await world.end();
    world = await PaperWorld.start({ limits: { orders: 2, authConnections: Infinity } });
    assert.equal((await world.user.post('w/order/submit', order)).status, 200);
    const two = { ops: [['on', order], ['on', order], ['oc', { id: 1 }]] };
    assert.deepEqual(await post('w/order/multi', two), ['error', 11010, 'ratelimit: error']);
    assert.equal((await world.user.post('w/order/submit', order)).status, 200);
    assert.deepEqual(await world.user.post('w/order/submit', order), { status: 500, body: ['error', 11010, 'ratelimit: error'] });
    // whoever may not order may still cancel
    assert.equal((await world.user.post('w/order/cancel/multi', { all: 1 })).status, 200);
    world.clock.advance(300_001);
    assert.equal((await world.user.post('w/order/submit', order)).status, 200);
  });

  it('move money between wallets, and into what derivatives take', async () => {
    const move = (body: object): Promise<unknown> => post('w/transfer', { from: 'exchange', to: 'margin', currency: 'UST', currency_to: 'USTF0', amount: '1000.5', ...body });
    const receipt = (await move({})) as [number, string, null, null, unknown[], null, string];
    assert.deepEqual([receipt[1], receipt[4], receipt[6]], ['acc_tf', [world.clock.now(), 'exchange', 'margin', null, 'UST', 'USTF0', null, 1000.5], 'SUCCESS']);
    const total = async (wallet: string, currency: string): Promise<unknown> => (await world.user.read('r/wallets')).find((row) => row[0] === wallet && row[1] === currency)?.[2];
    assert.deepEqual([await total('exchange', 'UST'), await total('margin', 'USTF0')], [98_999.5, 1000.5]);
    assert.equal(((await move({ from: 'trading', to: 'exchange', currency: 'USTF0', currency_to: 'UST', amount: '0.5' })) as unknown[])[6], 'SUCCESS');
    assert.equal(((await move({ to: 'deposit', currency: 'USD', currency_to: undefined, amount: 7 })) as unknown[])[6], 'SUCCESS');
    assert.deepEqual([await total('funding', 'USD'), await total('margin', 'USTF0')], [7, 1000]);
    const wrong: readonly [object, RegExp][] = [
      [{ amount: '99999999' }, /not enough balance in the exchange wallet/],
      [{ amount: '0' }, /amount: invalid/],
      [{ amount: '-1' }, /amount: invalid/],
      [{ from: 'nope' }, /from: invalid/],
      [{ to: 'constructor' }, /to: invalid/],
      [{ to: 'exchange' }, /to: invalid/],
      [{ currency_to: 'BTC' }, /currency_to: invalid/],
      [{ currency: 7 }, /currency: invalid/],
      [{ to: 'exchange', currency_to: 'UST' }, /to: invalid/],
    ];
    for (const [body, reason] of wrong) assert.match(String(await move(body)), reason);
  });

  it('set the collateral of a derivative, between what is safe and what is there', async () => {
    await post('w/transfer', { from: 'exchange', to: 'margin', currency: 'UST', currency_to: 'USTF0', amount: '10000' });
    await world.order({ symbol: 'tBTCF0:USTF0', type: 'MARKET', amount: '0.1', lev: 10 });
    const set = (body: object): Promise<unknown> => post('w/deriv/collateral/set', { symbol: 'tBTCF0:USTF0', ...body });
    const collateral = async (): Promise<unknown> => (await world.user.read('r/positions'))[0]?.[17];
    assert.equal(await collateral(), 300);
    const [least = 0, most = 0] = await world.user.read<number[]>('calc/deriv/collateral/limits', { symbol: 'tBTCF0:USTF0' });
    assert.ok(least > 0 && least < 300 && most > 300, `${least} ${most}`);
    assert.deepEqual(await set({ collateral: 500 }), [[1]]);
    assert.equal(await collateral(), 500);
    assert.deepEqual(await set({ collateral: least / 2 }), ['error', 110202, 'collateral: market risk']);
    assert.match(String(await set({ collateral: most + 1 })), /invalid/);
    assert.match(String(await set({ collateral: 'x' })), /collateral: invalid/);
    assert.match(String(await set({ symbol: 'tBTCUSD', collateral: 1 })), /symbol: invalid/);
    assert.equal(await collateral(), 500);
  });

  it('are not seen by reads that lag, until they are old enough', async () => {
    const stop = world.exchange.trouble.readLag(5000);
    await world.order({ type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000' });
    await world.order({ type: 'EXCHANGE MARKET', amount: '0.01' });
    const lengths = async (): Promise<number[]> => Promise.all(['r/orders', 'r/orders/hist', 'r/trades/hist'].map(async (path) => (await world.user.read(path)).length));
    assert.deepEqual(await lengths(), [0, 0, 0]);
    world.clock.advance(10_000);
    assert.deepEqual(await lengths(), [1, 1, 1]);
    await world.order({ type: 'EXCHANGE MARKET', amount: '0.01' });
    stop();
    assert.deepEqual(await lengths(), [1, 2, 2]);
  });

  it('do nothing in maintenance', async () => {
    world.exchange.trouble.maintenance(true);
    assert.deepEqual(await world.user.post('w/order/submit', { type: 'EXCHANGE MARKET', symbol: 'tBTCUSD', amount: '0.01' }), { status: 500, body: ['error', 20060, 'maintenance'] });
    world.exchange.trouble.maintenance(false);
    assert.deepEqual(await world.user.read('r/orders/hist'), []);
  });
});

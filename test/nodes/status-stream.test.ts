import assert from 'node:assert/strict';
import statusStream from '../../src/nodes/status-stream/status-stream';
import type { UnifiedDerivatives, UnifiedLiquidation } from '../../src/shared/core/unified-status';
import { until } from '../until';
import { dismantle, rig, type Rig } from './flow';

const NODE = 'bitfinex-status-stream';
const start = (settings: Record<string, unknown>): Promise<Rig> => rig(NODE, settings, { nodes: [statusStream] });

const liquidated = (id: number, symbol = 'tBTCF0:USTF0', amount = 0.5): unknown[] => ['pos', id, Date.now(), null, symbol, amount, 60_000, null, 1, 1, null, 59_000];
const isLiquidation = ({ payload }: { payload: unknown }): boolean => 'isMatch' in (payload as object);

describe('status stream', () => {
  afterEach(dismantle);

  it('sends the state of a perpetual, in whatever spelling it is wanted', async () => {
    const { message, messages, statuses, exchange } = await start({ keys: 'deriv:tBTCF0:USTF0, ETH/USDT:USDT' });
    const { topic, payload, bitfinex } = await message((one) => one.topic === 'BTC/USDT:USDT');
    const state = payload as UnifiedDerivatives;
    assert.deepEqual({ ...bitfinex, receivedAt: 0 }, { symbol: 'tBTCF0:USTF0', channel: 'status', account: 'test', receivedAt: 0, state: 'live' });
    assert.ok((state.markPrice as number) > 0 && (state.indexPrice as number) > 0 && (state.openInterest as number) > 0 && Math.abs(state.timestamp - Date.now()) < 10_000);
    assert.ok((state.fundingTimestamp as number) > Date.now() && state.symbol === topic && Array.isArray(state.info));
    assert.equal((await message((one) => one.topic === 'ETH/USDT:USDT')).bitfinex.symbol, 'tETHF0:USTF0');
    await until(() => statuses.find(({ text, fill }) => fill === 'green' && text?.includes('live')), 'the status');
    assert.ok(messages.every((one) => !isLiquidation(one)));
    assert.ok(exchange.log.some((entry) => 'text' in entry && String(entry.text).includes('"deriv:tBTCF0:USTF0"')));
  });

  it('sends at most one state an interval', async () => {
    const { messages } = await start({ keys: 'BTC/USDT:USDT', interval: 4_000 });
    await until(() => messages.length === 2, 'two messages', 15_000);
    const [first, second] = messages.map(({ bitfinex }) => bitfinex.receivedAt) as [number, number];
    assert.ok(second - first >= 3_995, `${second - first} ms`);
  }).timeout(30_000);

  it('sends every liquidation at once, each with its own symbol, whatever the interval', async () => {
    const { messages, exchange, statuses } = await start({ keys: 'liq:global', interval: 60_000 });
    await until(() => statuses.some(({ text }) => text?.includes('live')), 'live');
    for (const id of [901, 902, 903]) exchange.trouble.liquidate(liquidated(id, id === 902 ? 'tETHF0:USTF0' : undefined, id === 903 ? -2 : 1));
    const own = () => messages.filter(({ payload }) => Number((payload as UnifiedLiquidation).id) >= 901 && Number((payload as UnifiedLiquidation).id) <= 903);
    await until(() => own().length === 3, 'three liquidations');
    assert.deepEqual(own().map(({ topic, bitfinex }) => [topic, bitfinex.symbol]), [['BTC/USDT:USDT', 'tBTCF0:USTF0'], ['ETH/USDT:USDT', 'tETHF0:USTF0'], ['BTC/USDT:USDT', 'tBTCF0:USTF0']]);
    assert.deepEqual(own().map(({ payload }) => [(payload as UnifiedLiquidation).side, (payload as UnifiedLiquidation).amount]), [['sell', 1], ['sell', 1], ['buy', 2]]);
  });

  it('is told by message what to follow, and calls it by the same names', async () => {
    const { message, messages, input, exchange } = await start({ keys: '' });
    input({ action: 'subscribe', symbol: ['tBTCF0:USTF0', 'liq:global'] });
    input({ action: 'list' });
    assert.deepEqual((await message(({ payload }) => Array.isArray(payload))).payload, ['BTC/USDT:USDT', 'liq:global']);
    input({ action: 'unsubscribe', symbol: 'BTC/USDT:USDT, liq:global' });
    input({ action: 'list' });
    assert.deepEqual((await until(() => messages.filter(({ payload }) => Array.isArray(payload))[1], 'the second list')).payload, []);
    assert.ok(exchange.log.length > 0);
  });

  it('answers get: one state, several, all, or the history of liquidations', async () => {
    const { messages, input, exchange } = await start({ keys: '' });
    input({ action: 'get', symbol: 'deriv:tBTCF0:USTF0' });
    const one = await until(() => messages[0], 'one state');
    assert.deepEqual([one.topic, one.bitfinex.symbol, one.bitfinex.requested, (one.payload as UnifiedDerivatives).symbol], ['BTC/USDT:USDT', 'tBTCF0:USTF0', true, 'BTC/USDT:USDT']);
    input({ action: 'get', symbol: ['ETH/USDT:USDT', 'BTC/USDT:USDT'] });
    const two = await until(() => messages[1], 'two states');
    assert.deepEqual([two.topic, (two.payload as UnifiedDerivatives[]).map(({ symbol }) => symbol)], ['ALL', ['ETH/USDT:USDT', 'BTC/USDT:USDT']]);
    input({ action: 'get', symbol: 'ALL' });
    assert.ok(((await until(() => messages[2], 'all states')).payload as unknown[]).length >= 3);
    for (const id of [901, 902]) exchange.trouble.liquidate(liquidated(id));
    input({ action: 'get', symbol: 'liq:global', payload: { limit: 50, sort: -1 } });
    const history = await until(() => messages[3], 'the history');
    const liquidations = history.payload as UnifiedLiquidation[];
    assert.deepEqual([history.topic, history.bitfinex.symbol], ['liq:global', 'liq:global']);
    assert.deepEqual(liquidations.map(({ id }) => id).filter((id) => id === '901' || id === '902').sort(), ['901', '902']);
    assert.ok(liquidations.every(({ symbol, timestamp }, at) => symbol.includes(':') && (at === 0 || timestamp <= (liquidations[at - 1] as UnifiedLiquidation).timestamp)));
  });

  for (const [action, expected] of [
    [{ action: 'subscribe', symbol: 'BTC/USD' }, /msg\.symbol: "BTC\/USD" is no perpetual; write one as BTC\/USDT:USDT or deriv:tBTCF0:USTF0/],
    [{ action: 'subscribe', symbol: 'fUSD' }, /msg\.symbol: "fUSD" is no perpetual/],
    [{ action: 'subscribe', symbol: 'deriv:tNOPEF0:USTF0' }, /not a symbol of this exchange/],
    [{ action: 'subscribe', symbol: 'liq:tBTCF0:USTF0' }, /is not a symbol of this exchange/],
    [{ action: 'get', symbol: 'BTC/USDT:USDT', payload: { limit: 5 } }, /payload\.limit: makes no sense for the state of perpetuals/],
    [{ action: 'get', symbol: 'ALL', payload: { sort: 1 } }, /payload\.sort: makes no sense/],
  ] as const) {
    it(`refuses ${JSON.stringify(action)}`, async () => {
      const { errors, input, messages } = await start({ keys: '' });
      input(action);
      assert.match((await until(() => errors[0], 'the error')).message, expected);
      input({ action: 'list' });
      assert.deepEqual((await until(() => messages[0], 'the list')).payload, []);
    });
  }

  it('runs the good keys, is red and names the field when one is wrong', async () => {
    const { message, errors, statuses } = await start({ keys: 'BTC/USD, BTC/USDT:USDT' });
    await message(({ topic }) => topic === 'BTC/USDT:USDT');
    assert.match((await until(() => errors[0], 'the error')).message, /keys: "BTC\/USD" is no perpetual/);
    await until(() => statuses.find(({ fill }) => fill === 'red'), 'the red status');
  });

  it('is told again what is the state after a lost line', async () => {
    const { messages, exchange, statuses } = await start({ keys: 'BTC/USDT:USDT', interval: 0 });
    await until(() => messages.length > 0, 'a state');
    exchange.trouble.dropSockets();
    await until(() => statuses.some(({ fill }) => fill === 'red'), 'offline');
    const before = messages.length;
    await until(() => messages.length > before, 'a state again', 15_000);
    assert.equal(messages.at(-1)?.bitfinex.state, 'live');
  }).timeout(30_000);
});

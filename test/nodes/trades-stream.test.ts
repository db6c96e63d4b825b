import assert from 'node:assert/strict';
import type { UnifiedTrade } from '../../src/shared/core/unified';
import { until } from '../until';
import { dismantle, rig } from './flow';

const NODE = 'bitfinex-trades-stream';

describe('trades stream', () => {
  afterEach(dismantle);

  it('first sends the last trades as replayed, oldest first, then each new one once', async () => {
    const { messages } = await rig(NODE, { symbols: 'BTC/USD' });
    await until(() => messages.some(({ bitfinex }) => bitfinex.state === 'live'), 'a live trade', 20_000);
    const trades = messages.map(({ payload }) => payload as UnifiedTrade);
    const replayed = messages.filter(({ bitfinex }) => bitfinex.state === 'replayed').length;
    assert.equal(replayed, 30);
    assert.equal(new Set(trades.map(({ id }) => id)).size, trades.length);
    for (const [at, { timestamp }] of trades.entries()) assert.ok(at === 0 || timestamp >= (trades[at - 1] as UnifiedTrade).timestamp);
    const [first] = trades as [UnifiedTrade];
    assert.deepEqual(Object.keys(first).sort(), ['amount', 'cost', 'id', 'info', 'price', 'side', 'symbol', 'timestamp']);
    assert.ok(first.amount > 0 && Math.abs(first.cost - first.price * first.amount) < 1e-6 && ['buy', 'sell'].includes(first.side) && typeof first.id === 'string');
  });

  it('batches without losing any, and never mixes replayed and live ones', async () => {
    const { messages, exchange } = await rig(NODE, { symbols: 'BTC/USD', batch: true, interval: 300 });
    await until(() => messages.filter(({ bitfinex }) => bitfinex.state === 'live').length >= 2, 'two live batches', 20_000);
    const batches = messages.map(({ payload }) => payload as UnifiedTrade[]);
    assert.equal((batches[0] as UnifiedTrade[]).length, 30);
    const ids = batches.flat().map(({ id }) => Number(id));
    const answer = (await (await fetch(`${exchange.rest}/v2/trades/tBTCUSD/hist?limit=200`)).json()) as number[][];
    const listed = answer.map(([id]) => id as number).filter((id) => id >= Math.min(...ids) && id <= Math.max(...ids));
    assert.deepEqual([...ids].sort((a, b) => a - b), listed.sort((a, b) => a - b));
  });

  it('follows a symbol once, however often and in whatever spelling it is asked for', async () => {
    const { messages, input } = await rig(NODE, { symbols: '' });
    input({ action: 'subscribe', symbol: ['BTC/USD', 'tBTCUSD', 'BTC/USD'] });
    await until(() => messages.length >= 30, 'the first trades');
    const ids = messages.map(({ payload }) => (payload as UnifiedTrade).id);
    assert.equal(new Set(ids).size, ids.length);
    input({ action: 'unsubscribe', symbol: 'tBTCUSD' });
    input({ action: 'list' });
    assert.deepEqual((await until(() => messages.find(({ payload }) => Array.isArray(payload)), 'the list')).payload, []);
  });

  it('delivers what was missed while the line was down as replayed, and nothing twice', async () => {
    const { messages, exchange, statuses } = await rig(NODE, { symbols: 'BTC/USD' });
    await until(() => messages.some(({ bitfinex }) => bitfinex.state === 'live'), 'a live trade', 20_000);
    exchange.trouble.refuse(3_000);
    exchange.trouble.dropSockets();
    await until(() => statuses.some(({ fill }) => fill === 'red'), 'offline');
    const before = messages.length;
    await until(() => messages.slice(before).some(({ bitfinex }) => bitfinex.state === 'live'), 'live again', 30_000);
    const ids = messages.map(({ payload }) => Number((payload as UnifiedTrade).id));
    assert.equal(new Set(ids).size, ids.length, 'no id twice');
    assert.ok(messages.slice(before).some(({ bitfinex }) => bitfinex.state === 'replayed'), 'the missed ones');
    const answer = (await (await fetch(`${exchange.rest}/v2/trades/tBTCUSD/hist?limit=200`)).json()) as number[][];
    const lost = answer.map(([id]) => id as number).filter((id) => id >= Math.min(...ids) && id <= Math.max(...ids) && !ids.includes(id));
    assert.deepEqual(lost, []);
  }).timeout(60_000);
});

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mirrorExchange } from '../../src/shared/link/embedded';
import { hub } from '../../src/shared/link/hub';
import type { VenueSpec } from '../../src/shared/link/venue';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import type { Market, MarketSource } from '../../src/shared/simulator/markets/source';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import type { AccountState } from '../../src/shared/simulator/trading/account/account-state';
import type { PaperAccount } from '../../src/shared/simulator/trading/account/paper-account';
import { wallClock } from '../../src/shared/simulator/wall-clock';
import { hurriedClock } from '../hurried-clock';
import { GivenMarket, givenSource } from '../simulator/trading/given-market';
import { until, untilTold } from '../until';

const SYMBOL = 'tBTCUSD';
const FASTER = 8;

/** Columns of an order (bitfinex-v2.md 5.2). */
const [AMOUNT, STATUS, AVERAGE] = [6, 13, 17];
type Row = (string | number | null)[];

describe('orders on paper at live prices', function () {
  this.timeout(60_000);

  let live: Exchange;
  let liveSource: MarketSource;
  let paper: Exchange;
  let spec: VenueSpec;
  let reports: string[];
  let nonce = Date.now() * 1000;

  /** Two exchanges: the live one with these markets, and its mirror. */
  async function begin(source: MarketSource): Promise<void> {
    liveSource = source;
    live = await startExchange({ source: liveSource, clock: hurriedClock(FASTER) });
    reports = [];
    const liveSpec: VenueSpec = { key: 'live', isSimulated: false, label: 'custom', addresses: async () => live, stop: async () => undefined, report: () => undefined };
    spec = mirrorExchange('mirror a', { live: liveSpec, account: 'me', report: (text) => void reports.push(text) });
    paper = (await spec.addresses()) as unknown as Exchange;
  }
  afterEach(async () => {
    await spec.stop();
    await hub().end();
    await live.stop();
  });

  const truth = (): Market => liveSource.market(SYMBOL) as Market;
  const best = (side: 'bids' | 'asks'): number => truth().sides('P0', 250)?.[side].levels[0]?.price as number;

  /** A call that the account's own key signs, straight to its exchange: the courier of the nodes does not write yet. */
  async function signed(path: string, params: object = {}): Promise<unknown[]> {
    const body = JSON.stringify(params);
    const text = String(++nonce);
    const signature = createHmac('sha384', 'me-secret').update(`/api/v2/${path}${text}${body}`).digest('hex');
    const headers = { 'content-type': 'application/json', 'bfx-nonce': text, 'bfx-apikey': 'me', 'bfx-signature': signature };
    return (await (await fetch(`${paper.rest}/v2/${path}`, { method: 'POST', headers, body })).json()) as unknown[];
  }

  async function submit(order: object): Promise<number> {
    const answer = await signed('auth/w/order/submit', { symbol: SYMBOL, ...order });
    assert.equal(answer[6], 'SUCCESS', JSON.stringify(answer));
    return (answer[4] as Row[])[0]?.[0] as number;
  }

  /** What the mirror shows of the live book: nothing while it cannot be relied on. */
  const shown = async (): Promise<unknown[]> => (await (await fetch(`${paper.rest}/v2/book/${SYMBOL}/P0`)).json()) as unknown[];
  const shows = (isSo: (rows: unknown[]) => boolean): Promise<void> => untilTold(async () => isSo(await shown()), 'the market can be relied on', 20_000, 300);
  const orders = async (path = 'auth/r/orders'): Promise<Row[]> => (await signed(path)) as Row[];
  /** Of the account, looked at from inside: asked for over and over it would be refused, as by the exchange. */
  const stateOf = (): AccountState => (paper.trading.accounts[0] as PaperAccount).state;
  async function closed(id: number): Promise<Row> {
    await until(() => stateOf().closedOrders.some((one) => one.id === id), 'the order is over', 20_000);
    return (await orders('auth/r/orders/hist')).find(([one]) => one === id) as Row;
  }

  it('are filled from the depth of the live book', async () => {
    await begin(synthetic({ seed: 21 }));
    liveSource.pause(true);
    const id = await submit({ type: 'EXCHANGE MARKET', amount: '0.3' });
    const filled = await closed(id);
    assert.match(String(filled[STATUS]), /^EXECUTED @ /);
    let [left, cost] = [0.3, 0];
    for (const { price, amount } of truth().sides('P0', 250)?.asks.levels ?? []) {
      const taken = Math.min(left, Math.abs(amount));
      [left, cost] = [left - taken, cost + taken * price];
    }
    assert.ok(Math.abs((filled[AVERAGE] as number) - cost / 0.3) < 0.01, `${filled[AVERAGE]} is not ${cost / 0.3}`);
    assert.deepEqual(live.calls.filter(({ method }) => method !== 'GET'), []);
  });

  /** The line is lost, this happens, and the line comes back. */
  async function inAGap(task: () => Promise<unknown>): Promise<void> {
    const said = (text: string): number => reports.filter((report) => report.includes(text)).length;
    const before = said('go on');
    live.trouble.refuse(4_000 * FASTER);
    live.trouble.dropSockets();
    await until(() => said('wait') > before, 'the exchange says that orders wait');
    await task();
    assert.equal(said('go on'), before, 'the gap was too short');
    await until(() => said('go on') > before, 'the exchange says that they go on', 20_000);
  }

  it('wait while the live line is lost, and meet the book as it is after', async () => {
    await begin(synthetic({ seed: 22 }));
    const resting = await submit({ type: 'EXCHANGE LIMIT', amount: '0.1', price: String(Math.floor(best('bids') * 0.8)) });
    await shows((rows) => rows.length > 0);
    let id = 0;
    await inAGap(async () => {
      id = await submit({ type: 'EXCHANGE MARKET', amount: '0.1' });
      await until(() => live.log.some(({ kind }) => kind === 'refused'), 'the line is tried');
      assert.deepEqual(await orders('auth/r/orders/hist'), []);
      assert.deepEqual(await shown(), []);
    });
    assert.match(String((await closed(id))[STATUS]), /^EXECUTED @ /);
    assert.deepEqual((await orders()).map(([one]) => one), [resting]);
  });

  it('get nothing of what was traded in a gap, and their part of what is traded after', async () => {
    const market = new GivenMarket(SYMBOL, wallClock);
    await begin(givenSource([market]));
    market.show({ bids: [[99, 5], [98, 5]], asks: [[101, 5], [102, 5]] });
    await submit({ type: 'EXCHANGE LIMIT', amount: '1', price: '100' });
    await shows((rows) => rows.length === 4);
    await until(() => [...stateOf().orders.values()].some(({ stage }) => stage === 'working'), 'it rests');
    await inAGap(async () => {
      for (const price of [100, 99, 95]) market.print(price, -3);
      market.show({ bids: [[94, 5]], asks: [[95, 5]] });
      market.show({ bids: [[99, 5]], asks: [[101, 5]] });
    });
    const [order] = await orders();
    assert.deepEqual([order?.[AMOUNT], order?.[STATUS]], [1, 'ACTIVE']);
    market.print(100, -0.4);
    await until(() => stateOf().trades.length > 0, 'its part of the next trade');
    assert.equal((await orders())[0]?.[STATUS], 'PARTIALLY FILLED @ 100.0(0.4)');
    assert.equal((await orders())[0]?.[AMOUNT], 0.6);
  });

  it('have the sizes and the margins that the live exchange says', async () => {
    const given = { limits: [null, null, null, '0.007', '80.5', null, null, null, 0.4, 0.25, null, null] };
    await begin({ ...givenSource([new GivenMarket(SYMBOL, wallClock)]), limitsOf: () => ({ minOrderSize: '0.007', maxOrderSize: '80.5', initialMargin: 0.4, minMargin: 0.25 }) });
    const answers = await Promise.all([live, paper].map(async ({ rest }) => (await fetch(`${rest}/v2/conf/pub:info:pair`)).json()));
    assert.deepEqual(answers, [1, 2].map(() => [[[SYMBOL.slice(1), given.limits]]]));
    const refusal = async (amount: string): Promise<unknown> => (await signed('auth/w/order/submit', { symbol: SYMBOL, type: 'EXCHANGE LIMIT', price: '100', amount }))[2];
    assert.deepEqual([await refusal('0.0069'), await refusal('80.6')], ['minimum', 'maximum'].map((word) => `Invalid order: ${word} size for BTC/USD is ${word === 'minimum' ? '0.007' : '80.5'}`));
    const id = await submit({ type: 'EXCHANGE LIMIT', amount: '0.007', price: '100' });
    const [, , text] = await signed('auth/w/order/update', { id, amount: '0.005' });
    assert.match(String(text), /minimum size for BTC.USD is 0.007/);
  });

  it('give the live market back when their exchange stops', async () => {
    await begin(synthetic({ seed: 23 }));
    await closed(await submit({ type: 'EXCHANGE MARKET', amount: '-0.01' }));
    assert.equal(live.trouble.lines.size, 1);
    await spec.stop();
    await until(() => live.trouble.lines.size === 0, 'its line is closed');
  });
});

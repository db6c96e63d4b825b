import assert from 'node:assert/strict';
import type { DerivativesNews, LiquidationsNews } from '../../src/shared/core/feed';
import { DerivativesFeed, LiquidationsFeed } from '../../src/shared/core/status-feed';
import { unifiedDerivatives, unifiedLiquidation } from '../../src/shared/core/unified-status';
import { readFrame, type ChannelFrame } from '../../src/shared/wire/frame';

const frame = (...parts: unknown[]): ChannelFrame => readFrame(JSON.stringify([17, ...parts])) as ChannelFrame;

/** As recorded (Bitfinex.Net, MIT), without the key in front. */
const ROW = [1596124822000, null, 0.896, 0.771995, null, 1396531.67460709, null, 1596153600000, 0.0001056, 6, null, -0.01381344, null, null, 0.7664, null, null, 246502.09001551, null, null, null, 0.0005, 0.0025];
const changed = (at: number, value: unknown): unknown[] => ROW.map((old, column) => (column === at ? value : old));

const liquidated = (time: number, amount = 1e-8, price: number | null = 1.0098): unknown[] => ['pos', 158793100, time, null, 'tAMPF0:USTF0', amount, 1.0093, null, price === null ? 0 : 1, 1, null, price];

describe('state of a perpetual', () => {
  it('is told once, however often the exchange repeats it', () => {
    const feed = new DerivativesFeed();
    assert.equal((feed.receive(frame(ROW)) as DerivativesNews).status.markPrice, 0.7664);
    assert.deepEqual(feed.receive(frame(ROW)), { kind: 'quiet' });
    assert.equal((feed.receive(frame(changed(14, 0.77))) as DerivativesNews).status.markPrice, 0.77);
    assert.equal((feed.receive(frame(ROW)) as DerivativesNews).status.markPrice, 0.7664, 'it is back, and that is news');
  });

  it('meets a newcomer, and is told anew after the line was lost', () => {
    const feed = new DerivativesFeed();
    assert.equal(feed.welcome(), undefined);
    const news = feed.receive(frame(ROW));
    assert.equal(feed.welcome(), news);
    feed.restart();
    assert.equal(feed.welcome(), undefined);
    assert.deepEqual(feed.receive(frame(ROW)), news);
  });

  it('drops what makes no sense and still knows the last one', () => {
    const feed = new DerivativesFeed();
    feed.receive(frame(ROW));
    assert.match(JSON.stringify(feed.receive(frame(changed(14, 'much')))), /"dropped".*markPrice/);
    assert.equal(feed.welcome()?.status.markPrice, 0.7664);
    assert.deepEqual(feed.receive(frame(ROW)), { kind: 'quiet' });
    assert.equal(feed.receive(frame('hb')), undefined);
  });

  it('leaves under the names of ccxt, with the spot price as index price', () => {
    const { info, ...state } = unifiedDerivatives('AMP/USDT:USDT', new DerivativesFeed().receive(frame(ROW)) as DerivativesNews);
    assert.deepEqual(state, {
      symbol: 'AMP/USDT:USDT',
      timestamp: 1596124822000,
      markPrice: 0.7664,
      indexPrice: 0.771995,
      fundingRate: -0.01381344,
      fundingTimestamp: 1596153600000,
      nextFundingRate: 0.0001056,
      nextFundingTimestamp: 1596153600000,
      openInterest: 246502.09001551,
      mid: 0.896,
      insuranceFundBalance: 1396531.67460709,
      nextFundingStep: 6,
      clampMin: 0.0005,
      clampMax: 0.0025,
    });
    assert.deepEqual(info, ROW);
  });

  it('has nothing where the exchange has null, and no columns where an old row ends', () => {
    const old = ROW.slice(0, 18).map((value, column) => (column === 2 || column === 14 ? null : value));
    const state = unifiedDerivatives('AMP/USDT:USDT', new DerivativesFeed().receive(frame(old)) as DerivativesNews);
    assert.deepEqual([state.mid, state.markPrice, state.clampMin, state.openInterest], [undefined, undefined, undefined, 246502.09001551]);
  });
});

describe('liquidations', () => {
  it('are told as they come, in lists or alone, and never to a newcomer', () => {
    const feed = new LiquidationsFeed();
    assert.equal((feed.receive(frame([liquidated(1), liquidated(2)])) as LiquidationsNews).liquidations.length, 2);
    assert.equal((feed.receive(frame(liquidated(3))) as LiquidationsNews).liquidations.length, 1);
    assert.deepEqual(feed.receive(frame([])), { kind: 'quiet' });
    assert.equal(feed.welcome(), undefined);
  });

  it('are not lost because one beside them makes no sense', () => {
    const feed = new LiquidationsFeed();
    const news = feed.receive(frame([liquidated(1), ['pos', 'x'], liquidated(2)])) as LiquidationsNews;
    assert.deepEqual(news.liquidations.map(({ liquidation }) => liquidation.timestamp), [1, 2]);
    assert.match(JSON.stringify(feed.receive(frame([['pos', 'x']]))), /"dropped".*liquidation\.id/);
  });

  it('leave with the side that follows from the position, whole milliseconds and a positive amount', () => {
    const [long, short] = (new LiquidationsFeed().receive(frame([liquidated(1678465351520.2002), liquidated(1678465351520, -3, null)])) as LiquidationsNews).liquidations.map(unifiedLiquidation);
    assert.deepEqual(long, {
      id: '158793100',
      symbol: 'AMPL/USDT:USDT',
      timestamp: 1678465351520,
      side: 'sell',
      amount: 1e-8,
      price: 1.0098,
      entryPrice: 1.0093,
      isMatch: true,
      isMarketSold: true,
      info: liquidated(1678465351520.2002),
    });
    assert.deepEqual([short?.side, short?.amount, short?.price, short?.isMatch], ['buy', 3, undefined, false]);
  });
});

import assert from 'node:assert/strict';
import { Book } from '../../src/shared/core/book';
import { bookChange, bookDepth, tickerOfBook, topOfBook, unifiedBook, unifiedTicker, unifiedTrade } from '../../src/shared/core/unified';
import type { Level } from '../../src/shared/core/level';

const trading = (): Book => {
  const book = new Book('P0', false);
  book.reset([[100, 2, 1], [99, 1, 3], [101, 1, -2], [103, 4, -2]]);
  return book;
};

/** The same rows, through ccxt: one shape whatever the way. */
interface Witness {
  parseTicker(row: unknown[], market?: unknown): Record<string, unknown>;
  parseTrade(trade: { result: unknown[] }, market?: unknown): Record<string, unknown>;
}
// eslint-disable-next-line @typescript-eslint/no-require-imports -- a witness, loaded here only
const ccxt = (): Witness => new (require('ccxt') as { bitfinex: new () => Witness }).bitfinex();

describe('unified shapes', function () {
  // ccxt takes a while to load
  this.timeout(20_000);

  it('have the ticker values that ccxt reads from the same row', () => {
    const info = [50000, 26, 50010, 33, -150.5, -0.003, 50005, 1234.5, 51000, 49000];
    const [bid, bidVolume, ask, askVolume, change, changeRelative, last, baseVolume, high, low] = info as [number, number, number, number, number, number, number, number, number, number];
    const ours = unifiedTicker('BTC/USD', { kind: 'ticker', ticker: { bid, bidVolume, ask, askVolume, change, changeRelative, last, baseVolume, high, low }, info, timestamp: 1_700_000_000_000 }, 5);
    const theirs = ccxt().parseTicker(info);
    for (const field of ['bid', 'ask', 'last', 'change', 'percentage', 'high', 'low', 'baseVolume'] as const) assert.equal(ours[field], theirs[field], field);
    assert.deepEqual([ours.timestamp, ours.bidVolume, ours.askVolume, ours.info], [1_700_000_000_000, 26, 33, info]);
  });

  it('have the trade values that ccxt reads from the same row', () => {
    const info = [401597395, 1574694478808, -0.005, 7245.3];
    const ours = unifiedTrade('BTC/USD', { trade: { id: 401597395, timestamp: 1574694478808, amount: -0.005, price: 7245.3 }, info });
    const theirs = ccxt().parseTrade({ result: info });
    for (const field of ['id', 'timestamp', 'side', 'price', 'amount', 'cost'] as const) assert.deepEqual(ours[field], theirs[field], field);
  });

  it('have bids and asks as [price, amount], best first, amounts positive', () => {
    assert.deepEqual(unifiedBook('BTC/USD', trading(), 7, 3), { symbol: 'BTC/USD', bids: [[100, 1], [99, 3]], asks: [[101, 2], [103, 2]], timestamp: 7, nonce: 3 });
  });

  it('carry id and period where the book has them', () => {
    const raw = new Book('R0', false);
    raw.reset([[7, 100, 1]]);
    assert.deepEqual(unifiedBook('BTC/USD', raw, 0, 0).bids, [[100, 1, 7]]);
    const funding = new Book('P0', true);
    funding.reset([[0.0003, 30, 1, -500]]);
    assert.deepEqual(unifiedBook('fUSD', funding, 0, 0).bids, [[0.0003, 500, 30]]);
    const rawFunding = new Book('R0', true);
    rawFunding.reset([[9, 2, 0.0001, 60]]);
    assert.deepEqual(unifiedBook('fUSD', rawFunding, 0, 0).asks, [[0.0001, 60, 2, 9]]);
  });

  it('sum up the top without the noise of binary fractions', () => {
    assert.deepEqual(topOfBook('BTC/USD', trading()), { symbol: 'BTC/USD', bid: 100, bidVolume: 1, ask: 101, askVolume: 2, mid: 100.5, spread: 1, spreadPercent: 0.995024875622 });
    const fine = new Book('P0', false);
    fine.reset([[0.1, 1, 1], [0.3, 1, -1]]);
    assert.equal(topOfBook('A/B', fine).spread, 0.2);
    assert.equal(topOfBook('A/B', new Book('P0', false)).mid, undefined, 'an empty book has no middle');
  });

  it('tell depth, imbalance and what a market order would cost', () => {
    const depth = bookDepth('BTC/USD', trading(), 3);
    assert.deepEqual([depth.bidVolumeTotal, depth.askVolumeTotal, depth.imbalance, depth.levels], [4, 4, 0, 4]);
    assert.deepEqual(depth.slippage, { size: 3, buy: { price: 101.666666666667, percent: 0.660066006601 }, sell: { price: 99.3333333333333, percent: 0.666666666667 } });
    assert.equal(bookDepth('BTC/USD', trading(), 5).slippage?.buy, null, 'the book is too thin');
    assert.equal(bookDepth('BTC/USD', new Book('P0', false)).imbalance, 0);
  });

  it('tell changes with the amount 0 for what is gone', () => {
    const book = trading();
    assert.deepEqual(bookChange(book, book.read([99, 0, 1]) as Level), { side: 'bid', price: 99, amount: 0, count: 0 });
    assert.deepEqual(bookChange(book, book.read([101, 2, -5]) as Level), { side: 'ask', price: 101, amount: 5, count: 2 });
  });

  it('make a ticker of a book for those who need it in real time', () => {
    assert.deepEqual(tickerOfBook('BTC/USD', trading(), 9), { symbol: 'BTC/USD', timestamp: 9, bid: 100, bidVolume: 1, ask: 101, askVolume: 2, info: [100, 2, 1, 101, 1, -2] });
  });
});

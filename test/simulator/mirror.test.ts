import assert from 'node:assert/strict';
import { Book } from '../../src/shared/core/book';
import type { Verified } from '../../src/shared/core/feed';
import { mirror } from '../../src/shared/simulator/markets/mirror';
import type { BookEar, ChannelEar, TradesEar, Upstream } from '../../src/shared/simulator/markets/mirror-upstream';
import type { Market, MarketEvent, MarketSource } from '../../src/shared/simulator/markets/source';
import { VirtualClock } from '../virtual-clock';

/** A live exchange in memory: the test says what its channels do. */
class FakeUpstream implements Upstream {
  symbols = ['tBTCUSD', 'tETHUSD', 'fUSD'];
  readonly reports: string[] = [];
  readonly books = new Map<string, BookEar>();
  readonly trades = new Map<string, TradesEar>();
  followed = 0;

  limitsOf = (): undefined => undefined;
  report = (text: string): void => void this.reports.push(text);
  followBook = (symbol: string, ear: BookEar): (() => void) => this.follow(this.books, symbol, ear);
  followTrades = (symbol: string, ear: TradesEar): (() => void) => this.follow(this.trades, symbol, ear);

  get open(): string[] {
    return [...[...this.books.keys()].map((symbol) => `book ${symbol}`), ...[...this.trades.keys()].map((symbol) => `trades ${symbol}`)].sort();
  }

  private follow<Ear extends ChannelEar>(channels: Map<string, Ear>, symbol: string, ear: Ear): () => void {
    assert.ok(!channels.has(symbol), 'one channel is followed twice');
    this.followed++;
    channels.set(symbol, ear);
    ear.lost('connecting');
    return () => void channels.delete(symbol);
  }
}

const BOOK: [number, number, number][] = [[100, 1, 2], [99, 1, 3], [101, 1, -1]];
const [TOP, NOTHING] = [[100, 101], [undefined, undefined]];

describe('a mirrored market', () => {
  let clock: VirtualClock;
  let upstream: FakeUpstream;
  let source: MarketSource;
  let live: Book;

  beforeEach(() => {
    clock = new VirtualClock();
    upstream = new FakeUpstream();
    source = mirror(upstream);
    void source.start({ clock, channels: () => [], backlog: () => 0 });
    live = new Book('P0', false);
    live.reset(BOOK);
  });

  const bitcoin = (): Market => source.market('tBTCUSD') as Market;
  const top = (market = bitcoin()): unknown[] => [market.sides('P0', 250)?.bids.levels[0]?.price, market.sides('P0', 250)?.asks.levels[0]?.price];
  const bookEar = (): BookEar => upstream.books.get('tBTCUSD') as BookEar;
  const tradesEar = (): TradesEar => upstream.trades.get('tBTCUSD') as TradesEar;
  const says = (verified: Verified): void => bookEar().book(live, verified);

  /** What a follower hears, as words. */
  function listen(market = bitcoin()): { heard: string[]; stop: () => void } {
    const heard: string[] = [];
    const wordOf = (event: MarketEvent): string => {
      if (event.kind === 'stale') return event.stale ? `stale: ${event.reason}` : 'fresh';
      return event.kind === 'trade' ? `${event.type} ${event.row[0]}` : event.kind;
    };
    return { heard, stop: market.follow((event) => heard.push(wordOf(event))) };
  }

  /** Both channels are live, and a checksum has confirmed the book. */
  function fresh(): { heard: string[]; stop: () => void } {
    const ears = listen();
    tradesEar().live();
    bookEar().live();
    says(true);
    ears.heard.length = 0;
    return ears;
  }

  it('is there for what the exchange lists, as it lists it now', () => {
    assert.equal(source.market('tNOPE'), undefined);
    upstream.symbols = [...upstream.symbols, 'tNOPE'];
    assert.equal(source.market('tNOPE')?.symbol, 'tNOPE');
    assert.deepEqual(source.symbols, upstream.symbols);
    assert.equal(source.market('tNOPE'), source.market('tNOPE'));
  });

  it('asks for nothing by being looked up, for its trades when somebody asks for those, for its book when somebody follows', () => {
    assert.equal(bitcoin().isStale, true);
    assert.deepEqual([top(), bitcoin().has('ticker'), upstream.open], [NOTHING, false, []]);
    assert.equal(bitcoin().trades.last, undefined);
    assert.deepEqual(upstream.open, ['trades tBTCUSD']);
    listen();
    listen();
    assert.deepEqual([upstream.open, upstream.followed], [['book tBTCUSD', 'trades tBTCUSD'], 2]);
  });

  it('is stale until both channels are live and a checksum has confirmed the book', () => {
    const { heard } = listen();
    bookEar().live();
    says('pending');
    says(true);
    assert.deepEqual([bitcoin().isStale, top(), heard], [true, NOTHING, []]);
    tradesEar().live();
    assert.deepEqual([bitcoin().isStale, top(), heard], [false, TOP, ['fresh', 'book']]);
  });

  it('shows the live book itself, which goes on changing', () => {
    const { heard } = fresh();
    assert.equal(bitcoin().sides('P0', 250), live);
    assert.equal(bitcoin().sides('P1', 250), undefined);
    says('pending');
    assert.deepEqual([heard, bitcoin().isStale], [['book'], false]);
  });

  it('takes a book that stands still for right after 10 s, for no checksum comes then', () => {
    const { heard } = listen();
    tradesEar().live();
    bookEar().live();
    says('pending');
    clock.advance(9_000);
    says('pending');
    clock.advance(9_999);
    assert.deepEqual([bitcoin().isStale, heard], [true, []]);
    clock.advance(1);
    assert.deepEqual([bitcoin().isStale, heard], [false, ['fresh', 'book']]);
  });

  it('waits for no checksum where there is none', () => {
    source.market('fUSD')?.follow(() => undefined);
    upstream.trades.get('fUSD')?.live();
    upstream.books.get('fUSD')?.live();
    upstream.books.get('fUSD')?.book(new Book('P0', true), false);
    assert.equal(source.market('fUSD')?.isStale, false);
  });

  it('a lost book empties it at once; a new snapshot must be confirmed too', () => {
    const { heard } = fresh();
    bookEar().lost('checksum');
    bookEar().lost('offline');
    assert.deepEqual([bitcoin().isStale, top(), heard], [true, NOTHING, ['stale: checksum']]);
    // what comes before the channel is live again counts for nothing
    says(true);
    bookEar().live();
    says('pending');
    assert.deepEqual([bitcoin().isStale, top()], [true, NOTHING]);
    says(true);
    assert.deepEqual([heard, top()], [['stale: checksum', 'fresh', 'book'], TOP]);
  });

  it('lost trades are enough to make it stale, and when they are back its book has not lost its proof', () => {
    const { heard } = fresh();
    tradesEar().lost('silent');
    assert.deepEqual([bitcoin().isStale, top()], [true, NOTHING]);
    tradesEar().live();
    tradesEar().trade([6, 6, 1, 100], true);
    assert.deepEqual([heard, top()], [['stale: silent', 'fresh', 'book'], TOP]);
  });

  it('tells each new trade as the exchange does, and of the old ones only remembers them', () => {
    const ears = listen();
    tradesEar().live();
    for (const id of [1, 2]) tradesEar().trade([id, id, 1, 100], true);
    bookEar().live();
    says(true);
    ears.heard.length = 0;
    tradesEar().trade([3, 3, -1, 100], false);
    assert.deepEqual(ears.heard, ['te 3', 'tu 3']);
    assert.deepEqual(bitcoin().trades.all.map(([id]) => id), [1, 2, 3]);
  });

  it('never tells a trade of a gap, but knows it: the last price is right again', () => {
    const { heard } = fresh();
    bookEar().lost('offline');
    tradesEar().trade([4, 4, 1, 90], false);
    tradesEar().lost('offline');
    tradesEar().live();
    for (const id of [4, 5]) tradesEar().trade([id, id, 1, 80], true);
    bookEar().live();
    says(true);
    assert.deepEqual(heard, ['stale: offline', 'fresh', 'book']);
    assert.deepEqual(bitcoin().trades.all.map(([id]) => id), [4, 5]);
  });

  it('says in the log when paper orders wait and when they go on, not that it began', () => {
    const { stop } = fresh();
    bookEar().lost('checksum');
    bookEar().lost('offline');
    bookEar().live();
    says(true);
    assert.deepEqual(upstream.reports, ['paper orders on tBTCUSD wait, for the live market is not to be relied on (checksum)', 'paper orders on tBTCUSD go on']);
    stop();
    bookEar().lost('offline');
    assert.equal(upstream.reports.length, 2);
  });

  it('stands still in the maintenance of the exchange that mirrors it', () => {
    const { heard } = fresh();
    source.pause(true);
    tradesEar().trade([7, 7, 1, 100], false);
    says('pending');
    source.market('tETHUSD')?.follow(() => undefined);
    upstream.trades.get('tETHUSD')?.live();
    upstream.books.get('tETHUSD')?.live();
    upstream.books.get('tETHUSD')?.book(live, true);
    assert.deepEqual([heard, source.market('tETHUSD')?.isStale], [['stale: maintenance'], true]);
    source.pause(false);
    assert.deepEqual([heard, source.market('tETHUSD')?.isStale], [['stale: maintenance', 'fresh', 'book'], false]);
  });

  it('gives its channels back a minute after nobody wants it any more, and begins anew for the next', () => {
    const { stop } = fresh();
    tradesEar().trade([1, 1, 1, 100], false);
    clock.advance(10 * 60_000);
    stop();
    clock.advance(59_000);
    assert.equal(upstream.open.length, 2);
    clock.advance(61_000);
    assert.deepEqual([upstream.open, bitcoin().isStale, top()], [[], true, NOTHING]);
    assert.equal(bitcoin().trades.last?.[0], 1);
    tradesEar().live();
    for (const id of [1, 2]) tradesEar().trade([id, id, 1, 100], true);
    assert.deepEqual(bitcoin().trades.all.map(([id]) => id), [1, 2]);
    assert.equal(bitcoin().isStale, true);
  });

  it('stays awake while it is asked for its trades', () => {
    for (let minutes = 0; minutes < 10; minutes++) {
      assert.equal(bitcoin().trades.all.length, 0);
      clock.advance(50_000);
      assert.deepEqual(upstream.open, ['trades tBTCUSD']);
    }
    clock.advance(120_000);
    assert.deepEqual(upstream.open, []);
  });

  it('leaves nothing open at the end, whoever asks then', () => {
    fresh();
    const market = bitcoin();
    // a follower that asks for the last price whatever it hears
    market.follow(() => void market.trades.last);
    void source.stop();
    assert.deepEqual(upstream.open, []);
    assert.deepEqual([market.trades.last, source.market('tBTCUSD')], [undefined, undefined]);
    market.follow(() => undefined);
    assert.deepEqual([upstream.open, top(market)], [[], NOTHING]);
  });
});

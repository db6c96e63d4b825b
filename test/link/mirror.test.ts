import assert from 'node:assert/strict';
import { systemClock } from '../../src/shared/link/clock';
import { mirrorExchange } from '../../src/shared/link/embedded';
import { hub as processHub, Hub } from '../../src/shared/link/hub';
import { MirrorUpstream } from '../../src/shared/link/mirror-upstream';
import type { Venue, VenueSpec } from '../../src/shared/link/venue';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { mirror } from '../../src/shared/simulator/markets/mirror';
import type { Market, MarketEvent, MarketSource } from '../../src/shared/simulator/markets/source';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { ScopedClock } from '../../src/shared/simulator/wall-clock';
import { hurriedClock } from '../hurried-clock';
import { until } from '../until';

const SYMBOL = 'tBTCUSD';
const BOOK = { channel: 'book', symbol: SYMBOL, precision: 'P0', frequency: 'F0', length: 250 } as const;

/** The live exchange's time runs faster, so that its checksums come several times a second. */
const FASTER = 8;

/** Both sides, 250 levels each, as plain numbers. */
const depthOf = (market: Market | undefined): number[][] => {
  const sides = market?.sides('P0', 250);
  return [sides?.bids, sides?.asks].flatMap((side) => (side?.levels ?? []).slice(0, 250).map(({ price, count, amount }) => [price, count, amount]));
};

describe('a mirror of a second exchange', function () {
  this.timeout(60_000);

  let live: Exchange;
  let liveSource: MarketSource;
  let hub: Hub;
  let venue: Venue;
  let source: MarketSource;
  let clock: ScopedClock;
  let events: MarketEvent[];
  const reports: string[] = [];

  beforeEach(async () => {
    liveSource = synthetic({ seed: 3 });
    live = await startExchange({ source: liveSource, clock: hurriedClock(FASTER) });
    hub = new Hub();
    reports.length = 0;
    venue = hub.use(liveAs('live')).venue;
    source = mirror(await MirrorUpstream.open(venue, (text) => void reports.push(text)));
    clock = new ScopedClock(systemClock);
    await source.start({ clock, channels: () => [], backlog: () => 0 });
    events = [];
  });
  afterEach(async () => {
    clock.end();
    await source.stop();
    await hub.end();
    await live.stop();
  });

  const liveAs = (key: string): VenueSpec => ({ key, isSimulated: false, label: 'custom', addresses: async () => live, stop: async () => undefined, report: () => undefined });
  const mirrored = (): Market => source.market(SYMBOL) as Market;
  const truth = (): Market => liveSource.market(SYMBOL) as Market;

  /** Follows the market until the end of the test, and waits until it can be relied on. */
  async function follow(): Promise<Market> {
    const market = mirrored();
    market.follow((event) => events.push(event));
    await until(() => market.isStale === false, 'the market is fresh', 20_000);
    return market;
  }

  const stale = async (): Promise<MarketEvent & { kind: 'stale' }> => {
    await until(() => events.some((event) => event.kind === 'stale' && event.stale), 'the market is stale', 20_000);
    return events.find((event) => event.kind === 'stale' && event.stale) as never;
  };
  const asked = (event: string): string[] => live.log.flatMap((entry) => (entry.kind === 'frame' && entry.text.includes(`"${event}"`) ? [entry.text] : []));

  it('lists what the live exchange lists', async () => {
    const listed = ((await venue.rest.read('conf/pub:list:pair:exchange')) as string[][])[0] ?? [];
    assert.ok(listed.length > 20);
    assert.deepEqual(listed.filter((pair) => !source.symbols.includes(`t${pair}`)), []);
  });

  it('has the prices and the depth of the live book, each time that it is looked at', async () => {
    const market = await follow();
    const seen = new Set<string>();
    for (let round = 0; round < 6; round++) {
      liveSource.pause(true);
      const right = depthOf(truth());
      await until(() => JSON.stringify(depthOf(market)) === JSON.stringify(right), 'all that was on its way has come');
      const rows = (await venue.rest.read(`book/${SYMBOL}/P0`, { len: 250 })) as number[][];
      assert.deepEqual(depthOf(market), rows);
      assert.ok(rows.length > 250);
      seen.add(JSON.stringify(rows));
      liveSource.pause(false);
      const had = events.length;
      await until(() => events.length > had + 20, 'the market goes on');
    }
    assert.equal(seen.size, 6);
  });

  it('tells the trades of the live exchange, each once as te and tu', async () => {
    const printed: number[] = [];
    await follow();
    truth().follow((event) => {
      if (event.kind === 'trade' && event.type === 'te') printed.push(event.row[0] as number);
    });
    const told = (type: string): number[] => events.flatMap((event) => (event.kind === 'trade' && event.type === type ? [event.row[0] as number] : []));
    await until(() => printed.length >= 5, 'some trades', 30_000);
    liveSource.pause(true);
    await until(() => told('tu').includes(printed.at(-1) as number), 'the last of them came');
    assert.deepEqual([told('te').slice(-printed.length), told('tu').slice(-printed.length)], [printed, printed]);
    assert.deepEqual(mirrored().trades.all.slice(-printed.length), truth().trades.all.slice(-printed.length));
  });

  it('says of trades whether they were there before', async () => {
    const upstream = await MirrorUpstream.open(venue, () => undefined);
    const heard: { id: number; replayed: boolean }[] = [];
    const ear = { live: () => undefined, lost: () => undefined, trade: ([id = 0]: readonly number[], replayed: boolean) => void heard.push({ id, replayed }) };
    const leave = [upstream.followTrades(SYMBOL, ear), upstream.followTrades(SYMBOL, { ...ear })];
    await until(() => heard.filter(({ replayed }) => !replayed).length >= 4, 'new trades', 20_000);
    for (const stop of leave) stop();
    const before = heard.filter(({ replayed }) => replayed);
    assert.deepEqual([before.length, heard.findLastIndex(({ replayed }) => replayed)], [60, 59]);
    assert.equal(new Set(heard.map(({ id }) => id)).size, heard.length / 2);
  });

  const GAPS: readonly { what: string; says: RegExp; begins: () => unknown; ends?: () => void }[] = [
    { what: 'its line is dropped', says: /1006/, begins: () => live.trouble.dropSockets() },
    { what: 'a checksum does not fit', says: /checksum/, begins: () => live.trouble.corruptNext({ symbol: SYMBOL, kind: 'badChecksum' }) },
    { what: 'a level came at another price', says: /checksum|gap|crossed/, begins: () => live.trouble.corruptNext({ symbol: SYMBOL, kind: 'price' }) },
    { what: 'a frame was lost', says: /gap/, begins: () => live.trouble.loseFrame() },
    { what: 'the live exchange is in maintenance', says: /maintenance/, begins: () => live.trouble.maintenance(true), ends: () => live.trouble.maintenance(false) },
  ];
  for (const { what, says, begins, ends } of GAPS) {
    it(`is stale when ${what}, shows nothing then, and heals with a snapshot that was confirmed`, async () => {
      const market = await follow();
      void begins();
      const { reason } = await stale();
      assert.match(reason ?? '', says);
      assert.deepEqual([market.isStale, depthOf(market)], [true, []]);
      const from = events.length;
      ends?.();
      await until(() => market.isStale === false, 'it heals', 30_000);
      const kinds = events.slice(from).map(({ kind }) => kind);
      assert.deepEqual([kinds[0], kinds[1]], ['stale', 'book'], 'nothing was told while it was stale');
      liveSource.pause(true);
      const right = JSON.stringify(depthOf(truth()));
      await until(() => JSON.stringify(depthOf(market)) === right, 'it is the live book again');
      assert.deepEqual(reports, [`paper orders on ${SYMBOL} wait, for the live market is not to be relied on (${reason})`, `paper orders on ${SYMBOL} go on`]);
    });
  }

  it('tells none of the trades that were made in a gap, and knows the last price afterwards', async () => {
    const market = await follow();
    live.trouble.refuse(3_000 * FASTER);
    live.trouble.dropSockets();
    await stale();
    const missed: number[] = [];
    truth().follow((event) => {
      if (event.kind === 'trade' && live.trouble.lines.size === 0) missed.push(event.row[0] as number);
    });
    await until(() => market.isStale === false, 'it heals', 30_000);
    await until(() => events.some((event, at) => event.kind === 'trade' && at > events.findLastIndex(({ kind }) => kind === 'stale')), 'a new trade', 30_000);
    const told = events.flatMap((event) => (event.kind === 'trade' ? [event.row[0] as number] : []));
    assert.ok(missed.length > 0);
    assert.deepEqual(told.filter((id) => missed.includes(id)), []);
    // a snapshot holds the last 30
    const known = new Set(market.trades.all.map(([id]) => id));
    assert.deepEqual([...new Set(missed)].slice(-10).filter((id) => !known.has(id)), []);
  });

  it('shares its channels with those of the nodes, and leaves them theirs', async () => {
    const states: string[] = [];
    const leave = venue.pool.follow(BOOK, (event) => event.kind === 'state' && states.push(event.state));
    const leaveTrades = venue.pool.follow({ channel: 'trades', symbol: SYMBOL }, () => undefined);
    await follow();
    assert.deepEqual([asked('subscribe').length, venue.pool.channels], [2, 2]);
    await source.stop();
    assert.deepEqual([venue.pool.channels, asked('unsubscribe').length, states.at(-1)], [2, 0, 'live']);
    leave('at-once');
    leaveTrades('at-once');
    await until(() => asked('unsubscribe').length === 2, 'both are given back');
  });

  it('leaves nothing open', async () => {
    await follow();
    assert.equal(live.trouble.lines.size, 1);
    await source.stop();
    await until(() => live.trouble.lines.size === 0, 'its line is closed');
    assert.deepEqual([venue.pool.channels, venue.pool.sockets], [0, 0]);
  });

  it('keeps the live venue in use exactly as long as its exchange runs', async () => {
    const [runs, stops] = ['one', 'two'].map((name) => mirrorExchange(`mirror ${name}`, { live: liveAs(name), account: name, report: () => undefined })) as [VenueSpec, VenueSpec];
    await Promise.all([runs.addresses(), stops.addresses()]);
    assert.notEqual(processHub().find('two'), undefined);
    await stops.stop();
    // the grace of a deploy begins to end
    processHub().grace.flowsStarted();
    await until(() => processHub().find('two') === undefined, 'it is let go', 10_000);
    assert.notEqual(processHub().find('one'), undefined);
    await runs.stop();
    await processHub().end();
  });

  it('gives the live venue back when its exchange cannot start', async () => {
    const spec = mirrorExchange('mirror x', { live: liveAs('away'), account: 'x', report: () => undefined });
    const spell = live.trouble.restDown('unavailable');
    await assert.rejects(spec.addresses(), { code: 'EXCHANGE_UNREACHABLE' });
    processHub().grace.flowsStarted();
    await until(() => processHub().find('away') === undefined, 'it is let go', 10_000);
    spell.stop();
    assert.match((await spec.addresses()).rest, /127.0.0.1/);
    await spec.stop();
    await processHub().end();
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { replay, type Replay, type ReplayOptions } from '../../src/shared/simulator/markets/replay';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { dataPath, jsonLines, needsData } from '../shared-data';
import { readCapture, type Recorded } from './capture';
import { account, catchAll, stream, TAB } from './flow';

const LONG = process.env['LONG'] === '1';

/** Lines of the long recording that are played when there is no time for all 917,363. */
const FIRST_LINES = 30_000;

interface Line {
  readonly dir: string;
  readonly conn: string;
  readonly frame: string;
}

/** The recorded channels as nodes: each with a collector of its own. */
function nodesOf(recorded: Recorded): FlowNode[] {
  const books = [...recorded.books].flatMap(([symbol, { raw, length }]) =>
    stream('book', `book ${symbol}`, symbol, { precision: raw ? 'R0' : 'P0', depth: length }, { reducer: 'book-crcs.cjs', raw }),
  );
  const trades = [...recorded.trades.keys()].flatMap((symbol) => stream('trades', `trades ${symbol}`, symbol));
  const tickers = [...recorded.tickers.keys()].flatMap((symbol) => stream('ticker', `ticker ${symbol}`, symbol));
  return [...books, ...trades, ...tickers, ...catchAll()];
}

/** A replay, and a Node-RED whose nodes follow every recorded channel. */
class Session {
  private constructor(
    readonly source: Replay,
    readonly exchange: Exchange,
    readonly red: NodeRedChild,
    private readonly recorded: Recorded,
  ) {}

  static async start(path: string, recorded: Recorded, options: ReplayOptions): Promise<Session> {
    const source = replay(path, { wait: 'all', ...options });
    const exchange = await startExchange({ source });
    const red = await startNodeRed({ flow: [TAB, account('account', exchange), ...nodesOf(recorded)] }).catch(async (error: unknown) => {
      await exchange.stop();
      throw error;
    });
    return new Session(source, exchange, red, recorded);
  }

  /** Waits until all was played and has arrived. */
  async finished(withinMs: number): Promise<void> {
    let over = false;
    void this.source.finished.then(() => (over = true));
    await this.red.until(() => over, 'the recording is over', withinMs);
    for (const [symbol, ids] of this.recorded.trades) {
      await this.red.until(() => this.red.messages(`trades ${symbol}`).length >= ids.size, `${ids.size} trades of ${symbol}`);
    }
    for (const [symbol, { crcs }] of this.recorded.books) await this.untilBookIsThere(symbol, crcs.length);
  }

  crcs(symbol: string): number[] {
    return this.blocks(symbol).flatMap(({ crcs }) => crcs);
  }

  counts(symbol: string): { messages: number; verified: number; notLive: number } {
    return this.blocks(symbol).at(-1) as { crcs: number[]; messages: number; verified: number; notLive: number };
  }

  async stop(): Promise<void> {
    await this.red.stop();
    await this.exchange.stop();
  }

  private blocks(symbol: string): { crcs: number[]; messages: number; verified: number; notLive: number }[] {
    return this.red.messages(`book ${symbol}`).map(({ msg }) => msg);
  }

  /** Everything that is on its way has arrived: several looks in a row find nothing new. */
  async untilQuiet(symbol: string): Promise<void> {
    let before = -1;
    for (let same = 0, tries = 0; same < 5 && tries < 1000; tries++) {
      await sleep(20);
      const count = await this.flush(symbol);
      same = count === before ? same + 1 : 0;
      before = count;
    }
  }

  private async untilBookIsThere(symbol: string, count: number): Promise<void> {
    for (let tries = 0; tries < 200 && this.crcs(symbol).length < count; tries++) {
      await this.flush(symbol);
      await sleep(25);
    }
  }

  /** Answers how many messages the book's collector has seen. */
  private async flush(symbol: string): Promise<number> {
    await this.red.inject(`book ${symbol} out`, { flush: true });
    await this.red.sync();
    return this.counts(symbol).messages;
  }
}

function checkBooks(session: Session, recorded: Recorded): void {
  for (const [symbol, { crcs }] of recorded.books) {
    const got = session.crcs(symbol);
    const wrong = crcs.findIndex((crc, at) => got[at] !== crc);
    assert.equal(wrong, -1, `${symbol}: state ${wrong} of ${crcs.length} has another checksum (${got.length} states came)`);
    assert.equal(got.length, crcs.length, `${symbol}: states after the last recorded one`);
    const { verified, notLive } = session.counts(symbol);
    assert.ok(verified > 0, `${symbol}: no state was confirmed`);
    assert.equal(notLive, 0, `${symbol}: not live`);
  }
}

function checkTrades({ red }: Session, recorded: Recorded): void {
  for (const [symbol, ids] of recorded.trades) {
    const got = red.messages(`trades ${symbol}`).map(({ msg }) => Number(msg.payload.id));
    assert.equal(got.length, new Set(got).size, `${symbol}: a trade came twice`);
    assert.deepEqual(new Set(got), ids, symbol);
  }
}

function checkTickers({ red }: Session, recorded: Recorded): void {
  for (const [symbol, rows] of recorded.tickers) {
    const got = red.messages(`ticker ${symbol}`).map(({ msg }) => msg.payload.info);
    assert.deepEqual(got, rows, symbol);
  }
}

/** Nobody complained, and nobody asked twice: one channel for each node, on one socket. */
function checkQuiet({ red, exchange }: Session, recorded: Recorded): void {
  assert.deepEqual(red.messages('errors').map(({ msg }) => msg.error.message), []);
  const asked = exchange.log.filter((entry) => entry.kind === 'frame' && entry.text.includes('"subscribe"')).length;
  assert.equal(asked, recorded.books.size + recorded.trades.size + recorded.tickers.size);
}

describe('Recordings of the exchange, through real nodes in a real Node-RED', function () {
  let session: Session | undefined;

  before(function () {
    needsData(this);
  });

  afterEach(async () => {
    await session?.stop();
    session = undefined;
  });

  async function play(name: string, options: ReplayOptions, withinMs: number): Promise<{ session: Session; recorded: Recorded; checkpoints: number }> {
    const recorded = readCapture(name);
    session = await Session.start(dataPath(`captures/${name}.jsonl.gz`), recorded, options);
    await session.finished(withinMs);
    checkBooks(session, recorded);
    checkTrades(session, recorded);
    checkTickers(session, recorded);
    checkQuiet(session, recorded);
    return { session, recorded, checkpoints: recorded.checkpoints };
  }

  it('every book of 24 channels equals all 2,260 checkpoints, every trade comes once, every ticker row comes', async function () {
    this.timeout(60_000);
    const { recorded, checkpoints } = await play('cryptofeed-20210405', { speed: 25 }, 40_000);
    assert.equal(checkpoints, 2260);
    assert.equal(recorded.books.size + recorded.trades.size + recorded.tickers.size, 24);
  });

  it('a P0 book of 25 levels equals all 189 checkpoints', async () => {
    assert.equal((await play('bitfinexcpp-p0', { speed: 20 }, 10_000)).checkpoints, 189);
  });

  it('a raw book equals all 116 checkpoints, its rows carry price, amount and order id', async () => {
    assert.equal((await play('bitfinexcpp-r0', { speed: 20 }, 10_000)).checkpoints, 116);
  });

  it(`${LONG ? 'all 917,363 lines of' : `the first ${FIRST_LINES.toLocaleString('en')} lines of`} a five-hour recording: every checkpoint, every trade once, and no memory is kept`, async function () {
    this.timeout(LONG ? 900_000 : 90_000);
    const all = jsonLines<Line>('captures/marfusios-20181112.jsonl.gz');
    const lines = LONG ? all : all.slice(0, FIRST_LINES);
    const recorded = readCapture('marfusios-20181112', lines);
    const folder = mkdtempSync(join(tmpdir(), 'recording-'));
    try {
      const path = join(folder, 'part.jsonl');
      writeFileSync(path, lines.map((line) => JSON.stringify(line)).join('\n'));
      session = await Session.start(path, recorded, { speed: 1e6 });
      const heaps = await measureHeaps(session, lines.length);
      await session.finished(60_000);
      checkBooks(session, recorded);
      checkTrades(session, recorded);
      checkQuiet(session, recorded);
      if (LONG) assert.equal(recorded.checkpoints, 906);
      const figures = heaps.map((bytes) => `${(bytes / 1e6).toFixed(2)} MB`).join(', ');
      console.log(`      ${recorded.checkpoints} checkpoints, ${recorded.trades.get('tBTCUSD')?.size} trades; heap at 25, 50, 75, 100 %: ${figures}`);
      assert.ok(Math.max(...heaps) - Math.min(...heaps) <= 5e6, `heap at 25, 50, 75, 100 %: ${figures}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** The child's heap after garbage collections when a quarter, half, three quarters and all of the lines were played. */
async function measureHeaps(session: Session, lines: number): Promise<number[]> {
  const { source, red } = session;
  const heaps: number[] = [];
  let over = false;
  void source.finished.then(() => (over = true));
  for (const quarter of [1, 2, 3, 4]) {
    await red.until(() => over || source.played >= (lines * quarter) / 4, `quarter ${quarter} was played`, 600_000);
    // what is still on its way is no memory that is kept
    source.pause(true);
    await session.untilQuiet('tBTCUSD');
    heaps.push((await red.memory()).heapUsed);
    source.pause(false);
  }
  return heaps;
}

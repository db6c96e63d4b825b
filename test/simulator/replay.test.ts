import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Book } from '../../src/shared/core/book';
import type { Level } from '../../src/shared/core/level';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { replay, type Replay, type ReplayOptions } from '../../src/shared/simulator/markets/replay';
import { dataPath, jsonLines, needsData } from '../shared-data';
import { Checker } from './checker';
import { Client, type Json } from './client';

const CHECKSUM = 131072;

interface Line {
  readonly conn: string;
  readonly dir: string;
  readonly frame: string;
}

/** What a recording says on one channel after its first payload: the payloads, as JSON text. */
function recorded(name: string): Map<string, { request: Json; rows: string[] }> {
  const channels = new Map<string, { request: Json; rows: string[]; seen: boolean }>();
  for (const { conn, dir, frame } of jsonLines<Line>(`captures/${name}.jsonl.gz`)) {
    if (dir !== 'in') continue;
    const parsed = JSON.parse(frame) as Json | unknown[];
    if (!Array.isArray(parsed)) {
      const request = Object.fromEntries(Object.entries(parsed).filter(([key]) => /^(channel|symbol|prec|freq|len)$/.test(key)));
      if (parsed['event'] === 'subscribed') channels.set(`${conn} ${String(parsed['chanId'])}`, { request, rows: [], seen: false });
      continue;
    }
    const channel = channels.get(`${conn} ${String(parsed[0])}`);
    if (channel === undefined || parsed[1] === 'hb') continue;
    // the recording's sequence number goes: only type and row count
    if (channel.seen) channel.rows.push(JSON.stringify(typeof parsed[1] === 'string' ? parsed.slice(1, 3) : parsed.slice(1, 2)));
    channel.seen = true;
  }
  return new Map([...channels.values()].map((channel) => [JSON.stringify(channel.request), channel]));
}

const payloads = (frames: readonly unknown[][]): string[] =>
  frames
    .slice(1)
    .filter((frame) => frame[1] !== 'cs')
    .map((frame) => JSON.stringify(frame.slice(1)));

describe('a replayed recording', function () {
  let exchange: Exchange | undefined;
  let source: Replay;
  const start = async (path: string, options: ReplayOptions): Promise<Exchange> => {
    source = replay(path, options);
    return (exchange = await startExchange({ source }));
  };
  const capture = (name: string): string => dataPath(`captures/${name}.jsonl.gz`);
  beforeEach(function () {
    needsData(this);
  });
  afterEach(() => exchange?.stop());

  for (const name of ['bitfinexcpp-p0', 'bitfinexcpp-r0']) {
    it(`gives ${name} row for row, with true checksums between`, async () => {
      const { ws } = await start(capture(name), { speed: 1000, wait: 'all' });
      const client = await Client.open(ws, CHECKSUM);
      const [channel] = [...recorded(name).values()];
      const id = await client.subscribe(channel?.request as Json);
      await source.finished;
      await client.until(() => payloads(client.of(id)).length === channel?.rows.length);
      assert.deepEqual(payloads(client.of(id)), channel?.rows);
      const checker = new Checker(String(channel?.request['prec']), 26);
      for (const frame of client.of(id)) checker.hear(frame);
      assert.ok(checker.checksums > 0);
    });
  }

  it('gives each trade, ticker row and book update of 24 channels once, in order, and begins when all are subscribed', async () => {
    const { ws } = await start(capture('cryptofeed-20210405'), { speed: 50, wait: 'all' });
    const client = await Client.open(ws, CHECKSUM);
    const channels = [...recorded('cryptofeed-20210405').values()];
    const ids: number[] = [];
    for (const { request } of channels.slice(0, 23)) ids.push(await client.subscribe(request));
    assert.equal(source.played, 0);
    ids.push(await client.subscribe(channels[23]?.request as Json));
    await source.finished;
    await client.until(() => ids.every((id, at) => payloads(client.of(id)).length >= (channels[at]?.rows.length ?? 0)));
    ids.forEach((id, at) => assert.deepEqual(payloads(client.of(id)), channels[at]?.rows));
    let checksums = 0;
    ids.forEach((id, at) => {
      if (channels[at]?.request['channel'] !== 'book') return;
      const checker = new Checker('P0', 101);
      for (const frame of client.of(id)) checker.hear(frame);
      checksums += checker.checksums;
    });
    assert.ok(checksums > 20);
  });

  it('shows windows and coarser precisions of what was recorded, and refuses what was not', async () => {
    const { ws } = await start(capture('cryptofeed-20210405'), { speed: 50, wait: 3 });
    const client = await Client.open(ws, CHECKSUM);
    const checkers = new Map<number, Checker>();
    for (const [prec, len] of [['P0', 25], ['P0', 1], ['P1', 25], ['P2', 100], ['P0', 250]] as const)
      checkers.set(await client.subscribe({ channel: 'book', symbol: 'tETHJPY', prec, len: String(len) }), new Checker(prec, len));
    await assert.rejects(client.subscribe({ channel: 'book', symbol: 'tETHJPY', prec: 'R0' }), /precision: invalid/);
    await assert.rejects(client.subscribe({ channel: 'book', symbol: 'tBTCUSD' }), /symbol: invalid/);
    for (const channel of ['ticker', 'trades']) await client.subscribe({ channel, symbol: 'tETHJPY' });
    await client.subscribe({ channel: 'book', symbol: 'tETHJPY', len: '100' });
    await client.subscribe({ channel: 'candles', key: 'trade:1m:tETHJPY' });
    await source.finished;
    await client.until(() => [...checkers.keys()].every((id) => client.of(id).at(-1)?.[1] === 'cs'));
    for (const [id, checker] of checkers) for (const frame of client.of(id)) checker.hear(frame);
    for (const checker of checkers.values()) assert.ok(checker.checksums > 1 && checker.updates > 10);
  });

  it('gives whoever comes late the book as of now, and every row from there', async () => {
    const name = 'bitfinexcpp-p0';
    const { ws } = await start(capture(name), { rate: 50, speed: 8 });
    await source.begun;
    const client = await Client.open(ws, CHECKSUM);
    while (source.played < 300) await new Promise((done) => setTimeout(done, 5));
    const id = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await client.until(() => client.of(id).length > 100 && client.of(id).some((frame) => frame[1] === 'cs'));
    const checker = new Checker('P0', 26);
    for (const frame of client.of(id)) checker.hear(frame);
    assert.ok(checker.checksums > 0);
    const updates = [...recorded(name).values()][0]?.rows ?? [];
    const heard = payloads(client.of(id));
    // one and the same row may stand in several places
    const places = updates.flatMap((row, at) => (row === heard[0] ? [updates.slice(at, at + heard.length)] : []));
    assert.ok(places.length > 0);
    assert.deepEqual(heard, places.find((rows) => isDeepStrictEqual(rows, heard)) ?? places[0]);
  });

  it('offers the symbols of the recording, and their state over REST', async () => {
    const { rest } = await start(capture('cryptofeed-20210405'), { speed: 1000 });
    await source.finished;
    const get = async (path: string): Promise<unknown> => (await fetch(`${rest}/v2/${path}`)).json();
    assert.deepEqual(((await get('conf/pub:list:pair:exchange')) as string[][])[0]?.toSorted(), ['CHZUST', 'ETH2X:ETH', 'ETHJPY', 'GTXUST', 'KNCBTC', 'LRCBTC', 'REQUSD', 'ZRXETH']);
    assert.deepEqual(((await get('trades/tETHJPY/hist?limit=1')) as number[][])[0], [658734001, 1617643726782, 0.1345, 230450]);
    assert.equal(((await get('book/tETHJPY/P0?len=25')) as unknown[]).length, 50);
    assert.equal(((await get('ticker/tETHJPY')) as unknown[]).length, 10);
  });

  it('plays a plain file again and again, without a second snapshot and without losing the book', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'replay-'));
    const file = join(folder, 'one.jsonl');
    writeFileSync(file, `${gunzipSync(readFileSync(capture('bitfinexcpp-p0'))).toString('utf8').split('\n').slice(0, 60).join('\n')}\n{"t":nu`);
    const { ws } = await start(file, { speed: 40, loop: true });
    const client = await Client.open(ws, CHECKSUM);
    const id = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await client.until(() => source.played > 400 && client.of(id).filter((frame) => frame[1] === 'cs').length > 3);
    const checker = new Checker('P0', 26);
    for (const frame of client.of(id)) checker.hear(frame);
    assert.ok(checker.checksums > 3);
    rmSync(folder, { recursive: true });
  });

  it('waits for a client that does not read', async function () {
    this.timeout(40_000);
    const { ws } = await start(capture('marfusios-20181112'), { speed: 1e6, wait: 'all' });
    const client = await Client.open(ws);
    await client.subscribe({ channel: 'trades', symbol: 'tBTCUSD' });
    client.socket.pause();
    client.send({ event: 'subscribe', channel: 'book', symbol: 'tBTCUSD', len: '100' });
    await source.begun;
    // others may have left something behind in this process
    const kept = process.memoryUsage().arrayBuffers;
    let before = -1;
    // it stands when nothing more is played for a while
    while (before !== source.played) {
      before = source.played;
      await new Promise((done) => setTimeout(done, 700));
    }
    assert.ok(before < 900_000, `${before} lines were played into a closed door`);
    assert.ok(process.memoryUsage().arrayBuffers - kept < 100e6);
    client.socket.resume();
    await client.until(() => source.played > before);
  });

  /** Half a minute: only among the long tests, which are not skipped in CI but absent. */
  const long = (name: string, test: Mocha.AsyncFunc): unknown => process.env['LONG'] === '1' && it(name, test);

  long('plays the largest recording to its last checkpoint', async function () {
    this.timeout(180_000);
    const { ws } = await start(capture('marfusios-20181112'), { speed: 1e7, wait: 'all' });
    const client = await Client.open(ws);
    const id = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD', len: '100' });
    const trades = await client.subscribe({ channel: 'trades', symbol: 'tBTCUSD' });
    await source.finished;
    const rows = [...recorded('marfusios-20181112').values()];
    const expected = rows.find(({ request }) => request['channel'] === 'book')?.rows.length ?? 0;
    // the last rows are on their way when the recording is at its end; the test's own time limit is the deadline
    while (client.of(id).length <= expected) await new Promise((done) => setTimeout(done, 100));
    const book = new Book('P0', false);
    const [first, ...updates] = client.of(id);
    book.reset(first?.[1] as unknown[]);
    for (const [, row] of updates) book.apply(book.read(row as unknown[]) as Level);
    assert.equal(updates.length, expected);
    assert.equal(book.checksum(), jsonLines<{ cs: number }>('captures/marfusios-20181112.checkpoints.jsonl').at(-1)?.cs);
    assert.equal(payloads(client.of(trades)).length, rows.find(({ request }) => request['channel'] === 'trades')?.rows.length);
  });

  it('says which file cannot be read', async () => {
    await assert.rejects(startExchange({ source: replay(dataPath('captures/none.jsonl.gz')) }), /none\.jsonl\.gz/);
  });
});

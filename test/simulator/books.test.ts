import assert from 'node:assert/strict';
import { Book } from '../../src/shared/core/book';
import type { Precision } from '../../src/shared/core/channel';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { Checker } from './checker';
import { Client } from './client';

const CHECKSUM = 131072;
const SEQUENCE = 65536;
const PRECISIONS: Precision[] = ['P0', 'P1', 'P2', 'P3', 'P4', 'R0'];
const LENGTHS = [1, 25, 100, 250];

/** Two readers of one channel: the package's own book and a simple one made from the documentation. */
class Reader {
  readonly checker: Checker;
  private readonly book: Book;

  constructor(precision: Precision, length: number, funding: boolean) {
    this.checker = new Checker(precision, length, funding);
    this.book = new Book(precision, funding);
  }

  hear(frame: unknown[]): void {
    this.checker.hear(frame);
    const [, payload, value] = frame;
    if (payload === 'cs') return assert.equal(this.book.checksum(), value);
    if (!Array.isArray(payload)) return;
    if (Array.isArray(payload[0])) return assert.equal(this.book.reset(payload), 'changed');
    const level = this.book.read(payload);
    assert.ok(level);
    assert.equal(this.book.apply(level), 'changed');
  }
}

describe('books of the simulated exchange', () => {
  let exchange: Exchange;
  before(async () => (exchange = await startExchange({ seed: 3, source: synthetic({ seed: 3, pace: 4 }) })));
  after(() => exchange.stop());

  for (const symbol of ['tBTCUSD', 'fUSD']) {
    it(`keep every precision and length of ${symbol} right by differences of the window alone`, async () => {
      const client = await Client.open(exchange.ws, CHECKSUM | SEQUENCE);
      const readers = new Map<number, Reader>();
      for (const precision of PRECISIONS)
        for (const length of LENGTHS) {
          const chanId = await client.subscribe({ channel: 'book', symbol, prec: precision, len: String(length) });
          readers.set(chanId, new Reader(precision, length, symbol.startsWith('f')));
        }
      await client.until(() => [...readers.keys()].every((id) => client.of(id).filter((frame) => frame[1] === 'cs').length > 1));
      client.close();
      for (const [id, reader] of readers) for (const frame of client.of(id)) reader.hear(frame);
      for (const { checker } of readers.values()) assert.ok(checker.checksums > 1 && checker.updates > 0);
      const sequences = client.frames.filter(Array.isArray).map((frame) => frame.at(-1) as number);
      assert.deepEqual(
        sequences,
        sequences.map((_, at) => at + 1),
      );
    });
  }

  it('collect two seconds of changes at F1, and stay right', async () => {
    const client = await Client.open(exchange.ws, CHECKSUM);
    const id = await client.subscribe({ channel: 'book', symbol: 'tETHUSD', freq: 'F1' });
    await client.until(() => client.of(id).filter((frame) => frame[1] === 'cs').length > 1);
    const reader = new Reader('P0', 25, false);
    for (const frame of client.of(id)) reader.hear(frame);
    client.close();
  });

  it('give a late subscriber the state, not the past', async () => {
    const [early, late] = [await Client.open(exchange.ws, CHECKSUM), await Client.open(exchange.ws, CHECKSUM)];
    const first = await early.subscribe({ channel: 'book', symbol: 'tBTCUSD', len: '100' });
    await early.until(() => early.of(first).length > 60);
    const second = await late.subscribe({ channel: 'book', symbol: 'tBTCUSD', len: '100' });
    await late.until(() => late.of(second).some((frame) => frame[1] === 'cs'));
    const checker = new Checker('P0', 100);
    for (const frame of late.of(second)) checker.hear(frame);
    assert.ok(checker.checksums > 0);
    early.close();
    late.close();
  });

  it('send all rows of one change in one frame to whoever asked for bulk updates', async () => {
    const client = await Client.open(exchange.ws, 536870912);
    const id = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    await client.until(() => client.of(id).length > 20);
    for (const frame of client.of(id)) assert.ok(Array.isArray((frame[1] as unknown[])[0]));
    client.close();
  });
});

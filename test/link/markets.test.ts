import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MARKETS_PATH } from '../../src/shared/core/markets';
import { BitfinexError } from '../../src/shared/core/errors';
import { MarketList } from '../../src/shared/link/markets';
import { MarketsFile } from '../../src/shared/link/markets-file';
import type { CallOptions, Rest } from '../../src/shared/link/rest';
import { confAnswer } from '../fixtures/conf';
import { settled, until } from '../until';
import { VirtualClock } from '../virtual-clock';

const HOUR = 3_600_000;

/** The exchange, as far as this list needs it. */
class FakeRest implements Pick<Rest, 'read'> {
  readonly asked: { path: string; priority: string | undefined }[] = [];
  answer: () => unknown = confAnswer;

  read = async (path: string, _params: unknown, { priority, signal }: CallOptions = {}): Promise<unknown> => {
    this.asked.push({ path, priority });
    const answer = this.answer();
    return answer instanceof Promise ? Promise.race([answer, new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))]) : answer;
  };
}

const unreachable = (): never => {
  throw new BitfinexError('EXCHANGE_UNREACHABLE', 'no answer');
};

describe('list of markets', () => {
  let clock: VirtualClock;
  let rest: FakeRest;
  let folder: string;
  let path: string;
  let reports: string[];
  const lists: MarketList[] = [];

  beforeEach(() => {
    clock = new VirtualClock();
    rest = new FakeRest();
    reports = [];
    folder = mkdtempSync(join(tmpdir(), 'markets-'));
    path = join(folder, 'bitfinex', 'markets-bitfinex.json');
  });
  afterEach(() => {
    for (const list of lists.splice(0)) list.end();
    rmSync(folder, { recursive: true, force: true });
  });

  function list({ kept = true, exchange = 'one' } = {}): MarketList {
    const file = kept ? new MarketsFile(path, exchange) : undefined;
    const made = new MarketList({ clock, rest, file, report: (text) => reports.push(text) });
    lists.push(made);
    return made;
  }

  const onDisk = (): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const written = async (): Promise<unknown> => until(() => readdirSync(folder).includes('bitfinex') && readdirSync(join(folder, 'bitfinex')).includes('markets-bitfinex.json'), 'the file');
  const ids = async (made: MarketList): Promise<string[]> => (await made.get())?.list('exchange').map(({ id }) => id) ?? [];

  it('asks once for all that ask at the same time, in the background, and again after a day', async () => {
    const made = list({ kept: false });
    const [one, other] = await Promise.all([made.get(), made.get()]);
    assert.ok(one !== undefined && one === other);
    assert.deepEqual(rest.asked, [{ path: MARKETS_PATH, priority: 'background' }]);
    assert.deepEqual([made.source, made.readAt], ['exchange', clock.now()]);
    clock.advance(23 * HOUR);
    await settled();
    assert.equal(rest.asked.length, 1);
    clock.advance(2 * HOUR);
    await settled();
    assert.equal(rest.asked.length, 2, 'although nobody asked');
    assert.equal(clock.waiting, 1);
    const [first, second] = await Promise.all([made.refresh(), made.refresh()]);
    assert.equal(first, second);
    assert.deepEqual([rest.asked.length, clock.waiting], [3, 1]);
  });

  it('F98: a pair that comes, one that goes and a size that changes reach those that run, after a day or on demand', async () => {
    const made = list({ kept: false });
    assert.ok((await ids(made)).includes('tDOGE:USD'));
    rest.answer = () => {
      const conf = confAnswer();
      conf[0] = ['BTCUSD', 'NEWUSD'];
      conf[5] = [['BTCUSD', [null, null, null, '0.0001', '1000.0', null, null, null, 0.1, 0.05]]];
      return conf;
    };
    clock.advance(25 * HOUR);
    await settled();
    assert.deepEqual(await ids(made), ['tBTCUSD', 'tNEWUSD']);
    assert.deepEqual((await made.get())?.of('tBTCUSD')?.limits.amount, { min: 0.0001, max: 1000 });
    assert.deepEqual((await made.get())?.validate('DOGE/USD').valid, false);
    rest.answer = confAnswer;
    assert.ok((await made.refresh()).of('tDOGE:USD') !== undefined);
    assert.ok((await ids(made)).includes('tDOGE:USD'));
    assert.equal(rest.asked.at(-1)?.priority, undefined, 'who asks on demand does not stand behind the background');
  });

  it('keeps the old list when a new one cannot be had, says why to who asked, and tries again by itself', async () => {
    const made = list({ kept: false });
    await made.get();
    const { readAt } = made;
    for (const broken of [unreachable, () => '<html>502</html>', () => [['BTCUSD']], () => null, () => confAnswer().with(0, [7] as never)]) {
      rest.answer = broken;
      clock.advance(1_000);
      await assert.rejects(made.refresh(), (error: BitfinexError) => error.kind === 'unreachable');
      assert.ok((await ids(made)).includes('tBTCUSD'));
    }
    assert.equal(made.readAt, readAt);
    rest.answer = confAnswer;
    clock.advance(HOUR);
    await settled();
    assert.notEqual(made.readAt, readAt);
  });

  it('has no list as long as the exchange gives none, and asks less and less often', async () => {
    rest.answer = unreachable;
    const made = list();
    assert.equal(await made.get(), undefined);
    assert.deepEqual([made.source, made.readAt], [undefined, undefined]);
    for (let minute = 0; minute < 24 * 60; minute++) {
      clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(rest.asked.length > 40 && rest.asked.length < 60, String(rest.asked.length));
    rest.answer = confAnswer;
    clock.advance(HOUR);
    await settled();
    assert.equal(made.source, 'exchange');
  });

  it('lets nobody wait longer than five seconds for an exchange that does not answer, and nobody a second time', async () => {
    let answered: (answer: unknown) => void = () => undefined;
    rest.answer = () => new Promise((resolve) => (answered = resolve));
    const made = list({ kept: false });
    let first: unknown = 'waits';
    void made.get().then((markets) => (first = markets));
    await settled();
    clock.advance(4_900);
    await settled();
    assert.equal(first, 'waits');
    clock.advance(200);
    await settled();
    assert.equal(first, undefined);
    assert.equal(await Promise.race([made.get(), settled().then(() => 'waits')]), undefined);
    answered(confAnswer());
    await settled();
    assert.ok(await made.get());
    assert.equal(rest.asked.length, 1);
  });

  it('is kept, and the next start knows it at once without network, and says so', async () => {
    await list().get();
    await written();
    const { version, readAt } = onDisk();
    assert.deepEqual([version, readAt], [1, clock.now()]);
    clock.advance(HOUR);
    rest.answer = () => new Promise(() => undefined);
    const next = list();
    assert.ok((await ids(next)).includes('tBTCUSD'), 'nothing is awaited');
    assert.deepEqual([next.source, next.readAt], ['cache', readAt]);
    assert.equal(rest.asked.length, 2, 'the new one is on its way');
  });

  it('replaces what is kept as soon as the exchange answers', async () => {
    await list().get();
    await written();
    clock.advance(HOUR);
    const next = list();
    await next.get();
    await until(() => next.source === 'exchange', 'the new list');
    await until(() => onDisk()['readAt'] === clock.now(), 'the new file');
    assert.deepEqual(readdirSync(join(folder, 'bitfinex')), ['markets-bitfinex.json']);
  });

  for (const [what, content] of [
    ['is empty', ''],
    ['ends in the middle', '{"version":1,"exchange":"one","readAt":1,"answer":[["BTCU'],
    ['is no JSON', 'hello'],
    ['is null', 'null'],
    ['is of a later version', JSON.stringify({ version: 2, exchange: 'one', readAt: 1, answer: confAnswer() })],
    ['is about another exchange', JSON.stringify({ version: 1, exchange: 'other', readAt: 1, answer: confAnswer() })],
    ['says no time', JSON.stringify({ version: 1, exchange: 'one', readAt: 'yesterday', answer: confAnswer() })],
    ['holds another answer', JSON.stringify({ version: 1, exchange: 'one', readAt: 1, answer: [[1], [2]] })],
  ] as const) {
    it(`ignores and replaces a file that ${what}`, async () => {
      mkdirSync(join(folder, 'bitfinex'));
      writeFileSync(path, content);
      rest.answer = unreachable;
      assert.equal(await list().get(), undefined);
      rest.answer = confAnswer;
      assert.ok(await list().get());
      await until(() => readFileSync(path, 'utf8') !== content, 'the new file');
      const { exchange, version } = onDisk();
      assert.deepEqual([exchange, version], ['one', 1]);
    });
  }

  it('works without a place to be kept in, and says so once', async () => {
    writeFileSync(join(folder, 'bitfinex'), 'a file where the folder should be');
    const made = list();
    assert.ok(await made.get());
    await until(() => reports.length > 0, 'the report');
    await made.refresh();
    await settled();
    assert.equal(reports.length, 1);
    assert.match(reports[0] as string, /cannot be kept/);
  });

  it('leaves nothing behind when its exchange is no longer used', async () => {
    const made = list({ kept: false });
    await made.get();
    made.end();
    assert.equal(clock.waiting, 0);
    rest.answer = () => new Promise(() => undefined);
    const hanging = list({ kept: false });
    const reading = hanging.refresh();
    hanging.end();
    await assert.rejects(reading, { code: 'EXCHANGE_UNREACHABLE' });
    assert.equal(clock.waiting, 0);
  });
});

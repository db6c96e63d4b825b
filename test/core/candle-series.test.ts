import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { bucketAfter, bucketsBetween } from '../../src/shared/core/candle-bucket';
import { CandleClock, type Moment } from '../../src/shared/core/candle-clock';
import type { CandleEvent } from '../../src/shared/core/candle-record';
import { CLOSE_DELAY_MS } from '../../src/shared/core/candle-series';
import { bucketEnd, bucketStart, type TimeFrame } from '../../src/shared/core/time-frame';
import { LATENCY_MS, TrueMarket, type Setting } from './candle-truth';

const RUNS = process.env['LONG'] === '1' ? 20_000 : 1_000;

/** One thing that happens; times are in thousandths of a bucket. */
type Step =
  | { kind: 'trade' | 'drop' | 'fail' }
  | { kind: 'pass'; part: number }
  | { kind: 'still'; part: number; trades: number }
  | { kind: 'correct'; back: number; isNew: boolean }
  | { kind: 'repeat'; back: number }
  | { kind: 'connect'; snapshot: number }
  | { kind: 'answer'; state: 'then' | 'now' | 'older'; which: number };

const back = fc.oneof({ weight: 3, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.nat(60) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ kind: 'trade' as const }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass' as const), part: fc.nat(1_200) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), part: fc.integer({ min: 2_000, max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('still' as const), part: fc.integer({ min: 100, max: 3_000 }), trades: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('correct' as const), back, isNew: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), back }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'drop' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('connect' as const), snapshot: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), state: fc.constantFrom('then' as const, 'now' as const, 'older' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'fail' as const }) },
);
const setting: fc.Arbitrary<Setting> = fc.record({
  timeFrame: fc.constantFrom<TimeFrame>('1m', '1m', '5m', '1h', '1D'),
  history: fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 2, max: 40 })),
  fillGaps: fc.boolean(),
  timed: fc.boolean(),
  past: fc.array(fc.boolean(), { maxLength: 60 }),
});

/** What must happen in at least one run of a hundred. */
const KINDS = [
  ...['open', 'closed', 'closed replayed', 'open corrected', 'open corrected replayed', 'closed corrected', 'closed corrected replayed', 'gap', 'filled'],
  ...['row came twice or out of order', 'candle was corrected', 'candle came late', 'process stood still', 'line was lost'],
  ...['answer as of its question', 'answer older than its question', 'answer to a question of a lost line', 'history failed', 'question of a lost line failed'],
];

/** In how many runs each of these happened. */
const seen = new Map<string, number>();

/** One random life of a series, held against the truth all the time. */
class Trial {
  readonly market: TrueMarket;
  private readonly happened = new Set<string>();
  private readonly closed = new Map<number, CandleEvent>();
  private readonly latest = new Map<number, CandleEvent>();
  private lastClosed = -Infinity;
  private began: 'with history' | 'without history' | undefined;
  /** At most so many candles came after their time, or while the process stood still: they may not have been closed yet. */
  private unsettled = 0;
  /** The question about what was missed failed, and was not answered yet: whatever is closed meanwhile may be corrected later. */
  private isUnsure = false;

  constructor(private readonly setting: Setting) {
    this.market = new TrueMarket(setting);
    this.market.onEvent = (event, at) => this.check(event, at);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      await this.take(one);
      await settle();
      this.checkWindow();
    }
    await this.finish();
    for (const what of this.happened) seen.set(what, (seen.get(what) ?? 0) + 1);
  }

  private async take(one: Step): Promise<void> {
    const { market } = this;
    switch (one.kind) {
      case 'trade':
        return market.trade();
      case 'pass':
        return market.pass(Math.floor((one.part * market.span) / 1000));
      case 'still':
        this.note('process stood still');
        this.unsettled += one.trades + 1;
        return market.standStill(Math.floor((one.part * market.span) / 1000), one.trades);
      case 'correct':
        if (!market.correct(one.back, one.isNew)) return;
        if (one.isNew) this.unsettled++;
        return this.note(one.isNew ? 'candle came late' : 'candle was corrected');
      case 'repeat':
        this.note('row came twice or out of order');
        return market.repeat(one.back);
      case 'drop':
        if (market.isConnected) this.note('line was lost');
        return market.isConnected ? market.drop() : undefined;
      case 'connect':
        return market.isConnected ? undefined : market.connect(one.snapshot);
      case 'answer':
        return this.answer(one.state, one.which);
      case 'fail':
        return this.fail();
    }
  }

  private answer(state: 'then' | 'now' | 'older', which: number): void {
    const { questions, rows, pick } = this.market;
    const [question] = questions.splice(which % Math.max(1, questions.length), 1);
    if (question === undefined) return;
    if (question.isOld) this.note('answer to a question of a lost line');
    else this.hasAnswer();
    // nobody waits for an answer as long as this
    const isOverdue = this.market.time - question.at > 5 * this.market.span;
    if (state === 'now' && !isOverdue) return question.answer(pick(rows, question.limit));
    const isOlder = state === 'older' && question.isCovered;
    this.note(isOlder ? 'answer older than its question' : 'answer as of its question');
    question.answer(pick(isOlder ? question.then.slice(0, -2) : question.then, question.limit));
  }

  private hasAnswer(): void {
    this.began ??= 'with history';
    this.isUnsure = false;
  }

  private fail(): void {
    const question = this.market.questions.pop();
    if (question === undefined) return;
    if (!question.isOld) {
      this.began ??= 'without history';
      this.isUnsure = true;
    }
    this.note(question.isOld ? 'question of a lost line failed' : 'history failed');
    question.fail();
  }

  private check(event: CandleEvent, at: number): void {
    const { timeFrame, fillGaps } = this.setting;
    const { candle, closed, corrected, gap, replayed } = event;
    const { timestamp } = candle;
    const truth = this.market.truth.get(timestamp);
    const word = `${new Date(timestamp).toISOString()} told at ${new Date(at).toISOString()}: ${JSON.stringify(event)}`;
    this.note(`${closed ? 'closed' : 'open'}${corrected ? ' corrected' : ''}${replayed ? ' replayed' : ''}`);
    if (gap) this.note('gap');
    if (!closed) assert.notDeepEqual(this.latest.get(timestamp)?.candle, candle, `nothing new: ${word}`);
    this.latest.set(timestamp, event);
    if (truth === undefined) {
      assert.ok(fillGaps && gap && candle.volume === 0 && candle.open === candle.close && candle.high === candle.low, `nothing was traded in ${word}`);
      this.note('filled');
    }
    if (!closed) return assert.equal(corrected, this.closed.has(timestamp), `corrected only after it was closed: ${word}`);
    assert.ok(!this.closed.has(timestamp), `closed once: ${word}`);
    assert.ok(at >= bucketEnd(timeFrame, timestamp) + CLOSE_DELAY_MS, `closed too early: ${word}`);
    if (!corrected) assert.ok(timestamp > this.lastClosed, `closed in order: ${word}`);
    // what is closed live is complete; a history may be as old as its question
    if (!replayed && !this.isUnsure && truth !== undefined) assert.deepEqual(candle, truth, `complete when closed: ${word}`);
    this.closed.set(timestamp, event);
    this.lastClosed = Math.max(this.lastClosed, timestamp);
  }

  private checkWindow(): void {
    const { candles } = this.market.watch.series.window();
    for (const [at, { timestamp }] of candles.entries()) assert.ok(at === 0 || timestamp > (candles[at - 1]?.timestamp ?? Infinity), 'in order, none twice');
    assert.ok(candles.length <= this.setting.history + 2 + this.unsettled, 'bounded');
  }

  /** Everything is answered, then nothing is traded any more for a while. */
  private async finish(): Promise<void> {
    const { market } = this;
    if (!market.isConnected) market.connect(3);
    // whatever failed is asked for again within a minute
    market.pass(61_000);
    for (const question of market.questions.splice(0)) question.answer(market.pick(question.then, question.limit));
    await settle();
    const end = bucketEnd(this.setting.timeFrame, bucketStart(this.setting.timeFrame, market.time + market.span));
    market.pass(end + CLOSE_DELAY_MS + 2 * LATENCY_MS + 1 - market.time);
    this.compare();
  }

  private compare(): void {
    const { market, setting: { fillGaps } } = this;
    const expected = market.expected();
    assert.deepEqual(market.watch.series.window().candles, expected, 'the window is the truth');
    for (const candle of expected) assert.deepEqual(this.latest.get(candle.timestamp)?.candle, candle, 'the last word on each candle is the truth');
    for (const candle of expected) assert.ok(this.closed.has(candle.timestamp), 'each was closed');
    const from = this.began === 'without history' ? (expected[0]?.timestamp ?? Infinity) : Math.min(...this.closed.keys());
    for (const { timestamp } of market.rows) {
      // what came into being behind the window is nobody's any more
      if (timestamp >= from && !market.lateBorn.has(timestamp)) assert.ok(this.closed.has(timestamp), `${new Date(timestamp).toISOString()} was never closed`);
    }
    const gaps = expected.reduce((sum, { timestamp }, at) => sum + (at === 0 ? 0 : this.apart(expected[at - 1]?.timestamp ?? 0, timestamp) - 1), 0);
    if (!fillGaps) assert.equal(market.watch.series.window().gaps, gaps);
    else assert.equal(market.watch.series.window().gaps, expected.filter(({ timestamp }) => !market.truth.has(timestamp)).length);
  }

  private apart(from: number, to: number): number {
    return Math.round((to - from) / (bucketEnd(this.setting.timeFrame, from) - from));
  }

  private note(what: string): void {
    this.happened.add(what);
  }
}

/** Promises are kept. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
}

describe('a series of candles', function () {
  this.timeout(RUNS > 1_000 ? 900_000 : 60_000);

  it('equals the truth after any history: no hole, none twice, each closed once, in order, and never early (F91)', async () => {
    seen.clear();
    await fc.assert(
      fc.asyncProperty(setting, fc.array(step, { minLength: 5, maxLength: 80, size: 'max' }), (given, steps) => new Trial(given).run(steps)),
      { numRuns: RUNS },
    );
    const percent = (what: string): number => (100 * (seen.get(what) ?? 0)) / RUNS;
    console.log(`      of ${RUNS} runs: ${KINDS.map((what) => `${what} ${percent(what).toFixed(1)} %`).join(', ')}`);
    assert.deepEqual(KINDS.filter((what) => percent(what) < 1), [], 'each kind happened often enough to be tested');
  });
});

describe('exchange time', () => {
  const at = (monotonic: number, now = 0): Moment => ({ now, monotonic });

  it('is what frames tell, carried on by the monotonic clock, whatever the local clock says', () => {
    const clock = new CandleClock();
    clock.hear(undefined, at(0, 9e12));
    clock.hear(1_000_000, at(1_000, 9e12));
    assert.equal(clock.at(at(1_500, 5)), 1_000_500);
  });

  it('is not put back by a frame that was read late', () => {
    const clock = new CandleClock();
    clock.hear(1_000_000, at(0));
    clock.hear(1_000_100, at(20_000));
    assert.equal(clock.at(at(20_000)), 1_020_000);
  });

  it('forgets after some minutes how far ahead it once was: clocks drift', () => {
    const clock = new CandleClock();
    clock.hear(1_000_000, at(0));
    // the local clock is fast by a second in 100
    for (let second = 1; second <= 3_000; second++) clock.hear(1_000_000 + second * 990, at(second * 1_000));
    assert.ok(clock.at(at(3_000_000)) - (1_000_000 + 3_000 * 990) < 12_100);
  });

  it('is the local one as long as no frame tells a time, but never before the newest candle began', () => {
    const clock = new CandleClock();
    clock.hear(undefined, at(0, 5_000));
    assert.equal(clock.at(at(10)), 5_010);
    clock.begun(60_000, at(20));
    assert.equal(clock.at(at(30)), 60_010);
  });
});

describe('buckets are counted from a candle of the exchange', () => {
  it('in months too', () => {
    const [january, march] = [Date.UTC(2024, 0, 1), Date.UTC(2024, 2, 1)];
    assert.equal(bucketAfter('1M', january, 2), march);
    assert.equal(bucketAfter('1M', march, -2), january);
    assert.equal(bucketsBetween('1M', january, march), 2);
    assert.equal(bucketsBetween('1M', Date.UTC(2023, 11, 1), Date.UTC(2024, 1, 15)), 2);
  });

  it('wherever it begins its fortnights', () => {
    const start = Date.UTC(2024, 0, 5);
    assert.equal(bucketAfter('14D', start, -1), Date.UTC(2023, 11, 22));
    assert.equal(bucketsBetween('14D', start, start + 30 * 86_400_000), 2);
  });
});

describe('a watch over candles', () => {
  /** A market with an hour of candles, connected and with its history. */
  async function joined(changes: Partial<Setting> = {}): Promise<TrueMarket> {
    const market = new TrueMarket({ timeFrame: '1m', history: 20, fillGaps: false, timed: true, past: Array.from({ length: 60 }, () => true), ...changes });
    market.connect(5);
    await answer(market);
    return market;
  }

  async function answer(market: TrueMarket): Promise<void> {
    for (const question of market.questions.splice(0)) question.answer(market.pick(question.then, question.limit));
    await settle();
  }

  const since = (market: TrueMarket, count: number): CandleEvent[] => market.told.slice(count).map(({ event }) => event);

  it('tells nothing before the history has joined, then its closed candles in order, each as replayed', async () => {
    const market = new TrueMarket({ timeFrame: '1m', history: 20, fillGaps: false, timed: true, past: Array.from({ length: 60 }, () => true) });
    market.connect(5);
    market.trade();
    assert.equal(market.told.length, 0);
    await answer(market);
    // the last minute is over for less than the delay
    assert.deepEqual(market.told.map(({ event }) => [event.closed, event.replayed]), [...Array.from({ length: 20 }, () => [true, true]), [false, false], [false, false]]);
  });

  it('closes the last candle of a quiet market on time and invents none', async () => {
    const market = await joined();
    market.trade();
    const told = market.told.length;
    const end = bucketEnd('1m', bucketStart('1m', market.time));
    market.pass(10 * 60_000);
    const closings = market.told.slice(told).filter(({ event }) => event.closed);
    assert.equal(closings.length, 2);
    const { at, event } = closings[1] as { at: number; event: CandleEvent };
    assert.equal(event.candle.timestamp, end - 60_000);
    assert.ok(at >= end + CLOSE_DELAY_MS && at <= end + CLOSE_DELAY_MS + LATENCY_MS + 100, `${at - end} ms after its end`);
  });

  it('fills a quiet market where that is wanted, each flat candle closed in its turn', async () => {
    const market = await joined({ fillGaps: true });
    market.trade();
    const { close } = market.rows.at(-1) as { close: number };
    const told = market.told.length;
    market.pass(5 * 60_000);
    const filled = since(market, told).filter(({ gap }) => gap);
    assert.equal(filled.length, 3);
    for (const { candle, closed } of filled) assert.deepEqual([candle.open, candle.high, candle.low, candle.close, candle.volume, closed], [close, close, close, close, 0, true]);
    assert.equal(market.watch.series.window().gaps, 3);
  });

  it('fills no more than the window holds when the last trade is a year old', async () => {
    const market = new TrueMarket({ timeFrame: '1m', history: 50, fillGaps: true, timed: true, past: [true] });
    market.pass(366 * 86_400_000);
    market.connect(1);
    market.trade();
    await answer(market);
    assert.equal(market.watch.series.window().candles.length, 51);
    assert.equal(market.told.length, 51);
  });

  it('tells missed closings in order after a lost line, changed candles as corrected, and asks for the whole hole', async () => {
    const market = await joined({ history: 5 });
    market.pass(60_000);
    const told = market.told.length;
    market.drop();
    for (let minute = 0; minute < 30; minute++) {
      market.trade();
      market.pass(60_000);
    }
    market.correct(31, false);
    market.connect(1);
    assert.ok((market.questions[0]?.limit ?? 0) >= 30);
    await answer(market);
    const events = since(market, told);
    assert.deepEqual(events.map(({ closed, corrected, replayed }) => ({ closed, corrected, replayed })).slice(0, 2), [
      { closed: false, corrected: true, replayed: true },
      { closed: true, corrected: false, replayed: true },
    ]);
    assert.equal(events.filter(({ closed, replayed }) => closed && replayed).length, 29);
    market.drop();
    market.connect(1);
    assert.ok((market.questions[0]?.limit ?? Infinity) < 20, 'what was fetched is not asked for again');
  });

  it('says once that the history cannot be read, goes on from the snapshot, and tells the rest when it comes', async () => {
    const market = new TrueMarket({ timeFrame: '1m', history: 20, fillGaps: false, timed: true, past: Array.from({ length: 60 }, () => true) });
    market.connect(5);
    for (let times = 0; times < 3; times++) {
      market.questions.pop()?.fail();
      await settle();
      market.pass(61_000);
    }
    assert.deepEqual([market.failures.length, market.isWhole], [1, false]);
    assert.equal(market.watch.series.window().candles.length, 5);
    const told = market.told.length;
    await answer(market);
    assert.equal(market.watch.series.window().candles.length, 20);
    assert.equal(market.isWhole, true);
    const late = since(market, told);
    assert.equal(late.length, 15);
    for (const { closed, corrected, replayed } of late) assert.deepEqual([closed, corrected, replayed], [true, true, true]);
  });

  it('never tells what is behind its window, and with no history only what runs', async () => {
    const market = await joined({ history: 0 });
    assert.deepEqual(market.told.filter(({ event }) => event.closed), []);
    market.trade();
    assert.equal(market.watch.series.window().candles.length, 1 + market.rows.filter(({ timestamp }) => timestamp + 63_000 > market.time && timestamp + 60_000 <= market.time).length);
    assert.equal(market.watch.series.window(true).candles.length, 0);
  });

  it('does not wake without need for a candle of a month', async () => {
    const market = await joined({ timeFrame: '1M', past: [true, true] });
    market.trade();
    const end = bucketEnd('1M', bucketStart('1M', market.time));
    market.pass(end + CLOSE_DELAY_MS + 1_000 - market.time);
    assert.equal(market.told.at(-1)?.event.closed, true);
    assert.equal(market.told.at(-1)?.event.candle.timestamp, Date.UTC(2024, 1, 1));
  });
});

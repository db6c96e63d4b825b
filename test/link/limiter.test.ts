import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BitfinexError } from '../../src/shared/core/errors';
import { LIMITS, limitOf, type LimitName } from '../../src/shared/core/limits';
import type { Start } from '../../src/shared/core/window';
import { Limiter, PRIORITY, type Admission, type Priority } from '../../src/shared/link/limiter';
import { TimedWorld } from '../timed-world';

const WEEKS = 14 * 24 * 3_600_000;

describe('limiter', () => {
  let world: TimedWorld;
  let limiter: Limiter;
  let started: { name: string; at: number }[];
  let failed: { name: string; error: unknown }[];

  beforeEach(() => {
    world = new TimedWorld().begin();
    limiter = new Limiter(world);
    started = [];
    failed = [];
  });
  afterEach(() => world.end());

  const ask = (limit: LimitName, count = 1, options: Admission & { name?: string } = {}): void => {
    const { name = options.priority ?? 'read', ...admission } = options;
    for (let at = 0; at < count; at++) limiter.admit(limit, admission).then(() => started.push({ name, at: world.monotonic() }), (error: unknown) => failed.push({ name, error }));
  };
  const names = (): string[] => started.map(({ name }) => name);
  const budgetOf = (limit: LimitName) => limiter.budget().find((row) => row.limit === limit);

  it('admits at once up to the limit, then as the window slides', async () => {
    const { max, perMs } = LIMITS.subscribe;
    ask('subscribe', max + 5);
    await world.pass(0);
    assert.equal(started.length, max);
    assert.equal(limiter.isShort('subscribe'), true);
    await world.pass(perMs);
    assert.equal(started.length, max);
    await world.pass(600);
    assert.equal(started.length, max + 5);
  });

  it('shows what is left of every limit, before and after anybody asked', async () => {
    assert.deepEqual(limiter.budget().map(({ limit }) => limit), Object.keys(LIMITS));
    assert.deepEqual(budgetOf('trades'), { limit: 'trades', max: 15, perMs: 60_000, used: 0, waiting: 0, waitMs: 0, heldMs: 0, waits: 0, waitedMs: 0 });
    ask('trades', 17);
    await world.pass(1_000);
    assert.deepEqual(budgetOf('trades'), { limit: 'trades', max: 15, perMs: 60_000, used: 15, waiting: 2, waitMs: 59_500, heldMs: 0, waits: 0, waitedMs: 0 });
    await world.pass(60_000);
    const { used, waiting, waits, waitedMs = 0 } = budgetOf('trades') ?? {};
    assert.deepEqual([used, waiting, waits], [2, 0, 2]);
    assert.ok(waitedMs >= 2 * 60_500 && waitedMs < 2 * 60_600, String(waitedMs));
  });

  it('counts each endpoint by itself where the exchange does, and shows the worst', async () => {
    const orders = limitOf('auth/r/orders/tBTCUSD/hist');
    const wallets = limitOf('auth/r/wallets');
    ask('auth', 91, { lane: orders.lane });
    ask('auth', 3, { lane: wallets.lane, name: 'wallets' });
    await world.pass(100);
    assert.equal(started.length, 93);
    assert.deepEqual([limiter.isShort('auth', orders.lane), limiter.isShort('auth', wallets.lane)], [true, false]);
    assert.deepEqual([budgetOf('auth')?.used, budgetOf('auth')?.waiting], [90, 1]);
  });

  it('lets a cancel go first that comes while others wait', async () => {
    ask('auth', LIMITS.auth.max);
    await world.pass(10_000);
    for (const priority of ['background', 'read', 'order'] as const) ask('auth', 2, { priority });
    await world.pass(50_000);
    started.length = 0;
    ask('auth', 1, { priority: 'cancel' });
    await world.pass(60_000);
    assert.deepEqual(names(), ['cancel', 'order', 'order', 'read', 'read', 'background', 'background']);
  });

  it('says how long a start has to wait, once, and not at all where it need not', async () => {
    const said: number[] = [];
    const onWait = (waitMs: number): number => said.push(waitMs);
    ask('liquidations', 3, { onWait });
    await world.pass(20_000);
    assert.deepEqual(said, []);
    ask('liquidations', 4, { onWait });
    ask('liquidations', 1, { onWait, priority: 'cancel' });
    await world.pass(130_000);
    // 3 a minute and half a second: the fourth of those that wait comes one window later, the cancel before them all
    assert.deepEqual(said, [40_500, 40_500, 40_500, 101_000, 40_500]);
    assert.equal(started.length, 8);
  });

  it('gives a waiting start up with the reason of its signal, and counts nothing', async () => {
    const giveUp = new AbortController();
    ask('liquidations', 3);
    ask('liquidations', 1, { signal: giveUp.signal, name: 'given up' });
    ask('liquidations', 1, { name: 'next' });
    await world.pass(1_000);
    giveUp.abort(new Error('too late'));
    await world.pass(0);
    assert.deepEqual(failed, [{ name: 'given up', error: new Error('too late') }]);
    assert.equal(budgetOf('liquidations')?.waiting, 1);
    await world.pass(60_000);
    assert.deepEqual(names(), ['read', 'read', 'read', 'next']);
    assert.equal(budgetOf('liquidations')?.used, 1);
    ask('book', 1, { signal: giveUp.signal });
    await world.pass(0);
    assert.equal(failed.length, 2);
    assert.equal(budgetOf('book')?.used, 0);
  });

  it('counts a start that leaves late from when it leaves, and lets the next go when one is given back', async () => {
    const { max, perMs } = LIMITS.liquidations;
    const starts = await Promise.all(Array.from({ length: max }, () => limiter.reserve('liquidations')));
    ask('liquidations', 3);
    await world.pass(perMs + 10_000);
    assert.deepEqual([started.length, budgetOf('liquidations')?.used], [0, max], 'none has left');
    starts[0]?.giveBack();
    await world.pass(0);
    assert.equal(started.length, 1);
    starts[1]?.leave(world.monotonic());
    starts[2]?.leave(world.monotonic());
    await world.pass(perMs);
    assert.equal(started.length, 1);
    await world.pass(1_000);
    assert.equal(started.length, 3);
  });

  it('counts nothing for a start that is not wanted any more when its turn comes', async () => {
    ask('liquidations', 3);
    ask('liquidations', 20, { isWanted: () => false, name: 'unwanted' });
    ask('liquidations', 3);
    await world.pass(61_000);
    assert.equal(names().filter((name) => name === 'read').length, 6);
    assert.equal(budgetOf('liquidations')?.used, 3);
  });

  it('refuses at once, with a time, what two hundred others stand before', async () => {
    ask('book', LIMITS.book.max + 200);
    ask('book', 1, { name: 'too many' });
    await world.pass(10);
    const [{ name, error } = { name: '', error: undefined }] = failed;
    assert.equal(failed.length, 1);
    assert.equal(name, 'too many');
    assert.ok(error instanceof BitfinexError && error.code === 'RATE_LIMITED' && error.kind === 'unreachable');
    assert.equal(error.retryAt, Date.UTC(2026, 0, 1) + 60_500);
    // what is more urgent takes the place of the last that came
    ask('book', 1, { priority: 'cancel' });
    await world.pass(0);
    assert.deepEqual(failed.map((one) => one.name), ['too many', 'read']);
    await world.pass(62_000);
    assert.equal(names()[LIMITS.book.max], 'cancel');
    assert.equal(started.length, LIMITS.book.max + 200);
  });

  it('refuses no socket and no subscription: they are as many as are wanted', async () => {
    ask('subscribe', 1_000);
    await world.pass(70_000);
    assert.deepEqual([started.length, failed.length], [1_000, 0]);
  });

  it('starts nothing in a lane while the exchange asks for a pause, and leaves other lanes alone', async () => {
    const [one, other] = [limitOf('calc/fx').lane, limitOf('calc/trade/avg').lane];
    limiter.hold('calc', 60_000, one);
    ask('calc', 2, { lane: one, name: 'held' });
    ask('calc', 2, { lane: other, name: 'free' });
    await world.pass(30_000);
    assert.deepEqual(names(), ['free', 'free']);
    assert.deepEqual([limiter.heldMs('calc', one), limiter.heldMs('calc', other), limiter.waitMs('calc', one)], [30_000, 0, 30_000]);
    assert.deepEqual([budgetOf('calc')?.heldMs, budgetOf('calc')?.waiting], [30_000, 2]);
    // a second answer of the kind comes while they wait
    limiter.hold('calc', 60_000, one);
    await world.pass(59_000);
    assert.equal(names().length, 2);
    await world.pass(1_100);
    assert.deepEqual(names(), ['free', 'free', 'held', 'held']);
  });

  it('keeps no lane for each of a thousand endpoints, and no endpoint gets more than its share by that', async () => {
    const lanes = Array.from({ length: 1_000 }, (_, at) => `other invented/${at}`);
    for (const lane of lanes) ask('other', 1, { lane });
    await world.pass(10);
    // two hundred lanes of their own, then one for all others
    assert.equal(started.length, 200 + LIMITS.other.max);
    await world.pass(3_600_000);
    const before = started.length;
    for (const lane of lanes.slice(0, 100)) ask('other', 1, { lane });
    await world.pass(10);
    assert.equal(started.length - before, 100, 'what is idle was forgotten');
  });

  it('wakes up once for all that wait', async () => {
    ask('candles', 230);
    await world.pass(1_000);
    assert.deepEqual(world.timers, { own: 1, foreign: 0 });
    assert.equal(world.mostTimers, 1);
  });

  for (const [way, byMs] of [
    ['back', -WEEKS],
    ['forward', WEEKS],
  ] as const) {
    it(`goes on as if nothing had happened when the wall clock jumps two weeks ${way}`, async () => {
      const { max, perMs } = LIMITS.liquidations;
      ask('liquidations', max * 3);
      await world.pass(1_000);
      world.setWallClock(byMs);
      ask('liquidations', max);
      await world.pass(perMs);
      world.setWallClock(-byMs);
      await world.pass(3 * perMs);
      assert.equal(started.length, max * 4);
      noMoreThanAllowed('liquidations', started.map(({ at }) => at));
      assert.ok((started.at(-1)?.at ?? Infinity) < 3 * (perMs + 500) + 1_500, 'at the end of the third window');
    });
  }

  it('holds every promise over random traces of arrivals, pauses and wall clocks', async function () {
    const events = process.env['LONG'] ? 1_000_000 : 100_000;
    this.timeout(2 * events);
    world.end();
    // a step is two events on average: it asks for up to six starts
    const runs = events / 2 / 500;
    await fc.assert(fc.asyncProperty(fc.array(EVENT, { minLength: 500, maxLength: 500, size: 'max' }), history), { numRuns: runs });
  });
});

/** The rows with the least room, so that the traces are full of waiting. */
const LANES: readonly (readonly [LimitName, string])[] = [
  ['liquidations', 'liquidations'],
  ['connectAuth', 'connectAuth'],
  ['subscribe', 'subscribe'],
  ['calc', 'calc calc/fx'],
  ['calc', 'calc calc/trade/avg'],
];
type Event =
  | { kind: 'ask'; lane: number; priority: Priority; count: number; wanted: boolean; delayMs: number; leaves: boolean }
  | { kind: 'pass'; ms: number }
  | { kind: 'oversleep'; ms: number }
  | { kind: 'hold'; lane: number; ms: number }
  | { kind: 'jump'; ms: number }
  | { kind: 'giveUp'; which: number };

const lane = fc.integer({ min: 0, max: LANES.length - 1 });
const mostly = fc.integer({ min: 0, max: 9 }).map((luck) => luck > 0);
const EVENT: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('ask' as const), lane, priority: fc.constantFrom(...(Object.keys(PRIORITY) as Priority[])), count: fc.integer({ min: 1, max: 6 }), wanted: mostly, delayMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })), leaves: mostly }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 8_000 }), fc.integer({ min: 0, max: 90_000 })) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('oversleep' as const), ms: fc.integer({ min: 0, max: 20_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), lane, ms: fc.integer({ min: 0, max: 60_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), ms: fc.integer({ min: -WEEKS, max: WEEKS }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('giveUp' as const), which: fc.nat() }) },
);

interface Request {
  readonly lane: number;
  readonly priority: Priority;
  readonly wanted: boolean;
  /** From its admission on. */
  readonly delayMs: number;
  /** In the end it does, or is given back. */
  readonly leaves: boolean;
  readonly since: number;
  readonly giveUp: AbortController;
}

/** Runs one trace, and judges it by what started when. */
async function history(events: readonly Event[]): Promise<void> {
  const world = new TimedWorld().begin();
  try {
    const trace = new Trace(world);
    for (const event of events) await trace.run(event);
    await world.pass(24 * 3_600_000);
    trace.judge();
  } finally {
    world.end();
  }
}

/** What was admitted. */
interface Admitted {
  readonly at: number;
  readonly since: number;
  /** When it left, or was given back. */
  ended: number;
  readonly leaves: boolean;
}

class Trace {
  private readonly limiter: Limiter;
  private readonly waiting = LANES.map(() => new Set<Request>());
  private readonly starts = LANES.map(() => [] as Admitted[]);
  private readonly holds = LANES.map(() => [] as { from: number; until: number }[]);
  /** Admitted, and not gone yet. */
  private leaving = 0;
  private readonly slept: { from: number; until: number }[] = [];

  constructor(private readonly world: TimedWorld) {
    this.limiter = new Limiter(world);
  }

  async run(event: Event): Promise<void> {
    switch (event.kind) {
      case 'ask':
        for (let at = 0; at < event.count; at++) this.ask({ ...event, since: this.world.monotonic(), giveUp: new AbortController() });
        await this.world.pass(0);
        break;
      case 'pass':
        await this.world.pass(event.ms);
        break;
      case 'oversleep':
        this.slept.push({ from: this.world.monotonic(), until: this.world.monotonic() + event.ms });
        this.world.oversleep(event.ms);
        await this.world.pass(0);
        break;
      case 'hold': {
        const [limit, key] = LANES[event.lane] as (typeof LANES)[number];
        const from = this.world.monotonic();
        this.holds[event.lane]?.push({ from, until: from + event.ms });
        this.limiter.hold(limit, event.ms, key);
        break;
      }
      case 'jump':
        this.world.setWallClock(event.ms);
        break;
      case 'giveUp': {
        const all = this.waiting.flatMap((requests) => [...requests]);
        all[event.which % all.length]?.giveUp.abort();
        await this.world.pass(0);
      }
    }
    assert.ok(this.world.timers.own - this.leaving <= LANES.length, 'one timer for a lane');
    assert.ok(this.world.timers.foreign <= 3 * LANES.length, `${this.world.timers.foreign} timers of the queues`);
  }

  private ask(request: Request): void {
    const [limit, key] = LANES[request.lane] as (typeof LANES)[number];
    const waiting = this.waiting[request.lane] as Set<Request>;
    waiting.add(request);
    this.limiter.reserve(limit, { priority: request.priority, lane: key, isWanted: () => request.wanted, signal: request.giveUp.signal }).then(
      (start) => this.admitted(request, waiting, start),
      (error: unknown) => {
        waiting.delete(request);
        if (!request.giveUp.signal.aborted) assert.ok((error as BitfinexError).code === 'RATE_LIMITED' && waiting.size >= 200 - 1, String(error));
      },
    );
  }

  private admitted(request: Request, waiting: Set<Request>, start: Start): void {
    waiting.delete(request);
    const at = this.world.monotonic();
    for (const other of waiting) {
      if (PRIORITY[other.priority] < PRIORITY[request.priority]) this.wrong(`${request.priority} went before a waiting ${other.priority}`);
      if (other.priority === request.priority && other.since < request.since) this.wrong(`${request.priority} went before one that came earlier`);
    }
    for (const { from, until } of this.holds[request.lane] ?? []) if (at >= from && at < until) this.wrong('a start in a pause');
    if (request.wanted) this.follow(request, start);
  }

  private follow({ lane: row, since, delayMs, leaves }: Request, start: Start): void {
    const one: Admitted = { at: this.world.monotonic(), since, ended: Infinity, leaves };
    this.starts[row]?.push(one);
    this.leaving++;
    const end = (): void => {
      this.leaving--;
      one.ended = this.world.monotonic();
      if (leaves) start.leave(one.ended);
      else start.giveBack();
    };
    if (delayMs === 0) end();
    else this.world.after(delayMs, end);
  }

  /** Nothing may be thrown where the limiter would hear it. */
  private readonly wrongs: string[] = [];
  private wrong(what: string): void {
    this.wrongs.push(`${what} at ${this.world.monotonic()}`);
  }

  judge(): void {
    assert.deepEqual(this.wrongs, []);
    assert.deepEqual(this.waiting.map(({ size }) => size), LANES.map(() => 0), 'all that is wanted starts in the end');
    assert.deepEqual(this.world.timers, { own: 0, foreign: 0 });
    LANES.forEach(([limit], at) => {
      const starts = this.starts[at] as Admitted[];
      const left = starts.filter(({ leaves }) => leaves).map(({ ended }) => ended);
      noMoreThanAllowed(limit, left.sort((a, b) => a - b));
      this.noneStalled(limit, starts, this.holds[at] ?? []);
    });
  }

  /** A start comes within seconds after everything that it may have to wait for. */
  private noneStalled(limit: LimitName, starts: readonly Admitted[], holds: readonly { from: number; until: number }[]): void {
    const { max, perMs } = LIMITS[limit];
    // of those admitted before, the ones that count longest
    const longest: number[] = [];
    starts.forEach(({ at, since, ended, leaves }, index) => {
      const held = holds.filter(({ from }) => from <= at).map(({ until }) => until).filter((until) => until <= at);
      const slept = this.slept.map(({ until }) => until).filter((until) => until <= at);
      const possible = Math.max(since, starts[index - 1]?.at ?? 0, longest[max - 1] ?? 0, ...held, ...slept);
      assert.ok(at - possible <= 2_500, `${limit}: a start at ${at} was possible at ${possible}`);
      const released = ended + (leaves ? perMs : 0);
      const place = longest.findIndex((other) => other < released);
      longest.splice(place < 0 ? longest.length : place, 0, released);
      longest.length = Math.min(longest.length, max);
    });
  }
}

/** In no window of this length more starts than this. Both ends count. */
function noMoreThanAllowed(limit: LimitName, starts: readonly number[]): void {
  const { max, perMs } = LIMITS[limit];
  starts.forEach((at, index) => {
    const first = starts[index - max];
    if (first !== undefined) assert.ok(at - first > perMs, `${limit}: ${max + 1} starts from ${first} to ${at}`);
  });
}

import assert from 'node:assert/strict';
import { CHANNELS_PER_SOCKET } from '../../src/shared/core/limits';
import { mostInAMinute, pauses, PoolWorld, ticker } from './pool-world';

/** The limit of the exchange (bitfinex-v2.md 2.8). */
const CONNECTS_PER_MINUTE = 20;

/** The longest wait between two attempts (reliability.md, budgets). */
const CAP_MS = 60_000;

const symbols = (count: number): string[] => Array.from({ length: count }, (_, at) => `tA${String(at).padStart(3, '0')}USD`);

/** Waits double from 2 s to a minute, and luck takes up to three quarters off; attempts themselves take `spareMs`. */
function checkCurve(waits: readonly number[], spareMs: number): void {
  for (const [at, wait] of waits.entries()) {
    const full = Math.min(CAP_MS, 2_000 * 2 ** at);
    assert.ok(wait >= full / 4 && wait <= full + spareMs, `wait ${at}: ${wait} ms of ${full}`);
  }
}

describe('an exchange that cannot be reached', function () {
  this.timeout(60_000);
  let world: PoolWorld;
  beforeEach(() => {
    world = new PoolWorld();
  });
  afterEach(() => world.end());

  it('for 10 minutes is tried along the back-off curve, and all channels are back within the cap after its return (F59)', async () => {
    const wanted = symbols(30);
    const ears = world.follow(...wanted.map(ticker));
    world.refusal = 'ECONNREFUSED';
    await world.pass(600_000);
    const both = world.attempts;
    assert.ok(both.length >= 20 && both.length <= 60, `${both.length} attempts of two lines`);
    for (const line of [0, 1]) checkCurve(pauses(both.filter((_, at) => at % 2 === line)), 10);
    assert.ok(ears.every(({ state }) => state === 'offline'));
    assert.ok(mostInAMinute(both) <= CONNECTS_PER_MINUTE);
    world.refusal = undefined;
    world.beHelpful();
    await world.pass(CAP_MS + 5_000);
    assert.ok(ears.every(({ state }) => state === 'live'));
    assert.deepEqual(world.alive.flatMap((line) => line.requests('subscribe').map(({ symbol }) => symbol)).sort(), wanted);
  });

  it('because its name cannot be looked up is tried along the same curve, and says why (F60)', async () => {
    const [ear] = world.follow(ticker('tBTCUSD'));
    world.refusal = 'getaddrinfo EAI_AGAIN api-pub.bitfinex.com';
    await world.pass(300_000);
    checkCurve(pauses(world.attempts), 10);
    const last = ear?.events.findLast((event) => event.kind === 'state' && event.state === 'offline');
    assert.ok(last?.kind === 'state' && last.reason.includes('EAI_AGAIN'));
    assert.ok(world.reports.every((text) => text.includes('EAI_AGAIN')) && world.reports.length >= 8);
    world.refusal = undefined;
    world.beHelpful();
    await world.pass(CAP_MS + 5_000);
    assert.equal(ear?.state, 'live');
  });

  it('1,000 lines that drop after a second make the waits grow, and 50 that drop after 61 s do not (F66)', async () => {
    world.follow(ticker('tBTCUSD'));
    let heldMs = 1_000;
    const dropped: number[] = [];
    world.onOpen = (line) => {
      world.time.after(20, () => world.serve(line));
      world.time.after(20 + heldMs, () => {
        dropped.push(world.time.monotonic());
        line.close();
      });
    };
    while (dropped.length < 1_000) await world.pass(10_000);
    const waits = (): number[] => world.attempts.slice(1).map((at, index) => at - (dropped[index] as number));
    checkCurve(waits().slice(0, 999), 1);
    assert.ok(mostInAMinute(world.attempts) <= CONNECTS_PER_MINUTE);
    // the line that is up now drops early once more; those after it hold
    heldMs = 61_000;
    while (dropped.length < 1_052) await world.pass(10_000);
    for (const wait of waits().slice(1_002, 1_051)) assert.ok(wait >= 500 && wait <= 2_000, `${wait} ms after a line that held for 61 s`);
  });

  it('a line that held for less than a minute does not make the next wait short again (F66)', async () => {
    world.follow(ticker('tBTCUSD'));
    world.onOpen = (line) => {
      world.time.after(20, () => world.serve(line));
      world.time.after(59_000, () => line.close());
    };
    await world.pass(8 * 120_000);
    const waits = pauses(world.attempts).map((pause) => pause - 59_000);
    assert.ok(waits.length > 6);
    checkCurve(waits, 1);
  });

  it('that answers 429 with Retry-After 120 is left alone for 120 s by the lines of every account (F67)', async () => {
    world.follow(ticker('tBTCUSD'));
    const other = world.newPool();
    await world.pass(100);
    const began = world.time.monotonic();
    world.lines.last.close('HTTP 429', 120_000);
    other.follow(ticker('tETHUSD'), () => undefined);
    await world.pass(119_000);
    assert.equal(world.attempts.length, 1);
    await world.pass(10_000);
    assert.ok(world.attempts.length >= 3 && (world.attempts[1] as number) - began >= 120_000, String(world.attempts));
    other.end();
  });

  it('four lines that die at once come back one after the other, inside the budget of connects (F76)', async () => {
    let luck = 0;
    world.time.random = () => (luck = (luck + 0.37) % 1);
    world.beHelpful();
    const wanted = symbols(4 * CHANNELS_PER_SOCKET);
    const ears = world.follow(...wanted.map(ticker));
    await world.pass(8_000);
    const before = world.attempts.length;
    for (const line of world.alive) line.close();
    await world.pass(2_100);
    const back = world.attempts.slice(before);
    assert.equal(back.length, 4, 'all within 2 s after the first drop');
    assert.equal(new Set(back).size, 4, `at once: ${String(back)}`);
    // and from now on each as soon as it is up
    for (let time = 0; time < 400; time++) {
      for (const line of world.alive) line.close();
      await world.pass(250);
    }
    assert.ok(mostInAMinute(world.attempts) <= CONNECTS_PER_MINUTE, `${mostInAMinute(world.attempts)} in a minute`);
    await world.pass(120_000);
    assert.equal(world.alive.length, 4);
    assert.deepEqual(world.alive.flatMap((line) => line.requests('subscribe').map(({ symbol }) => symbol)).sort(), wanted);
    assert.ok(ears.every(({ state }) => state === 'live'));
  });
});

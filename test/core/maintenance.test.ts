import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Maintenance, type PlatformChange, type Sighting } from '../../src/shared/core/maintenance';

const STARTED: Sighting = { kind: 'info', code: 20060 };
const ENDED: Sighting = { kind: 'info', code: 20061 };
const STOPPING: Sighting = { kind: 'info', code: 20051 };

/**
 * What surrounds the decisions, as simple as can be: time, one poll in flight at most, and streams that are asked for
 * anew when they are opened again. The test is the exchange.
 */
class Surroundings {
  readonly machine = new Maintenance();
  readonly changes: PlatformChange[] = [];
  readonly pollsAt: number[] = [];
  at = 0;
  lines = 1;
  settled = true;
  isWatched = true;
  /** What `platform/status` says; `undefined` = no answer. */
  status: boolean | undefined = true;
  latencyMs = 100;
  /** Whoever is asked for anew comes back by itself, after this much. */
  settlesInMs = Infinity;
  /** Times at which streams were asked for anew. */
  readonly renewedAt: number[] = [];
  /** When the questions left that were answered with 1. */
  readonly goodAskedAt: number[] = [];
  private flight: { readonly askedAt: number; readonly answer: boolean | undefined; readonly lands: number } | undefined;

  hear(...sightings: Sighting[]): void {
    for (const sighting of sightings) this.step(sighting);
  }

  connected(operative: boolean, openedAt = this.at): void {
    if (operative) this.goodAskedAt.push(openedAt);
    this.hear({ kind: 'status', via: 'connection', operative, askedAt: openedAt });
  }

  get states(): string[] {
    return this.changes.map(({ state }) => state);
  }

  pass(ms: number): void {
    for (const end = this.at + ms; this.at < end; this.at += 50) this.tick();
  }

  private tick(): void {
    const [renewed] = this.renewedAt.slice(-1);
    if (renewed !== undefined && this.at >= renewed + this.settlesInMs) this.settled = true;
    if (this.flight !== undefined && this.at >= this.flight.lands) this.land(this.flight);
    if (this.flight === undefined && this.at >= this.machine.pollDueAt(this.isWatched)) this.poll();
    if (this.machine.awaitsStreams) this.step({ kind: 'looked' });
  }

  private poll(): void {
    this.pollsAt.push(this.at);
    this.machine.polled(this.at, (this.pollsAt.length % 10) / 10);
    this.flight = { askedAt: this.at, answer: this.status, lands: this.at + this.latencyMs };
  }

  private land({ askedAt, answer }: { askedAt: number; answer: boolean | undefined }): void {
    this.flight = undefined;
    if (answer === true) this.goodAskedAt.push(askedAt);
    this.step(answer === undefined ? { kind: 'unanswered' } : { kind: 'status', via: 'poll', operative: answer, askedAt });
  }

  private step(sighting: Sighting): void {
    const { machine, at, lines, settled } = this;
    const closed = machine.closesStreams;
    const change = machine.hear(sighting, { at, now: 1_700_000_000_000 + at, lines, settled });
    if (change !== undefined) this.changes.push(change);
    if (closed && !machine.closesStreams) {
      this.settled = false;
      this.renewedAt.push(at);
      this.step({ kind: 'looked' });
    }
  }
}

function operative(): Surroundings {
  const around = new Surroundings();
  around.pass(1_000);
  assert.deepEqual(around.states, ['operative']);
  return around;
}

describe('maintenance', () => {
  it('asks at once, and knows nothing before the first answer', () => {
    const around = new Surroundings();
    assert.equal(around.machine.state, undefined);
    around.pass(1_000);
    assert.deepEqual(around.pollsAt, [0]);
    assert.deepEqual(around.changes, [{ state: 'operative', since: 1_700_000_000_100, reason: 'the exchange says that it is operative', witness: 'poll' }]);
  });

  it('learns it from the first connection as well', () => {
    for (const [says, state] of [[true, 'operative'], [false, 'maintenance']] as const) {
      const around = new Surroundings();
      around.connected(says);
      assert.deepEqual(around.changes.map(({ state, witness }) => [state, witness]), [[state, 'connection']]);
    }
  });

  it('polls once a minute in good times, every 10 to 15 s in bad ones, and never when nobody watches', () => {
    const around = operative();
    around.pass(600_000);
    assert.ok(around.pollsAt.length >= 10 && around.pollsAt.length <= 11, String(around.pollsAt.length));
    around.status = false;
    around.hear(STARTED);
    const calm = around.pollsAt.length;
    around.pass(600_000);
    const gaps = around.pollsAt.slice(calm + 1).map((at, index) => at - (around.pollsAt[calm + index] as number));
    assert.ok(gaps.every((gap) => gap >= 10_000 && gap <= 15_100) && new Set(gaps).size > 3, String(gaps));
    const idle = operative();
    idle.isWatched = false;
    idle.pass(3_600_000);
    assert.equal(idle.pollsAt.length, 1);
  });

  it('F69: starts once, however many say so, and ends only after 20061, status 1 and verified streams', () => {
    const around = operative();
    around.status = false;
    around.hear(STARTED, STARTED);
    around.connected(false);
    around.pass(40_000);
    assert.deepEqual(around.states, ['operative', 'maintenance']);
    assert.deepEqual([around.machine.closesStreams, around.renewedAt.length], [true, 0]);
    around.status = true;
    around.hear(ENDED, ENDED);
    assert.deepEqual([around.machine.closesStreams, around.renewedAt.length], [false, 1], 'the streams are asked for anew, once');
    around.pass(30_000);
    assert.equal(around.states.at(-1), 'maintenance', 'the streams have not proved it');
    around.settled = true;
    around.pass(1_000);
    const { state, witness, previous } = around.changes.at(-1) as PlatformChange;
    assert.deepEqual([around.states, state, witness, previous], [['operative', 'maintenance', 'operative'], 'operative', 'poll', 'maintenance']);
  });

  it('F69: asks at once after 20061, and stays closed when status 0 contradicts it', () => {
    const around = operative();
    around.status = false;
    around.hear(STARTED);
    around.pass(30_000);
    around.hear(ENDED);
    const asked = around.pollsAt.length;
    around.pass(3_500);
    assert.equal(around.pollsAt.length, asked + 1);
    assert.equal(around.machine.closesStreams, true);
    around.settled = true;
    around.pass(60_000);
    assert.deepEqual(around.states, ['operative', 'maintenance']);
  });

  it('F69: status 0 of a poll begins it, and two polls that say 1 end it', () => {
    const around = operative();
    around.status = false;
    around.pass(61_000);
    assert.deepEqual(around.changes.at(-1)?.witness, 'poll');
    around.status = true;
    around.settlesInMs = 500;
    const asked = around.pollsAt.length;
    around.pass(60_000);
    assert.deepEqual(around.states, ['operative', 'maintenance', 'operative']);
    assert.ok((around.renewedAt[0] as number) > (around.pollsAt[asked + 1] as number), 'not before the second');
  });

  it('F69: a 503 alone makes it ask at once, and the answer decides', () => {
    for (const [says, states] of [[true, ['operative']], [false, ['operative', 'maintenance']]] as const) {
      const around = operative();
      around.pass(20_000);
      around.status = says;
      around.hear({ kind: 'refused', as: 'unavailable' });
      around.pass(500);
      assert.deepEqual([around.pollsAt.length, around.states], [2, states]);
    }
  });

  it('F69: 503 with no answer to the poll is unreachable after three polls, and only without a line', () => {
    for (const [lines, states] of [[1, ['operative']], [0, ['operative', 'unreachable']]] as const) {
      const around = operative();
      around.pass(20_000);
      Object.assign(around, { status: undefined, lines });
      around.hear({ kind: 'refused', as: 'unavailable' });
      around.pass(20_000);
      assert.deepEqual(around.states, ['operative'], 'two failures may pass');
      around.pass(60_000);
      assert.deepEqual(around.states, states);
    }
  });

  it('F69: 20060 in a REST answer begins it; after a proven end it has to be confirmed for a while', () => {
    const around = operative();
    around.settlesInMs = 100;
    around.hear({ kind: 'refused', as: 'maintenance' });
    assert.deepEqual([around.changes.at(-1)?.state, around.changes.at(-1)?.witness], ['maintenance', 'rest']);
    around.pass(60_000);
    assert.equal(around.states.at(-1), 'operative');
    for (let call = 0; call < 500; call++) {
      around.hear({ kind: 'refused', as: 'maintenance' });
      around.pass(1_000);
    }
    assert.deepEqual(around.states, ['operative', 'maintenance', 'operative'], 'an endpoint that lags behind does not make the gate flap');
    around.status = false;
    around.pass(15_000);
    assert.equal(around.states.at(-1), 'maintenance');
  });

  it('F70: 20061 without 20060 is nothing', () => {
    const around = operative();
    for (let at = 0; at < 50; at++) around.hear(ENDED);
    around.pass(10_000);
    assert.deepEqual([around.states, around.renewedAt, around.pollsAt.length], [['operative'], [], 1]);
    around.hear(STARTED);
    around.pass(5_000);
    assert.deepEqual([around.machine.closesStreams, around.pollsAt.length], [true, 1], 'nor does it mean anything for what begins later');
  });

  it('F70: 20060 a hundred times is one start, and 20061 a hundred times one end', () => {
    const around = operative();
    around.settlesInMs = 1_000;
    for (let at = 0; at < 100; at++) around.hear(STARTED);
    around.pass(5_000);
    for (let at = 0; at < 100; at++) around.hear(ENDED);
    around.pass(10_000);
    assert.deepEqual([around.states, around.renewedAt.length], [['operative', 'maintenance', 'operative'], 1]);
  });

  it('F70: ends without 20061 when two polls say 1 that were both begun after the last 20060', () => {
    const around = operative();
    around.settlesInMs = 1_000;
    around.latencyMs = 5_000;
    around.pass(59_100);
    assert.equal(around.pollsAt.length, 2, 'this one was asked before');
    around.hear(STARTED);
    around.pass(5_500);
    assert.equal(around.pollsAt.length, 2);
    around.pass(40_000);
    assert.deepEqual(around.states, ['operative', 'maintenance', 'operative']);
    const started = (around.changes[1] as PlatformChange).since - 1_700_000_000_000;
    assert.ok(around.pollsAt.filter((at) => at > started && at < (around.renewedAt[0] as number)).length >= 2);
  });

  it('F70: two polls that say 1 with silence between them are not two in a row', () => {
    const around = operative();
    around.hear(STARTED);
    for (const [status, closes] of [[true, true], [undefined, true], [true, true], [true, false]] as const) {
      around.status = status;
      const asked = around.pollsAt.length;
      while (around.pollsAt.length === asked) around.pass(50);
      around.pass(200);
      assert.equal(around.machine.closesStreams, closes);
    }
  });

  it('F69: a 0 that was asked for before 20061 takes nothing back', () => {
    const around = operative();
    Object.assign(around, { status: false, latencyMs: 5_000, settlesInMs: 1_000 });
    around.hear(STARTED);
    while (around.pollsAt.length === 1) around.pass(50);
    around.status = true;
    around.hear(ENDED);
    around.pass(15_000);
    assert.deepEqual([around.states, around.renewedAt.length], [['operative', 'maintenance', 'operative'], 1]);
  });

  it('F70: a new connection that says 1 ends it too, unless it began to open before 20060', () => {
    const around = operative();
    around.settlesInMs = 1_000;
    around.status = undefined;
    around.hear(STARTED);
    around.connected(true, around.at - 10);
    assert.equal(around.machine.closesStreams, true);
    around.pass(5_000);
    around.connected(true);
    around.pass(2_000);
    assert.deepEqual(around.states, ['operative', 'maintenance', 'operative']);
  });

  it('F68: 20051 is a restart until a new connection says 1 and every channel is live again', () => {
    const around = operative();
    around.hear(STOPPING, STOPPING);
    Object.assign(around, { settled: false, lines: 0 });
    around.hear({ kind: 'lost' });
    around.pass(2_000);
    around.lines = 1;
    around.connected(true);
    around.pass(5_000);
    assert.deepEqual([around.states, around.machine.closesStreams], [['operative', 'restarting'], false]);
    around.settled = true;
    around.pass(100);
    assert.deepEqual(around.states, ['operative', 'restarting', 'operative']);
  });

  it('F68: a restart that turns into maintenance is one period, and maintenance stays what it is', () => {
    const around = operative();
    Object.assign(around, { settlesInMs: 1_000, status: false, lines: 0 });
    around.hear(STOPPING);
    around.connected(false, around.at + 1);
    around.hear(STOPPING, STARTED, STOPPING);
    around.status = undefined;
    around.pass(120_000);
    around.connected(true);
    around.pass(5_000);
    assert.deepEqual(around.states, ['operative', 'restarting', 'maintenance', 'operative']);
  });

  it('is unreachable without lines and answers, until an answer and the streams are back', () => {
    const around = operative();
    Object.assign(around, { status: undefined, lines: 0, settled: false });
    around.pass(10_000);
    around.hear({ kind: 'lost' });
    around.pass(60_000);
    assert.deepEqual(around.states, ['operative', 'unreachable']);
    Object.assign(around, { status: true, lines: 1 });
    around.pass(20_000);
    assert.equal(around.states.at(-1), 'unreachable');
    around.settled = true;
    around.pass(1_000);
    assert.deepEqual(around.states, ['operative', 'unreachable', 'operative']);
  });

  it('F99: asks at most 30 times a minute, whatever is thrown at it for days', () => {
    const around = operative();
    around.settlesInMs = 500;
    for (let hour = 0; hour < 48; hour++) {
      around.status = hour % 3 === 0 ? undefined : hour % 3 === 1;
      around.lines = hour % 2;
      for (let at = 0; at < 60; at++) {
        around.hear({ kind: 'refused', as: at % 2 === 0 ? 'maintenance' : 'unavailable' }, { kind: 'lost' }, STARTED, ENDED, ...(at % 7 === 0 ? [STOPPING] : []));
        around.pass(hour === 0 ? 1_000 : 60_000);
      }
    }
    assert.ok(busiestMinute(around.pollsAt) <= 30, `${busiestMinute(around.pollsAt)} polls in a minute`);
    assert.ok(around.pollsAt.length > 1_000);
  }).timeout(60_000);

  describe('whatever comes in whatever order', () => {
    const moves = fc.oneof(
      fc.constantFrom('20060', '20061', '20051', '20060', '20061', '503', '20060 in REST', 'lost', 'up', 'settled', 'unsettled', 'status 1', 'status 0', 'no answer', 'slow', 'quick'),
      fc.tuple(fc.constantFrom('greets 1', 'greets 0'), fc.nat(20_000)),
      fc.nat(30_000),
    );

    /** Keeps its own count of what was said, and judges each end by it. */
    class Judge extends Surroundings {
      private badAt = -Infinity;
      private closedSince = -Infinity;
      private judged = 0;

      play(move: string | number | [string, number]): void {
        if (typeof move === 'number') this.pass(move);
        else if (typeof move !== 'string') this.connected(move[0] === 'greets 1', this.at - move[1]);
        else this.do(move);
        this.judge();
      }

      override pass(ms: number): void {
        for (let gone = 0; gone < ms; gone += 50) {
          super.pass(50);
          this.judge();
        }
      }

      private do(move: string): void {
        const facts: Record<string, Partial<Surroundings>> = { lost: { lines: 0 }, up: { lines: 2 }, settled: { settled: true }, unsettled: { settled: false }, 'status 1': { status: true }, 'status 0': { status: false }, 'no answer': { status: undefined }, slow: { latencyMs: 9_000 }, quick: { latencyMs: 50 } };
        const said: Record<string, Sighting> = { 20060: STARTED, 20061: ENDED, 20051: STOPPING, 503: { kind: 'refused', as: 'unavailable' }, '20060 in REST': { kind: 'refused', as: 'maintenance' }, lost: { kind: 'lost' } };
        Object.assign(this, facts[move] ?? {});
        if (move === '20060') this.badAt = this.at;
        if (move === '20060' && !this.machine.closesStreams) this.closedSince = this.at;
        if (said[move] !== undefined) this.hear(said[move]);
      }

      /** Every end needs a good word that was asked for after the last 20060, and streams that were renewed since and are well. */
      private judge(): void {
        for (; this.judged < this.changes.length; this.judged++) {
          const change = this.changes[this.judged] as PlatformChange;
          const before = this.changes[this.judged - 1]?.state;
          assert.equal(change.previous, before);
          assert.notEqual(change.state, before);
          if (change.state !== 'operative' || before === undefined) continue;
          assert.ok(this.settled, 'an end before the streams had settled');
          assert.ok(this.goodAskedAt.some((askedAt) => askedAt > this.badAt), 'an end without a good word after 20060');
          if (this.closedSince > -Infinity) assert.ok((this.renewedAt.at(-1) as number) >= this.closedSince, 'an end with streams of before');
          this.closedSince = -Infinity;
        }
      }
    }

    const played = (steps: readonly (string | number | [string, number])[]): Judge => {
      const judge = new Judge();
      for (const step of steps) judge.play(step);
      return judge;
    };

    it('no end without status 1, renewed streams and their proof; never the same state twice; never more than 30 polls a minute', () => {
      fc.assert(
        fc.property(fc.array(moves, { maxLength: 40 }), (steps) => {
          const judge = played(steps);
          assert.ok(busiestMinute(judge.pollsAt) <= 30);
          assert.ok(worseningsIn(judge.changes) <= 3, 'in one period it only gets worse');
        }),
        { numRuns: 600 },
      );
    }).timeout(120_000);

    it('always operative in the end, when the exchange is well for two minutes', () => {
      fc.assert(
        fc.property(fc.array(moves, { maxLength: 30 }), (steps) => {
          const judge = played(steps);
          Object.assign(judge, { status: true, lines: 1, settled: true, settlesInMs: 2_000, latencyMs: 50 });
          judge.pass(120_000);
          assert.equal(judge.machine.state, 'operative');
        }),
        { numRuns: 400 },
      );
    }).timeout(120_000);

    it('never an end while the status is 0', () => {
      fc.assert(
        fc.property(fc.array(fc.oneof(fc.constantFrom('20060', '20061', '20051', 'settled', 'lost', 'up', '503'), fc.nat(30_000)), { maxLength: 30 }), (steps) => {
          const judge = new Judge();
          judge.status = false;
          for (const step of steps) judge.play(step);
          assert.equal(judge.states.includes('operative'), false);
        }),
        { numRuns: 200 },
      );
    }).timeout(120_000);
  });
});

const busiestMinute = (times: readonly number[]): number => Math.max(0, ...times.map((from, index) => times.slice(index, index + 31).filter((at) => at < from + 60_000).length));

/** The longest row of changes without an end. */
function worseningsIn(changes: readonly PlatformChange[]): number {
  let [row, longest] = [0, 0];
  for (const { state } of changes) {
    row = state === 'operative' ? 0 : row + 1;
    longest = Math.max(longest, row);
  }
  return longest;
}

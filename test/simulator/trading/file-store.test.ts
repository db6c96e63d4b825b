import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { runCommand } from '../../../src/shared/simulator/trading/orders/commands';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import { ORDER_FLAGS } from '../../../src/shared/simulator/trading/account/order';
import { VirtualClock } from '../../virtual-clock';
import { Folder, KeptFloor } from './kept-floor';

/** Every byte in the long run; else every line, and some bytes of it. */
function cutsOf(log: Buffer): number[] {
  const cuts = Array.from({ length: log.length + 1 }, (_, cut) => cut);
  return process.env['LONG'] === '1' ? cuts : cuts.filter((cut) => cut % 9 === 0 || log[cut] === 10 || log[cut - 1] === 10);
}

describe('accounts in a file', () => {
  let folder: Folder;
  let path = '';
  let log = '';
  beforeEach(() => {
    folder = new Folder();
    path = folder.file();
    log = folder.file('state.log.jsonl');
  });
  afterEach(() => folder.remove());

  /** An account with something of everything: open, filled, cancelled. */
  function used(): KeptFloor {
    const floor = new KeptFloor(path);
    const [resting, cancelled] = [floor.submit({ price: 99.5, meta: '{"a":"~b"}', gid: 5 }), floor.submit({ price: 98 })];
    floor.submit({ type: 'MARKET', price: 0, amount: unitsOf(-0.3) });
    floor.submit({ type: 'STOP', price: 120, amount: unitsOf(0.05) });
    floor.submit({ symbol: 'tETHUSD', spot: false, amount: unitsOf(0.2), price: 101 });
    floor.settle();
    floor.cancel(cancelled.id);
    floor.settle();
    assert.deepEqual([floor.account.state.orders.has(resting.id), floor.account.state.orders.has(cancelled.id), floor.account.state.positions.size], [true, false, 1]);
    return floor;
  }

  it('are written when they are used for the first time, for their owner alone', () => {
    const floor = new KeptFloor(path);
    assert.equal(existsSync(path), false);
    assert.equal(floor.account.state.wallets.size, 4);
    floor.submit();
    for (const file of [path, log]) assert.equal(statSync(file).mode & 0o777, 0o600, file);
    assert.deepEqual(readdirSync(folder.path).sort(), ['state.json', 'state.log.jsonl']);
  });

  it('are made with all their money or not at all', () => {
    const floor = new KeptFloor(path);
    assert.equal(floor.account.state.wallets.size, 4);
    assert.equal(floor.log, '');
    assert.deepEqual(floor.kill().whole, floor.whole);
  });

  it('have every event written before anybody hears of it', () => {
    const floor = new KeptFloor(path);
    const heard: string[] = [];
    floor.account.listeners.add((type) => {
      heard.push(type);
      assert.deepEqual(floor.kill().whole, floor.whole, type);
    });
    const order = floor.submit({ price: 99 });
    assert.ok(floor.kill().account.state.orders.has(order.id), 'acknowledged, and on its way');
    floor.submit({ type: 'MARKET', price: 0 });
    floor.settle();
    floor.cancel(order.id);
    floor.settle();
    for (const type of ['on', 'te', 'tu', 'oc', 'wu', 'bu']) assert.ok(heard.includes(type), type);
  });

  it('are the same after the process was killed', () => {
    const floor = used();
    assert.notEqual(floor.log, '');
    const next = floor.kill();
    assert.deepEqual(next.whole, floor.whole);
    assert.deepEqual(next.reports, []);
    assert.ok(next.submit().id > Math.max(...floor.account.state.orders.keys()), 'ids go on');
    assert.deepEqual(next.kill().whole, next.whole);
  });

  it('are the same after an end as it should be, and the log is empty then', () => {
    const floor = used();
    const next = floor.restart();
    assert.deepEqual(next.whole, floor.whole);
    assert.deepEqual([next.log, next.reports], ['', []]);
  });

  it('keep the places of orders in their queues', () => {
    const floor = new KeptFloor(path);
    floor.market.show({ bids: [[100, 1], [99.5, 0.7], [99, 2]] });
    const { id } = floor.submit({ price: 99.5 });
    floor.settle();
    floor.market.print(99.5, -0.2);
    assert.equal(floor.restart().account.state.orders.get(id)?.ahead, unitsOf(0.5));
  });

  it('are not written again when nothing has changed', () => {
    const floor = used().restart();
    const before = statSync(path);
    floor.settle();
    const { ino, mtimeMs } = statSync(floor.restart().path);
    assert.deepEqual([ino, mtimeMs], [before.ino, before.mtimeMs]);
  });

  it('continue: what was on its way arrives, what rested is filled, what waited fires, what was cancelled stays so', () => {
    const floor = used();
    const late = floor.submit({ price: 97 });
    const next = floor.kill();
    const { orders, trades } = next.account.state;
    assert.equal(orders.get(late.id)?.stage, 'arriving');
    next.settle();
    assert.equal(orders.get(late.id)?.stage, 'working');
    const before = trades.length;
    next.market.print(99, -10);
    assert.deepEqual(trades.slice(before).map(({ price }) => price), [99.5]);
    next.market.print(120, 1);
    assert.deepEqual(trades.slice(before + 1).map(({ order }) => order.type), ['STOP']);
  });

  it('fill nothing for the time between, only for what the market shows then', () => {
    const floor = used();
    floor.side.end();
    const next = new KeptFloor(path, new VirtualClock(floor.clock.now() + 3_600_000), 1, { bids: [[90, 1]], asks: [[91, 1]] });
    next.clock.advance(60_000);
    assert.deepEqual(next.whole, floor.whole);
    next.market.show({});
    assert.deepEqual(next.account.state.trades.at(-1)?.price, 99.5);
  });

  it('keep what the prices were, the nonces of keys with the next event, and what users keep', () => {
    const floor = used();
    floor.market.print(100.5, 0.1);
    floor.store.useNonce('paper', 7);
    assert.equal(floor.kill().store.lastNonce('paper'), 0, 'only reading is no reason to write');
    floor.submit({ price: 95 });
    floor.side.recordsOf(floor.given.user).setAlert({ symbol: 'tBTCUSD', price: 5, count: 1 });
    for (const next of [floor.kill(), floor.restart()]) {
      assert.deepEqual([next.store.lastNonce('paper'), next.store.prices['tBTCUSD']], [7, 100.5]);
      assert.deepEqual(next.side.recordsOf(next.given.user).alerts, [{ symbol: 'tBTCUSD', price: 5, count: 1 }]);
    }
  });

  it('keep at their end the nonces that nothing followed', () => {
    const floor = used();
    const next = floor.restart();
    next.store.useNonce('paper', 7);
    assert.equal(next.restart().store.lastNonce('paper'), 7);
  });

  it('never have an id twice, though an account begins anew', () => {
    const floor = new KeptFloor(path);
    const { id } = floor.submit();
    floor.settle();
    floor.side.reset(floor.given.user);
    for (const next of [floor.kill(), floor.restart()]) assert.ok(next.submit().id > id);
  });

  it('hear no more of one that was given up: its commands are refused, and change nothing', () => {
    const floor = new KeptFloor(path);
    const { side, account: old, clock } = floor;
    const order = floor.submit();
    const stale = { trading: side.trading, account: old, now: clock.now(), isHalted: false };
    floor.say('oc', { id: order.id });
    side.reset(floor.given.user);
    const before = floor.whole;
    const wish = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.1', price: '99' };
    const replies = [['on', wish], ['oc', { id: order.id }], ['ou', { id: order.id, price: 98 }], ['oc_multi', { all: 1 }], ['ox_multi', [['on', wish]]]] as const;
    assert.deepEqual(replies.map(([type, payload]) => runCommand(stale, type, payload).status), ['ERROR', 'ERROR', 'ERROR', 'SUCCESS', 'SUCCESS']);
    side.trading.cancel(old, order);
    side.trading.cancelAll(old);
    side.trading.deposit(old, 'exchange', 'USD', 1n);
    side.trading.dismiss(old);
    floor.settle();
    assert.deepEqual([floor.whole, floor.kill().whole, old.state.orders.size], [before, before, 0]);
  });

  it('are as they were before the line that was torn, wherever it was', () => {
    const floor = used();
    const [snapshot, whole] = [readFileSync(path), readFileSync(log)];
    const stages: unknown[] = [];
    for (const cut of cutsOf(whole)) {
      writeFileSync(log, whole.subarray(0, cut));
      const next = new KeptFloor(path);
      const lines = whole.subarray(0, cut).filter((byte) => byte === 10).length;
      stages[lines] ??= next.whole;
      assert.deepEqual(next.whole, stages[lines], `cut at ${cut}`);
      assert.equal(statSync(log).size, whole.subarray(0, cut).lastIndexOf(10) + 1);
    }
    assert.deepEqual(stages.at(-1), floor.whole);
    assert.deepEqual(readFileSync(path), snapshot);
    assert.equal(new Set(stages.map((stage) => JSON.stringify(stage, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)))).size, stages.length);
  });

  it('finish what was cut in two between any two lines: no leg of a pair is left over, and what was hit is carried out', () => {
    const floor = new KeptFloor(path);
    floor.submit({ price: 99.5, amount: unitsOf(0.4), ocoStop: 103, flags: ORDER_FLAGS.oco });
    floor.submit({ type: 'STOP', price: 103, amount: unitsOf(0.3) });
    floor.submit({ type: 'STOP LIMIT', price: 103, auxLimit: 100.5, amount: unitsOf(0.3) });
    floor.submit({ type: 'MARKET', price: 0, amount: unitsOf(2) });
    floor.settle();
    floor.market.print(99.5, -0.1);
    floor.market.print(103, 0.1);
    const whole = readFileSync(log, 'utf8').split('\n');
    const seen = new Set<string>();
    for (let lines = 1; lines < whole.length; lines++) {
      writeFileSync(log, `${whole.slice(0, lines).join('\n')}\n`);
      const { account, clock, reports } = new KeptFloor(path);
      clock.advance(2000);
      assert.deepEqual(reports, []);
      const { orders, closedOrders } = account.state;
      for (const { type, triggered } of orders.values()) assert.ok(type !== 'MARKET' && (type !== 'STOP' || !triggered), `after line ${lines}`);
      const pair = [...orders.values(), ...closedOrders].filter(({ flags }) => flags === ORDER_FLAGS.oco);
      const open = pair.filter(({ stage }) => stage !== 'closed');
      seen.add(`${open.length} of ${pair.length}`);
      assert.ok(open.length !== 1 || open[0]?.remaining !== open[0]?.amount, `half a pair after line ${lines}`);
    }
    assert.deepEqual([...seen].sort(), ['0 of 1', '1 of 2', '2 of 2']);
  });

  it('go on behind a torn line', () => {
    const floor = used();
    truncateSync(log, statSync(log).size - 3);
    const next = floor.kill();
    const order = next.submit({ price: 96 });
    assert.deepEqual([next.kill().account.state.orders.has(order.id), next.kill().reports], [true, []]);
  });

  it('go on before a damaged line, which is kept and said', () => {
    const floor = used();
    const expected = floor.whole;
    const good = statSync(log).size;
    appendFileSync(log, `garbage\n${readFileSync(log, 'utf8')}`);
    const next = floor.kill();
    assert.deepEqual(next.whole, expected);
    assert.equal(statSync(log).size, good);
    assert.equal(next.reports.length, 1);
    assert.match(next.reports[0] ?? '', /state\.log\.jsonl is damaged from byte \d+ on/);
    const kept = readdirSync(folder.path).filter((name) => name.startsWith('state.log.jsonl.damaged-'));
    assert.equal(kept.length, 1);
    assert.ok(readFileSync(folder.file(kept[0]), 'utf8').includes('garbage'));
    assert.deepEqual(next.kill().reports, []);
  });

  for (const [what, spoil] of [
    ['cut', () => truncateSync(path, statSync(path).size - 1000)],
    ['empty', () => truncateSync(path, 0)],
    ['something else', () => writeFileSync(path, '{"version":1}')],
    ['altered', () => writeFileSync(path, readFileSync(path, 'utf8').replace('"kind"', '"kinc"').replace('exchange', 'exchanje'))],
    ['gone, but for its log', () => unlinkSync(path)],
  ] as const) {
    it(`begin anew beside a file that is ${what}, which is kept and said`, () => {
      const floor = used();
      spoil();
      const next = floor.kill();
      assert.equal(next.account.state.orders.size, 0);
      assert.equal(next.reports.length, 1);
      assert.match(next.reports[0] ?? '', /state\.json: .*damaged-2026.*a new account begins/);
      const names = readdirSync(folder.path);
      assert.equal(names.filter((name) => name.includes('.damaged-')).length, what.startsWith('gone') ? 1 : 2);
      next.submit();
      assert.deepEqual([next.kill().whole, next.kill().reports], [next.whole, []]);
    });
  }

  it('are whole when the process ended between the snapshot and the emptying of the log', () => {
    const floor = used();
    const full = readFileSync(log);
    const next = floor.restart();
    writeFileSync(log, full);
    const third = next.kill();
    assert.deepEqual(third.whole, floor.whole);
    third.submit({ price: 95 });
    assert.deepEqual(third.kill().whole, third.whole);
    assert.deepEqual(third.kill().reports, []);
  });

  it('of a newer version are left as they are, and it is said what to do', () => {
    used();
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":2'));
    const before = [readFileSync(path, 'utf8'), readFileSync(log, 'utf8')];
    assert.throws(() => new KeptFloor(path), /state\.json was written by a newer version of this package \(format 2, this one knows 1\): install/);
    assert.deepEqual([readFileSync(path, 'utf8'), readFileSync(log, 'utf8')], before);
    assert.deepEqual(readdirSync(folder.path).sort(), ['state.json', 'state.log.jsonl']);
  });

  it('write at most a few times what happens, and their log stays short', () => {
    const floor = new KeptFloor(path);
    let [written, size, longest] = [0, 0, 0];
    for (let at = 0; at < 600; at++) {
      floor.cancel(floor.submit({ price: 50 + (at % 40) }).id);
      floor.settle();
      const now = statSync(log).size;
      written += now >= size ? now - size : now + statSync(path).size;
      [size, longest] = [now, Math.max(longest, now)];
    }
    const happened = 600 * 900;
    assert.ok(longest < statSync(path).size + 64 * 1024 + 5000, `${longest} bytes`);
    assert.ok(written < 4 * happened, `${written} bytes for ${happened}`);
    assert.deepEqual(floor.kill().whole, floor.whole);
  });

  it('live in memory while the disk refuses, which is said once, and are written when it takes them again', () => {
    const floor = new KeptFloor(path);
    mkdirSync(`${path}.tmp`);
    const order = floor.submit();
    floor.settle();
    assert.equal(floor.reports.length, 1);
    assert.match(floor.reports[0] ?? '', /state\.json cannot be written \(EISDIR.*lost when the exchange ends/);
    assert.ok(floor.account.state.orders.has(order.id));
    rmSync(`${path}.tmp`, { recursive: true });
    floor.clock.advance(60_000);
    floor.submit();
    assert.match(floor.reports[1] ?? '', /is written again/);
    assert.deepEqual(floor.kill().whole, floor.whole);
  });

  it('live in memory where the file cannot be read, which is left as it is', () => {
    mkdirSync(path);
    const floor = new KeptFloor(path);
    floor.submit();
    floor.settle();
    floor.side.end();
    assert.equal(floor.reports.length, 1);
    assert.match(floor.reports[0] ?? '', /cannot be read \(EISDIR/);
    assert.deepEqual(readdirSync(folder.path), ['state.json']);
  });

  it('are of the one who wrote first: a second one says so, and lives in memory', () => {
    const first = used();
    const second = first.kill();
    first.submit({ price: 95 });
    second.submit({ price: 94 });
    second.settle();
    second.side.end();
    assert.match(second.reports.join(), /another program has changed it\): what happens from now on is lost/);
    assert.deepEqual([second.reports.length, first.reports], [1, []]);
    first.submit({ price: 93 });
    assert.deepEqual(first.kill().whole, first.whole);
  });

  it('whose files are copied are the copy', () => {
    const floor = used();
    for (const name of ['state.json', 'state.log.jsonl']) copyFileSync(folder.file(name), folder.file(name.replace('state', 'other')));
    assert.deepEqual(new KeptFloor(folder.file('other.json')).whole, floor.whole);
  });
});

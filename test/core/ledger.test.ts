import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Ledger, type LedgerCommand } from '../../src/shared/core/ledger';

/** The other side, as simple as can be: what it was asked for on each socket, and what it has not answered yet. */
class FakeExchange {
  readonly sockets = new Map<number, { open: boolean; asked: string[]; live: Map<number, string>; leaving: number[] }>();
  private nextId = 1;
  subscriptions = 0;
  private readonly problems: string[] = [];

  constructor(
    readonly ledger: Ledger,
    private readonly limit = 25,
  ) {}

  settle(): void {
    for (const command of this.ledger.next()) this.obey(command);
    for (const [socket, { asked, live, leaving }] of this.sockets) {
      const size = asked.length + live.size;
      if (size > 25) this.problems.push(`${size} channels on socket ${socket}`);
      assert.ok(leaving.every((id) => live.has(id)));
    }
    const keys = [...this.sockets.values()].flatMap(({ asked, live }) => [...asked, ...live.values()]);
    if (new Set(keys).size !== keys.length) this.problems.push('a channel twice');
    assert.deepEqual(this.problems, []);
  }

  private obey(command: LedgerCommand): void {
    const socket = this.sockets.get(command.socket);
    switch (command.kind) {
      case 'open':
        assert.equal(socket, undefined, 'a socket number is used once');
        this.sockets.set(command.socket, { open: false, asked: [], live: new Map(), leaving: [] });
        break;
      case 'close':
        assert.equal((socket?.asked.length ?? 0) + (socket?.live.size ?? 0), 0, 'only an empty socket is closed');
        this.sockets.delete(command.socket);
        break;
      case 'subscribe':
        assert.ok(socket?.open, 'nothing is asked for on a socket that is not open');
        this.subscriptions++;
        socket?.asked.push(command.key);
        break;
      case 'unsubscribe':
        assert.ok(socket?.live.has(command.chanId), 'only what is live is given back');
        socket?.leaving.push(command.chanId);
    }
  }

  /** Answers one request of a socket, in any order. */
  answer(socket: number, luck: number): void {
    const there = this.sockets.get(socket);
    const count = (there?.asked.length ?? 0) + (there?.leaving.length ?? 0);
    if (there === undefined || count === 0) return;
    const at = Math.floor(luck * count);
    if (at < there.asked.length) {
      const [key] = there.asked.splice(at, 1) as [string];
      if (there.live.size >= this.limit) return this.ledger.full(socket, key);
      if (key.startsWith('bad')) return this.ledger.refuse(socket, key);
      const id = this.nextId++;
      there.live.set(id, key);
      assert.equal(this.ledger.subscribed(socket, key, id), true);
    } else {
      const [id] = there.leaving.splice(at - there.asked.length, 1) as [number];
      const key = there.live.get(id);
      there.live.delete(id);
      assert.equal(this.ledger.unsubscribed(socket, id), key);
    }
  }

  open(socket: number): void {
    const there = this.sockets.get(socket);
    if (there === undefined || there.open) return;
    there.open = true;
    this.ledger.opened(socket);
  }

  lose(socket: number): void {
    const there = this.sockets.get(socket);
    if (there === undefined) return;
    Object.assign(there, { open: false, asked: [], leaving: [] });
    there.live.clear();
    this.ledger.lost(socket);
  }

  /** Until nobody has anything to do any more. */
  finish(): void {
    for (let round = 0; round < 500; round++) {
      this.settle();
      const before = JSON.stringify([...this.sockets.values()].map(({ open, asked, leaving }) => [open, asked.length, leaving.length]));
      for (const socket of this.sockets.keys()) {
        this.open(socket);
        for (let step = 0; step < 60; step++) this.answer(socket, 0);
      }
      this.settle();
      if (before === JSON.stringify([...this.sockets.values()].map(({ open, asked, leaving }) => [open, asked.length, leaving.length]))) return;
    }
    assert.fail('never comes to rest');
  }

  get live(): string[] {
    return [...this.sockets.values()].flatMap(({ live }) => [...live.values()]).sort();
  }
}

const keysUpTo = (count: number): string[] => Array.from({ length: count }, (_, at) => `ticker t${at}`);

describe('subscription ledger', () => {
  it('places 60 channels on three sockets, 25 at most on each (F74)', () => {
    const exchange = new FakeExchange(new Ledger());
    for (const key of keysUpTo(60)) exchange.ledger.want(key);
    exchange.finish();
    assert.deepEqual(exchange.live, keysUpTo(60).sort());
    assert.deepEqual([...exchange.sockets.values()].map(({ live }) => live.size), [25, 25, 10]);
  });

  it('closes what is empty and opens nothing for nobody', () => {
    const exchange = new FakeExchange(new Ledger());
    exchange.settle();
    assert.equal(exchange.sockets.size, 0);
    exchange.ledger.want('a');
    exchange.finish();
    exchange.ledger.unwant('a');
    exchange.finish();
    assert.equal(exchange.sockets.size, 0);
  });

  it('gives a channel back that was given up before its acknowledgement (F73)', () => {
    const exchange = new FakeExchange(new Ledger());
    exchange.ledger.want('a');
    exchange.ledger.want('b');
    exchange.settle();
    exchange.open(1);
    exchange.settle();
    exchange.ledger.unwant('a');
    exchange.finish();
    assert.deepEqual(exchange.live, ['b']);
  });

  it('asks for a renewed channel again only after it is confirmed gone', () => {
    const exchange = new FakeExchange(new Ledger());
    exchange.ledger.want('a');
    exchange.finish();
    const command = exchange.ledger.renew('a');
    assert.deepEqual(command, { kind: 'unsubscribe', socket: 1, chanId: 1 });
    assert.deepEqual(exchange.ledger.next(), [], 'its place is taken until the exchange confirms');
    exchange.ledger.unsubscribed(1, 1);
    assert.deepEqual(exchange.ledger.next(), [{ kind: 'subscribe', socket: 1, key: 'a' }]);
  });

  it('moves on to another socket when the exchange says that one is full', () => {
    const exchange = new FakeExchange(new Ledger(), 10);
    for (const key of keysUpTo(24)) exchange.ledger.want(key);
    exchange.finish();
    assert.deepEqual(exchange.live, keysUpTo(24).sort());
    assert.ok([...exchange.sockets.values()].every(({ live }) => live.size <= 10));
  });

  it('asks no second time for what the exchange refused, until somebody wants it anew', () => {
    const exchange = new FakeExchange(new Ledger());
    exchange.ledger.want('bad');
    exchange.ledger.want('good');
    exchange.finish();
    const asked = exchange.subscriptions;
    exchange.finish();
    assert.equal(exchange.subscriptions, asked);
    exchange.ledger.want('bad');
    exchange.settle();
    assert.equal(exchange.subscriptions, asked + 1);
  });

  it('after any history the live channels are exactly the wanted ones', () => {
    const key = fc.integer({ min: 0, max: 69 }).map((at) => (at % 23 === 22 ? `bad ${at}` : `ticker t${at}`));
    const socket = fc.integer({ min: 1, max: 8 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('want' as const), key }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('unwant' as const), key }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('open' as const), socket }) },
      { weight: 8, arbitrary: fc.record({ do: fc.constant('answer' as const), socket, luck: fc.double({ min: 0, max: 0.999, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), socket }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('renew' as const), key }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 5, max: 25 }), (steps, limit) => {
        const exchange = new FakeExchange(new Ledger(), limit);
        const wanted = new Set<string>();
        for (const action of steps) {
          if (action.do === 'want') {
            exchange.ledger.want(action.key);
            wanted.add(action.key);
          } else if (action.do === 'unwant') {
            exchange.ledger.unwant(action.key);
            wanted.delete(action.key);
          } else if (action.do === 'open') exchange.open(action.socket);
          else if (action.do === 'answer') exchange.answer(action.socket, action.luck);
          else if (action.do === 'lose') exchange.lose(action.socket);
          else {
            const command = exchange.ledger.renew(action.key);
            if (command?.kind === 'unsubscribe') exchange.sockets.get(command.socket)?.leaving.push(command.chanId);
          }
          exchange.settle();
        }
        exchange.finish();
        assert.deepEqual(exchange.live, [...wanted].filter((one) => !one.startsWith('bad')).sort());
      }),
      { numRuns: process.env['LONG'] ? 5_000 : 500 },
    );
  });
});

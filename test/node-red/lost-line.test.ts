import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import type { LogEntry } from '../../src/shared/simulator/log';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { monotonic, startNodeRed, type NodeRedChild } from './child';
import { account, catchAll, stream, TAB } from './flow';

const LONG = process.env['LONG'] === '1';

const REFUSED_MS = LONG ? 60_000 : 10_000;

/** Two heartbeats of 15 s are missed, and then some. */
const NOTICED_MS = 36_000;

/** What was sent before the line was cut may still be on its way. */
const ON_ITS_WAY_MS = 250;

const SYMBOLS = 'tBTCUSD tETHUSD tLTCUSD tXRPUSD tSOLUSD tADAUSD tDOTUSD tDOGE:USD';

/** 32 channels: two sockets. */
const CHANNELS = 32;

const HALF_OPEN = { id: 'halfOpen', what: 'is half-open', happens: ({ trouble }: Exchange) => void trouble.halfOpen(), backMs: NOTICED_MS + 15_000 };

const WAYS = [
  { id: 'destroyed', what: 'was destroyed', happens: ({ trouble }: Exchange) => void trouble.dropSockets(), backMs: 15_000 },
  // with the exchange's own time this takes a minute; in the short run faults/lines.test.ts has it in a faster one
  ...(LONG ? [HALF_OPEN] : []),
  {
    id: 'refused',
    what: `is refused for ${REFUSED_MS / 1000} s`,
    happens: ({ trouble }: Exchange): void => {
      trouble.refuse(REFUSED_MS);
      trouble.dropSockets();
    },
    backMs: REFUSED_MS + 62_000,
  },
  {
    id: 'restarting',
    what: 'was closed after info 20051',
    happens: ({ trouble }: Exchange): void => {
      trouble.info(20051, 'Stopping. Please try to reconnect');
      trouble.dropSockets(1001);
    },
    backMs: 15_000,
  },
] as const;

const NODES = ['ticker', 'trades', 'P0', 'R0'] as const;

/** One account with its own exchange, whose line is lost in one way. */
interface Scene {
  readonly exchange: Exchange;
  readonly before: readonly string[];
  /** Entries of the exchange's log before it happened. */
  readonly logged: number;
  readonly at: number;
}

/** What was asked for, from this entry of the log on. */
function asked(log: readonly LogEntry[], from = 0): string[] {
  const texts = log.slice(from).flatMap((entry) => (entry.kind === 'frame' && entry.text.includes('"subscribe"') ? [entry.text] : []));
  return texts.sort();
}

describe('A lost line, in a real Node-RED', function () {
  this.timeout(200_000);
  let red: NodeRedChild;
  let exchanges: Exchange[] = [];
  const scenes = new Map<string, Scene>();

  before(async () => {
    exchanges = await Promise.all(WAYS.map((_, at) => startExchange({ source: synthetic({ seed: at + 1, pace: 2 }) })));
    const flow = WAYS.flatMap(({ id }, at) => [account(id, exchanges[at] as Exchange), ...nodesOf(id)]);
    red = await startNodeRed({ flow: [TAB, ...flow, ...catchAll()] });
    await red.until(() => WAYS.every(({ id }) => isLive(id)), 'every node is live', 20_000);
    await red.until(() => WAYS.every(({ id }) => red.messages(`${id} trades`).length > 300), 'trades of every account', 30_000);
    for (const [at, { id, happens }] of WAYS.entries()) {
      const exchange = exchanges[at] as Exchange;
      scenes.set(id, { exchange, before: asked(exchange.log), logged: exchange.log.length, at: monotonic() });
      happens(exchange);
    }
  });

  after(async () => {
    await red?.stop();
    for (const exchange of exchanges) await exchange.stop();
  });

  const isLive = (id: string): boolean => NODES.every((node) => red.status(`${id} ${node}`).fill === 'green');

  for (const { id, what, backMs } of WAYS) {
    it(`that ${what}: comes back with exactly the wanted channels, never live in between, no trade twice`, async () => {
      const { exchange, before: wanted, logged, at } = scenes.get(id) as Scene;
      assert.equal(wanted.length, CHANNELS);
      await red.until(() => NODES.every((node) => darkAt(node) !== undefined), 'every node has said that the line is lost', NOTICED_MS);
      await red.until(() => asked(exchange.log, logged).length >= CHANNELS && isLive(id), 'every node is live again', backMs);
      assert.deepEqual(asked(exchange.log, logged), wanted);
      await tradesGoOn(`${id} trades`);
      assert.deepEqual(asked(exchange.log, logged), wanted);
      checkDarkness();
      checkTrades(`${id} trades`);
      checkRate(exchange.log);
      const back = backAt() - at;
      console.log(`      noticed after ${Math.min(...NODES.map((node) => darkAt(node) as number - at)).toFixed(0)} ms, channels asked for again after ${back.toFixed(0)} ms, ${tries()} tries`);

      /** When the node first said that it is not live any more. */
      function darkAt(node: string): number | undefined {
        return red.statuses(`${id} ${node}`).find((event) => event.at > at && event.status.fill !== 'green')?.at;
      }

      /** When the first channel was asked for again: no node can be live before. */
      function backAt(): number {
        const entry = exchange.log.slice(logged).find(({ kind, ...rest }) => kind === 'frame' && 'text' in rest && String(rest.text).includes('"subscribe"')) as LogEntry;
        return entry.at - (Date.now() - monotonic());
      }

      function tries(): number {
        return exchange.log.slice(logged).filter(({ kind }) => kind === 'opened' || kind === 'refused').length;
      }

      function checkDarkness(): void {
        for (const node of NODES) {
          const dark = darkAt(node) as number;
          assert.ok(dark - at < NOTICED_MS, `${node}: noticed after ${dark - at} ms`);
          const said = red.statuses(`${id} ${node}`).filter((event) => event.at > at && event.at < backAt());
          assert.ok(said.some(({ status }) => status.fill === 'red' && status.text === 'offline'), `${node} never said offline: ${JSON.stringify(said.map(({ status }) => status.text))}`);
          const green = red.statuses(`${id} ${node}`).filter((event) => event.at > dark && event.at < backAt() - 5 && event.status.fill === 'green');
          assert.deepEqual(green, [], `${node} said live while there was no line`);
          const told = red.messages(`${id} ${node}`).filter((event) => event.at > at + ON_ITS_WAY_MS && event.at < backAt() - 5);
          assert.deepEqual(told, [], `${node} told something while there was no line`);
        }
      }
    });
  }

  it('nothing of it was an error to the flow', () => {
    assert.deepEqual(red.messages('errors'), []);
  });

  async function tradesGoOn(node: string): Promise<void> {
    const seen = red.messages(node).length;
    await red.until(() => red.messages(node).length > seen + 20, 'new trades', 20_000);
  }

  function checkTrades(node: string): void {
    const ids = red.messages(node).map(({ msg }) => `${msg.topic} ${msg.payload.id}`);
    assert.equal(ids.length, new Set(ids).size, 'a trade came twice');
    assert.ok(red.messages(node).some(({ msg, at }) => msg.bitfinex.state === 'replayed' && at > (red.events[0]?.at ?? 0)));
  }

  /** At most 20 connections in any minute. */
  function checkRate(log: readonly LogEntry[]): void {
    const times = log.filter(({ kind }) => kind === 'opened' || kind === 'refused').map(({ at }) => at);
    for (const from of times) {
      const count = times.filter((time) => time >= from && time < from + 60_000).length;
      assert.ok(count <= 20, `${count} connections within a minute`);
    }
  }
});

function nodesOf(id: string) {
  const own = { account: id };
  return [
    ...stream('ticker', `${id} ticker`, SYMBOLS, own),
    ...stream('trades', `${id} trades`, SYMBOLS, own),
    ...stream('book', `${id} P0`, SYMBOLS, { ...own, output: 'top', interval: 100 }),
    ...stream('book', `${id} R0`, SYMBOLS, { ...own, precision: 'R0', output: 'top', interval: 100 }),
  ];
}

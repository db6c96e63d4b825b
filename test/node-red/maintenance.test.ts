import assert from 'node:assert/strict';
import type { PlatformChange } from '../../src/shared/core/maintenance';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { monotonic, startNodeRed, type FlowNode, type MessageEvent, type NodeRedChild } from './child';
import { account, catchAll, PLACE, stream, TAB } from './flow';

const LONG = process.env['LONG'] === '1';

const SYMBOLS = 'tBTCUSD tETHUSD tLTCUSD tXRPUSD tSOLUSD tADAUSD tDOTUSD tDOGE:USD';

/** Two polls in trouble, 10 to 15 s apart each, and then some for the streams. */
const UNANNOUNCED_MS = 60_000;

/** The exchange restarts for so long. */
const BACK_AFTER_MS = 4_000;

/** What was sent before is still on its way, and the node's clock is another one. */
const ON_ITS_WAY_MS = 250;

/** One exchange with its own account, watch and streams, and what happens to it. */
interface Scene {
  readonly id: string;
  readonly what: string;
  /** 32 channels on two sockets, one book, or none. */
  readonly streams: 'two sockets' | 'book' | 'none';
  readonly gate?: 'block' | 'hold';
  /** Before Node-RED starts. */
  before?(exchange: Exchange): void;
  /** What it answers is awaited. */
  begin(exchange: Exchange, red: NodeRedChild): unknown;
  end(exchange: Exchange): void;
  /** The changes that the flow hears, in order. */
  readonly states: readonly string[];
  /** The witness of the first trouble. */
  readonly witness: string;
  readonly endsWithinMs?: number;
}

const PERIOD = ['operative', 'maintenance', 'operative'];
const maintenance = { begin: ({ trouble }: Exchange): void => trouble.maintenance(true), end: ({ trouble }: Exchange): void => trouble.maintenance(false), states: PERIOD, witness: 'info' };

/** What the status poll says, where it is not left to the exchange itself. */
const status = new Map<Exchange, () => void>();

const SCENES: readonly Scene[] = [
  { id: 'streaming', what: 'F69: announced while 32 channels stream on two sockets', streams: 'two sockets', ...maintenance },
  {
    id: 'subscribing',
    what: 'F69: announced while channels are being asked for',
    streams: 'book',
    ...maintenance,
    async begin({ trouble }, red): Promise<void> {
      const stop = trouble.delayAcks(700);
      await red.inject('subscribing book', { action: 'subscribe', symbol: 'ETH/USD, LTC/USD' });
      trouble.maintenance(true);
      setTimeout(stop, 1_000).unref();
    },
  },
  { id: 'hold', what: 'F69: a held batch leaves in order when it is over', streams: 'book', gate: 'hold', ...maintenance },
  {
    id: 'started',
    what: 'F69: already there when Node-RED starts',
    streams: 'book',
    ...maintenance,
    before: ({ trouble }) => trouble.maintenance(true),
    begin: () => undefined,
    states: ['maintenance', 'operative'],
    // whichever asked first
    witness: 'poll or connection',
  },
  {
    id: 'calling',
    what: 'F69: found out by a REST call that is refused with 20060',
    streams: 'book',
    begin: ({ trouble }, red) => {
      const refuses = trouble.restDown('maintenance');
      setTimeout(() => refuses.stop(), 3_000).unref();
      return red.inject('calling ticker', { action: 'get', symbol: 'BTC/USD' });
    },
    end: () => undefined,
    states: PERIOD,
    witness: 'rest',
    endsWithinMs: UNANNOUNCED_MS,
  },
  {
    id: 'unavailable',
    what: 'F69: a REST answer 503, and then status 0',
    streams: 'book',
    begin: (exchange, red) => {
      status.set(exchange, exchange.trouble.platformStatus(false));
      exchange.trouble.failRest({ kind: 'answer', status: 503, body: '{"code":503,"error":"temporarily_unavailable","error_description":"Sorry"}' }, { on: 'ticker' });
      return red.inject('unavailable ticker', { action: 'get', symbol: 'BTC/USD' });
    },
    end: (exchange) => status.get(exchange)?.(),
    states: PERIOD,
    witness: 'poll',
    endsWithinMs: UNANNOUNCED_MS,
  },
  {
    id: 'never',
    what: 'F70: 20060 to one of two sockets, and never 20061',
    streams: 'two sockets',
    begin: (exchange) => {
      status.set(exchange, exchange.trouble.platformStatus(false));
      exchange.trouble.info(20060, '', 1);
    },
    end: (exchange) => status.get(exchange)?.(),
    states: PERIOD,
    witness: 'info',
    endsWithinMs: UNANNOUNCED_MS,
  },
  {
    id: 'hundred',
    what: 'F70: 20060 a hundred times, 20061 a hundred times',
    streams: 'two sockets',
    begin: ({ trouble }) => {
      for (let at = 0; at < 100; at++) trouble.info(20060);
    },
    end: ({ trouble }) => {
      for (let at = 0; at < 100; at++) trouble.info(20061);
    },
    states: PERIOD,
    witness: 'info',
  },
  {
    id: 'restarting',
    what: 'F68: a restart (20051), until every line is back',
    streams: 'two sockets',
    begin: ({ trouble }) => {
      trouble.refuse(BACK_AFTER_MS);
      trouble.info(20051, 'Stopping. Please try to reconnect');
    },
    end: () => undefined,
    states: ['operative', 'restarting', 'operative'],
    witness: 'info',
    endsWithinMs: UNANNOUNCED_MS,
  },
  ...(LONG ? [{ id: 'idle', what: 'F69: found out by the poll alone, with no socket open', streams: 'none', ...maintenance, witness: 'poll', endsWithinMs: UNANNOUNCED_MS } as const] : []),
];

describe('Maintenance, in a real Node-RED', function () {
  this.timeout(200_000);
  let red: NodeRedChild;
  /** When the exchanges ended their troubles. */
  let overAt = 0;
  const exchanges = new Map<string, Exchange>();
  const changes = (id: string): MessageEvent[] => [...red.messages(`${id} changes`)];
  const states = (id: string): string[] => changes(id).map(({ msg }) => (msg.payload as PlatformChange).state);
  const troubled = (id: string): MessageEvent | undefined => changes(id).find(({ msg }) => msg.payload.state !== 'operative');
  const ended = (id: string): MessageEvent | undefined => changes(id).find(({ msg }) => msg.payload.state === 'operative' && msg.payload.previous !== undefined);
  const passed = (id: string): MessageEvent[] => [...red.messages(`${id} passed`)];
  const errors = (id: string): MessageEvent[] => red.messages('errors').filter(({ msg }) => msg.error.source.id === `${id} watch`);
  const exchangeOf = (id: string): Exchange => exchanges.get(id) as Exchange;

  before(async () => {
    for (const [at, { id, before: prepare }] of [...SCENES, { id: 'alone' } as Scene].entries()) {
      exchanges.set(id, await startExchange({ source: synthetic({ seed: at + 1 }) }));
      prepare?.(exchangeOf(id));
    }
    const scenes = [...SCENES, { id: 'alone', streams: 'book' } as const];
    red = await startNodeRed({ flow: [TAB, ...scenes.flatMap((scene) => nodesOf(scene, exchangeOf(scene.id))), ...catchAll()] });
    await red.until(() => scenes.every(({ id }) => states(id).length > 0), 'every watch knows the state', 20_000);
    await red.until(() => scenes.every(({ id, streams }) => streams === 'none' || id === 'started' || red.status(`${id} book`).fill === 'green'), 'every book is live', 30_000);
    exchangeOf('alone').trouble.info(20061);
    // the poll alone takes up to a minute; the restart goes by itself, so it comes when the others are in trouble
    for (const some of [SCENES.filter(({ id }) => id === 'idle'), SCENES.filter(({ id }) => id !== 'restarting'), SCENES]) {
      for (const { id, begin } of some) if (troubled(id) === undefined) await begin(exchangeOf(id), red);
      await red.until(() => some.every(({ id }) => troubled(id) !== undefined), 'every watch has heard', LONG ? 75_000 : 20_000);
    }
    for (const { id } of SCENES) for (const payload of [1, 2, 3]) await red.inject(`${id} watch`, { payload });
    await red.until(() => SCENES.every(({ id, gate }) => gate === 'hold' || errors(id).length === 3), 'closed gates have refused');
    await red.until(() => red.status('hold watch').text === 'maintenance (3)', 'the status counts what is held');
    await red.until(() => SCENES.every((scene) => streamsAreStale(scene)), 'the streams say it too');
    overAt = monotonic();
    for (const { id, end } of SCENES) end(exchangeOf(id));
    const within = Math.max(...SCENES.map(({ endsWithinMs = 20_000 }) => endsWithinMs));
    await red.until(() => SCENES.every(({ id }) => ended(id) !== undefined), 'every end', within);
    for (const { id } of SCENES) await red.inject(`${id} watch`, { payload: 4 });
    await red.until(() => SCENES.every(({ id }) => passed(id).some(({ msg }) => msg.payload === 4)), 'open gates');
  });

  after(async () => {
    await red?.stop();
    for (const exchange of exchanges.values()) await exchange.stop();
  });

  const streamsAreStale = ({ id, streams, states: [, state] }: Scene): boolean => streams === 'none' || id === 'started' || state !== 'maintenance' || red.statuses(`${id} book`).some(({ status, at }) => status.text === 'maintenance' && at > (troubled(id) as MessageEvent).at - 5_000);

  for (const { id, what, states: expected, witness, gate, streams } of SCENES) {
    it(`${what}: one start, one end, the gate closed in between`, () => {
      assert.deepEqual(states(id), expected);
      assert.match(witness, new RegExp(String((troubled(id) as MessageEvent).msg.payload.witness)));
      const held = gate === 'hold';
      assert.deepEqual(errors(id).map(({ msg }) => msg.error.code), held ? [] : ['GATE_CLOSED', 'GATE_CLOSED', 'GATE_CLOSED']);
      assert.deepEqual(passed(id).map(({ msg }) => [msg.payload, msg.bitfinex?.held !== undefined]), [...(held ? [[1, true], [2, true], [3, true]] : []), [4, false]]);
      for (const { at, msg } of passed(id)) assert.ok(at >= (ended(id) as MessageEvent).at, `${msg.payload} came before the end`);
      if (streams !== 'none') everythingWasStaleAndIsVerified(id);
    });
  }

  it('F70: 20061 without 20060 is nothing: no message, no subscription', () => {
    assert.deepEqual(states('alone'), ['operative']);
    assert.equal(subscriptions('alone'), 1);
  });

  it('F69: nothing was live between start and end, and at the end every channel was asked for anew, once', () => {
    for (const id of ['streaming', 'hundred']) {
      const from = (troubled(id) as MessageEvent).at + ON_ITS_WAY_MS;
      const during = ['ticker', 'trades', 'book', 'deep'].flatMap((kind) => red.messages(`${id} ${kind}`)).filter(({ at }) => at > from && at < overAt);
      assert.deepEqual(during.filter(({ msg }) => msg.bitfinex.state !== 'stale'), [], id);
      // where nothing but the word was said, the market went on
      if (id === 'hundred') assert.ok(during.length > 20, `${during.length} messages`);
      assert.equal(subscriptions(id), 64, id);
    }
  });

  it('F99: nobody asked for the status more often than 30 times a minute', () => {
    for (const [id, { calls }] of exchanges) {
      const polls = calls.filter(({ path }) => path === 'platform/status');
      assert.ok(polls.length >= 1 && polls.length <= 12, `${id}: ${polls.length} polls`);
    }
    console.log(`      ends after ${SCENES.map(({ id }) => `${id} ${(((ended(id) as MessageEvent).at - (troubled(id) as MessageEvent).at) / 1000).toFixed(1)} s`).join(', ')}`);
  });

  it('tells a watch that is deployed anew the present state, once', async () => {
    const known = states('streaming').length;
    const from = monotonic();
    await red.deploy([TAB, ...[...exchanges.keys()].flatMap((id) => nodesOf({ id, streams: 'book' }, exchangeOf(id))), ...catchAll()]);
    await red.until(() => states('streaming').length > known, 'the state');
    await red.sync();
    const told = changes('streaming').filter(({ at }) => at > from);
    assert.deepEqual(told.map(({ msg }) => [msg.payload.state, msg.payload.since]), [['operative', (ended('streaming') as MessageEvent).msg.payload.since]]);
  });

  /** The book was verified between the word that it is over and the end. */
  function everythingWasStaleAndIsVerified(id: string): void {
    const { at } = ended(id) as MessageEvent;
    const book = red.messages(`${id} book`).filter((event) => event.at <= at + ON_ITS_WAY_MS);
    assert.equal(book.findLast(({ msg }) => msg.bitfinex.verified === true) === undefined, false, 'no verified book before the end');
    assert.equal(red.status(`${id} book`).fill, 'green');
  }

  function subscriptions(id: string): number {
    return exchangeOf(id).log.filter((entry) => entry.kind === 'frame' && entry.text.includes('"subscribe"')).length;
  }
});

function nodesOf({ id, streams, gate = 'block' }: Pick<Scene, 'id' | 'streams' | 'gate'>, exchange: Exchange): FlowNode[] {
  const own = { account: id };
  const watch = { id: `${id} watch`, type: 'bitfinex-maintenance-watch', ...PLACE, name: '', account: id, gate, holdLimit: 100, holdMaxMs: 60_000, version: 1, wires: [[`${id} changes`], [`${id} passed`]] };
  const out = ['changes', 'passed'].map((name) => ({ id: `${id} ${name}`, type: 'test-collector', ...PLACE, tag: `${id} ${name}`, wires: [] }));
  const book = (symbols: string, settings = {}): FlowNode[] => stream('book', `${id} book`, symbols, { ...own, output: 'top', interval: 100, ...settings });
  const several = (): FlowNode[] => [...stream('ticker', `${id} ticker`, SYMBOLS, own), ...stream('trades', `${id} trades`, SYMBOLS, own), ...book(SYMBOLS), ...stream('book', `${id} deep`, SYMBOLS, { ...own, depth: '100', output: 'top', interval: 1000 })];
  const few = (): FlowNode[] => [...book('tBTCUSD'), ...(id === 'calling' || id === 'unavailable' ? stream('ticker', `${id} ticker`, '', own) : [])];
  return [account(id, exchange), watch, ...out, ...(streams === 'two sockets' ? several() : streams === 'book' ? few() : [])];
}

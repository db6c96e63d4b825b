import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { monotonic, startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { account, catchAll, PLACE, stream, TAB } from './flow';

const SYMBOLS = ['tBTCUSD', 'tETHUSD', 'tLTCUSD', 'tXRPUSD', 'tSOLUSD', 'tADAUSD', 'tDOTUSD', 'tDOGE:USD'];

/** A foreign node that takes this long to close. */
const SLOW_CLOSE_MS = 8_000;

/** A stranger's nodes are closed in well under this time. */
const OWN_CLOSE_MS = 1_000;

/** What a deploy leaves behind is kept for 5 s after the flows have started. */
const GRACE_MS = 5_000;

/** Seven nodes with six different channels for each symbol, and four more that share: 60 nodes, 48 channels. */
const nodes: FlowNode[] = [
  ...SYMBOLS.flatMap((symbol) => [
    ...stream('ticker', `ticker ${symbol}`, symbol),
    ...stream('ticker', `top ${symbol}`, symbol, { source: 'book' }),
    ...stream('trades', `trades ${symbol}`, symbol),
    ...stream('book', `book ${symbol}`, symbol, { interval: 200 }),
    ...stream('book', `long ${symbol}`, symbol, { depth: '100' }, { reducer: 'book-crcs.cjs' }),
    ...stream('book', `P1 ${symbol}`, symbol, { precision: 'P1', output: 'top', interval: 100 }),
    ...stream('book', `R0 ${symbol}`, symbol, { precision: 'R0', output: 'depth', interval: 100 }),
  ]),
  ...SYMBOLS.slice(0, 2).flatMap((symbol) => [
    ...stream('trades', `more trades ${symbol}`, symbol),
    ...stream('book', `more long ${symbol}`, symbol, { depth: '100' }, { reducer: 'book-crcs.cjs' }),
  ]),
];

/** The witness comes first; its frames are none of the package's. */
const WITNESS = 1;

const isStream = ({ type }: FlowNode): boolean => type.startsWith('bitfinex-') && type !== 'bitfinex-account';

interface Request {
  readonly event: string;
  readonly channel: string;
  readonly symbol: string;
  readonly chanId: number;
  readonly connection: number;
}

/** What clients asked the exchange for, by its own log. */
function requests({ log }: Exchange, event: 'subscribe' | 'unsubscribe'): Request[] {
  const all: Request[] = [];
  for (const entry of log) if (entry.kind === 'frame') all.push({ ...(JSON.parse(entry.text) as Request), connection: entry.connection });
  return all.filter((request) => request.event === event);
}

/** A client of its own, which knows every trade there was. */
class Witness {
  private readonly ids = new Map<string, number[]>();
  private readonly channels = new Map<number, string>();

  private constructor(private readonly socket: WebSocket) {}

  static async start({ ws }: Exchange): Promise<Witness> {
    const socket = new WebSocket(ws);
    const witness = new Witness(socket);
    socket.on('message', (data) => witness.hear(JSON.parse(String(data))));
    await new Promise((done) => socket.once('open', done));
    for (const symbol of SYMBOLS) socket.send(JSON.stringify({ event: 'subscribe', channel: 'trades', symbol }));
    while (witness.channels.size < SYMBOLS.length) await new Promise((done) => socket.once('message', done));
    return witness;
  }

  trades(symbol: string): readonly number[] {
    return this.ids.get(symbol) ?? [];
  }

  stop(): void {
    this.socket.terminate();
  }

  private hear(frame: { event?: string; chanId: number; symbol: string } | [number, unknown, [number]]): void {
    if (!Array.isArray(frame)) {
      if (frame.event === 'subscribed') this.channels.set(frame.chanId, frame.symbol);
      return;
    }
    const symbol = this.channels.get(frame[0]) as string;
    if (frame[1] === 'te') this.ids.set(symbol, [...this.trades(symbol), frame[2][0]]);
  }
}

describe('60 nodes on 8 symbols in a real Node-RED', function () {
  this.timeout(60_000);
  let exchange: Exchange;
  let red: NodeRedChild;
  let witness: Witness;
  let flow: FlowNode[];

  before(async () => {
    exchange = await startExchange({ source: synthetic({ seed: 7, pace: 8 }) });
    witness = await Witness.start(exchange);
    flow = [TAB, account('account', exchange), ...nodes, ...catchAll()];
    red = await startNodeRed({ flow });
    await allLive();
  });

  after(async () => {
    await red?.stop();
    witness?.stop();
    await exchange?.stop();
  });

  const subscribed = (): Request[] => requests(exchange, 'subscribe').filter(({ connection }) => connection !== WITNESS);
  const unsubscribed = (): Request[] => requests(exchange, 'unsubscribe');
  const tradeIds = (node: string): number[] => red.messages(node).map(({ msg }) => Number(msg.payload.id));

  async function allLive(): Promise<void> {
    await red.until(() => flow.filter(isStream).every(({ id }) => red.status(id).fill === 'green'), 'every node is live', 20_000);
  }

  /** Each symbol has traded since, and the nodes have told it. */
  async function tradesGoOn(): Promise<void> {
    const seen = new Map(SYMBOLS.map((symbol) => [symbol, tradeIds(`trades ${symbol}`).length]));
    const goesOn = (symbol: string): boolean => tradeIds(`trades ${symbol}`).length > (seen.get(symbol) as number);
    await red.until(() => SYMBOLS.every(goesOn), 'new trades of every symbol', 20_000);
  }

  /** What a node told is what there was: nothing lost, nothing twice, in order, from its first live trade on. */
  async function checkTrades(): Promise<void> {
    for (const symbol of SYMBOLS) {
      const truth = [...witness.trades(symbol)];
      await red.until(() => tradeIds(`trades ${symbol}`).includes(truth.at(-1) as number), `the newest trade of ${symbol}`);
      const got = tradeIds(`trades ${symbol}`);
      assert.equal(new Set(got).size, got.length, `${symbol}: a trade came twice`);
      const first = truth.findIndex((id) => got.includes(id));
      const told = got.slice(got.indexOf(truth[first] as number));
      assert.deepEqual(told.slice(0, truth.length - first), truth.slice(first), symbol);
    }
  }

  /** Does it, and checks that not one channel was asked for or given back, not even when the grace is over. */
  async function costsNoSubscription(deploy: () => Promise<void>): Promise<void> {
    const counts = { subscribed: subscribed().length, unsubscribed: unsubscribed().length, opened: exchange.log.filter(({ kind }) => kind === 'opened').length };
    await deploy();
    await allLive();
    const graceIsOver = monotonic() + GRACE_MS + 500;
    await red.until(() => monotonic() > graceIsOver, 'the grace of the deploy is over');
    await tradesGoOn();
    const now = { subscribed: subscribed().length, unsubscribed: unsubscribed().length, opened: exchange.log.filter(({ kind }) => kind === 'opened').length };
    assert.deepEqual(now, counts);
    await checkTrades();
  }

  it('one channel for each symbol and its parameters, at most 25 on a socket (F74)', () => {
    assert.equal(nodes.filter(isStream).length, 60);
    const asked = subscribed().map(({ connection: _, ...request }) => JSON.stringify(request));
    assert.equal(asked.length, 48);
    assert.equal(new Set(asked).size, 48);
    const perSocket = new Map<number, number>();
    for (const { connection } of subscribed()) perSocket.set(connection, (perSocket.get(connection) ?? 0) + 1);
    assert.deepEqual([...perSocket.values()].sort(), [23, 25]);
    assert.deepEqual(red.messages('errors'), []);
  });

  it('two users of one channel get the same', async () => {
    await tradesGoOn();
    for (const symbol of SYMBOLS.slice(0, 2)) {
      await Promise.all(['long', 'more long'].map((kind) => red.inject(`${kind} ${symbol} out`, { flush: true })));
      await red.sync();
      const crcs = (node: string): number[] => red.messages(node).flatMap(({ msg }) => msg.crcs as number[]);
      const [one, other] = [crcs(`long ${symbol}`), crcs(`more long ${symbol}`)];
      const shared = Math.min(one.length, other.length);
      assert.ok(shared > 20, `${symbol}: ${shared} books`);
      assert.ok(sameTail(one, other), `${symbol}: two nodes saw different books`);
      assert.deepEqual(new Set(tradeIds(`trades ${symbol}`)), new Set(tradeIds(`more trades ${symbol}`)), symbol);
    }
  });

  it('a full deploy asks for no channel again and loses no trade (F75)', () => costsNoSubscription(() => red.deploy(flow, 'full')));

  it('a "nodes" deploy of a changed node asks for no channel again and loses no trade', () =>
    costsNoSubscription(async () => {
      const changed = flow.map((node) => (node.id === 'trades tBTCUSD' || node.id === 'P1 tETHUSD' ? { ...node, name: 'changed' } : node));
      flow = changed;
      await red.deploy(changed, 'nodes');
    }));

  it('two deploys within 100 ms ask for no channel again and lose no trade', () =>
    costsNoSubscription(async () => {
      const first = red.deploy(flow, 'full');
      await new Promise((done) => setTimeout(done, 50));
      await Promise.all([first, red.deploy(flow, 'full')]);
    }));

  it('a full deploy beside a foreign node that takes 8 s to close asks for no channel again and loses no trade; our own close takes under 1 s', async () => {
    const own = monotonic();
    await red.deploy(flow, 'full');
    const ownMs = monotonic() - own;
    console.log(`      a full deploy of the 60 nodes took ${ownMs.toFixed(0)} ms`);
    assert.ok(ownMs < OWN_CLOSE_MS, `${ownMs} ms`);
    await red.deploy([...flow, { id: 'slow', type: 'test-slow-close', ...PLACE, closeMs: SLOW_CLOSE_MS, wires: [] }], 'full');
    await costsNoSubscription(async () => {
      const from = monotonic();
      await red.deploy(flow, 'full');
      assert.ok(monotonic() - from >= SLOW_CLOSE_MS - 100, 'the foreign node held the deploy up');
    });
  });

  it('the last user that leaves by a message gives the channel back at once, the first one does not (F75)', async () => {
    const count = unsubscribed().length;
    await red.inject('trades tBTCUSD', { action: 'unsubscribe', symbol: 'BTC/USD' });
    await tradesOf('more trades tBTCUSD');
    assert.equal(unsubscribed().length, count);
    await red.inject('more trades tBTCUSD', { action: 'unsubscribe', symbol: 'BTC/USD' });
    await red.until(() => unsubscribed().length === count + 1, 'the channel is given back');
    const asked = subscribed().length;
    await red.inject('trades tBTCUSD', { action: 'subscribe', symbol: 'BTC/USD' });
    await red.until(() => subscribed().length === asked + 1, 'the channel is asked for anew');
    assert.deepEqual(subscribed().at(-1)?.channel, 'trades');
    await tradesOf('trades tBTCUSD');
  });

  it('nodes that are deleted give their channels back after the grace, and only theirs', async () => {
    const [given, asked] = [unsubscribed().length, subscribed().length];
    flow = flow.filter(({ id }) => !/^(P1|R0) tADAUSD/.test(id));
    await red.deploy(flow, 'nodes');
    await red.until(() => unsubscribed().length === given + 2, 'two channels are given back');
    assert.equal(subscribed().length, asked);
    await tradesOf('trades tADAUSD');
  });

  async function tradesOf(node: string): Promise<void> {
    const seen = tradeIds(node).length;
    await red.until(() => tradeIds(node).length > seen, `a trade at ${node}`, 20_000);
  }
});

/** Does the shorter list end as the longer one does, but for what has not arrived yet? */
function sameTail(one: readonly number[], other: readonly number[]): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.join().includes(short.join());
}

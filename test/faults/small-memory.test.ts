import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { synthetic } from '../../src/shared/simulator/markets/synthetic';
import { startNodeRed, type FlowNode, type NodeRedChild } from '../node-red/child';
import { account, catchAll, PLACE, stream, TAB } from '../node-red/flow';

const LONG = process.env['LONG'] === '1';

/** Where Node.js may not take more for its heap than this, MB. */
const HEAP_MB = 96;
const RUN_MS = LONG ? 120_000 : 2_000;

const SYMBOLS = 'tBTCUSD tETHUSD tLTCUSD tXRPUSD tSOLUSD';

const OTHERS = [
  { stem: 'candles', settings: { symbols: SYMBOLS, timeframe: '1m', history: 1000, output: 'window', interval: 1000 } },
  { stem: 'status-stream', settings: { keys: 'deriv:tBTCF0:USTF0', interval: 1000 } },
] as const;

describe(`A real Node-RED with ${HEAP_MB} MB of heap`, function () {
  this.timeout(LONG ? 240_000 : 60_000);
  let exchange: Exchange;
  let red: NodeRedChild;
  const ids = ['ticker', 'trades', 'book', 'deep', 'raw', ...OTHERS.map(({ stem }) => stem)];

  before(async () => {
    exchange = await startExchange({ source: synthetic({ seed: 9, pace: 8 }) });
    const others = OTHERS.flatMap(({ stem, settings }): FlowNode[] => [
      { id: stem, type: `bitfinex-${stem}`, ...PLACE, name: '', account: 'account', version: 1, ...settings, wires: [[`${stem} out`]] },
      { id: `${stem} out`, type: 'test-collector', ...PLACE, tag: stem, wires: [] },
    ]);
    const flow = [
      TAB,
      account('account', exchange),
      ...stream('ticker', 'ticker', SYMBOLS, { source: 'book' }),
      ...stream('trades', 'trades', SYMBOLS),
      ...stream('book', 'book', SYMBOLS, { interval: 100 }),
      ...stream('book', 'deep', SYMBOLS, { depth: '250', output: 'depth', interval: 100 }),
      ...stream('book', 'raw', SYMBOLS, { precision: 'R0', output: 'changes', interval: 100 }),
      ...others,
      ...catchAll(),
    ];
    red = await startNodeRed({ flow, execArgv: [`--max-old-space-size=${HEAP_MB}`] });
  });
  after(async () => {
    await red?.stop();
    await exchange?.stop();
  });

  it(`runs ${ids.join(', ')} for 5 symbols, far from its limit (F106)`, async () => {
    await red.until(() => ids.every((id) => red.messages(id).length > 0), 'each node has told something', 30_000);
    await sleep(RUN_MS);
    const first = ids.map((id) => red.messages(id).length);
    await red.until(() => ['ticker', 'trades', 'book', 'deep', 'raw'].every((id, at) => red.messages(id).length > (first[at] as number)), 'all go on', 20_000);
    const { heapUsed } = await red.memory();
    console.log(`      ${(heapUsed / 1024 / 1024).toFixed(0)} MB of heap, of which an empty Node-RED takes most`);
    assert.ok(heapUsed < HEAP_MB * 1024 * 1024 * 0.8, `${heapUsed} bytes`);
    assert.deepEqual([red.exit, red.messages('errors').map(({ msg }) => msg.error.message)], [undefined, []]);
  });
});

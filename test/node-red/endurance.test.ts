import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { account, stream, TAB } from './flow';

const LONG = process.env['LONG'] === '1';
const DEPLOYS = LONG ? 1_000 : 80;
const WARM_UPS = 10;

describe('many deploys', function () {
  this.timeout(LONG ? 1_800_000 : 120_000);
  let exchange: Exchange;
  let red: NodeRedChild;
  const flow = (round: number): FlowNode[] => [
    TAB,
    account('account', exchange),
    ...stream('book', 'book', 'BTC/USD', { name: `round ${round}` }),
    ...stream('trades', 'trades', 'BTC/USD ETH/USD', { name: `round ${round}` }),
    ...stream('ticker', 'ticker', 'BTC/USD', { source: 'book' }),
  ];
  before(async () => {
    exchange = await startExchange({ seed: 4 });
    red = await startNodeRed({ flow: flow(0) });
  });
  after(async () => {
    await red.stop();
    await exchange.stop();
  });

  /** Every tenth deploy is a full one; the others restart two of the three nodes. */
  async function deploy(times: number): Promise<void> {
    for (let round = 1; round <= times; round++) await red.deploy(flow(round), round % 10 === 0 ? 'full' : 'nodes');
    red.forget();
    await red.until(() => red.messages('book').length > 2 && red.messages('ticker').length > 0, 'data after the deploys');
  }

  it(`${DEPLOYS.toLocaleString('en')} of them: no new handle, no new socket, and the data go on (F100)`, async () => {
    await deploy(WARM_UPS);
    const before = { resources: await red.resources(), memory: await red.memory() };
    await deploy(DEPLOYS);
    const after = { resources: await red.resources(), memory: await red.memory() };
    console.log(`      ${((after.memory.heapUsed - before.memory.heapUsed) / DEPLOYS / 1024).toFixed(1)} kB of heap for each deploy; ${JSON.stringify(after.resources)}`);
    for (const [name, count] of Object.entries(after.resources)) {
      // keep-alive connections of the deploys themselves come and go
      const spare = name === 'Timeout' || name === 'TCPSocketWrap' ? 3 : 0;
      assert.ok(count <= (before.resources[name] ?? 0) + spare, `${name}: ${before.resources[name] ?? 0} -> ${count}`);
    }
    assert.equal(exchange.log.filter(({ kind }) => kind === 'opened').length, 1);
    assert.equal(exchange.log.filter((entry) => entry.kind === 'frame' && entry.text.includes('unsubscribe')).length, 0);
  });
});

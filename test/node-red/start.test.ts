import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';

/** From "Started flows" to the first message of every stream; and how long an end may take. */
const FIRST_TICK_MS = 5_000;
const END_MS = 2_000;

const demo = JSON.parse(readFileSync(join(__dirname, '../../dev/demo-flow.json'), 'utf8')) as (FlowNode & { wires?: string[][] })[];

const isStream = ({ type }: FlowNode): boolean => /^bitfinex-.*-stream$/.test(type);
const streams = demo.filter(isStream);

describe('The demo flow in a real Node-RED', function () {
  this.timeout(40_000);
  let red: NodeRedChild;

  before(async () => {
    const flow = demo.map((node) => (isStream(node) ? { ...node, wires: [[...(node.wires?.[0] ?? []), `seen ${node.id}`]] } : node));
    const collectors = streams.map(({ id, z }) => ({ id: `seen ${id}`, type: 'test-collector', z, x: 0, y: 0, tag: id, wires: [] }));
    red = await startNodeRed({ flow: [...flow, ...collectors], packages: ['@flowfuse/node-red-dashboard'] });
  });

  // again where the last test has done it: does nothing
  after(() => red?.stop());

  it('has its first message within 5 s of "Started flows"', async () => {
    assert.ok(streams.length > 0);
    await red.until(() => streams.every(({ id }) => red.messages(id).length > 0), 'a message of every stream');
    const started = red.log(40).find(({ text }) => text === 'Started flows')?.at as number;
    const ticks = streams.map(({ id }) => (red.messages(id)[0]?.at as number) - started);
    console.log(`      first messages ${ticks.map((ms) => ms.toFixed(0)).join(', ')} ms after "Started flows"`);
    assert.ok(Math.max(...ticks) <= FIRST_TICK_MS, `${ticks.join(', ')} ms`);
  });

  it('logs no warning of ours and ends at once when it is told to', async () => {
    assert.deepEqual(red.log().filter(({ text, node }) => node !== undefined || /bitfinex/i.test(text)), []);
    const { code, tookMs } = await red.stop();
    assert.equal(code, 0);
    assert.ok(tookMs < END_MS, `${tookMs} ms`);
  });
});

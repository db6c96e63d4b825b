import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LOG_LEVEL, startNodeRed, type FlowNode, type NodeRedChild, type OtherPackage } from '../node-red/child';

const root = resolve(__dirname, '../..');
const folder = join(root, 'examples', 'flows');
const read = (path: string): FlowNode[] => JSON.parse(readFileSync(path, 'utf8')) as FlowNode[];
const shipped = [
  ...readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => ({ name, flow: read(join(folder, name)) })),
  { name: 'dev/demo-flow.json', flow: read(join(root, 'dev', 'demo-flow.json')) },
];
const isOurs = ({ type }: FlowNode): boolean => type.startsWith('bitfinex-');
const isStream = (node: FlowNode): boolean => isOurs(node) && node.type !== 'bitfinex-account';

/** Whose nodes a flow uses besides ours and Node-RED's own. */
function packagesOf(flow: readonly FlowNode[]): OtherPackage[] {
  const uses = (what: RegExp): boolean => flow.some(({ type }) => what.test(type));
  return [
    ...(uses(/^ui-/) ? (['@flowfuse/node-red-dashboard'] as const) : []),
    ...(uses(/^telegram /) ? (['node-red-contrib-telegrambot'] as const) : []),
    ...(uses(/^e-mail/) ? (['node-red-node-email'] as const) : []),
  ];
}

/** What must arrive at the nodes of these names. */
const EXPECTED: Record<string, (payload: unknown) => boolean> = {
  price: (payload) => Number(String(payload).replaceAll(',', '')) > 0,
  'last trade': (payload) => /^(buy|sell) [\d.e-]+ at [\d.]+$/.test(String(payload)),
  'best prices': (payload) => /^[\d.]+ \/ [\d.]+$/.test(String(payload)),
  spread: (payload) => typeof payload === 'number' && payload > 0,
  imbalance: (payload) => typeof payload === 'number' && payload >= -1 && payload <= 1,
  chart: (payload) => typeof payload === 'number' && payload > 0,
  'last closed': (payload) => /^BTC\/USD [\d,.]+ \(practice\)$/.test(String(payload)),
  'funding rate': (payload) => /^(BTC|ETH)\/USDT:USDT: -?[\d.]+ %, mark [\d.]+$/.test(String(payload)),
  'platform state': (payload) => payload === 'operative (poll)',
  passed: (payload) => typeof payload === 'number' && payload > 0,
  found: (payload) => /ETH\/USD/.test(String(payload)),
  nearest: (payload) => /^nearest: .*BTC\/USD/.test(String(payload)),
  'order sizes': (payload) => JSON.stringify(payload).includes('"min"'),
  movers: (payload) => String(payload).split(', ').length === 5 && /^\S+\/USD [+-]?[\d.]+ %/.test(String(payload)),
  'funding statistics answer': (payload) => Array.isArray(payload) && payload.length === 5,
  'leaderboard answer': (payload) => Array.isArray(payload) && payload.length > 0,
  'liquidation history answer': (payload) => Array.isArray(payload),
  'status answer': (payload) => (payload as { status: string }).status === 'ok',
  balances: (payload) => payload === 'exchange 100000 USD, exchange 1 BTC, margin 100000 USD, margin 1 BTC',
  'last entries': (payload) => Array.isArray(payload) && payload.length === 2,
  alert: (payload) => /BTC\/USD is at [\d.]+, above 50000 \(practice exchange\)/.test(JSON.stringify(payload)),
  'depth table': (payload) => {
    const { bids, asks } = payload as { bids: number[][]; asks: number[][] };
    return bids.length === 25 && asks.length === 25 && (bids[0]?.[0] as number) < (asks[0]?.[0] as number);
  },
};

const isChecked = (node: FlowNode): boolean => Object.hasOwn(EXPECTED, String(node['name'])) && node.type !== 'change';

/** The flow as it is, with a collector that hears what each checked node hears. */
function withCollectors(flow: readonly FlowNode[]): FlowNode[] {
  const checked = flow.filter(isChecked);
  const collectorOf = new Map(checked.map(({ id }) => [id, `${id}-heard`]));
  const both = (id: string): string[] => [id, ...(collectorOf.has(id) ? [collectorOf.get(id) as string] : [])];
  const wired = flow.map((node) => ('wires' in node ? { ...node, wires: (node['wires'] as string[][]).map((port) => port.flatMap(both)) } : node));
  return [...wired, ...checked.map(({ id, z }) => ({ id: `${id}-heard`, type: 'test-collector', z, tag: id, wires: [] }))];
}

describe('shipped flows', () => {
  it('have ids of their own, so that importing one never collides with another', () => {
    const ids = shipped.flatMap(({ flow }) => flow.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{16}$/);
  });

  it('together show every stream node', () => {
    const shown = new Set(shipped.flatMap(({ flow }) => flow.filter(isStream).map(({ type }) => type)));
    const { 'node-red': { nodes } } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { 'node-red': { nodes: Record<string, string> } };
    assert.deepEqual(Object.keys(nodes).filter((type) => type !== 'bitfinex-account' && !shown.has(type)), []);
  });

  for (const { name, flow } of shipped) {
    describe(name, () => {
      it('uses the practice exchange, holds no credentials and explains itself', () => {
        for (const account of flow.filter(({ type }) => type === 'bitfinex-account')) assert.equal(account['environment'], 'simulated');
        assert.ok(flow.every((node) => !('credentials' in node)));
        for (const tab of flow.filter(({ type }) => type === 'tab')) {
          const explains = flow.some((node) => node.type === 'comment' && node['z'] === tab.id && String(node['info']).includes('To change'));
          assert.ok(explains, `${String(tab['label'])} has no comment`);
        }
      });

      it('is wired only to nodes that exist, and every stream has an account of the flow', () => {
        const ids = new Set(flow.map(({ id }) => id));
        for (const node of flow) {
          for (const target of ((node['wires'] as string[][] | undefined) ?? []).flat()) assert.ok(ids.has(target), `${node.id} -> ${target}`);
          if (isStream(node)) assert.ok(ids.has(String(node['account'])), `${node.id} has no account`);
        }
      });

      describe('in Node-RED', function () {
        this.timeout(60_000);
        let red: NodeRedChild | undefined;
        const child = (): NodeRedChild => red as NodeRedChild;
        before(async () => {
          red = await startNodeRed({ flow: withCollectors(flow), packages: packagesOf(flow) });
        });
        after(() => red?.stop());

        it('delivers what it promises', async () => {
          const checked = flow.filter(isChecked);
          assert.ok(checked.length > 0);
          for (const node of checked) {
            const isGood = EXPECTED[String(node['name'])] as (payload: unknown) => boolean;
            // the chart also hears its margins, a message without a payload
            await child().until(() => child().messages(node.id).some(({ msg }) => msg.payload !== undefined && isGood(msg.payload)), `${String(node['name'])} hears what it shows`, 20_000);
          }
        });

        it('shows every node that follows something as live on the practice exchange', async () => {
          const isBlue = ({ id }: FlowNode): boolean => child().status(id).fill === 'blue' && child().status(id).shape === 'dot';
          await child().until(() => flow.filter((node) => isStream(node) && node['symbols'] !== '').every(isBlue), 'blue dots');
        });

        it('logs no error', () => {
          // whoever sends alerts misses the account that only its user has
          const senders = new Set(flow.filter(({ type }) => /^(telegram|e-mail)/.test(type)).map(({ id }) => id));
          assert.deepEqual(child().log(LOG_LEVEL.error).filter(({ node }) => node === undefined || !senders.has(node)), []);
        });
      });
    });
  }
});

/** The flows that are measured in Node-RED. Every one ends in a node that counts. */
import { FLAGS, restUrl, workload, wsUrl } from './receiver.mjs';

const TAB = { id: 'tab', type: 'tab', label: 'bench' };
const node = (id, type, rest) => ({ id, type, z: 'tab', x: 100, y: 100, ...rest });
const script = (id, func, wires = []) => node(id, 'function', { func, outputs: wires.length, wires });
const counter = script('counter', `const counts = global.get('counts');\ncounts.messages++;\nif (msg.bitfinex?.verified === true) counts.checksums++;`);

/** Our stream nodes, as few as the workload allows: a node takes many symbols. */
function ours({ interval }) {
  const account = { id: 'account', type: 'bitfinex-account', environment: 'custom', restUrl, wsUrl, version: 1 };
  const groups = new Map();
  for (const { symbol, key: candlesKey, ...kind } of workload) {
    const key = JSON.stringify(kind);
    groups.set(key, [...(groups.get(key) ?? []), symbol ?? candlesKey.split(':')[2]]);
  }
  const streams = [...groups].map(([key, symbols], at) => {
    const { channel, len } = JSON.parse(key);
    const options = { book: { depth: len, output: 'book' }, trades: { batch: true }, ticker: { source: 'ticker' }, candles: { timeframe: '1m', history: 100, output: 'window' } }[channel];
    return node(`stream${at}`, channel === 'candles' ? 'bitfinex-candles' : `bitfinex-${channel}-stream`, { account: 'account', symbols: symbols.join(' '), interval, ...options, version: 1, wires: [['counter']] });
  });
  return [TAB, account, ...streams, counter];
}

/** What a user builds who has only the core nodes: the whole book in each message, no checksum. */
const KEEP_BOOK = `
if (!Array.isArray(msg.payload) || !Array.isArray(msg.payload[1])) return;
const [, rows] = msg.payload;
const book = context.get('book') ?? { bids: [], asks: [] };
for (const [price, count, amount] of Array.isArray(rows[0]) ? rows : [rows]) {
  const side = amount > 0 ? book.bids : book.asks;
  let at = 0;
  while (at < side.length && (amount > 0 ? side[at][0] > price : side[at][0] < price)) at++;
  const known = side[at]?.[0] === price;
  if (count === 0) { if (known) side.splice(at, 1); }
  else side.splice(at, known ? 1 : 0, [price, Math.abs(amount)]);
}
context.set('book', book);
msg.topic = 'BTC/USD';
msg.payload = { symbol: 'BTC/USD', bids: book.bids.map((level) => [...level]), asks: book.asks.map((level) => [...level]), timestamp: Date.now() };
return msg;`;

function handWired() {
  const requests = [{ event: 'conf', flags: FLAGS }, ...workload.map((wanted) => ({ event: 'subscribe', ...wanted }))];
  return [
    TAB,
    { id: 'client', type: 'websocket-client', path: wsUrl, wholemsg: 'false', hb: '0' },
    node('begin', 'inject', { once: true, onceDelay: 1, props: [], repeat: '', wires: [['requests']] }),
    script('requests', `return [${JSON.stringify(requests.map((request) => ({ payload: JSON.stringify(request) })))}];`, [['out']]),
    node('out', 'websocket out', { client: 'client' }),
    node('in', 'websocket in', { client: 'client', wires: [['json']] }),
    node('json', 'json', { property: 'payload', action: 'obj', wires: [['keep']] }),
    script('keep', KEEP_BOOK, [['counter']]),
    counter,
  ];
}

export const FLOWS = {
  empty: () => [TAB],
  conflated: () => ours({ interval: 1000 }),
  everyChange: () => ours({ interval: 0 }),
  handWired,
};

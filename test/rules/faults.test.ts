import assert from 'node:assert/strict';
import ts from 'typescript';
import { filesIn, parse } from './sources';

/** Every fault that this package is built to survive, in the words of a few; a test that holds one names its number. */
const FAULTS: Readonly<Record<number, string>> = {
  59: 'refused for ten minutes',
  60: 'no such name, or a name that leads elsewhere',
  61: 'TLS: self-signed, expired, another name, plain text',
  62: 'accepted and never upgraded',
  63: 'upgraded, and then no greeting, no answer, no acknowledgement',
  64: 'black hole in both directions, a server that stands still',
  65: 'black hole in one direction',
  66: 'drops every second and every 61 s',
  67: '429 on the upgrade',
  68: '20051',
  69: 'maintenance',
  70: 'maintenance with missing and repeated events',
  71: 'events that nobody knows',
  72: 'subscriptions refused',
  73: 'acknowledged when nobody wants it any more',
  74: 'more channels than a socket holds',
  75: 'the last user leaves and comes back',
  76: 'four sockets die at once',
  77: 'addresses that are none',
  78: 'redirects',
  79: 'wrong checksums',
  80: 'snapshots that are late, doubled, empty or short',
  81: 'impossible books',
  82: 'updates lost, doubled or swapped',
  83: 'sequence numbers',
  84: 'ids with another meaning',
  85: 'data before the acknowledgement',
  86: 'heartbeats alone',
  87: 'one silent channel',
  88: 'frames that make no sense',
  89: 'wrong types',
  90: 'longer and shorter rows',
  91: 'candles that are old, doubled, missing or out of order',
  92: 'trades announced twice and replayed',
  93: 'a flood into a slow flow',
  94: 'hostile texts',
  95: '429 on reads',
  96: 'answers that never end',
  97: 'kept connections that were closed',
  98: 'pairs that change or go',
  99: 'polling for days',
  100: 'many deploys and reconnects',
  101: 'a flow that throws, a message that cannot be copied',
  102: 'status spam',
  103: 'closing twice and at any moment',
  104: 'a blocked event loop',
  105: 'a suspended process',
  106: 'little memory',
};

/** Of a fault only that part belongs here which concerns streams, reads and the process. */
const LATER: Readonly<Record<number, string>> = {
  107: 'Node-RED 4 and 5 on Node.js 20 and 24: the whole suite runs once on each in .ci, and no test of it can',
};

/** The texts of all `it(...)`; of a template its fixed parts, and what it puts in between as it is written. */
function titlesOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'it' && node.arguments[0] !== undefined) found.push(node.arguments[0].getText());
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

const TESTS = filesIn('test').filter((file) => file.endsWith('.test.ts') && !file.endsWith('rules/faults.test.ts'));
const named = new Set(TESTS.flatMap(titlesOf).flatMap((title) => [...title.matchAll(/\bF(\d{2,3})\b/g)].map(([, number]) => Number(number))));

describe('faults', () => {
  for (const [number, what] of Object.entries(FAULTS)) {
    it(`number ${number} (${what}) is named by a test that holds it`, () => assert.ok(named.has(Number(number)), `no title names F${number}`));
  }

  it('that a test names are in this list', () => {
    const unknown = [...named].filter((number) => number >= 59 && FAULTS[number] === undefined && LATER[number] === undefined);
    assert.deepEqual(unknown, []);
  });

  it('that no test can hold are named with the reason, and are all there is', () => {
    assert.deepEqual([...Object.keys(FAULTS), ...Object.keys(LATER)].map(Number).sort((a, b) => a - b), Array.from({ length: 107 - 59 + 1 }, (_, at) => 59 + at));
    for (const reason of Object.values(LATER)) assert.ok(reason.length > 20);
  });
});

import assert from 'node:assert/strict';
import type { Client } from '../client';
import { PaperWorld } from './paper-world';
import { SequenceAudit } from './sequence-audit';
import { caughtUp, notice, rowsOf } from './session-client';

const SEQUENCE = 65536;
const TIMESTAMP = 32768;

type Frame = [number, string, ...unknown[]];

describe('a session with sequence numbers', () => {
  let world: PaperWorld;
  beforeEach(async () => (world = await PaperWorld.start()));
  afterEach(() => world.end());

  /** A login whose balances have been worked out. */
  async function settled(flags = 0): Promise<Client> {
    const client = await world.open({}, flags);
    world.settle();
    await caughtUp(client);
    return client;
  }

  it('numbers its frames so that the official library never complains', async () => {
    const client = await settled(SEQUENCE);
    const chanId = await client.subscribe({ channel: 'book', symbol: 'tBTCUSD' });
    for (let round = 0; round < 4; round++) {
      client.send([0, 'on', null, { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000', cid: round }]);
      client.send([0, 'on', null, { type: 'EXCHANGE MARKET', symbol: 'tBTCUSD', amount: '0.01' }]);
      client.send([0, 'n', null, { type: 'ucm-test', info: { round } }]);
      client.send([0, 'calc', null, [['balance'], ['wallet_exchange_BTC']]]);
      await caughtUp(client);
      world.markets[0]?.show({ asks: [[30_000 + round, 5]] });
      world.clock.advance(20_000);
      await caughtUp(client);
    }
    const audit = new SequenceAudit();
    const complaints = client.frames.flatMap((frame) => audit.complaint(frame) ?? []);
    assert.deepEqual(complaints, []);
    // it was audited at all: both counters went on, and the channels share one
    assert.ok(audit.open > 60 && audit.account > 40, JSON.stringify(audit));
    assert.ok(client.of(chanId).length > 2);
    assert.ok(rowsOf(client, 'n').some((row) => row[1] === 'ucm-test') && rowsOf(client, 'n').some((row) => row[1] === 'on-req'));
  });

  it('is asked for numbers late, in between and with times, and they still fit', async () => {
    const client = await settled();
    const audit = new SequenceAudit();
    const order = (cid: number): unknown => [0, 'on', null, { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000', cid }];
    client.send({ event: 'conf', flags: SEQUENCE });
    await client.event(({ event }) => event === 'conf');
    const from = client.frames.length;
    // the first numbered frame is a reply: it has the account's number alone, and that has not moved yet
    client.send(order(1));
    const first = (await client.frame((frame) => Array.isArray(frame) && frame[1] === 'n')) as unknown[];
    assert.deepEqual([first.length, first[3]], [4, 0]);
    world.settle();
    await caughtUp(client);
    assert.deepEqual(client.frames.slice(from).flatMap((frame) => audit.complaint(frame) ?? []), []);
    client.send({ event: 'conf', flags: SEQUENCE + TIMESTAMP });
    client.send(order(2));
    await notice(client, 'on-req', 2);
    world.settle();
    await caughtUp(client);
    const [reply, placed] = [client.of(0).findLast(([, type]) => type === 'n') as Frame, client.of(0).findLast(([, type]) => type === 'on') as Frame];
    assert.deepEqual([reply.length, placed.length], [5, 6]);
    assert.ok((reply[4] as number) > 1e12 && (placed[5] as number) > 1e12 && (placed[3] as number) < 1e6 && (placed[4] as number) < 1e6);
    world.clock.advance(15_000);
    await caughtUp(client);
    const beat = client.frames.findLast((frame) => Array.isArray(frame) && frame[1] === 'hb') as unknown[];
    assert.deepEqual([beat.length, (beat[3] as number) > 1e12], [4, true]);
  });
});

/** An exchange and a client without a key that sends much, in a process of their own: tells how many MB its heap is larger afterwards. */
import { startExchange } from '../../src/shared/simulator/exchange';
import { Client } from './client';
import { ask } from './http';

const FRAMES = 400;
const FRAME = 200_000;
const CALLS = 60;
const BODY = 900_000;

function heapMb(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

async function grow(): Promise<number> {
  const exchange = await startExchange({ seed: 1 });
  const client = await Client.open(exchange.ws);
  const before = heapMb();
  for (let cid = 1; cid <= FRAMES; cid++) {
    client.send(`{"event":"x${cid}","pad":"${'y'.repeat(FRAME)}"}`);
    client.send({ event: 'ping', cid });
    await client.event((frame) => frame['cid'] === cid);
  }
  for (let at = 0; at < CALLS; at++) await ask(`${exchange.rest}/v2/calc/fx`, { method: 'POST', body: `{"a":"${'z'.repeat(BODY)}"}` });
  if (exchange.log.length < FRAMES || exchange.calls.length < CALLS) throw new Error('nothing is remembered');
  return heapMb() - before;
}

void grow().then((mb) => {
  console.log(mb);
  process.exit(0);
});

/** The yardstick: `ws` and `JSON.parse`, nothing else. */
import WebSocket from 'ws';
import { FLAGS, measure, workload, wsUrl } from './receiver.mjs';

let messages = 0;
let checksums = 0;

const socket = new WebSocket(wsUrl, { perMessageDeflate: false });
socket.on('open', () => {
  socket.send(JSON.stringify({ event: 'conf', flags: FLAGS }));
  for (const wanted of workload) socket.send(JSON.stringify({ event: 'subscribe', ...wanted }));
});
socket.on('message', (data) => {
  const frame = JSON.parse(data);
  messages++;
  if (frame[1] === 'cs') checksums++;
});
measure(() => ({ messages, checksums, faults: 0 }));

/** The pool of the built package with one callback for each channel; every checksum is verified. */
import { createRequire } from 'node:module';
import { measure, restUrl, workload, wsUrl } from './receiver.mjs';

const require = createRequire(import.meta.url);
const { hub } = require('../dist/shared/link/hub.js');

const { pool } = hub().use({ key: 'bench', isSimulated: false, addresses: async () => ({ rest: restUrl, ws: wsUrl }), stop: async () => undefined, report: () => undefined }).venue;
let messages = 0;
let checksums = 0;

for (const { prec, freq, len, ...channel } of workload) {
  pool.follow(channel.channel === 'book' ? { ...channel, precision: prec, frequency: freq, length: Number(len) } : channel, (event) => {
    if (event.kind === 'state') return;
    messages++;
    if (event.kind === 'book' && event.verified === true) checksums++;
  });
}
// an idle socket alone does not keep the pool's process alive between its timers; the channel to the parent does
measure(() => ({ messages, checksums, faults: pool.counts.faults + pool.counts.gaps + pool.counts.dropped + pool.counts.malformed }));

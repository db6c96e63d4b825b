/** Node-RED itself, embedded as its documentation shows, with the flow that the receiver is named after. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLOWS } from './flows.mjs';
import { measure, name } from './receiver.mjs';

const require = createRequire(import.meta.url);
const RED = require('node-red');

const counts = { messages: 0, checksums: 0, faults: 0 };
const userDir = mkdtempSync(join(tmpdir(), 'node-red-bench-'));
process.on('exit', () => rmSync(userDir, { recursive: true, force: true }));
writeFileSync(join(userDir, 'flows.json'), JSON.stringify(FLOWS[name]()));

RED.init(createServer(), {
  userDir,
  flowFile: 'flows.json',
  nodesDir: [dirname(dirname(fileURLToPath(import.meta.url)))],
  httpAdminRoot: false,
  httpNodeRoot: false,
  functionGlobalContext: { counts },
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'error', metrics: false, audit: false } },
});
const started = new Promise((resolve) => { RED.events.once('flows:started', resolve); });
await RED.start();
await started;
measure(() => counts);

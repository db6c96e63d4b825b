/**
 * A pool in a process of its own, whose memory and handles are its own: follows channels of the exchange at argv, and tells
 * its parent when all of them are live. Its clock runs faster, and each return counts as a long time.
 */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../../src/shared/core/clock';
import { Grace } from '../../src/shared/link/grace';
import { Limiter } from '../../src/shared/link/limiter';
import { Pool } from '../../src/shared/link/pool';
import { openSocket } from '../../src/shared/link/socket';

const FASTER = 40;

/** Between two losses, of its own time: the line counts as stable, and the limiter has forgotten the last attempts. */
const APART_MS = 70_000;

let jumped = 0;
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * FASTER + jumped,
  after: (waitMs, task) => {
    const timer = setTimeout(task, waitMs / FASTER);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

const [, , url = '', count = '0'] = process.argv;
const pool = new Pool({ clock, limiter: new Limiter(clock), connects: new Limiter(clock), openLine: openSocket, url: async () => url, report: () => undefined }, new Grace(clock));
const live = new Set<string>();
for (let at = 0; at < Number(count); at++) {
  const symbol = `tA${String(at).padStart(2, '0')}USD`;
  pool.follow({ channel: 'ticker', symbol }, (event) => {
    if (event.kind !== 'state') return;
    if (event.state !== 'live') return void live.delete(symbol);
    live.add(symbol);
    if (live.size === Number(count)) setTimeout(() => process.send?.({ kind: 'live' }), 0);
  });
}

const resources = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

process.on('message', (question) => {
  if (question === 'jump') return void (jumped += APART_MS);
  for (let turn = 0; turn < 4; turn++) globalThis.gc?.();
  process.send?.({ kind: 'measured', heapUsed: process.memoryUsage().heapUsed, resources: resources() });
});
process.on('disconnect', () => process.exit());

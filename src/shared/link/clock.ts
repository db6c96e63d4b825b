import { performance } from 'node:perf_hooks';
import type { Clock } from '../core/clock';

/** Node.js runs a longer timer at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of the running process. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (waitMs, task) => {
    const timer = setTimeout(task, Math.min(waitMs, LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

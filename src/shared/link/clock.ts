import { performance } from 'node:perf_hooks';
import type { Clock } from '../core/clock';

/** The clock of the running process. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (waitMs, task) => {
    const timer = setTimeout(task, waitMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

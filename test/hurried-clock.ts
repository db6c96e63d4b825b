import type { Clock } from '../src/shared/core/clock';
import { systemClock } from '../src/shared/link/clock';

/** The real time, so many times faster: minutes of the exchange and of its client pass in seconds over real sockets. */
export function hurriedClock(times: number): Clock {
  const began = { now: systemClock.now(), monotonic: systemClock.monotonic() };
  const elapsed = (): number => (systemClock.monotonic() - began.monotonic) * times;
  return {
    now: () => Math.round(began.now + elapsed()),
    monotonic: () => began.monotonic + elapsed(),
    after: (waitMs, task) => systemClock.after(waitMs / times, task),
    random: () => systemClock.random(),
  };
}

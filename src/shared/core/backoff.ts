const FIRST_MS = 2_000;
const CAP_MS = 60_000;

/** An attempt that held for this long makes the next wait short again. */
export const STABLE_MS = 60_000;

/**
 * How long to wait before try number `tries` (0 = the first after a loss): 0.5 to 2 s, doubling, 60 s at most.
 * `luck` in [0, 1) spreads many clients over the last three quarters of the wait.
 */
export function backoffMs(tries: number, luck: number): number {
  const full = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(tries, 16));
  return full * (0.25 + 0.75 * luck);
}

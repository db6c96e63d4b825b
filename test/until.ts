/** Waits for a fact, not for milliseconds: looks again after every turn of the event loop. */
export async function until<T>(fact: () => T | undefined | false, what: string, deadlineMs = 5_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = fact();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The same for a fact that must be asked for: one question after the other, with a pause between them where questions are counted. */
export async function untilTold(fact: () => Promise<boolean>, what: string, deadlineMs = 5_000, pauseMs = 0): Promise<void> {
  for (const end = Date.now() + deadlineMs; !(await fact()); ) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Lets everything run that is ready to run: promises, and timers of no wait (Bottleneck starts its jobs with such). */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

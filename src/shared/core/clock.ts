/** Ends what was started; calling it again does nothing. */
export type Stop = () => void;

/** Time and luck as a port, so that decisions stay pure and tests step time instead of sleeping. */
export interface Clock {
  /** UTC milliseconds: for people and messages only, for it may jump. */
  now(): number;
  /** Milliseconds since some start, never going back: for every interval and deadline. */
  monotonic(): number;
  /** Runs the task once after `waitMs`; a waiting task never keeps the process alive. */
  after(waitMs: number, task: () => void): Stop;
  /** In [0, 1). */
  random(): number;
}

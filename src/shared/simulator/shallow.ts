/** Deeper than anything that a client has a reason to send, and far from what is too deep to be written again. */
const LEVELS = 100;

/** Is a value that was read from JSON nested no deeper than so? */
export const isShallow = (value: unknown, levels = LEVELS): boolean =>
  typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every((one) => isShallow(one, levels - 1)));

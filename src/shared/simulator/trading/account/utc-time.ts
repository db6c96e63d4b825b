const TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$/;

/** UTC ms of `2026-01-15 10:45:23`, or of a bare date: its midnight (bitfinex-v2.md 1.4). `undefined` for anything else. */
export function readUtc(text: string): number | undefined {
  if (!TIME.test(text)) return undefined;
  const at = Date.parse(`${text.slice(0, 10)}T${text.slice(11) || '00:00:00'}Z`);
  // the 30th of February is no day
  return Number.isNaN(at) || dayOf(at) !== text.slice(0, 10) ? undefined : at;
}

/** The UTC day of a time, as `cid_date` has it. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

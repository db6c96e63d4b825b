/** Entries kept of each history: as many as the exchange hands out in one call. */
const KEPT = 2500;

/** Adds to a history, which forgets its oldest entries, many at a time. */
export function keep<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > KEPT * 1.2) list.splice(0, list.length - KEPT);
}

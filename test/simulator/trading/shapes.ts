/**
 * Where two values differ in shape: `0.16: string, here null`. Lists must be of one length, but for lists of rows, of which
 * the first of each is compared; numbers may be any, texts too, objects must have the keys of the first.
 */
export function differences(theirs: unknown, ours: unknown, at: readonly string[] = []): string[] {
  const [their, our] = [kindOf(theirs), kindOf(ours)];
  if (their !== our) return [`${at.join('.') || 'all'}: ${their}, here ${our}`];
  if (isRows(theirs) && isRows(ours)) return differences(theirs[0], ours[0], [...at, '0']);
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length !== ours.length) return [`${at.join('.') || 'all'}: ${theirs.length} cells, here ${ours.length}`];
    return theirs.flatMap((cell, index) => differences(cell, ours[index], [...at, String(index)]));
  }
  if (their !== 'object') return [];
  return Object.entries(theirs as object).flatMap(([key, value]) => differences(value, (ours as Record<string, unknown>)[key], [...at, key]));
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);

/** A list of rows, or of objects, that are of one kind. */
const isRows = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0 && value.every((one) => kindOf(one) === 'object' || (Array.isArray(one) && typeof one[0] !== 'object' && one.length > 3));

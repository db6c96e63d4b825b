import { RowError } from '../wire/row';
import type { Dropped } from './feed';

/** Decodes; a row that is not what its table says becomes `dropped` with the table's and column's name. */
export function attempt<T>(decode: () => T): T | Dropped {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RowError) return { kind: 'dropped', reason: error.message };
    throw error;
  }
}

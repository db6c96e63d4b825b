import { crc32 } from '../../../core/crc32';
import { exactJson, parseExact } from './exact-json';

const SEALED = /^\{"crc":(-?\d+),"kept":(.*)\}$/s;

/** A value as one line of JSON with a checksum, so that what is torn or altered is told from what was written. */
export function sealed(value: unknown): string {
  const text = exactJson(value);
  return `{"crc":${crc32(text)},"kept":${text}}`;
}

/** The value again; `undefined` for a text that is not whole. */
export function unsealed(text: string): unknown {
  const [, crc, kept] = SEALED.exec(text) ?? [];
  if (kept === undefined || crc32(kept) !== Number(crc)) return undefined;
  try {
    return parseExact(kept);
  } catch {
    return undefined;
  }
}

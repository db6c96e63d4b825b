import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Context } from 'mocha';

/** Where the recorded messages lie: the folder named by BITFINEX_DATA, else `../shared/data` beside the project. */
const folder = resolve(process.env['BITFINEX_DATA'] ?? join(__dirname, '../../shared/data'));

export const dataPath = (name: string): string => join(folder, name);

let told = false;

/** Skips the test, visibly, where the recorded messages are absent: a clone has only its own fixtures. */
export function needsData(context: Context): void {
  if (existsSync(folder)) return;
  if (!told) console.log(`      recorded messages are absent (${folder}): the tests that read them are skipped`);
  told = true;
  context.skip();
}

/** The objects of a .jsonl or .jsonl.gz file, one for each line. */
export function jsonLines<T>(name: string): T[] {
  const bytes = readFileSync(dataPath(name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

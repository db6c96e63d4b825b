import type { Failure } from './answer';
import { SHORT_PAUSE_MS } from './answer';

/** How often a read is tried in all. */
export const TRIES = 5;

/** Another program with the same key goes on using higher nonces: three show it. */
const NONCE_TRIES = 3;

const FIRST_MS = 500;

/**
 * How long to wait before a read is tried again after `tried` tries; `undefined` = not again. The wait doubles from 0.5 s
 * to 10 s, and `luck` in [0, 1) spreads it over its second half; a pause that the exchange asked for is kept.
 */
export function againMs({ again, pauseMs = 0 }: Pick<Failure, 'again' | 'pauseMs'>, tried: number, luck: number): number | undefined {
  if (again === 'never' || tried >= (again === 'later' ? TRIES : NONCE_TRIES) || pauseMs > SHORT_PAUSE_MS) return undefined;
  const full = Math.min(SHORT_PAUSE_MS, FIRST_MS * 2 ** (tried - 1));
  return Math.min(SHORT_PAUSE_MS, Math.max(pauseMs, full * (0.5 + 0.5 * luck)));
}

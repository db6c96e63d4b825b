import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock';
import { BitfinexError } from '../core/errors';
import { systemClock } from './clock';
import { Places } from './rest-places';

/** What signs. Read when the call's turn has come, so that a key that was changed works at once. */
export interface ApiKey {
  readonly apiKey: string;
  readonly secret: string;
}

/** Answers the key of now, or `undefined` where none was entered. */
export type ReadKey = () => ApiKey | undefined;

/** A key goes into a header and has no blanks; nothing is trimmed, for a blank shows that something was pasted wrongly. */
const KEY = /^[\x21-\x7e]+$/;

/** @throws BitfinexError when a call cannot be signed with it */
export function usableKey(key: ApiKey | undefined): ApiKey {
  if (key === undefined || key.apiKey === '' || key.secret === '') throw new BitfinexError('KEY_MISSING', 'this call is signed, and the account has no key');
  for (const part of ['apiKey', 'secret'] as const) {
    if (!KEY.test(key[part])) throw new BitfinexError('FIELD_INVALID', `${part}: holds a blank, a line break or a letter that no key has`);
  }
  return key;
}

/**
 * The line of one API key: one call in flight, for the exchange refuses a nonce that arrives after a higher one
 * (bitfinex-v2.md 8.1). The most urgent of those that wait goes next.
 */
export class KeyLine extends Places {
  private lastNonce = 0;

  constructor(private readonly clock: Clock) {
    super(1);
  }

  /**
   * Microseconds, and always higher than the one before, whatever the clock says.
   * @throws BitfinexError when the key has no more of them
   */
  nonce(): number {
    const next = Math.max(this.lastNonce + 1, Math.floor(this.clock.now() * 1000));
    if (next > Number.MAX_SAFE_INTEGER) throw new BitfinexError('NONCE_REFUSED', 'the nonces of this API key are used up');
    return (this.lastNonce = next);
  }
}

/** The lines of all keys. */
export class KeyLines {
  private readonly lines = new Map<string, KeyLine>();

  constructor(private readonly clock: Clock) {}

  /** Keys are remembered as digests: a heap dump shows none. */
  of({ apiKey }: ApiKey): KeyLine {
    const name = createHash('sha256').update(apiKey).digest('base64');
    const line = this.lines.get(name) ?? new KeyLine(this.clock);
    this.lines.set(name, line);
    return line;
  }
}

const LINES = Symbol.for('@nexus-flows/node-red-bitfinex/key lines');
const holder = globalThis as { [LINES]?: KeyLines };

/** Those of this process: like the hub beyond any module, and unlike it never begun anew, for a nonce must not go back. */
export const keyLines = (): KeyLines => (holder[LINES] ??= new KeyLines(systemClock));

import { BitfinexError } from '../core/errors';
import { readRestError } from '../wire/rest-error';

const ANSWER_MS = 10_000;

/** The pair lists and maps of `conf` are about 100 kB. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * One public GET, once: time limit over the whole answer, no redirect, bounded size.
 * @throws BitfinexError EXCHANGE_UNREACHABLE, or ANSWER_UNUSABLE for anything but an answer
 */
export async function getJson(url: string): Promise<unknown> {
  const body = await read(url);
  const parsed = parse(body);
  const refusal = readRestError(parsed);
  if (refusal !== undefined) throw new BitfinexError('ANSWER_UNUSABLE', `the exchange answered "${refusal.text.slice(0, 80)}"`);
  return parsed;
}

async function read(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error' });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > MAX_BYTES) throw new Error('the answer is too large');
    }
    return text;
  } catch (error) {
    throw new BitfinexError('EXCHANGE_UNREACHABLE', `no answer from ${new URL(url).host} (${reasonOf(error)})`);
  }
}

/** `fetch` hides the reason in `cause`. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? (('code' in cause && String(cause.code)) || cause.message) : String(cause);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new BitfinexError('ANSWER_UNUSABLE', 'the exchange answered no JSON');
  }
}

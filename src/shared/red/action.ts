import { BitfinexError } from '../core/errors';
import { splitSymbols } from '../core/symbol';
import type { Saved } from './fields';

/** What a message asks a stream node to do. */
export type Action = { readonly action: 'subscribe' | 'unsubscribe' | 'list'; readonly symbols: readonly string[] };

const isKnown = (action: unknown): action is Action['action'] => action === 'subscribe' || action === 'unsubscribe' || action === 'list';

/**
 * Reads `msg.action` and `msg.symbol` (a text, a list in one text, or an array).
 * @throws BitfinexError ACTION_UNKNOWN, SYMBOL_MISSING
 */
export function readAction(message: Saved): Action {
  const { action, symbol } = message;
  if (!isKnown(action)) throw new BitfinexError('ACTION_UNKNOWN', action === undefined ? 'msg.action is missing' : `msg.action "${String(action).slice(0, 40)}" is not known`);
  if (action === 'list') return { action, symbols: [] };
  const given = Array.isArray(symbol) ? symbol : [symbol];
  if (given.some((one) => typeof one !== 'string')) throw new BitfinexError('SYMBOL_MISSING', 'msg.symbol is neither a text nor a list of texts');
  const symbols = given.flatMap((one) => splitSymbols(one as string));
  if (symbols.length === 0) throw new BitfinexError('SYMBOL_MISSING', 'msg.symbol is empty');
  return { action, symbols };
}

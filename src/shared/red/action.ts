import { BitfinexError } from '../core/errors';
import { splitSymbols } from '../core/symbol';
import type { Saved } from './fields';

const ACTIONS = ['subscribe', 'unsubscribe', 'list', 'get'] as const;

/** What a message asks a stream node to do. */
export interface Action {
  readonly action: (typeof ACTIONS)[number];
  /** As they were written; empty for `list`. */
  readonly symbols: readonly string[];
  /** One text with one symbol: the answer to `get` is that thing itself and not a list of such. */
  readonly single: boolean;
}

/**
 * Reads `msg.action` and `msg.symbol` (a text, a list in one text, or an array).
 * @throws BitfinexError ACTION_UNKNOWN, SYMBOL_MISSING
 */
export function readAction({ action, symbol }: Saved): Action {
  const known = ACTIONS.find((one) => one === action);
  if (known === undefined) throw new BitfinexError('ACTION_UNKNOWN', action === undefined ? 'msg.action is missing' : `msg.action "${String(action).slice(0, 40)}" is none of ${ACTIONS.join(', ')}`);
  if (known === 'list') return { action: known, symbols: [], single: false };
  const given = Array.isArray(symbol) ? symbol : [symbol];
  if (given.some((one) => typeof one !== 'string')) throw new BitfinexError('SYMBOL_MISSING', 'msg.symbol is neither a text nor a list of texts');
  const symbols = given.flatMap((one) => splitSymbols(one as string));
  if (symbols.length === 0) throw new BitfinexError('SYMBOL_MISSING', 'msg.symbol is empty');
  return { action: known, symbols, single: symbols.length === 1 && !Array.isArray(symbol) };
}

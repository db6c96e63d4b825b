import { BitfinexError } from '../core/errors';
import type { Market, MarketKind, Markets } from '../core/markets';
import { resolveSymbol, splitSymbols } from '../core/symbol';
import type { Saved } from './fields';

const ACTIONS = ['list', 'search', 'validate', 'sizes', 'refresh'] as const;

/** What a message asks of the list of markets. */
export type SymbolsCall =
  | { readonly action: 'list' | 'refresh' }
  | { readonly action: 'search'; readonly text: string }
  /** `single`: one text was given, and one thing is answered. */
  | { readonly action: 'validate' | 'sizes'; readonly texts: readonly string[]; readonly single: boolean };

/** What the message becomes. */
export interface SymbolsAnswer {
  readonly topic: string;
  readonly payload: unknown;
}

/** What may be ordered at once, and how finely it is written. */
export type SizesOf = Pick<Market, 'symbol' | 'id' | 'limits' | 'minOrderSize' | 'maxOrderSize' | 'precision'>;

/**
 * Reads `msg.action` (`list` where there is none), `msg.symbol` and `msg.payload`.
 * @throws BitfinexError ACTION_UNKNOWN, SYMBOL_MISSING, FIELD_INVALID
 */
export function readSymbolsCall({ action = 'list', symbol, payload }: Saved): SymbolsCall {
  const known = ACTIONS.find((one) => one === action);
  switch (known) {
    case undefined:
      throw new BitfinexError('ACTION_UNKNOWN', `msg.action "${String(action).slice(0, 40)}" is none of ${ACTIONS.join(', ')}`);
    case 'list':
    case 'refresh':
      return { action: known };
    case 'search':
      if (typeof payload === 'string' && payload.trim() !== '') return { action: known, text: payload };
      throw new BitfinexError('FIELD_INVALID', 'msg.payload: a text to search for was expected');
    case 'validate': {
      // what a person typed is one text, whatever stands in it
      const texts = textsOf(symbol ?? payload);
      return { action: known, texts, single: !Array.isArray(symbol ?? payload) };
    }
    case 'sizes': {
      const texts = textsOf(symbol ?? payload).flatMap(splitSymbols);
      return { action: known, texts, single: texts.length === 1 && !Array.isArray(symbol ?? payload) };
    }
  }
}

function textsOf(given: unknown): string[] {
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  if (texts.every((text): text is string => typeof text === 'string' && text.trim() !== '') && texts.length > 0) return texts;
  throw new BitfinexError('SYMBOL_MISSING', 'neither msg.symbol nor msg.payload holds a symbol');
}

/**
 * Answers from the list. The payload is a copy: a flow may change it as it likes.
 * @throws BitfinexError SYMBOL_UNKNOWN for sizes of what is not listed
 */
export function answerSymbols(call: SymbolsCall, markets: Markets, kind: MarketKind): SymbolsAnswer {
  switch (call.action) {
    case 'list':
    case 'refresh':
      return { topic: kind, payload: structuredClone(markets.list(kind)) };
    case 'search':
      return { topic: kind, payload: structuredClone(markets.search(call.text, kind)) };
    case 'validate':
      return inOne(call, kind, call.texts.map((text) => judged(text, markets)));
    case 'sizes':
      return inOne(call, kind, call.texts.map((text) => sizesOf(text, markets)));
  }
}

function inOne({ single }: { readonly single: boolean }, kind: MarketKind, all: readonly { readonly symbol?: string; readonly input?: string }[]): SymbolsAnswer {
  const [first] = all;
  const payload = structuredClone(single ? first : all);
  return { topic: single ? (first?.symbol ?? first?.input ?? kind) : kind, payload };
}

function judged(text: string, markets: Markets): { readonly valid: boolean; readonly symbol?: string; readonly input?: string } {
  const validity = markets.validate(text);
  return validity.valid ? { valid: true, ...validity.market } : validity;
}

function sizesOf(text: string, markets: Markets): SizesOf {
  const listed = new Set(markets.list().map(({ id }) => id));
  const { symbol, id, limits, minOrderSize, maxOrderSize, precision } = markets.of(resolveSymbol(text, listed)) as Market;
  return { symbol, id, limits, minOrderSize, maxOrderSize, precision };
}

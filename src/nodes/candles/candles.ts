import type { NodeAPI } from 'node-red';
import { candlesKey, isPeriods } from '../../shared/core/candles-key';
import { isFunding, type Channel } from '../../shared/core/channel';
import { BitfinexError } from '../../shared/core/errors';
import type { CandleItem } from '../../shared/core/feed';
import { ohlcv } from '../../shared/core/ohlcv';
import type { Range } from '../../shared/core/paging';
import { resolveSymbol, unifiedSymbol, type SymbolIds } from '../../shared/core/symbol';
import { TIME_FRAMES, type TimeFrame } from '../../shared/core/time-frame';
import { choiceField, FieldError, flagField, numberField, type Saved } from '../../shared/red/fields';
import { eachApart } from '../../shared/red/get-answers';
import type { StreamKind, ViewContext } from '../../shared/red/stream-kind';
import { registerStream } from '../../shared/red/stream-node';
import { viewOf, type Options } from './candle-views';

/** So many are read in two calls; more would be work for a second with each message. */
const MOST_HISTORY = 10_000;

const candles: StreamKind<Options> = {
  names: { field: 'symbols', resolve, topic: unifiedSymbol },
  options: (saved) => ({
    timeFrame: choiceField(saved, 'timeframe', [...TIME_FRAMES, '7D']),
    history: historyOf(saved),
    output: choiceField(saved, 'output', ['window', 'candle', 'chart']),
    onlyClosed: flagField(saved, 'onlyClosed'),
    fillGaps: flagField(saved, 'fillGaps'),
    intervalMs: numberField(saved, 'interval', 1000),
  }),
  channel: (id, { timeFrame }): Channel => ({ channel: 'candles', key: keyOf(id, timeFrame) }),
  instead: (channel) => {
    const key = channel.channel === 'candles' ? otherSpelling(channel.key) : undefined;
    return key === undefined ? undefined : { channel: 'candles', key };
  },
  view: (options, context) =>
    viewOf(options, context, async (limit) => (await read(context, keyOf(context.id, options.timeFrame), { limit })).map(({ candle }) => candle)),
  get: (request) =>
    eachApart(request, async (id) => {
      const { timeFrame } = request.options;
      const items = await read(request, keyOf(id, timeFrame), request.query);
      return { payload: items.map(({ candle }) => ohlcv(candle)), extra: { timeframe: timeFrame } };
    }),
};

function historyOf(saved: Saved): number {
  const history = numberField(saved, 'history', 100);
  if (Number.isInteger(history) && history <= MOST_HISTORY) return history;
  throw new FieldError('FIELD_INVALID', 'history', `${history} is not a whole number from 0 to ${MOST_HISTORY}`);
}

/**
 * `tBTCUSD`, and for funding with its periods `fUSD:p30`.
 * @throws BitfinexError SYMBOL_UNKNOWN, FieldError where the periods of a funding currency are missing
 */
function resolve(text: string, listed: SymbolIds | undefined): string {
  const [, currency, periods] = /^(f[A-Z0-9]+):(.*)$/.exec(text) ?? [];
  const id = resolveSymbol(currency ?? text, listed);
  if (!isFunding(id)) return id;
  if (periods !== undefined && isPeriods(periods)) return `${id}:${periods}`;
  throw new FieldError('FIELD_INVALID', 'symbols', `"${text.slice(0, 40)}" does not say of which period; write the days, as in ${id}:p30, or a sum of several, as in ${id}:a30:p2:p30`);
}

function keyOf(id: string, timeFrame: TimeFrame): string {
  const [, symbol = id, periods] = /^(f\w+):(.+)$/.exec(id) ?? [];
  return candlesKey(periods === undefined ? { timeFrame, symbol } : { timeFrame, symbol, periods });
}

/** The documentation says `1W`, other programs `7D`: which of them the exchange takes is unsure (bitfinex-v2.md 12). */
const otherSpelling = (key: string): string | undefined => (key.startsWith('trade:1W:') ? key.replace(':1W:', ':7D:') : undefined);

async function read({ market }: Pick<ViewContext, 'market'>, key: string, range: Range): Promise<CandleItem[]> {
  try {
    return await market.candles(key, range);
  } catch (error) {
    const other = otherSpelling(key);
    if (other === undefined || !(error instanceof BitfinexError) || error.kind !== 'refused') throw error;
    return market.candles(other, range);
  }
}

/** Candles: their history, then live. */
export default function (RED: NodeAPI): void {
  registerStream(RED, 'bitfinex-candles', candles);
}

import type { NodeAPI } from 'node-red';
import type { Book } from '../../shared/core/book';
import { BOOK_LENGTHS, FREQUENCIES, isFunding, isVerifiable, PRECISIONS, type BookLength, type Channel, type Frequency, type Precision } from '../../shared/core/channel';
import type { BookNews, News } from '../../shared/core/feed';
import { unifiedSymbol } from '../../shared/core/symbol';
import { Throttle } from '../../shared/core/throttle';
import { bookChange, bookDepth, topOfBook, unifiedBook, type BookChange } from '../../shared/core/unified';
import { choiceField, FieldError, numberField, textField } from '../../shared/red/fields';
import { eachApart } from '../../shared/red/get-answers';
import { refuseQuery } from '../../shared/red/query';
import type { StreamKind, View, ViewContext } from '../../shared/red/stream-kind';
import { registerStream } from '../../shared/red/stream-node';

interface Options {
  readonly precision: Precision;
  readonly depth: BookLength;
  readonly frequency: Frequency;
  readonly output: 'book' | 'top' | 'depth' | 'changes';
  readonly emit: 'live' | 'verified';
  readonly intervalMs: number;
  /** In base currency; `undefined` = not asked for. */
  readonly slippageSize: number | undefined;
}

const books: StreamKind<Options> = {
  options: (saved) => ({
    precision: choiceField(saved, 'precision', PRECISIONS),
    depth: depthOf(numberField(saved, 'depth', 25)),
    frequency: choiceField(saved, 'frequency', FREQUENCIES),
    output: choiceField(saved, 'output', ['book', 'top', 'depth', 'changes']),
    emit: choiceField(saved, 'emit', ['live', 'verified']),
    intervalMs: numberField(saved, 'interval', 1000),
    slippageSize: textField(saved, 'slippageSize', '') === '' ? undefined : sizeOf(numberField(saved, 'slippageSize', 0)),
  }),
  channel: (symbol, { precision, depth, frequency, emit }): Channel => {
    if (emit === 'verified' && !isVerifiable(symbol, depth)) {
      throw new FieldError('FIELD_INVALID', 'emit', `"verified" cannot work for ${isFunding(symbol) ? 'a funding book' : 'depth 1'}: its checksum cannot be used`);
    }
    return { channel: 'book', symbol, precision, frequency, length: depth };
  },
  view: (options, context) => new BookView(options, context),
  get: async (request) => {
    const { market, query, options } = request;
    refuseQuery(query, 'books');
    if (options.emit === 'verified') throw new FieldError('FIELD_INVALID', 'emit', '"verified" cannot work for get: over REST there is no checksum');
    return eachApart(request, async (id) => {
      const book = await market.book(id, options.precision, options.depth);
      return { payload: shownBook(unifiedSymbol(id), book, options, { timestamp: request.now }), extra: { verified: false } };
    });
  },
};

/** What leaves the node of a whole book. */
function shownBook(symbol: string, book: Book, { output, slippageSize }: Options, { timestamp, sequence }: { timestamp: number; sequence?: number | undefined }): unknown {
  if (output === 'top') return topOfBook(symbol, book);
  if (output === 'depth') return bookDepth(symbol, book, slippageSize);
  return unifiedBook(symbol, book, timestamp, sequence);
}

function sizeOf(size: number): number {
  if (size === 0) throw new FieldError('FIELD_INVALID', 'slippageSize', 'the size must be above 0, or empty');
  return size;
}

function depthOf(depth: number): BookLength {
  const length = BOOK_LENGTHS.find((known) => known === depth);
  if (length === undefined) throw new FieldError('FIELD_INVALID', 'depth', `${depth} is none of ${BOOK_LENGTHS.join(', ')}`);
  return length;
}

/**
 * The book of one symbol. With `emit: live` what leaves is the newest state, read when its time has come; with
 * `emit: verified` it is the state that a checksum has just confirmed, kept as it was until it may leave.
 */
class BookView implements View {
  private latest: BookNews | undefined;
  private confirmed: unknown;
  private changes: BookChange[] = [];
  private startsOver = false;
  private readonly throttle: Throttle;

  constructor(
    private readonly options: Options,
    private readonly context: ViewContext,
  ) {
    this.throttle = new Throttle(context.clock, options.intervalMs, () => this.emit());
  }

  news(news: News): void {
    if (news.kind !== 'book') return;
    this.latest = news;
    if (this.options.output === 'changes') this.collect(news);
    if (this.options.emit === 'live') return this.throttle.poke();
    if (news.verified !== true) return;
    this.confirmed = this.confirm(news);
    this.throttle.poke();
  }

  reset(): void {
    this.throttle.cancel();
    this.latest = undefined;
    this.confirmed = undefined;
    this.changes = [];
  }

  close(): number {
    this.reset();
    return 0;
  }

  private emit(): void {
    const { latest, context, options } = this;
    if (latest === undefined) return;
    context.show(latest.book.bids.levels[0]?.price);
    if (options.emit === 'live') return this.send(this.payload(latest), latest.verified);
    this.send(this.confirmed, true);
    this.confirmed = undefined;
  }

  /** The state as it is now; changes that were confirmed before and still wait stay in front. */
  private confirm(news: BookNews): unknown {
    const payload = this.payload(news);
    return this.options.output === 'changes' && this.confirmed !== undefined ? [...(this.confirmed as BookChange[]), ...(payload as BookChange[])] : payload;
  }

  private send(payload: unknown, verified: BookNews['verified']): void {
    const snapshot = this.options.output === 'changes' && this.startsOver;
    this.startsOver = false;
    this.context.send(payload, snapshot ? { verified, snapshot } : { verified });
  }

  private payload({ book, timestamp, sequence }: BookNews): unknown {
    if (this.options.output === 'changes') return this.changes.splice(0);
    const { symbol, clock } = this.context;
    return shownBook(symbol, book, this.options, { timestamp: timestamp ?? clock.now(), sequence });
  }

  /** A snapshot is the whole book as changes, and says that it replaces everything before. */
  private collect({ book, changes }: BookNews): void {
    if (changes === undefined) {
      this.startsOver = true;
      this.confirmed = undefined;
      this.changes = [...book.bids.levels, ...book.asks.levels].map((level) => bookChange(book, level));
    } else this.changes.push(...changes.map((level) => bookChange(book, level)));
  }
}

/** Order books. */
export default function (RED: NodeAPI): void {
  registerStream(RED, 'bitfinex-book-stream', books);
}

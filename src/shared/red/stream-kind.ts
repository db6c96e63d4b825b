import type { Channel } from '../core/channel';
import type { Clock } from '../core/clock';
import type { News } from '../core/feed';
import type { Extra } from './message';
import type { Saved } from './fields';

/** What makes one stream node different from the others. */
export interface StreamKind<Options> {
  /** Reads the node's own settings; throws FieldError. */
  options(saved: Saved): Options;
  /** The channel of one symbol; throws FieldError where these settings cannot work for it. */
  channel(id: string, options: Options): Channel;
  /** Turns the news of one symbol into messages. */
  view(options: Options, context: ViewContext): View;
}

/** What a view may use. */
export interface ViewContext {
  readonly clock: Clock;
  /** Unified: `BTC/USD`. */
  readonly symbol: string;
  /** Sends a message about this symbol. */
  send(payload: unknown, extra?: Extra): void;
  /** What the status shows beside `live`: a price. */
  show(value: number | undefined): void;
}

/** One symbol of one node. */
export interface View {
  news(news: News): void;
  /** The channel is not live any more: what waits to be sent is void. */
  reset(): void;
  /** The node goes. Nothing may be sent any more; answers how many trades it held back, for they are owed. */
  close(): number;
}

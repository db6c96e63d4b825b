import type { Channel } from '../core/channel';
import type { Stop } from '../core/clock';
import { BitfinexError } from '../core/errors';
import type { Markets } from '../core/markets';
import type { PairLimits } from '../wire/conf';
import type { BookEar, ChannelEar, TradesEar, Upstream } from '../simulator/markets/mirror-upstream';
import type { Leave } from './pool';
import type { StreamEvent } from './stream';
import type { Venue } from './venue';

/**
 * The markets of a venue in use, for an embedded exchange that mirrors them: over the venue's own pool, so that a channel
 * which a node follows too is subscribed once.
 */
export class MirrorUpstream implements Upstream {
  private listed: { readonly of: Markets; readonly symbols: readonly string[] };

  private constructor(
    private readonly venue: Venue,
    first: Markets,
    readonly report: (text: string) => void,
  ) {
    this.listed = listOf(first);
  }

  /** @throws BitfinexError EXCHANGE_UNREACHABLE as long as nobody knows what the exchange lists */
  static async open(venue: Venue, report: (text: string) => void): Promise<MirrorUpstream> {
    const markets = await venue.markets.get();
    if (markets === undefined) throw new BitfinexError('EXCHANGE_UNREACHABLE', 'the live exchange gave no list of markets yet');
    return new MirrorUpstream(venue, markets, report);
  }

  get symbols(): readonly string[] {
    const { known } = this.venue.markets;
    if (known !== undefined && known !== this.listed.of) this.listed = listOf(known);
    return this.listed.symbols;
  }

  limitsOf(symbol: string): PairLimits | undefined {
    const market = this.venue.markets.known?.of(symbol);
    if (market === undefined || market.funding) return undefined;
    const { minOrderSize = null, maxOrderSize = null, initialMargin = null, minMargin = null } = market;
    return { minOrderSize, maxOrderSize, initialMargin, minMargin };
  }

  followBook(symbol: string, ear: BookEar): Stop {
    return this.follow({ channel: 'book', symbol, precision: 'P0', frequency: 'F0', length: 250 }, ear, (event) => {
      if (event.kind === 'book') ear.book(event.book, event.verified);
    });
  }

  followTrades(symbol: string, ear: TradesEar): Stop {
    return this.follow({ channel: 'trades', symbol }, ear, (event) => {
      if (event.kind === 'trades') for (const { info } of event.trades) ear.trade(info as readonly number[], event.replayed);
    });
  }

  private follow(channel: Channel, ear: ChannelEar, hear: (event: StreamEvent) => void): Stop {
    const leave: Leave = this.venue.pool.follow(channel, (event) => {
      if (event.kind !== 'state') hear(event);
      else if (event.state === 'live') ear.live();
      else ear.lost(event.reason === '' ? event.state : event.reason);
    });
    return () => leave('at-once');
  }
}

const listOf = (markets: Markets): { readonly of: Markets; readonly symbols: readonly string[] } => ({ of: markets, symbols: markets.list().map(({ id }) => id) });

import type { Stop } from '../../core/clock';
import { Feed } from './feed';
import type { Market, MarketEvent } from '../markets/source';

/** Channels that only listen to their market. */
export abstract class MarketFeed extends Feed {
  private stop: Stop = () => undefined;

  constructor(protected readonly market: Market) {
    super();
  }

  protected begin(): void {
    this.stop = this.market.follow(this.heard);
  }

  protected end(): void {
    this.stop();
  }

  protected abstract heard: (event: MarketEvent) => void;
}

import type { Stop } from '../../core/clock';
import { Feed } from './feed';
import type { Liquidations } from '../markets/liquidations';
import type { ScopedClock } from '../wall-clock';

/** How often it looks what has happened, ms. */
const LOOK_MS = 500;

/** `liq:global`: each liquidation is a list of one row; there is no first state to tell. */
export class LiquidationsFeed extends Feed {
  private stops: Stop[] = [];

  constructor(
    private readonly liquidations: Liquidations,
    private readonly clock: ScopedClock,
  ) {
    super();
  }

  snapshot(): undefined {
    return undefined;
  }

  protected begin(): void {
    const look = (): unknown => this.liquidations.rows(this.clock.now());
    look();
    this.stops = [this.liquidations.follow((row) => this.sendPayload(JSON.stringify([row]))), this.clock.every(LOOK_MS, look)];
  }

  protected end(): void {
    for (const stop of this.stops.splice(0)) stop();
  }
}

import type { MarketSource } from '../../markets/source';
import type { FillMode } from './matcher';
import type { Order } from '../account/order';
import { Pit, type PitHost } from './pit';

/** What the pits need of their exchange. */
export interface PitsHost {
  readonly source: MarketSource;
  readonly fillMode: FillMode;
  /** Has anybody a position in it? Then it is watched. */
  readonly isHeld: (symbol: string) => boolean;
}

/** The markets where somebody has orders or positions: the others are not watched. */
export class Pits {
  private readonly pits = new Map<string, Pit>();

  constructor(
    private readonly host: PitsHost,
    private readonly pitHost: PitHost,
  ) {}

  /** The symbol's pit, opened if need be; `undefined` when there is no such market (any more). */
  open(symbol: string): Pit | undefined {
    const known = this.pits.get(symbol);
    const market = known === undefined ? this.host.source.market(symbol) : undefined;
    if (market === undefined) return known;
    const pit = new Pit(market, this.host.fillMode, this.pitHost);
    this.pits.set(symbol, pit);
    return pit;
  }

  resize(order: Order): void {
    this.pits.get(order.symbol)?.resize(order);
  }

  /** Takes an order out of its market. */
  remove({ symbol, id }: Order): void {
    this.pits.get(symbol)?.remove(id);
    this.dropIfIdle(symbol);
  }

  /** A market where nobody has anything is not watched. */
  dropIfIdle(symbol: string): void {
    const pit = this.pits.get(symbol);
    if (pit === undefined || !pit.isIdle || this.host.isHeld(symbol)) return;
    pit.end();
    this.pits.delete(symbol);
  }

  /** Writes into every resting order how much of others stands before it now. */
  notePlaces(): void {
    for (const pit of this.pits.values()) pit.notePlaces();
  }

  end(): void {
    for (const pit of this.pits.values()) pit.end();
    this.pits.clear();
  }
}

import type { Stop } from '../../../core/clock';
import { notification } from '../../../wire/notification';
import type { MarketEvent, MarketSource } from '../../markets/source';
import type { PriceAlert } from './belongings';
import { alertRow } from '../account/rows';
import type { UserRecords } from './user-records';

/** Somebody with alerts. */
export interface Listener {
  readonly records: UserRecords;
  tell(type: string, payload: unknown): void;
}

/** What the bells need of their exchange. */
export interface BellsHost {
  readonly source: Pick<MarketSource, 'market'>;
  /** UTC ms. */
  readonly now: () => number;
  readonly listeners: () => readonly Listener[];
  /** Runs what a market causes: what goes wrong there must not stop the market. */
  readonly guard: (task: () => void) => void;
}

/** Rings the price alerts of all users: when the last trade of a market crosses their price. Only markets with alerts are followed. */
export class Bells {
  private readonly followed = new Map<string, Stop>();

  constructor(private readonly host: BellsHost) {}

  /** Alerts came or went. */
  look(): void {
    const wanted = new Set(this.host.listeners().flatMap(({ records }) => records.alerts.map(({ symbol }) => symbol)));
    for (const symbol of this.followed.keys()) if (!wanted.has(symbol)) this.leave(symbol);
    for (const symbol of wanted) if (!this.followed.has(symbol)) this.follow(symbol);
  }

  end(): void {
    for (const symbol of this.followed.keys()) this.leave(symbol);
  }

  private leave(symbol: string): void {
    this.followed.get(symbol)?.();
    this.followed.delete(symbol);
  }

  private follow(symbol: string): void {
    const market = this.host.source.market(symbol);
    if (market === undefined) return;
    let last = market.trades.last?.[3];
    const hear = (event: MarketEvent): void => {
      // each trade is told twice
      if (event.kind !== 'trade' || !event.type.endsWith('e')) return;
      const [before, now] = [last, event.row[3] as number];
      last = now;
      if (before !== undefined) this.host.guard(() => this.ring(symbol, before, now));
    };
    this.followed.set(symbol, market.follow(hear, true));
  }

  private ring(symbol: string, before: number, now: number): void {
    for (const { records, tell } of this.host.listeners()) {
      const rung = records.countDown((alert) => alert.symbol === symbol && isCrossed(alert, before, now));
      for (const alert of rung) tell('n', notification.encode({ time: this.host.now(), type: 'uca', messageId: null, info: [...alertRow(alert), directionOf(before, now)], code: null, status: 'SUCCESS', text: null }));
    }
  }
}

const isCrossed = ({ price }: PriceAlert, before: number, now: number): boolean => (before < price ? now >= price : before > price && now <= price);

/** Up or down; how the exchange writes it is nowhere documented (bitfinex-v2.md 5.8). */
const directionOf = (before: number, now: number): number => (now > before ? 1 : -1);

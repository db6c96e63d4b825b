import type { Luck } from '../luck';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account/account-event';
import { Arrivals, type Way } from './market/arrivals';
import { Narrator } from './narrator';
import type { PaperAccount } from './account/paper-account';
import type { Prices } from './funds/prices';

/** What a desk needs of its exchange. */
export interface DeskHost {
  readonly clock: ScopedClock;
  readonly luck: Luck;
  readonly options: Way;
}

/** Where one account is at work: who hears of it, and what of it is on its way. */
export class Desk {
  private readonly narrator: Narrator;
  private readonly arrivals: Arrivals;

  constructor(
    readonly account: PaperAccount,
    { clock, luck, options }: DeskHost,
    prices: Prices,
  ) {
    this.narrator = new Narrator(account, prices, clock);
    this.arrivals = new Arrivals(clock, luck, options);
  }

  /** Makes an event true, has it written down, and tells the account's clients. */
  commit(event: AccountEvent): void {
    const { account } = this;
    const isKnown = 'id' in event && account.state.orders.get(event.id)?.stage === 'working';
    this.narrator.tell(event, account.apply(event), isKnown);
  }

  /** A trade was printed: clients hear what it makes of a position. */
  hearPrice(symbol: string): void {
    this.narrator.hearPrice(symbol);
  }

  /** Runs the task when it has come to the market. */
  later(come: () => void): void {
    this.arrivals.later(come);
  }

  end(): void {
    this.narrator.end();
  }
}

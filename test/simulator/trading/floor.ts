import { Luck } from '../../../src/shared/simulator/luck';
import type { AccountEvent } from '../../../src/shared/simulator/trading/account-event';
import { numberOf } from '../../../src/shared/simulator/trading/money';
import { walletKey, type WalletType } from '../../../src/shared/simulator/trading/order';
import type { PaperAccount } from '../../../src/shared/simulator/trading/paper-account';
import { Trading, TRADING, type TradingOptions } from '../../../src/shared/simulator/trading/trading';
import { ScopedClock } from '../../../src/shared/simulator/wall-clock';
import { VirtualClock } from '../../virtual-clock';
import { GivenMarket, givenSource } from './given-market';

/** A message as an account's clients hear it. */
export interface Heard {
  readonly type: string;
  readonly row: readonly unknown[];
}

/** Trading with one account on markets that a test gives by hand, on a clock that stands until it is moved. */
export class Floor {
  readonly clock = new VirtualClock();
  readonly markets: readonly GivenMarket[];
  readonly trading: Trading;
  readonly account: PaperAccount;
  /** What its account's clients heard, oldest first. */
  readonly heard: Heard[] = [];
  /** What was written down, oldest first. */
  readonly events: AccountEvent[] = [];
  isHalted = false;

  constructor({ symbols = ['tBTCUSD'], seed = 1, options = {} }: { symbols?: readonly string[]; seed?: number; options?: Partial<TradingOptions> } = {}) {
    this.markets = symbols.map((symbol) => new GivenMarket(symbol, this.clock));
    this.trading = new Trading({
      clock: new ScopedClock(this.clock),
      luck: new Luck(seed, 'trading'),
      source: givenSource(this.markets),
      options: { ...TRADING, ...options },
      isHalted: () => this.isHalted,
      record: (_user, event) => void this.events.push(event),
    });
    this.account = this.trading.open({ userId: 1, name: 'paper' });
    this.account.listeners.add((type, payload) => void this.heard.push({ type, row: payload as readonly unknown[] }));
  }

  /** The first market. */
  get market(): GivenMarket {
    return this.markets[0] as GivenMarket;
  }

  /** Everything that is on its way arrives. */
  settle(): void {
    this.clock.advance(1000);
  }

  total(wallet: WalletType, currency: string): number {
    return numberOf(this.account.state.wallets.get(walletKey(wallet, currency))?.total ?? 0n);
  }

  available(wallet: WalletType, currency: string): number {
    return numberOf(this.account.state.available(wallet, currency));
  }
}

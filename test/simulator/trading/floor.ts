import { Luck } from '../../../src/shared/simulator/luck';
import type { AccountEvent } from '../../../src/shared/simulator/trading/account/account-event';
import { runCommand } from '../../../src/shared/simulator/trading/orders/commands';
import { numberOf } from '../../../src/shared/simulator/trading/account/money';
import { walletKey, type WalletType } from '../../../src/shared/simulator/trading/account/order';
import type { PaperAccount } from '../../../src/shared/simulator/trading/account/paper-account';
import type { Reply } from '../../../src/shared/simulator/trading/orders/reply';
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
  /** What the public feed of liquidations was told, oldest first. */
  readonly liquidated: (readonly unknown[])[] = [];
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
      liquidated: (row) => void this.liquidated.push(row),
    });
    this.account = this.trading.open({ userId: 1, name: 'paper' });
    this.account.listeners.add((type, payload) => void this.heard.push({ type, row: payload as readonly unknown[] }));
  }

  /** The first market. */
  get market(): GivenMarket {
    return this.markets[0] as GivenMarket;
  }

  /** A command of the account's client, acknowledged or refused at once. */
  say(type: string, payload: unknown): Reply {
    const { trading, account, clock, isHalted } = this;
    return runCommand({ trading, account, now: clock.now(), isHalted }, type, payload);
  }

  /** A new order that is sure to be acknowledged. @returns its id */
  submit(wish: Readonly<Record<string, unknown>>): number {
    const { status, text, orders } = this.say('on', { symbol: this.market.symbol, ...wish });
    if (status === 'ERROR') throw new Error(text);
    return orders[0]?.[0] as number;
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

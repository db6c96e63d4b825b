import type { Exchange } from './exchange';
import { isPracticeKind, PRACTICE, type PracticeKind } from './trouble/practice-trouble';
import { RESET_WORD } from './reset-word';
import type { Wallet } from './trading/account/account-state';
import { currenciesOf, readDeposit } from './trading/account/deposit';
import { textOf, unitsOf, type Units } from './trading/account/money';
import { WALLETS, type WalletType } from './trading/account/order';
import type { PaperAccount, PaperUser } from './trading/account/paper-account';
import { spendable } from './trading/funds/spendable';
import { STARTING_MONEY } from './trading/trading';
import type { Valuation } from './trading/funds/valuation';

/** What the desk commands. */
export interface PracticeDeskHost {
  readonly exchange: Pick<Exchange, 'symbols' | 'trouble' | 'trading' | 'users' | 'reset' | 'rest' | 'ws' | 'keys'>;
}

/** A balance as a person reads it: plain decimal texts, exact. */
interface Balance {
  readonly wallet: WalletType;
  readonly currency: string;
  readonly total: string;
  readonly available: string;
}

interface OfferedTrouble {
  readonly kind: PracticeKind;
  readonly lastsMs: number;
  /** Only while it goes on. */
  readonly leftMs?: number;
  readonly canStop: boolean;
}

/** Nobody hears the books of an exchange that only mirrors another one: what they say comes from the other. */
const OF_OWN_MARKETS: readonly PracticeKind[] = ['bad-checksum', 'crash', 'rally'];

/** What a person can do with a running exchange of one user. What cannot be done names the field that is wrong. */
export class PracticeDesk {
  constructor(private readonly host: PracticeDeskHost) {}

  /** How the exchange and the account stand. */
  look() {
    const { exchange } = this.host;
    const state = this.account?.state;
    return {
      wallets: state === undefined ? BEGINNING : balancesOf({ state, prices: exchange.trading.prices }),
      orders: state?.orders.size ?? 0,
      positions: state?.positions.size ?? 0,
      troubles: this.kinds.map((kind) => this.offered(kind)),
      walletTypes: WALLETS,
      currencies: currenciesOf(exchange.symbols),
      resetWord: RESET_WORD,
      door: this.door,
    };
  }

  makeTrouble(kind: string): 'kind' | undefined {
    const known = this.kinds.find((one) => one === kind);
    if (known === undefined) return 'kind';
    this.host.exchange.trouble.practise(known);
    return undefined;
  }

  stopTrouble(kind: string): 'kind' | undefined {
    if (!isPracticeKind(kind)) return 'kind';
    this.host.exchange.trouble.endActive(kind);
    return undefined;
  }

  deposit(wallet: string, currency: string, amount: string): 'wallet' | 'currency' | 'amount' | undefined {
    const { exchange } = this.host;
    const deposit = readDeposit({ wallet, currency, amount }, exchange.symbols);
    if (typeof deposit === 'string') return deposit;
    exchange.trading.deposit(this.account ?? exchange.trading.open(this.user), deposit.wallet, deposit.currency, deposit.units);
    return undefined;
  }

  async reset(confirmation: string): Promise<'confirm' | undefined> {
    return this.host.exchange.reset(this.user.userId, confirmation) ? undefined : 'confirm';
  }

  /** Where another program comes in: with a key of its own, for a nonce belongs to a key. */
  private get door(): { rest: string; ws: string; apiKey: string; apiSecret: string } {
    const { rest, ws, keys } = this.host.exchange;
    const { apiKey, apiSecret } = (keys[1] ?? keys[0]) as Exchange['keys'][number];
    return { rest, ws, apiKey, apiSecret };
  }

  private get user(): PaperUser {
    return this.host.exchange.users[0] as PaperUser;
  }

  /** None before its first use. */
  private get account(): PaperAccount | undefined {
    return this.host.exchange.trading.account(this.user.userId);
  }

  private get kinds(): PracticeKind[] {
    const kinds = Object.keys(PRACTICE) as PracticeKind[];
    return this.host.exchange.trouble.isMovable ? kinds : kinds.filter((kind) => !OF_OWN_MARKETS.includes(kind));
  }

  private offered(kind: PracticeKind): OfferedTrouble {
    const { lastsMs, moves } = PRACTICE[kind];
    const going = this.host.exchange.trouble.active.find((one) => one.kind === kind);
    return { kind, lastsMs, canStop: moves !== true, ...(going === undefined ? {} : { leftMs: going.leftMs }) };
  }
}

/** The account's balances, as its clients are told. Where nothing is open, nothing asks for a price, which would wake a market. */
function balancesOf(valuation: Valuation): Balance[] {
  const { wallets, orders, positions } = valuation.state;
  const isOpen = orders.size + positions.size > 0;
  const free = ({ type, currency, total }: Wallet): Units => (isOpen ? spendable(valuation, type, currency) : total);
  return inOrder([...wallets.values()].map((wallet) => ({ wallet: wallet.type, currency: wallet.currency, total: textOf(wallet.total), available: textOf(free(wallet)) })));
}

/** By wallet, then by currency. */
function inOrder(balances: readonly Balance[]): Balance[] {
  return [...balances].sort((a, b) => WALLETS.indexOf(a.wallet) - WALLETS.indexOf(b.wallet) || (a.currency < b.currency ? -1 : 1));
}

/** What an account has before it is used. */
const BEGINNING: readonly Balance[] = inOrder(STARTING_MONEY.map(({ wallet, currency, amount }) => ({ wallet, currency, total: textOf(unitsOf(amount)), available: textOf(unitsOf(amount)) })));

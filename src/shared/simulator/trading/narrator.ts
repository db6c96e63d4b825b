import type { Stop } from '../../core/clock';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account/account-event';
import type { Posting } from './account/account-facts';
import type { Effects } from './account/effects';
import { isFee } from './account/entries';
import { balanceRow, positionRow } from './funds/margin';
import { walletKey, type Order } from './account/order';
import type { PaperAccount } from './account/paper-account';
import type { PositionChange } from './account/position';
import { positionTalk } from './funds/position-talk';
import type { Prices } from './funds/prices';
import { orderRow, ownTradeRow, walletRow } from './account/rows';
import { spendable } from './funds/spendable';
import type { Valuation } from './funds/valuation';

/** Balances and figures that must be calculated come a little later than what happened (bitfinex-v2.md 5.5). */
const SETTLED_MS = 250;

/** While the price of a position moves, its figures are told no more often than this. */
const FIGURES_MS = 5000;

/**
 * Tells an account's clients what happened to it, in the order of the exchange (bitfinex-v2.md 5.10): wallets without
 * their available part, the trade, the order, the fee, the trade with its fee, the position; and when things have
 * settled the wallets with what is available, positions with their figures, and the balance.
 */
export class Narrator {
  private readonly wallets = new Set<string>();
  private readonly positions = new Set<string>();
  private waiting: Stop | undefined;
  private following: Stop | undefined;

  constructor(
    private readonly account: PaperAccount,
    private readonly prices: Prices,
    private readonly clock: ScopedClock,
  ) {}

  /** `announced`: do the clients know this order already? One that is filled on arrival was never new. */
  tell(event: AccountEvent, effects: Effects, announced: boolean): void {
    const { order, trade, postings, positions, held } = effects;
    for (const posting of postings) if (!isFee(posting)) this.tellWallet(posting);
    if (trade !== undefined) this.account.tell('te', ownTradeRow(trade, false));
    const type = order && orderMessage(event, order, announced);
    if (order !== undefined && type !== undefined) this.account.tell(type, orderRow(order));
    for (const posting of postings) if (isFee(posting)) this.tellWallet(posting);
    if (trade !== undefined) this.account.tell('tu', ownTradeRow(trade, true));
    for (const change of positions) this.tellPosition(change);
    for (const key of [...held, ...postings.map(({ wallet, currency }) => walletKey(wallet, currency))]) this.wallets.add(key);
    this.settleLater();
  }

  /** A trade was printed: what a position there is worth is told by and by, while somebody listens. */
  hearPrice(symbol: string): void {
    const { listeners, state } = this.account;
    if (listeners.size === 0 || !state.positions.has(symbol)) return;
    this.positions.add(symbol);
    this.following ??= this.clock.after(FIGURES_MS, () => {
      this.following = undefined;
      this.settle();
    });
  }

  end(): void {
    this.waiting?.();
    this.following?.();
  }

  /** As it was just then: the fee of a trade comes later. */
  private tellWallet({ wallet: type, currency, after: total, ...last }: Posting): void {
    this.account.tell('wu', walletRow({ type, currency, total, last }, null));
  }

  private tellPosition({ change, position }: PositionChange): void {
    this.account.tell({ new: 'pn', update: 'pu', closed: 'pc' }[change], positionRow(position, undefined));
    this.positions.add(position.symbol);
  }

  private settleLater(): void {
    if (this.wallets.size + this.positions.size === 0) return;
    this.waiting ??= this.clock.after(SETTLED_MS, () => this.settle());
  }

  private settle(): void {
    this.waiting?.();
    this.waiting = undefined;
    if (this.wallets.size + this.positions.size === 0) return;
    for (const key of this.wallets) this.settleWallet(key);
    for (const [type, payload] of positionTalk(this.valuation, this.positions)) this.account.tell(type, payload);
    this.account.tell('bu', balanceRow(this.valuation));
    this.wallets.clear();
    this.positions.clear();
  }

  private settleWallet(key: string): void {
    const wallet = this.account.state.wallets.get(key);
    if (wallet !== undefined) this.account.tell('wu', walletRow(wallet, spendable(this.valuation, wallet.type, wallet.currency)));
  }

  private get valuation(): Valuation {
    return { state: this.account.state, prices: this.prices };
  }
}

function orderMessage(event: AccountEvent, order: Order, announced: boolean): string | undefined {
  if (event.kind === 'accepted' || changesHoldOnly(event)) return undefined;
  // a stop that its OCO pair did not come to need was never announced: there is nothing to take back
  if (event.kind === 'closed' && order.placedId !== null && !announced) return undefined;
  if (order.stage === 'closed') return 'oc';
  if (event.kind === 'placed') return 'on';
  return announced ? 'ou' : undefined;
}

/** What is held for an order stands in the wallets, not in its row. */
const changesHoldOnly = (event: AccountEvent): boolean => event.kind === 'changed' && Object.keys(event.change).every((name) => name === 'holdPrice');

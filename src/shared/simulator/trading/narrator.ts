import type { Stop } from '../../core/clock';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account-event';
import { walletKey, type Effects, type Posting } from './account-state';
import { balanceRow, marginBaseRow, positionRow } from './margin';
import type { PaperAccount } from './paper-account';
import type { Prices } from './prices';
import { orderRow, ownTradeRow, walletRow } from './rows';

/** Balances and figures that must be calculated come a little later than what happened (bitfinex-v2.md 5.5). */
const SETTLED_MS = 250;

/**
 * Tells an account's clients what happened to it, in the order of the exchange (bitfinex-v2.md 5.10): wallets without
 * their available part, the trade, the order, the fee, the trade with its fee, the position; and when things have
 * settled the wallets with what is available, positions with their figures, and the balance.
 */
export class Narrator {
  private readonly wallets = new Set<string>();
  private readonly positions = new Set<string>();
  private waiting: Stop | undefined;

  constructor(
    private readonly account: PaperAccount,
    private readonly prices: Prices,
    private readonly clock: ScopedClock,
  ) {}

  /** `announced`: do the clients know this order already? One that is filled on arrival was never new. */
  tell(event: AccountEvent, effects: Effects, announced: boolean): void {
    const isFee = (posting: Posting): boolean => posting.category === 201;
    const { order, trade, postings, position, held } = effects;
    for (const posting of postings) if (!isFee(posting)) this.tellWallet(posting);
    if (trade !== undefined) this.account.tell('te', ownTradeRow(trade, false));
    const type = orderMessage(event, order?.stage === 'closed', announced);
    if (order !== undefined && type !== undefined) this.account.tell(type, orderRow(order));
    for (const posting of postings) if (isFee(posting)) this.tellWallet(posting);
    if (trade !== undefined) this.account.tell('tu', ownTradeRow(trade, true));
    if (position !== undefined) this.tellPosition(position.change, position.position.symbol, effects);
    for (const key of [...held, ...postings.map(({ wallet, currency }) => walletKey(wallet, currency))]) this.wallets.add(key);
    this.settleLater();
  }

  end(): void {
    this.waiting?.();
  }

  private tellWallet({ wallet: type, currency }: Posting): void {
    const wallet = this.account.state.wallets.get(walletKey(type, currency));
    if (wallet !== undefined) this.account.tell('wu', walletRow(wallet, null));
  }

  private tellPosition(change: 'new' | 'update' | 'closed', symbol: string, { position }: Effects): void {
    if (position === undefined) return;
    this.account.tell({ new: 'pn', update: 'pu', closed: 'pc' }[change], positionRow(position.position, undefined));
    if (change !== 'closed') this.positions.add(symbol);
  }

  private settleLater(): void {
    if (this.wallets.size + this.positions.size === 0) return;
    this.waiting ??= this.clock.after(SETTLED_MS, () => this.settle());
  }

  private settle(): void {
    const { account, prices } = this;
    const { state } = account;
    this.waiting = undefined;
    for (const key of this.wallets) {
      const wallet = state.wallets.get(key);
      if (wallet !== undefined) account.tell('wu', walletRow(wallet, state.available(wallet.type, wallet.currency)));
    }
    for (const symbol of this.positions) {
      const position = state.positions.get(symbol);
      if (position !== undefined) account.tell('pu', positionRow(position, { state, prices }));
    }
    if (this.positions.size > 0) account.tell('miu', marginBaseRow({ state, prices }));
    account.tell('bu', balanceRow({ state, prices }));
    this.wallets.clear();
    this.positions.clear();
  }
}

function orderMessage(event: AccountEvent, isClosed: boolean, announced: boolean): string | undefined {
  if (event.kind === 'accepted') return undefined;
  if (isClosed) return 'oc';
  if (event.kind === 'placed') return 'on';
  return announced ? 'ou' : undefined;
}

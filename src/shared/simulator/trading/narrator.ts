import type { Stop } from '../../core/clock';
import type { ScopedClock } from '../wall-clock';
import type { AccountEvent } from './account-event';
import type { Posting } from './account-facts';
import type { Effects } from './effects';
import { isFee } from './entries';
import { balanceRow, marginBaseRow, marginSymbolRow, positionRow } from './margin';
import { isDerivative, walletKey } from './order';
import type { PaperAccount } from './paper-account';
import type { PositionChange } from './position';
import type { Prices } from './prices';
import { orderRow, ownTradeRow, walletRow } from './rows';
import { spendable } from './spendable';
import type { Valuation } from './valuation';

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
    const { order, trade, postings, positions, held } = effects;
    for (const posting of postings) if (!isFee(posting)) this.tellWallet(posting);
    if (trade !== undefined) this.account.tell('te', ownTradeRow(trade, false));
    const type = orderMessage(event, order?.stage === 'closed', announced);
    if (order !== undefined && type !== undefined) this.account.tell(type, orderRow(order));
    for (const posting of postings) if (isFee(posting)) this.tellWallet(posting);
    if (trade !== undefined) this.account.tell('tu', ownTradeRow(trade, true));
    for (const change of positions) this.tellPosition(change);
    for (const key of [...held, ...postings.map(({ wallet, currency }) => walletKey(wallet, currency))]) this.wallets.add(key);
    this.settleLater();
  }

  end(): void {
    this.waiting?.();
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
    this.waiting = undefined;
    for (const key of this.wallets) this.settleWallet(key);
    for (const symbol of this.positions) this.settlePosition(symbol);
    if ([...this.positions].some((symbol) => !isDerivative(symbol))) this.account.tell('miu', marginBaseRow(this.valuation));
    this.account.tell('bu', balanceRow(this.valuation));
    this.wallets.clear();
    this.positions.clear();
  }

  private settleWallet(key: string): void {
    const wallet = this.account.state.wallets.get(key);
    if (wallet !== undefined) this.account.tell('wu', walletRow(wallet, spendable(this.valuation, wallet.type, wallet.currency)));
  }

  private settlePosition(symbol: string): void {
    const position = this.account.state.positions.get(symbol);
    if (position !== undefined) this.account.tell('pu', positionRow(position, this.valuation));
    const margin = marginSymbolRow(this.valuation, symbol);
    if (margin !== undefined) this.account.tell('miu', margin);
  }

  private get valuation(): Valuation {
    return { state: this.account.state, prices: this.prices };
  }
}

function orderMessage(event: AccountEvent, isClosed: boolean, announced: boolean): string | undefined {
  if (event.kind === 'accepted' || changesHoldOnly(event)) return undefined;
  if (isClosed) return 'oc';
  if (event.kind === 'placed') return 'on';
  return announced ? 'ou' : undefined;
}

/** What is held for an order stands in the wallets, not in its row. */
const changesHoldOnly = (event: AccountEvent): boolean => event.kind === 'changed' && Object.keys(event.change).every((name) => name === 'holdPrice');

import type { AccountEvent } from '../account/account-event';
import { siblingOf } from './execution';
import { lackOfFunds } from '../funds/funds';
import { noticeRow } from '../orders/notice';
import type { ChangeWish, Order } from '../account/order';
import { changeOf, changesTerms, keepsPlace } from '../orders/order-change';
import { isRefusal, refused, type Refusal } from '../orders/order-wish';
import type { PaperAccount } from '../account/paper-account';
import { declined } from '../orders/reply';
import { trailFault } from './trail-fault';
import type { Valuation } from '../funds/valuation';

/** What updates need of their exchange. */
export interface UpdatesHost {
  readonly now: () => number;
  readonly holdPrice: (order: Order) => number;
  readonly valuationOf: (account: PaperAccount) => Valuation;
  readonly commit: (account: PaperAccount, event: AccountEvent) => void;
  readonly close: (account: PaperAccount, order: Order, word: string) => void;
  /** It became smaller and keeps its place. */
  readonly resize: (order: Order) => void;
  /** It comes to its market anew. */
  readonly enterAgain: (account: PaperAccount, order: Order) => void;
  /** It has another time in force. */
  readonly watch: (account: PaperAccount, order: Order) => void;
}

/** Changes open orders: judged when it is asked for, and again when it comes to the market. */
export class Updates {
  constructor(private readonly host: UpdatesHost) {}

  /** @returns the order as it is to be */
  judge(account: PaperAccount, order: Order, wish: ChangeWish): Order | Refusal {
    const valuation = this.host.valuationOf(account);
    const last = valuation.prices.last(order.symbol);
    const change = changeOf(order, wish, last);
    if (change === undefined) return refused('amount: invalid');
    const changed = { ...order, ...change };
    const fault = changed.trailing === order.trailing ? undefined : trailFault(changed, last);
    if (fault !== undefined) return fault;
    if (!changesTerms(order, change)) return changed;
    if (siblingOf(account, order) !== undefined) return refused('Invalid order: an OCO pair cannot be changed');
    const priced = { ...changed, holdPrice: this.host.holdPrice(changed) };
    const lack = lackOfFunds(priced, valuation, order);
    return lack === undefined ? priced : refused(lack);
  }

  /** Meanwhile it may have been filled, and the money may be gone: then it stays as it is, and its client hears why. */
  make(account: PaperAccount, order: Order, wish: ChangeWish, ask: number): void {
    const { host } = this;
    const change = changeOf(order, wish, host.valuationOf(account).prices.last(order.symbol));
    if (change === undefined) return host.close(account, order, 'CANCELED');
    const changed = this.judge(account, order, wish);
    if (isRefusal(changed)) return this.refuse(account, order, changed, ask);
    const keeps = keepsPlace(order, change);
    host.commit(account, { kind: 'changed', at: host.now(), id: order.id, change: { ...change, holdPrice: changed.holdPrice }, ask });
    if (change.tif !== undefined) host.watch(account, order);
    if (keeps) host.resize(order);
    else host.enterAgain(account, order);
  }

  private refuse(account: PaperAccount, order: Order, refusal: Refusal, ask: number): void {
    this.host.commit(account, { kind: 'dropped', at: this.host.now(), id: order.id, ask });
    account.tell('n', noticeRow(declined('ou-req', refusal, order), 'socket', this.host.now()));
  }
}

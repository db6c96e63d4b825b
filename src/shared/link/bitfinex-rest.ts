import { BadRequest, bitfinex, InvalidOrder, OrderNotFound } from 'ccxt';
import type { Market, Num, Order, OrderRequest, OrderSide, OrderType, Str } from 'ccxt';
import type { ApiKey } from './rest-key';

/** What goes out. */
export interface Signed {
  /** From `/v2/` on. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/**
 * What this class gets from outside. It is bundled together with ccxt's class, so nothing of ours may be imported here but
 * types: the bundle would hold a copy of it.
 */
export interface ExchangePorts {
  /** The key of the call that is made just now. */
  key(): ApiKey | undefined;
  nonce(): number;
  /** The one way out; `sign` is called for each try. Answers the parsed body. */
  carry(method: 'GET' | 'POST', path: string, sign: () => Signed): Promise<unknown>;
  /** Runs what many calls wait for together. */
  forAll<T>(work: () => Promise<T>): Promise<T>;
}

type Row = Record<string, unknown>;

const NO_PAGES = 'params.paginate is not offered; ask for a limit, and for more with since';

/** What an order may carry; ccxt sends any other name to the exchange as it is, where it means nothing. */
const ORDER_PARAMS = new Set(['triggerPrice', 'stopPrice', 'trailingAmount', 'timeInForce', 'postOnly', 'reduceOnly', 'clientOrderId', 'cid', 'marginMode', 'flags', 'lev', 'gid', 'tif', 'meta', 'price_oco_stop']);

const POST_ONLY = 4096;
const REDUCE_ONLY = 1024;

/** Smallest amount that the exchange can write (bitfinex-v2.md 9). */
const LEAST_AMOUNT = 1e-8;

const TIMES_IN_FORCE = new Set<unknown>([undefined, 'GTC', 'IOC', 'FOK', 'PO']);
const MARGIN_MODES = new Set<unknown>([undefined, 'cross', 'isolated']);
const TRIGGERS = ['triggerPrice', 'stopPrice', 'trailingAmount', 'price_oco_stop'] as const;

/** A client order id is an integer below this (ccxt.md 2). */
const MAX_CID = 2 ** 45;

/**
 * ccxt's bitfinex class with one way out: no limiter, transport, error class or retry of its own. It holds no key and no
 * request, and its ways to send another order than was meant are closed (ccxt.md 2, T1 to T9).
 */
export class BitfinexRest extends bitfinex {
  readonly #ports: ExchangePorts;
  #loading: Promise<Record<string, Market>> | undefined;

  constructor(ports: ExchangePorts) {
    super({ enableRateLimit: false, enableLastHttpResponse: false, enableLastResponseHeaders: false, urls: { api: { public: '', private: '' } } });
    this.#ports = ports;
    for (const part of ['apiKey', 'secret'] as const) Object.defineProperty(this, part, { get: () => this.#ports.key()?.[part], enumerable: false });
  }

  override nonce(): number {
    return this.#ports.nonce();
  }

  override async fetch2(template: string, api = 'public', method = 'GET', params: Row = {}): Promise<unknown> {
    const path: string = this.implodeParams(template, params);
    return this.#ports.carry(method as 'GET' | 'POST', path, () => this.signed(template, api, method, params));
  }

  /** There is no other way out. */
  override async fetch(): Promise<never> {
    throw new Error('a call past fetch2');
  }

  // what this keeps is a signed request, and what that loads is never used
  override setLastRequest(): void {
    return undefined;
  }

  override async loadProxyModules(): Promise<void> {
    return undefined;
  }

  // these ask as often as a parameter says, swallow errors, and may stand still for minutes
  override async fetchPaginatedCallDynamic(): Promise<never> {
    throw new BadRequest(NO_PAGES);
  }

  override async fetchPaginatedCallDeterministic(): Promise<never> {
    throw new BadRequest(NO_PAGES);
  }

  override async fetchPaginatedCallCursor(): Promise<never> {
    throw new BadRequest(NO_PAGES);
  }

  override async fetchPaginatedCallIncremental(): Promise<never> {
    throw new BadRequest(NO_PAGES);
  }

  /** ccxt keeps the promise of a first load that failed, and with it fails for ever. */
  override async loadMarkets(reload = false, params: Row = {}): Promise<Record<string, Market>> {
    if (!reload && this.markets !== undefined) return this.markets as Record<string, Market>;
    return this.#ports.forAll(() => (this.#loading ??= this.loadMarketsHelper(true, params).finally(() => (this.#loading = undefined))));
  }

  /** `UST` and `USTF0` of the margin wallet are both USDT to ccxt, and the later one would replace the other. */
  override async fetchBalance(params: Row = {}): ReturnType<bitfinex['fetchBalance']> {
    const type = params['type'] ?? 'exchange';
    const wallet = (this.options['v2AccountsByType'] as Record<string, string>)[String(type)] ?? String(type);
    await this.loadMarkets();
    const rows = (await this.privatePostAuthRWallets(this.omit(params, 'type'))) as unknown[][];
    const wanted = rows.filter(([kind, currency]) => kind === wallet && (wallet !== 'margin' || String(currency).endsWith('F0') === (type === 'derivatives')));
    const accounts = wanted.map((row) => {
      const debt = this.safeString(row, 3);
      const account = { ...this.account(), ...(debt === '0' ? {} : { debt }), total: this.safeString(row, 2), free: this.safeString(row, 4) };
      return [this.safeCurrencyCode(this.safeString(row, 1)), account];
    });
    return this.safeBalance({ info: rows, ...Object.fromEntries(accounts) });
  }

  /** ccxt looks among the open orders only, and makes an order of nothing when it is not there. */
  override async fetchOrder(id: string, symbol?: string, params: Row = {}): Promise<Order> {
    const asked = { ...params, id: [this.parseToNumeric(id)] };
    for (const find of [this.fetchOpenOrders.bind(this), this.fetchClosedOrders.bind(this)]) {
      const found = (await find(symbol, undefined, undefined, asked)).find((order) => order.id === String(id));
      if (found !== undefined) return found;
    }
    throw new OrderNotFound(`no order ${id} is open or in the history of the last two weeks`);
  }

  override createOrderRequest(symbol: Str, type: Str, side: Str, amount: Num, price?: Num, params: Row = {}): Row {
    this.checkOrder(type, side, amount, price, params);
    const request = super.createOrderRequest(symbol, type, side, amount, price, this.withFlags(params)) as Row;
    if (Math.abs(Number(request['amount'])) < LEAST_AMOUNT) throw new InvalidOrder(`amount: ${amount} is below ${LEAST_AMOUNT}`);
    return request;
  }

  override async editOrder(id: string, symbol: string, type: OrderType, side: OrderSide, amount?: Num, price?: Num, params: Row = {}): Promise<Order> {
    checkId(id);
    this.checkOrder(type, side, amount ?? LEAST_AMOUNT, price, params);
    return super.editOrder(id, symbol, type, side, amount, price, this.withFlags(params));
  }

  /** Each entry has its own fate; ccxt shows a refused one as an open order. */
  override async createOrders(orders: OrderRequest[], params: Row = {}): Promise<Order[]> {
    await this.loadMarkets();
    const ops = orders.map(({ symbol, type, side, amount, price, params: own = {} }) => ['on', this.createOrderRequest(symbol, type, side, amount, price, own as Row)]);
    const receipt = (await this.privatePostAuthWOrderMulti({ ...params, ops })) as unknown[];
    const entries = Array.isArray(receipt[4]) ? (receipt[4] as unknown[][]) : [];
    return orders.map((order, at) => this.orderOf(order, entries[at] ?? []));
  }

  override async cancelOrder(id: string, symbol?: Str, params: Row = {}): ReturnType<bitfinex['cancelOrder']> {
    // by the client's own id there is none
    if (params['cid'] === undefined && params['clientOrderId'] === undefined) checkId(id);
    return super.cancelOrder(id, symbol, params);
  }

  override async cancelOrders(ids: string[], symbol?: Str, params: Row = {}): ReturnType<bitfinex['cancelOrders']> {
    ids.forEach(checkId);
    return super.cancelOrders(ids, symbol, params);
  }

  /** ccxt ignores the symbol, and cancels everything. */
  override async cancelAllOrders(symbol?: Str, params: Row = {}): Promise<Order[]> {
    if (symbol !== undefined) throw new InvalidOrder('symbol: this cancels the orders of every market; cancel those of one by their ids');
    return super.cancelAllOrders(undefined, params);
  }

  private signed(template: string, api: string, method: string, params: Row): Signed {
    const { url, headers, body } = this.sign(template, api, method, params) as Signed;
    // ccxt sends the calculators no body, and one of them reads nothing else
    if (api === 'public' && method === 'POST') return { url, headers: { 'Content-Type': 'application/json' }, body: this.json(params) };
    return { url, headers, body };
  }

  /** ccxt takes every side but "buy" for a sale, drops names that it does not know, and breaks on a missing price. */
  private checkOrder(type: Str, side: Str, amount: Num, price: Num, params: Row): void {
    if (side !== 'buy' && side !== 'sell') throw new InvalidOrder(`side: must be buy or sell, not "${side}"`);
    if (type !== 'market' && type !== 'limit') throw new InvalidOrder(`type: must be market or limit, not "${type}"`);
    if (!(Number(amount) > 0)) throw new InvalidOrder(`amount: must be above 0, not ${amount}`);
    if (type === 'limit' && !(Number(price) > 0)) throw new InvalidOrder('price: a limit order needs one');
    if (type === 'limit' && params['trailingAmount'] !== undefined) throw new InvalidOrder('type: a trailing order is a market order');
    const strange = Object.keys(params).filter((name) => !ORDER_PARAMS.has(name));
    if (strange.length > 0) throw new InvalidOrder(`params: ${strange.join(', ')} would be ignored`);
    this.checkValues(params);
    const cid = params['cid'] ?? params['clientOrderId'];
    if (cid !== undefined && !(Number.isInteger(cid) && (cid as number) > 0 && (cid as number) < MAX_CID)) throw new InvalidOrder('cid: must be an integer from 1 to 2^45');
  }

  /** ccxt passes over what it does not understand, and sends a plain order instead. */
  private checkValues(params: Row): void {
    for (const name of ['postOnly', 'reduceOnly']) if (params[name] !== undefined && typeof params[name] !== 'boolean') throw new InvalidOrder(`${name}: must be true or false`);
    if (!TIMES_IN_FORCE.has(params['timeInForce'])) throw new InvalidOrder('timeInForce: must be GTC, IOC, FOK or PO');
    if (!MARGIN_MODES.has(params['marginMode'])) throw new InvalidOrder('marginMode: must be cross or isolated');
    const empty = TRIGGERS.find((name) => name in params && !(Number(params[name]) > 0));
    if (empty !== undefined) throw new InvalidOrder(`${empty}: must be above 0`);
    const { flags = 0 } = params;
    if (!Number.isSafeInteger(flags) || (flags as number) < 0) throw new InvalidOrder('flags: must be an integer from 0');
  }

  /** Flags that were given would otherwise replace those that follow from names. */
  private withFlags(params: Row): Row {
    const { flags = 0, postOnly, timeInForce, reduceOnly } = params;
    const total = Number(flags) | (postOnly === true || timeInForce === 'PO' ? POST_ONLY : 0) | (reduceOnly === true ? REDUCE_ONLY : 0);
    return total === 0 ? params : { ...params, flags: total };
  }

  private orderOf({ symbol }: OrderRequest, [, , , , data, , status, text]: unknown[]): Order {
    const row = Array.isArray(data) ? (data as unknown[])[0] : undefined;
    if (status === 'SUCCESS' && Array.isArray(row)) return this.parseOrder({ result: row }, this.market(symbol));
    const isRefused = status === 'ERROR' || status === 'FAILURE';
    return this.safeOrder({ symbol, ...(isRefused ? { status: 'rejected' } : {}), info: { status, text, row } });
  }
}

/** What is rounded or cut short would be another order. */
function checkId(id: unknown): void {
  if (!/^[1-9]\d*$/.test(String(id)) || !Number.isSafeInteger(Number(id))) throw new InvalidOrder(`id: "${String(id).slice(0, 30)}" is no order id`);
}

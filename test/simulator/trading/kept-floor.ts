import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REAL_ACCOUNT_LIMITS } from '../../../src/shared/simulator/account-limits';
import type { AccountState } from '../../../src/shared/simulator/trading/account/account-state';
import { runCommand } from '../../../src/shared/simulator/trading/orders/commands';
import { FileStore } from '../../../src/shared/simulator/trading/store/file-store';
import { keptAccount } from '../../../src/shared/simulator/trading/store/kept-account';
import { unitsOf } from '../../../src/shared/simulator/trading/account/money';
import type { Order } from '../../../src/shared/simulator/trading/account/order';
import { isRefusal, type OrderWish } from '../../../src/shared/simulator/trading/orders/order-wish';
import type { PaperAccount } from '../../../src/shared/simulator/trading/account/paper-account';
import { paperAccount } from '../../../src/shared/simulator/trading/access/paper-keys';
import { PrivateSide } from '../../../src/shared/simulator/trading/private-side';
import type { Reply } from '../../../src/shared/simulator/trading/orders/reply';
import type { Trouble } from '../../../src/shared/simulator/trouble/trouble';
import { ScopedClock } from '../../../src/shared/simulator/wall-clock';
import { VirtualClock } from '../../virtual-clock';
import { GivenMarket, givenSource } from './given-market';

export const SYMBOLS = ['tBTCUSD', 'tETHUSD'] as const;

const BOOK: Parameters<GivenMarket['show']>[0] = { bids: [[100, 1], [99, 2]], asks: [[101, 1], [102, 2]] };

const WISH: OrderWish = { symbol: 'tBTCUSD', type: 'LIMIT', spot: true, amount: unitsOf(0.1), price: 100, auxLimit: 0, trailing: 0, ocoStop: 0, flags: 0, tif: null, lev: 1, cid: null, cidOco: null, gid: null, meta: null };

/** A folder that goes with the tests. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'paper-account-'));

  file(name = 'state.json'): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The private side of an exchange whose account lies in a file, on markets given by hand, from one start to its end. */
export class KeptFloor {
  readonly markets: readonly GivenMarket[];
  readonly side: PrivateSide;
  readonly store: FileStore;
  /** What was said about the files. */
  readonly reports: string[] = [];
  readonly given = paperAccount();

  constructor(
    readonly path: string,
    readonly clock = new VirtualClock(),
    seed = 1,
    book: Parameters<GivenMarket['show']>[0] = BOOK,
  ) {
    this.store = FileStore.open(path, { clock, report: (text) => void this.reports.push(text) });
    this.markets = SYMBOLS.map((symbol) => new GivenMarket(symbol, clock));
    const trouble = { inMaintenance: false, takeAuthFailure: () => undefined } as unknown as Trouble;
    const clockOfIts = new ScopedClock(clock);
    this.side = new PrivateSide({ clock: clockOfIts, seed, source: givenSource(this.markets), trouble, limits: REAL_ACCOUNT_LIMITS, accounts: [this.given], options: {}, store: this.store });
    for (const market of this.markets) market.show(book);
    this.side.begin();
  }

  /** The first market. */
  get market(): GivenMarket {
    return this.markets[0] as GivenMarket;
  }

  get account(): PaperAccount {
    return this.side.accountOf(this.given.user);
  }

  get whole(): unknown {
    return wholeOf(this.account.state);
  }

  get log(): string {
    return read(this.path.replace(/\.json$/, '.log.jsonl'));
  }

  get snapshot(): string {
    return read(this.path);
  }

  /** An order that is acknowledged. */
  submit(wish: Partial<OrderWish> = {}): Order {
    const orders = this.side.trading.submit(this.account, { ...WISH, ...wish });
    if (isRefusal(orders)) throw new Error(orders.text);
    return orders[0] as Order;
  }

  /** A command of the account's client, acknowledged or refused at once. */
  say(type: string, payload: unknown): Reply {
    return runCommand({ trading: this.side.trading, account: this.account, now: this.clock.now(), isHalted: false }, type, payload);
  }

  cancel(id: number): void {
    this.side.trading.cancel(this.account, this.account.state.orders.get(id) as Order);
  }

  /** Everything that is on its way arrives. */
  settle(): void {
    this.clock.advance(1000);
  }

  /** The process ends at once. The next one begins on another clock, so that nothing of this one happens any more. */
  kill(): KeptFloor {
    return new KeptFloor(this.path, new VirtualClock(this.clock.now()));
  }

  /** It ends as it should, and begins anew. */
  restart(): KeptFloor {
    this.side.end();
    return this.kill();
  }
}

/** All of an account, as plain data; places in queues are not part of it. */
export function wholeOf(state: AccountState): unknown {
  const { orders, ...rest } = keptAccount(state);
  return structuredClone({ ...rest, orders: orders.map((order) => ({ ...order, ahead: undefined })) });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

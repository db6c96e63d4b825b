import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Luck } from '../../../src/shared/simulator/luck';
import type { Client } from '../client';
import { Folder } from './kept-floor';
import { Confirmed, KilledExchange } from './killed-exchange';
import type { SignedClient } from './signed-client';

const KILLS = process.env['LONG'] === '1' ? 200 : 20;
const SEED = Number(process.env['SEED'] ?? 1 + Math.floor(Math.random() * 1e6));

/** More than the longest way to the market. */
const WAY_MS = 100;

/** Every account row that can be asked for at once. */
const ALL = { limit: 2500 };

/** Orders, cancels and more, over both doors at once, as fast as the exchange answers. */
class Load {
  private isOver = false;

  constructor(
    private readonly signed: SignedClient,
    private readonly socket: Client,
    private readonly confirmed: Confirmed,
    private readonly luck: Luck,
    private readonly nextCid: () => number,
  ) {
    socket.socket.on('message', (data) => confirmed.hear(JSON.parse(String(data))));
  }

  async run(forMs: number): Promise<void> {
    const doors = [this.overSocket(), this.overRest()];
    await sleep(forMs);
    this.isOver = true;
    void Promise.allSettled(doors);
  }

  private async overSocket(): Promise<void> {
    while (!this.isOver) {
      const [order, id] = [this.order(), this.someOrder()];
      const kind = this.luck.below(10);
      if (kind < 6 || id === undefined) this.socket.send([0, 'on', null, order]);
      else if (kind < 8) this.socket.send([0, 'oc', null, { id }]);
      else if (kind < 9) this.update(id);
      else this.socket.send([0, 'ox_multi', null, [['on', this.order()], ['oc', { id }], ['on', this.order()]]]);
      await sleep(2 + this.luck.below(6));
    }
  }

  private update(id: number): void {
    const price = 19_000 + this.luck.below(900);
    this.confirmed.ask(id, price);
    this.socket.send([0, 'ou', null, { id, price: String(price) }]);
  }

  private async overRest(): Promise<void> {
    while (!this.isOver) {
      const id = this.someOrder();
      const cancels = id !== undefined && this.luck.chance(0.4);
      const { status, body } = await (cancels ? this.signed.post('w/order/cancel', { id }) : this.signed.post('w/order/submit', this.order()));
      if (status === undefined) return;
      if (status === 200) this.confirmed.hearNotice(body as unknown[]);
    }
  }

  /** Most rest far from the price, some are filled at once. */
  private order(): object {
    const { luck } = this;
    const common = { symbol: luck.chance(0.8) ? 'tBTCUSD' : 'tETHUSD', cid: this.nextCid(), meta: { aff_code: '~x' } };
    const amount = String((luck.chance(0.5) ? 1 : -1) * (0.001 + luck.below(50) / 10_000));
    if (luck.chance(0.25)) return { ...common, symbol: 'tBTCUSD', type: 'EXCHANGE MARKET', amount };
    if (luck.chance(0.1)) return { ...common, symbol: 'tBTCUSD', type: 'EXCHANGE LIMIT', amount: '0.01', price: '20000', price_oco_stop: '90000', flags: 16_384 };
    return { ...common, type: 'EXCHANGE LIMIT', amount: '0.001', price: String(common.symbol === 'tBTCUSD' ? 20_000 : 1_000) };
  }

  private someOrder(): number | undefined {
    const { orders, over } = this.confirmed;
    const open = [...orders.keys()].filter((id) => !over.has(id));
    return open[this.luck.below(Math.max(1, open.length))];
  }
}

/** What an account is, by its own answers. */
interface Look {
  readonly open: readonly unknown[][];
  readonly past: readonly unknown[][];
  readonly trades: readonly unknown[][];
  readonly ledger: readonly unknown[][];
  readonly wallets: ReadonlyMap<string, number>;
}

/** At a moment when nothing happens between the answers: what was on its way has arrived. */
async function look(signed: SignedClient): Promise<Look> {
  const first = await lookOnce(signed);
  await sleep(WAY_MS);
  const last = await lookOnce(signed);
  return isDeepStrictEqual(first, last) ? last : look(signed);
}

async function lookOnce(signed: SignedClient): Promise<Look> {
  const [open, past] = [await signed.read('r/orders'), await signed.read('r/orders/hist', ALL)];
  const [trades, ledger] = [await signed.read('r/trades/hist', ALL), await signed.read('r/ledgers/hist', ALL)];
  const wallets = new Map((await signed.read('r/wallets')).map(([type, currency, total]) => [`${String(type)} ${String(currency)}`, total as number]));
  return { open, past, trades, ledger, wallets };
}

const idsOf = (rows: readonly unknown[][]): number[] => rows.map(([id]) => id as number);

/** All that was confirmed is there, once, and the money is what it was and what has happened since. */
function judge(now: Look, before: Look, confirmed: Confirmed): void {
  const [open, past] = [idsOf(now.open), idsOf(now.past)];
  const all = [...open, ...past];
  assert.equal(new Set(all).size, all.length, 'an order is there twice');
  const owed = [...confirmed.orders.keys(), ...idsOf(before.open)];
  assert.deepEqual(owed.filter((id) => !all.includes(id)), [], 'confirmed orders are missing');
  const cids = new Map([...now.open, ...now.past].map((row) => [row[0], row[2]]));
  for (const [id, cid] of confirmed.orders) assert.equal(cids.get(id), cid);
  assert.deepEqual([...confirmed.over.keys()].filter((id) => open.includes(id)), [], 'orders that were over are open again');
  const words = new Map(now.past.map((row) => [row[0], row[13]]));
  for (const [id, status] of confirmed.over) assert.equal(words.get(id), status);
  assert.deepEqual(open.filter((id) => confirmed.cancelled.has(id)), [], 'acknowledged cancels are forgotten');
  const prices = now.open.map((row) => [row[0] as number, row[16] as number] as const);
  assert.deepEqual(prices.filter(([id, price]) => confirmed.prices.get(id)?.includes(price) === false), [], 'acknowledged updates are forgotten');
  const trades = idsOf(now.trades);
  assert.equal(new Set(trades).size, trades.length);
  assert.deepEqual([...confirmed.trades].filter((id) => !trades.includes(id)), [], 'confirmed trades are missing');
  judgeMoney(now, before, confirmed);
}

function judgeMoney(now: Look, before: Look, confirmed: Confirmed): void {
  const known = new Set(idsOf(before.ledger));
  const entries = now.ledger.filter(([id]) => !known.has(id as number));
  for (const [key, total] of now.wallets) {
    const own = entries.filter((row) => `${String(row[2])} ${String(row[1])}` === key);
    const sum = own.reduce((all, row) => all + (row[5] as number), before.wallets.get(key) ?? 0);
    assert.ok(Math.abs(sum - total) < 1e-6, `${key}: ${total} instead of ${sum}`);
    const told = [...(confirmed.balances.get(key) ?? [])];
    const balances = new Set([...own.map((row) => row[6] as number), before.wallets.get(key)]);
    assert.deepEqual(told.filter((one) => !balances.has(one)), [], `${key} was told otherwise`);
  }
}

describe('an exchange that is killed', function () {
  this.timeout(60_000 + KILLS * 15_000);
  const folder = new Folder();
  after(() => folder.remove());

  it(`has all that it confirmed at its next start, once (${KILLS} kills at random moments under load)`, async () => {
    console.log(`      SEED=${SEED}`);
    const luck = new Luck(SEED, 'kills');
    let lastCid = 0;
    const sums = { orders: 0, over: 0, trades: 0, cancelled: 0, prices: 0 };
    const args = (life: number): string[] => ['--latency', '20', '--seed', String(life)];
    let exchange = await KilledExchange.start(folder.file(), args(0));
    let before = await look(exchange.client());
    for (let life = 1; life <= KILLS; life++) {
      const confirmed = new Confirmed();
      const signed = exchange.client();
      await new Load(signed, await signed.open(), confirmed, luck, () => ++lastCid).run(50 + luck.below(500));
      assert.equal(await exchange.end(), '', `life ${life}`);
      exchange = await KilledExchange.start(folder.file(), args(life));
      const now = await look(exchange.client());
      judge(now, before, confirmed);
      before = now;
      sums.orders += confirmed.orders.size;
      sums.over += confirmed.over.size;
      sums.trades += confirmed.trades.size;
      sums.cancelled += confirmed.cancelled.size;
      sums.prices += confirmed.prices.size;
    }
    assert.equal(await exchange.end('SIGTERM'), '');
    console.log(`      confirmed: ${JSON.stringify(sums)}`);
    for (const [what, count] of Object.entries(sums)) assert.ok(count > KILLS, `${what}: ${count}`);
  });
});

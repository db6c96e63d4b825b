import { startExchange, type Exchange, type ExchangeOptions } from '../../../src/shared/simulator/exchange';
import type { AccountGiven } from '../../../src/shared/simulator/trading/access/paper-keys';
import { capsOf, SCOPES } from '../../../src/shared/simulator/trading/access/permissions';
import { VirtualClock } from '../../virtual-clock';
import type { Client } from '../client';
import { GivenMarket, givenSource } from './given-market';
import { SignedClient } from './signed-client';

/** An account with a key that may do everything, even take money out. */
export const ALMIGHTY: AccountGiven = { user: { userId: 7, name: 'paper' }, keys: [{ apiKey: 'ALL', apiSecret: 'ALL', caps: capsOf({ read: SCOPES, write: SCOPES }) }] };

/** A whole exchange on markets that a test gives by hand, on a clock that stands until it is moved; its sockets are real. */
export class PaperWorld {
  readonly user: SignedClient;
  private readonly clients: Client[] = [];

  private constructor(
    readonly clock: VirtualClock,
    readonly markets: readonly GivenMarket[],
    readonly exchange: Exchange,
  ) {
    this.user = this.as(0);
  }

  static async start({ symbols = ['tBTCUSD'], ...options }: Omit<ExchangeOptions, 'clock' | 'source'> & { readonly symbols?: readonly string[] } = {}): Promise<PaperWorld> {
    const clock = new VirtualClock();
    const markets = symbols.map((symbol) => new GivenMarket(symbol, clock));
    for (const market of markets) {
      market.show({ bids: [[29_990, 5]], asks: [[30_000, 5]] });
      market.print(30_000, 0.1);
    }
    const exchange = await startExchange({ clock, source: givenSource(markets), trading: { latencyMs: 0, jitterMs: 0 }, ...options });
    return new PaperWorld(clock, markets, exchange);
  }

  /** Who has the key of this place in the exchange's list. */
  as(place: number): SignedClient {
    const key = this.exchange.keys[place];
    if (key === undefined) throw new Error(`no key ${place}`);
    return new SignedClient(this.exchange, key);
  }

  /** A socket that is logged in and has its snapshots; `flags` as `conf` has them. */
  async open(fields: Record<string, unknown> = {}, flags = 0, user = this.user): Promise<Client> {
    const client = await user.open(fields, flags);
    this.clients.push(client);
    return client;
  }

  /** Everything that is on its way arrives, and the balances are worked out. */
  settle(): void {
    this.clock.advance(1000);
  }

  /** A new order over REST; it has reached the market. */
  async order(order: Record<string, unknown>): Promise<number> {
    const { status, body } = await this.user.post('w/order/submit', { symbol: 'tBTCUSD', ...order });
    if (status !== 200) throw new Error(JSON.stringify(body));
    this.settle();
    return ((body as unknown[])[4] as number[][])[0]?.[0] as number;
  }

  async end(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.exchange.stop();
  }
}

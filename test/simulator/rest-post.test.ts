import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { ask } from './http';

describe('POST to the simulated exchange', () => {
  let exchange: Exchange;
  const wallets = '[["exchange","UST",19788.6529257,0,19788.6529257]]';
  before(async () => (exchange = await startExchange({ seed: 33, recorded: new Map([['auth/r/wallets', wallets]]) })));
  after(() => exchange.stop());
  const post = (path: string, body = '{}', headers: Record<string, string> = {}): ReturnType<typeof ask> =>
    ask(`${exchange.rest}/v2/${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const numbers = async (path: string, body?: unknown): Promise<number[]> => JSON.parse((await post(path, JSON.stringify(body ?? {}))).body) as number[];

  it('converts currencies, directly, the other way round, and through a third', async () => {
    const [there = 0] = await numbers('calc/fx', { ccy1: 'BTC', ccy2: 'USD' });
    const [back = 0] = await numbers('calc/fx', { ccy1: 'USD', ccy2: 'BTC' });
    assert.ok(there > 40_000 && there < 90_000 && Math.abs(there * back - 1) < 1e-3);
    const [through = 0] = await numbers('calc/fx', { ccy1: 'LTC', ccy2: 'EUR' });
    assert.ok(through > 40 && through < 130);
    assert.equal((await post('calc/fx', '{"ccy1":"BTC","ccy2":"NOPE"}')).body, '["error",10020,"ccy: invalid"]');
    assert.equal((await post('calc/fx', '{"ccy1"')).status, 500);
  });

  it('says what an amount would cost on the book of now', async () => {
    const book = JSON.parse((await ask(`${exchange.rest}/v2/book/tLTCUSD/P0`)).body) as number[][];
    const [bid = 0, ask_ = 0] = [book[0]?.[0], book[25]?.[0]];
    const [buy = 0, bought] = await numbers('calc/trade/avg?symbol=tLTCUSD&amount=12.5');
    const [sell = 0, sold] = await numbers('calc/trade/avg', { symbol: 'tLTCUSD', amount: '-12.5' });
    assert.deepEqual([bought, sold], [12.5, -12.5]);
    assert.ok(buy >= ask_ * 0.999 && sell <= bid * 1.001 && buy > sell);
    assert.deepEqual(await numbers(`calc/trade/avg?symbol=tLTCUSD&amount=1&rate_limit=${bid / 2}`), [0, 0]);
    assert.equal((await post('calc/trade/avg?symbol=fUSD&amount=1000')).body, '["error",10020,"period: invalid"]');
    assert.equal((await numbers('calc/trade/avg?symbol=fUSD&amount=1000&period=30'))[1], 1000);
    assert.equal((await post('calc/trade/avg?symbol=tNOPE&amount=1')).body, '["error",10020,"symbol: invalid"]');
  });

  it('refuses an unknown key, but answers what is recorded for signed reads', async () => {
    const unknown = await post('auth/w/order/submit', '{"symbol":"tBTCUSD"}', { 'bfx-nonce': '1700000000000000', 'bfx-apikey': 'KEY', 'bfx-signature': 'abc' });
    assert.deepEqual([unknown.status, unknown.body], [500, '["error",10100,"apikey: invalid"]']);
    const call = exchange.calls.at(-1);
    assert.deepEqual([call?.method, call?.path, call?.url, call?.endpoint, call?.body], ['POST', 'auth/w/order/submit', '/v2/auth/w/order/submit', 'auth/w/order/submit', '{"symbol":"tBTCUSD"}']);
    assert.deepEqual([call?.headers['bfx-nonce'], call?.headers['bfx-apikey'], call?.headers['bfx-signature']], ['1700000000000000', 'KEY', 'abc']);
    assert.equal((await post('auth/r/wallets')).body, wallets);
    assert.match((await post('ticker/tBTCUSD')).body, /Cannot POST \/api\/v2\/ticker\/tBTCUSD/);
  });

  it('cuts off a body that no honest client sends', async () => {
    assert.notEqual((await post('auth/r/wallets', 'x'.repeat(3_000_000))).end, 'end');
    assert.equal((await post('auth/r/wallets')).body, wallets);
  });
});

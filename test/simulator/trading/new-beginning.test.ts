import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startExchange, type Exchange } from '../../../src/shared/simulator/exchange';
import { wallClock } from '../../../src/shared/simulator/wall-clock';
import { FileStore } from '../../../src/shared/simulator/trading/store/file-store';
import { paperAccount } from '../../../src/shared/simulator/trading/access/paper-keys';
import { ask } from '../http';
import { Folder } from './kept-floor';
import { SignedClient } from './signed-client';

const LIMIT = { type: 'EXCHANGE LIMIT', symbol: 'tBTCUSD', amount: '0.01', price: '20000' };
const FRESH = ['exchange BTC 1', 'exchange USD 100000', 'margin BTC 1', 'margin USD 100000'];

describe('a new beginning', () => {
  const folders: Folder[] = [];
  let folder: Folder;
  let exchange: Exchange;
  beforeEach(async () => {
    folders.push((folder = new Folder()));
    exchange = await start();
  });
  afterEach(() => exchange.stop());
  after(() => folders.forEach((one) => one.remove()));

  const start = (): Promise<Exchange> =>
    startExchange({ admin: true, accounts: [paperAccount(), paperAccount('other', 7)], store: FileStore.open(folder.file(), { clock: wallClock, report: assert.fail }) });
  const client = (at = 0): SignedClient => new SignedClient(exchange, exchange.keys[at] as Exchange['keys'][number]);
  const wallets = async (signed: SignedClient): Promise<string[]> => (await signed.read('r/wallets')).map(([type, currency, total]) => `${String(type)} ${String(currency)} ${String(total)}`).sort();
  const post = async (path: string, body: object): Promise<[number | undefined, unknown]> => {
    const { status, body: text } = await ask(`${exchange.rest}/admin/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return [status, JSON.parse(text)];
  };

  it('needs the word, typed in full', async () => {
    const signed = client();
    await signed.read('w/order/submit', LIMIT);
    for (const word of ['', 'reset', 'RESET ', 'YES']) {
      assert.equal(exchange.reset(1_000_001, word), false);
      const [status, answer] = await post('reset', { confirm: word });
      assert.equal(status, 400, JSON.stringify(answer));
    }
    assert.equal(exchange.reset(999, 'RESET'), false);
    assert.equal((await signed.read('r/orders')).length, 1);
  });

  it('gives a new account with its starting money, for good; the key stays, and so does the account of another', async () => {
    const [signed, other] = [client(), client(3)];
    await signed.read('w/order/submit', LIMIT);
    await signed.read('w/settings/set', { settings: { 'api:theme': 'dark' } });
    await other.read('w/order/submit', LIMIT);
    assert.deepEqual(await post('deposit', { wallet: 'exchange', currency: 'USD', amount: '5000.5' }), [200, { userId: 1_000_001, wallet: 'exchange', currency: 'USD', amount: '5000.5' }]);
    assert.ok((await wallets(signed)).includes('exchange USD 105000.5'));
    assert.deepEqual(await post('reset', { confirm: 'RESET' }), [200, { userId: 1_000_001 }]);
    assert.equal(readFileSync(folder.file('state.log.jsonl'), 'utf8'), '');
    const { body } = await signed.post('r/settings', { keys: ['api:theme'] });
    assert.deepEqual([body, (await signed.read('r/ledgers/hist')).length], [[], 4]);
    for (const isNext of [false, true]) {
      if (isNext) await exchange.stop();
      if (isNext) exchange = await start();
      assert.deepEqual([await wallets(client()), await client().read('r/orders'), (await client(3).read('r/orders')).length], [FRESH, [], 1]);
    }
  });

  it('closes the sockets of the old account, and only those', async () => {
    const [own, foreign] = [await client().open(), await client(3).open()];
    own.send([0, 'on', null, LIMIT]);
    await own.frame((frame) => Array.isArray(frame) && frame[1] === 'on');
    assert.equal(exchange.reset(1_000_001, 'RESET'), true);
    await own.until(() => own.closedWith !== undefined);
    assert.ok(own.frames.some((frame) => Array.isArray(frame) && frame[1] === 'oc'), 'its orders are told to be cancelled');
    const again = await client().open();
    const orders = (await again.frame((frame) => Array.isArray(frame) && frame[1] === 'os')) as unknown[];
    assert.deepEqual([orders[2], foreign.closedWith], [[], undefined]);
    for (const one of [again, foreign]) one.close();
  });

  for (const [path, body, says] of [
    ['deposit', { wallet: 'safe', currency: 'USD', amount: '1' }, 'wallet: expected one of exchange, margin, funding, got "safe"'],
    ['deposit', { wallet: 'margin', currency: 'XYZ', amount: '1' }, 'currency: expected a currency of the markets, got "XYZ"'],
    ['deposit', { wallet: 'margin', currency: 'USD', amount: '-1' }, 'amount: expected a decimal text above 0, at most "10000000", got "-1"'],
    ['deposit', { wallet: 'margin', currency: 'USD', amount: '1', userId: 8 }, 'userId: expected one of 1000001, 7, got 8'],
    ['reset', {}, 'confirm: expected a text'],
    ['reset', { confirm: 'RESET', user: 1 }, 'user: expected one of the fields userId, confirm'],
  ] as const) {
    it(`is refused where it makes no sense: ${path} ${JSON.stringify(body)}`, async () => assert.deepEqual(await post(path, body), [400, { error: says }]));
  }
});

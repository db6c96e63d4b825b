import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { CLASSES, exchangeOf, type Sent } from './ccxt-world';

/** An order row that is open (bitfinex-v2.md 5.2). */
const ROW = [139658969116, null, 1717587431027, 'tBTCUST', 1717587431027, 1717587431027, 0.1, 0.1, 'EXCHANGE LIMIT', null, null, null, 0, 'ACTIVE', null, null, 50, 0, 0, 0, null, null, null, 0, 0, null, null, null, 'API>BFX', null, null, {}];
const receipt = (type: string, data: unknown, status = 'SUCCESS', text = 'done'): unknown[] => [1717587431, type, null, null, data, null, status, text];

/** A replacer that passes over what was seen: another test's library adds a getter to every object, which leads in a circle. */
function onceEach(): (key: string, value: unknown) => unknown {
  const seen = new WeakSet();
  return (_key, value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return undefined;
    seen.add(value);
    return value;
  };
}

for (const where of CLASSES) {
  describe(`ccxt's class made safe, from ${where}`, () => {
    let answers: (sent: Sent) => unknown;
    let sent: Sent[];
    let exchange: ReturnType<typeof exchangeOf>['exchange'];

    beforeEach(async () => {
      answers = () => receipt('on-req', [ROW]);
      ({ exchange, sent } = exchangeOf(where, (one) => answers(one)));
      await exchange.loadMarkets();
      sent.length = 0;
    });

    const order = async (type: unknown, side: unknown, amount: unknown, price?: unknown, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
      await exchange.createOrder('BTC/USDT', type as 'limit', side as 'buy', amount as number, price as number, params);
      return JSON.parse(sent.at(-1)?.body ?? '') as Record<string, unknown>;
    };

    const REFUSED: [trap: string, ...Parameters<typeof order>][] = [
      ['T1 a side that is not exactly buy or sell', 'limit', 'BUY', 1, 50],
      ['T1 no side', 'limit', undefined, 1, 50],
      ['T2 stopLossPrice', 'limit', 'buy', 1, 50, { stopLossPrice: 40 }],
      ['T2 takeProfitPrice', 'market', 'sell', 1, undefined, { takeProfitPrice: 60 }],
      ['T3 margin', 'limit', 'buy', 1, 50, { margin: true }],
      ['T3 leverage', 'limit', 'buy', 1, 50, { leverage: 3 }],
      ['T3 hidden', 'limit', 'buy', 1, 50, { hidden: true }],
      ['T7 an amount that becomes 0', 'limit', 'buy', 0.000000009, 50],
      ['T7 no amount', 'limit', 'buy', 0, 50],
      ['T7 an amount with a sign', 'limit', 'buy', -1, 50],
      ['T7 an amount that is no number', 'limit', 'buy', NaN, 50],
      ['T8 a type as the exchange writes it', 'EXCHANGE LIMIT', 'buy', 1, 50],
      ['T9 limit without a price', 'limit', 'buy', 1],
      ['T9 trailing and limit', 'limit', 'sell', 1, 50, { trailingAmount: 5 }],
      ['T9 trailing stop as the exchange writes it', 'TRAILING STOP', 'sell', 1, undefined, { trailingAmount: 5 }],
      ['postOnly that is no yes or no', 'limit', 'buy', 1, 50, { postOnly: 'true' }],
      ['reduceOnly that is no yes or no', 'limit', 'sell', 1, 50, { reduceOnly: 1 }],
      ['a time in force that is none', 'limit', 'buy', 1, 50, { timeInForce: 'ioc' }],
      ['a margin mode that is none', 'limit', 'buy', 1, 50, { marginMode: 'Isolated' }],
      ['a trigger price that is empty', 'market', 'buy', 1, undefined, { triggerPrice: '' }],
      ['a trigger price of 0', 'limit', 'buy', 1, 50, { triggerPrice: 0 }],
      ['a trigger price that is no number', 'limit', 'buy', 1, 50, { stopPrice: 'abc' }],
      ['a trigger price that is missing', 'market', 'buy', 1, undefined, { triggerPrice: null }],
      ['a trailing amount below 0', 'market', 'buy', 1, undefined, { trailingAmount: -5 }],
      ['flags that are words', 'limit', 'buy', 1, 50, { flags: 'hidden' }],
      ['flags below 0', 'limit', 'buy', 1, 50, { flags: -1 }],
      ['a client id that is a text', 'limit', 'buy', 1, 50, { clientOrderId: 'abc' }],
      ['a client id that is too large', 'limit', 'buy', 1, 50, { cid: 2 ** 45 }],
    ];
    for (const [trap, ...args] of REFUSED) {
      it(`${trap}: nothing leaves`, async () => {
        await assert.rejects(order(...args), { name: 'InvalidOrder' });
        assert.equal(sent.length, 0);
      });
    }

    it('T4 flags that are given are added to those that follow from names', async () => {
      assert.equal((await order('limit', 'buy', 1, 50, { postOnly: true, flags: 64 }))['flags'], 4096 | 64);
      assert.equal((await order('limit', 'buy', 1, 50, { reduceOnly: true, timeInForce: 'PO', flags: 64 + 4096 }))['flags'], 4096 | 64 | 1024);
      assert.equal((await order('limit', 'buy', 1, 50))['flags'], undefined);
    });

    it('an honest order leaves as it was meant', async () => {
      assert.deepEqual(await order('limit', 'sell', 0.5, 50, { cid: 7, gid: 3, tif: '2030-01-01 00:00:00', meta: { aff_code: 'X' } }), { symbol: 'tBTCUST', amount: '-0.5', price: '50', type: 'EXCHANGE LIMIT', cid: 7, gid: 3, tif: '2030-01-01 00:00:00', meta: { aff_code: 'X' } });
      assert.deepEqual(await order('market', 'buy', 1, undefined, { triggerPrice: 60, marginMode: 'cross' }), { symbol: 'tBTCUST', amount: '1', price: '60', type: 'STOP' });
    });

    it('T1, T3, T4 an edit is looked at in the same way', async () => {
      await assert.rejects(exchange.editOrder('1', 'BTC/USDT', 'limit', 'BUY' as 'buy', 1, 50), { name: 'InvalidOrder' });
      await assert.rejects(exchange.editOrder('1', 'BTC/USDT', 'limit', 'buy', 1, 50, { hidden: true }), { name: 'InvalidOrder' });
      assert.equal(sent.length, 0);
      answers = () => receipt('ou-req', ROW);
      await exchange.editOrder('1', 'BTC/USDT', 'limit', 'sell', undefined, 50, { postOnly: true, flags: 64 });
      assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), { id: 1, price: '50', flags: 4096 | 64 });
    });

    it('an id that would be rounded is no id', async () => {
      for (const id of ['abc', '1.9', '12345678901234567890', '', undefined as never, '-1', '0x10']) {
        await assert.rejects(exchange.cancelOrder(id), { name: 'InvalidOrder' }, id);
        await assert.rejects(exchange.cancelOrders(['5', id]), { name: 'InvalidOrder' }, id);
        await assert.rejects(exchange.editOrder(id, 'BTC/USDT', 'limit', 'buy', 1, 50), { name: 'InvalidOrder' }, id);
      }
      assert.equal(sent.length, 0);
      answers = () => receipt('oc-req', ROW);
      await exchange.cancelOrder('139658969116');
      assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), { id: 139658969116 });
    });

    it('T5 the orders of one market are not cancelled with all the others', async () => {
      await assert.rejects(exchange.cancelAllOrders('BTC/USDT'), { name: 'InvalidOrder' });
      assert.equal(sent.length, 0);
      answers = () => receipt('oc_multi-req', [ROW]);
      await exchange.cancelAllOrders();
      assert.equal(sent[0]?.body, '{"all":1}');
    });

    it('T6 each of several orders has its own fate', async () => {
      answers = () => receipt('ox_multi-req', [receipt('on-req', [ROW]), receipt('on-req', [ROW], 'ERROR', 'Invalid order: minimum size'), receipt('on-req', null, 'FAILURE', 'no'), receipt('on-req', null)]);
      const one = { symbol: 'BTC/USDT', type: 'limit' as const, side: 'buy' as const, amount: 1, price: 50 };
      const orders = await exchange.createOrders([one, one, one, one, one]);
      assert.deepEqual(orders.map(({ id, status }) => [id, status]), [['139658969116', 'open'], [undefined, 'rejected'], [undefined, 'rejected'], [undefined, undefined], [undefined, undefined]]);
      assert.match(JSON.stringify(orders[1]?.info), /minimum size/);
      await assert.rejects(exchange.createOrders([one, { ...one, side: 'SELL' as 'sell' }]), { name: 'InvalidOrder' });
      assert.equal(sent.length, 1);
    });

    it('an order that is not open is looked for in the history, and is nothing where it is not', async () => {
      answers = ({ url }) => (url.endsWith('/hist') ? [ROW] : []);
      assert.equal((await exchange.fetchOrder('139658969116')).id, '139658969116');
      assert.deepEqual(sent.map(({ url, body }) => [url, body]), [['/v2/auth/r/orders', '{"id":[139658969116]}'], ['/v2/auth/r/orders/hist', '{"id":[139658969116]}']]);
      await assert.rejects(exchange.fetchOrder('7'), { name: 'OrderNotFound' });
    });

    it('UST and USTF0 of the margin wallet do not replace each other', async () => {
      const rows = [['margin', 'UST', 11, 0, 10], ['margin', 'USTF0', 77, 0, null], ['exchange', 'BTC', 2, 0, 1], ['margin', 'USD', 5, -3, 5]];
      answers = () => rows;
      const totals = async (params?: Record<string, string>) => (await exchange.fetchBalance(params)).total as unknown as Record<string, number>;
      assert.deepEqual({ ...(await totals({ type: 'margin' })) }, { USDT: 11, USD: 5 });
      assert.deepEqual({ ...(await totals({ type: 'derivatives' })) }, { USDT: 77 });
      assert.deepEqual({ ...(await totals()) }, { BTC: 2 });
      const { BTC, info, free } = (await exchange.fetchBalance()) as unknown as Record<string, Record<string, unknown>>;
      assert.deepEqual([BTC, info, { ...free }], [{ free: 1, used: 1, total: 2 }, rows, { BTC: 1 }]);
    });

    it('has one way out', async () => {
      await assert.rejects(exchange.fetch(), /past fetch2/);
      assert.equal(sent.length, 0);
    });

    it('keeps no key and no signed request', async () => {
      await order('limit', 'buy', 1, 50);
      assert.match(sent[0]?.headers?.['bfx-signature'] ?? '', /^[0-9a-f]{96}$/);
      const seen = inspect(exchange, { depth: 5, showHidden: true }) + JSON.stringify(exchange, onceEach());
      for (const secret of ['SECRET', '"KEY"', "'KEY'", sent[0]?.headers?.['bfx-signature'] as string]) assert.ok(!seen.includes(secret), secret);
    });
  });
}

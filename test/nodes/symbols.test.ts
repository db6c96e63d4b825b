import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import helper from 'node-red-node-test-helper';
import symbolsNode from '../../src/nodes/symbols/symbols';
import type { Market } from '../../src/shared/core/markets';
import { confAnswer } from '../fixtures/conf';
import { until } from '../until';
import { dismantle, rig as anyRig, type Rig } from './flow';

const SYMBOLS = 'bitfinex-symbols';

const rig = (settings: Record<string, unknown> = {}, account: Record<string, unknown> = {}): Promise<Rig> => anyRig(SYMBOLS, settings, { account, nodes: [symbolsNode] });

/** Answers in order of the questions, or the error that came instead. */
async function answerTo({ messages, errors, input }: Rig, question: Record<string, unknown>): Promise<Record<string, unknown>> {
  const [answered, failed] = [messages.length, errors.length];
  input(question);
  return until(() => messages[answered] ?? (errors[failed] as never), 'an answer', 10_000);
}

const symbolsIn = (payload: unknown): string[] => (payload as Market[]).map(({ symbol }) => symbol);

describe('symbols node', () => {
  afterEach(dismantle);

  it('lists the spot pairs of the exchange, says where the list is from, and keeps what the message carried', async () => {
    const node = await rig();
    const { payload, topic, bitfinex, color, _msgid } = await answerTo(node, { payload: 'go', color: 'red', _msgid: 'mine' });
    assert.ok(symbolsIn(payload).includes('BTC/USD') && symbolsIn(payload).includes('DOGE/USD'));
    assert.ok((payload as Market[]).every(({ spot }) => spot));
    assert.deepEqual([topic, color, _msgid], ['exchange', 'red', 'mine']);
    const { account, source, readAt, ...others } = bitfinex as { account: string; source: string; readAt: number };
    assert.deepEqual([account, source, others], ['test', 'exchange', {}]);
    assert.ok(Math.abs(readAt - Date.now()) < 10_000);
  });

  for (const [kind, expected] of [
    ['margin', 'BTC/USD'],
    ['futures', 'BTC/USDT:USDT'],
    ['funding', 'fUSD'],
  ] as const) {
    it(`lists ${kind} where the dialog says so`, async () => {
      const { payload } = await answerTo(await rig({ kind }), { action: 'list' });
      assert.ok(symbolsIn(payload).includes(expected), symbolsIn(payload).join());
      assert.ok((payload as Market[]).every((market) => (kind === 'futures' ? market.swap : market[kind])));
    });
  }

  it('finds pairs by code and by name', async () => {
    const node = await rig();
    assert.deepEqual(symbolsIn((await answerTo(node, { action: 'search', payload: 'doge' })).payload), ['DOGE/USD']);
    const named = symbolsIn((await answerTo(node, { action: 'search', payload: 'bitcoin usd' })).payload);
    assert.equal(named[0], 'BTC/USD');
    assert.deepEqual((await answerTo(node, { action: 'search', payload: 'nowhere' })).payload, []);
  });

  it('says of a text whether it is a symbol, and which one', async () => {
    const node = await rig();
    const { payload, topic } = await answerTo(node, { action: 'validate', symbol: 'dogeusd' });
    const { valid, symbol, id, limits } = payload as Market & { valid: boolean };
    assert.deepEqual([valid, symbol, id, topic], [true, 'DOGE/USD', 'tDOGE:USD', 'DOGE/USD']);
    assert.ok((limits.amount.min ?? 0) > 0);
    const wrong = await answerTo(node, { action: 'validate', payload: 'BTC/UDS' });
    const { nearest, ...others } = wrong.payload as { nearest: string[]; valid: boolean; input: string };
    assert.deepEqual(others, { valid: false, input: 'BTC/UDS' });
    assert.equal(nearest[0], 'BTC/USD');
    const several = (await answerTo(node, { action: 'validate', symbol: ['BTC/USD', 'x'] })).payload as { valid: boolean }[];
    assert.deepEqual(several.map((one) => one.valid), [true, false]);
  });

  it('tells the sizes of one symbol or of several', async () => {
    const node = await rig();
    const one = (await answerTo(node, { action: 'sizes', symbol: 'tBTCUSD' })).payload;
    assert.deepEqual(one, {
      symbol: 'BTC/USD',
      id: 'tBTCUSD',
      limits: { amount: { min: 0.00004, max: 2000 } },
      minOrderSize: '0.00004',
      maxOrderSize: '2000.0',
      precision: { price: 5, priceDecimals: 8, amount: 8 },
    });
    const both = (await answerTo(node, { action: 'sizes', payload: 'BTC/USD, BTC/USDT:USDT' })).payload;
    assert.deepEqual(symbolsIn(both), ['BTC/USD', 'BTC/USDT:USDT']);
  });

  for (const [question, code] of [
    [{ action: 'subscribe' }, 'ACTION_UNKNOWN'],
    [{ action: 7 }, 'ACTION_UNKNOWN'],
    [{ action: 'constructor' }, 'ACTION_UNKNOWN'],
    [{ action: 'search' }, 'FIELD_INVALID'],
    [{ action: 'search', payload: ' ' }, 'FIELD_INVALID'],
    [{ action: 'validate' }, 'SYMBOL_MISSING'],
    [{ action: 'validate', symbol: [] }, 'SYMBOL_MISSING'],
    [{ action: 'sizes', payload: { symbol: 'BTC/USD' } }, 'SYMBOL_MISSING'],
    [{ action: 'sizes', symbol: 'BTC/UDS' }, 'SYMBOL_UNKNOWN'],
  ] as const) {
    it(`answers ${JSON.stringify(question)} with ${code} to the Catch node, and goes on`, async () => {
      const node = await rig();
      assert.equal((await answerTo(node, question))['code'], code);
      assert.deepEqual(node.messages, []);
      assert.ok(symbolsIn((await answerTo(node, {})).payload).length > 10);
    });
  }

  it('gives copies: what one flow changes, no other sees', async () => {
    const node = await rig();
    const change = (await answerTo(node, { action: 'sizes', symbol: 'BTC/USD' })).payload as { limits: { amount: { min: number } } };
    change.limits.amount.min = 7;
    const all = (await answerTo(node, {})).payload as Market[];
    (all[0] as { symbol: string }).symbol = 'gone';
    assert.equal(((await answerTo(node, { action: 'sizes', symbol: 'BTC/USD' })).payload as typeof change).limits.amount.min, 0.00004);
    assert.ok(!symbolsIn((await answerTo(node, {})).payload).includes('gone'));
  });

  it('asks the exchange once for many messages, and again when told to', async () => {
    const node = await rig();
    const asked = (): number => node.exchange.calls.filter(({ path }) => path.startsWith('conf/')).length;
    for (let at = 0; at < 20; at++) node.input({ action: 'validate', symbol: 'BTC/USD' });
    await until(() => node.messages.length === 20, 'twenty answers');
    assert.equal(asked(), 1);
    const { payload } = await answerTo(node, { action: 'refresh' });
    assert.ok(symbolsIn(payload).includes('BTC/USD'));
    assert.equal(asked(), 2);
  });

  it('shows that it is ready, that it asks, and how many markets there are', async () => {
    const node = await rig();
    await until(() => node.statuses.find(({ fill }) => fill === 'grey'), 'the first status');
    await answerTo(node, {});
    await until(() => node.statuses.find(({ fill, text }) => fill === 'green' && /\(\d+\)$/.test(text ?? '')), 'green with the number of markets');
  });

  it('names the field of the dialog that cannot be used', async () => {
    const node = await rig({ kind: 'options' });
    await until(() => node.errors.find(({ code, message }) => code === 'FIELD_INVALID' && message.includes('kind:')), 'the error');
    await until(() => node.statuses.find(({ fill, text }) => fill === 'red' && (text ?? '').startsWith('status.misconf')), 'the status');
  });

  it('marks what the practice exchange lists', async () => {
    const { bitfinex, payload } = await answerTo(await rig({}, { environment: 'simulated' }), {});
    assert.equal((bitfinex as { simulated?: true }).simulated, true);
    assert.ok(symbolsIn(payload).includes('BTC/USD'));
  });

  describe('on an exchange that changes', () => {
    let server: Server;
    let answer: () => string;
    let restUrl: string;

    beforeEach((done) => {
      answer = () => JSON.stringify(confAnswer());
      server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(answer()));
      server.listen(0, '127.0.0.1', () => {
        restUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        done();
      });
    });
    afterEach((done) => {
      server.close(done);
      server.closeAllConnections();
    });

    it('F98: a delisted pair and a new size reach the running node on refresh', async () => {
      const node = await rig({}, { restUrl });
      assert.ok(symbolsIn((await answerTo(node, {})).payload).includes('DOGE/USD'));
      const conf = confAnswer();
      conf[0] = ['BTCUSD'];
      conf[5] = [['BTCUSD', [null, null, null, '0.5', '2000.0', null, null, null, 0.1, 0.05]]];
      answer = () => JSON.stringify(conf);
      await answerTo(node, { action: 'refresh' });
      assert.deepEqual(symbolsIn((await answerTo(node, {})).payload), ['BTC/USD']);
      assert.equal(((await answerTo(node, { action: 'validate', symbol: 'DOGE/USD' })).payload as { valid: boolean }).valid, false);
      assert.equal(((await answerTo(node, { action: 'sizes', symbol: 'BTC/USD' })).payload as Market).minOrderSize, '0.5');
    });

    it('offers kinds and sizes to the forms, and asks anew when a form wants that', async () => {
      await rig({}, { restUrl });
      const listed = async (query: string): Promise<{ source: string; readAt: number; symbols: Record<string, unknown>[] }> => (await helper.request().get(`/bitfinex/symbols${query}`)).body as never;
      const { source, readAt, symbols } = await listed('?account=account');
      assert.equal(source, 'exchange');
      assert.ok(Math.abs(readAt - Date.now()) < 10_000);
      assert.deepEqual(symbols[0], { symbol: 'BTC/USD', id: 'tBTCUSD', kind: 'exchange', kinds: ['exchange', 'margin'], minOrderSize: '0.00004', maxOrderSize: '2000.0', name: 'Bitcoin' });
      assert.deepEqual((await listed('?account=account&kind=funding')).symbols.map(({ id }) => id), ['fBTC', 'fLTC', 'fUSD', 'fUST']);
      assert.deepEqual((await listed('?account=account&kind=margin')).symbols.map(({ id }) => id), ['tBTCUSD', 'tLTCBTC']);
      const conf = confAnswer();
      conf[0].push('NEWUSD');
      answer = () => JSON.stringify(conf);
      assert.ok(!(await listed('?account=account')).symbols.some(({ id }) => id === 'tNEWUSD'));
      assert.ok((await listed('?account=account&refresh=true')).symbols.some(({ id }) => id === 'tNEWUSD'));
      const builtIn = await listed('?account=nobody');
      assert.equal(builtIn.source, 'built-in');
      assert.ok(builtIn.symbols.some(({ id, kind }) => id === 'tBTCUSD' && kind === 'exchange'));
    });

    it('F98: knows the markets of an earlier run without network, from a file in the user directory, and says so', async () => {
      const userDir = mkdtempSync(join(tmpdir(), 'user-'));
      helper.settings({ userDir } as never);
      try {
        await answerTo(await rig({}, { restUrl, wsUrl: 'ws://127.0.0.1:9/ws/2' }), {});
        const folder = join(userDir, 'bitfinex');
        const file = await until(() => existsSync(folder) && readdirSync(folder).find((name) => name.endsWith('.json')), 'the file');
        assert.match(file, /^markets-custom-[0-9a-f]+\.json$/);
        await dismantle();
        answer = () => '<html>502</html>';
        const node = await rig({}, { restUrl, wsUrl: 'ws://127.0.0.1:9/ws/2' });
        const { payload, bitfinex } = await answerTo(node, {});
        assert.ok(symbolsIn(payload).includes('DOGE/USD'));
        assert.equal((bitfinex as { source: string }).source, 'cache');
        await until(() => node.statuses.find(({ fill, text }) => fill === 'yellow' && text === 'status.offline'), 'the status');
      } finally {
        helper.settings({} as never);
        rmSync(userDir, { recursive: true, force: true });
      }
    });

    it('tells who asks why there is no list', async () => {
      answer = () => '["error",20060,"maintenance"]';
      const node = await rig({}, { restUrl });
      assert.equal((await answerTo(node, {}))['code'], 'MAINTENANCE');
      await until(() => node.statuses.find(({ fill, text }) => fill === 'yellow' && text === 'status.maintenance'), 'the status');
    }).timeout(60_000);
  });
});

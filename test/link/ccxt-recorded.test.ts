import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dataPath, needsData } from '../shared-data';
import { CLASSES, exchangeOf, type Sent } from './ccxt-world';

interface Recorded {
  methods: Record<string, { description: string; method: string; url: string; input: unknown[]; output?: string; httpResponse: unknown; parsedResponse: unknown }[]>;
}

const recorded = (file: string) => Object.values((JSON.parse(readFileSync(dataPath(file), 'utf8')) as Recorded).methods).flat();

/** `null` in JSON stands for what was not given. */
const given = (input: unknown[]): unknown[] => input.map((one) => one ?? undefined);

/** Without `since` ccxt 4.5.84 asks for the newest candles; the recording is of a version that got the oldest (ccxt#22562). */
const NEWER = new Map([['spot ohlcv', 'https://api-pub.bitfinex.com/v2/candles/trade:1m:tBTCUST/hist?limit=100']]);

const ASKED = new Error('asked');

type Method = (...args: unknown[]) => Promise<unknown>;

for (const where of CLASSES) {
  describe(`ccxt's recorded requests and answers, from ${where}`, () => {
    it('every request leaves as it was recorded', async function () {
      needsData(this);
      const hosts = { GET: 'https://api-pub.bitfinex.com', POST: 'https://api.bitfinex.com' };
      let compared = 0;
      for (const { method, description, url, input, output } of recorded('ccxt-requests.json')) {
        // this one cancels every market, whatever symbol it is given: ours refuses it
        if (method === 'cancelAllOrders') continue;
        const last: Sent[] = [];
        const { exchange, sent } = exchangeOf(where, (one) => {
          last.push(one);
          throw ASKED;
        });
        const call = (exchange as unknown as Record<string, Method>)[method] as Method;
        if (method === 'fetchMarkets') last.push(await call.apply(exchange, given(input)).then(() => sent.at(-1) as Sent));
        else await assert.rejects(call.apply(exchange, given(input)), ASKED, `${method}: ${description}`);
        const one = last[0] as Sent;
        assert.deepEqual(partsOf(hosts[one.method as 'GET'] + one.url), partsOf(NEWER.get(description) ?? url), description);
        if (output !== undefined && output !== null) {
          const [made, wanted] = [one.body ?? '', output].map((text) => ({ ...(JSON.parse(text) as object), end: 'whenever' }));
          assert.deepEqual(made, wanted, `${method}: ${description}`);
        }
        compared++;
      }
      assert.equal(compared, 38);
    });

    it('every answer is read as it was recorded', async function () {
      needsData(this);
      const answers = recorded('ccxt-responses.json');
      assert.equal(answers.length, 5);
      for (const { method, input, httpResponse, parsedResponse } of answers) {
        const { exchange } = exchangeOf(where, () => httpResponse);
        const read = await ((exchange as unknown as Record<string, Method>)[method] as Method).apply(exchange, given(input));
        assert.deepEqual(plain(read), plain(parsedResponse), method);
      }
    });
  });
}

/** The order of a query's parameters means nothing. */
function partsOf(url: string): unknown {
  const { origin, pathname, searchParams } = new URL(url);
  return [origin, pathname, Object.fromEntries(searchParams)];
}

/** The recording writes `null` where ccxt leaves a field undefined, and leaves some of those out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const fields = Object.entries(value).map(([name, field]) => [name, name === 'info' ? field : plain(field)] as const);
  return Object.fromEntries(fields.filter(([, field]) => field !== null));
}

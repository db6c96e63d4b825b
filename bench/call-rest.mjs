/**
 * One way to call REST, in a process of its own. It runs plain JavaScript on the built code of the package; the limiter
 * lets everything through, for its waiting is not what is measured.
 */
import { createRequire } from 'node:module';

const { name, rest } = JSON.parse(process.argv[2]);
const require = createRequire(import.meta.url);

const freely = { reserve: async () => ({ leave: () => undefined, giveBack: () => undefined }), heldMs: () => 0, hold: () => undefined };
const lane = () => {
  const { RestLane } = require('../dist/shared/link/rest-lane.js');
  const { systemClock } = require('../dist/shared/link/clock.js');
  return new RestLane({ clock: systemClock, limiter: freely, addresses: async () => ({ rest }) });
};
const get = async (path) => (await fetch(`${rest}/v2/${path}`)).json();
const CANDLES = 'candles/trade:1m:tBTCUSD/hist?limit=1000';

const CALLS = {
  'fetch ticker': () => () => get('ticker/tBTCUSD'),
  'lane ticker': () => {
    const calls = lane();
    return () => calls.read('ticker/tBTCUSD');
  },
  'fetch candles': () => () => get(CANDLES),
  'lane candles': () => {
    const { MarketData } = require('../dist/shared/link/market-data.js');
    const market = new MarketData(lane());
    return () => market.candles('trade:1m:tBTCUSD', { limit: 1000 });
  },
  'ccxt ticker': () => {
    const { bitfinex } = require('ccxt');
    const exchange = new bitfinex({ enableRateLimit: false, urls: { api: { public: rest, private: rest } } });
    return () => exchange.fetchTicker('BTC/USD');
  },
  'unified ticker': () => {
    const calls = lane();
    return () => calls.unified('fetchTicker', ['BTC/USD']);
  },
};

const call = CALLS[name]();
const answers = {
  round: async (count) => {
    const begun = process.cpuUsage();
    for (let at = 0; at < count; at++) await call();
    const { user, system } = process.cpuUsage(begun);
    return { cpuMicros: user + system };
  },
};
process.on('message', async ({ question, count }) => process.send({ kind: question, ...(await answers[question](count)) }));
process.on('disconnect', () => process.exit());
process.send({ kind: 'listens' });

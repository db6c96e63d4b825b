import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { METRICS } from '../../src/shared/core/metrics';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { startNodeRed, type FlowNode, type NodeRedChild } from './child';
import { account, catchAll, stream, TAB } from './flow';

const KEY = 'canaryKEYaB3dE6gH9jK2';
const SECRET = 'canarySECRETzY9xW8vU7';
const CANARIES = [KEY, SECRET];

/** Bcrypt of `word`, with the fewest rounds. */
const LOGIN = { username: 'admin', password: '$2b$04$RIpOTLJMNrR/0djfETG7y.wFGCkjFvEu/zm8PcHhACMdANWpI3Qda' };

const numberOf = (text: string, name: string, labels: Record<string, string>): number => {
  const family = parsePrometheusTextFormat(text).find((one) => one.name === name);
  const found = family?.metrics.find((one) => Object.entries(labels).every(([label, value]) => one.labels?.[label] === value));
  return Number(found?.value ?? NaN);
};

/** Everything of the admin API that can be read. */
const ROUTES = [
  '/bitfinex/metrics',
  '/bitfinex/account/account',
  '/bitfinex/account/quiet',
  '/bitfinex/symbols?account=account',
  '/flows',
  '/flow/tab',
  '/flow/global',
  '/credentials/bitfinex-account/account',
  '/nodes',
  '/settings',
  '/diagnostics',
  '/context/global',
  '/context/node/ticker',
  '/library/local/flows/',
];

describe('Metrics, debug log and key in a real Node-RED', function () {
  this.timeout(60_000);
  let exchange: Exchange;
  let red: NodeRedChild;

  const flowOf = (): FlowNode[] => [
    TAB,
    { ...account('account', exchange), debugLog: true, credentials: { apiKey: KEY, apiSecret: SECRET } },
    { ...account('quiet', exchange), debugLog: false },
    ...stream('ticker', 'ticker', 'BTC/USD'),
    ...stream('book', 'book', 'ETH/USD', { account: 'quiet' }),
    ...catchAll(),
  ];
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(red.url + path, { headers });
  const scrape = async (): Promise<string> => (await get('/bitfinex/metrics')).text();
  const debugLines = () => red.log(40).filter(({ text }) => text.startsWith('rest '));

  before(async () => {
    exchange = await startExchange();
    red = await startNodeRed({ flow: [TAB] });
    await red.deploy(flowOf());
    await red.until(() => red.messages('ticker').length > 0 && red.messages('book').length > 0, 'both streams are live');
  });
  after(async () => {
    await red?.stop();
    await exchange?.stop();
  });

  it('are scraped in the text format of Prometheus, and a parser of it finds them', async () => {
    const response = await get('/bitfinex/metrics');
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    const families = parsePrometheusTextFormat(await response.text());
    assert.deepEqual(families.map(({ name }) => name).filter((name) => !(name in METRICS)), []);
    assert.deepEqual(Object.keys(METRICS).filter((name) => !families.some((family) => family.name === name)), []);
  });

  it('show what runs: one exchange, one socket, two live channels, frames that go on', async () => {
    const venue = 'custom';
    const text = await scrape();
    assert.deepEqual(
      [numberOf(text, 'bitfinex_venues', { venue }), numberOf(text, 'bitfinex_sockets', { venue, state: 'open' }), numberOf(text, 'bitfinex_channels', { venue, state: 'live' })],
      [1, 1, 2],
    );
    assert.deepEqual([numberOf(text, 'bitfinex_platform_state', { venue, state: 'operative' }), numberOf(text, 'bitfinex_platform_state', { venue, state: 'maintenance' })], [1, 0]);
    assert.equal(numberOf(text, 'bitfinex_limit_starts_used', { venue: 'shared', limit: 'connect' }), 1);
    const seen = red.messages('book').length;
    await red.until(() => red.messages('book').length > seen + 3, 'more messages');
    const later = await scrape();
    for (const name of ['bitfinex_frames_total', 'bitfinex_frame_bytes_total']) assert.ok(numberOf(later, name, { venue }) > numberOf(text, name, { venue }), name);
  });

  it('count a REST call, and the debug log has a line for it under the account that asked for one, and only there', async () => {
    await red.inject('ticker', { action: 'get', symbol: 'BTC/USD' });
    await red.until(() => debugLines().some(({ text }) => text.includes('endpoint=ticker')), 'a line of the debug log');
    const [{ text = '' } = {}] = debugLines().filter((line) => line.text.includes('endpoint=ticker'));
    assert.match(text, /^rest method=GET endpoint=tickers? limit=tickers? attempt=1 waitMs=\d+ latencyMs=\d+ status=200 bytes=\d+ outcome=answered$/);
    assert.deepEqual([...new Set(debugLines().map(({ node }) => node))], ['account']);
    const [, limit = ''] = /limit=(\w+)/.exec(text) ?? [];
    const metrics = await scrape();
    assert.equal(numberOf(metrics, 'bitfinex_requests_total', { venue: 'custom', limit, result: 'answered' }), 1);
    assert.ok(metrics.includes(`bitfinex_request_duration_seconds_count{venue="custom",limit="${limit}"} 1`));
  });

  it('say how each account is doing', async () => {
    for (const id of ['account', 'quiet']) {
      const panel = (await (await get(`/bitfinex/account/${id}`)).json()) as { inUse: boolean; channels: object; sockets: object[] };
      assert.deepEqual([panel.inUse, panel.channels, panel.sockets], [true, { live: 2 }, [{ state: 'open', channels: 2 }]]);
    }
    assert.equal((await get('/bitfinex/account/nobody')).status, 404);
  });

  it('hold no key, nor does any other address of the admin API, the files or the log', async () => {
    for (const route of ROUTES) {
      const text = await (await get(route)).text();
      assert.ok(text.length > 1, route);
      for (const canary of CANARIES) assert.ok(!text.includes(canary), `${route} holds ${canary}`);
    }
    const kept = await (await get('/credentials/bitfinex-account/account')).json();
    assert.deepEqual(kept, { has_apiKey: true, has_apiSecret: true });
    const files = readdirSync(red.userDir).filter((name) => name.endsWith('.json'));
    assert.ok(files.includes('flows.json') && files.includes('flows_cred.json'));
    for (const text of [...files.map((name) => readFileSync(join(red.userDir, name), 'utf8')), red.output, JSON.stringify(red.events)]) for (const canary of CANARIES) assert.ok(!text.includes(canary));
  });
});

describe('Metrics of a Node-RED that asks for a login', function () {
  this.timeout(60_000);
  let exchange: Exchange;
  let red: NodeRedChild;
  let token: string;

  before(async () => {
    exchange = await startExchange();
    const adminAuth = { type: 'credentials', users: [{ ...LOGIN, permissions: 'read' }] };
    red = await startNodeRed({ flow: [TAB, account('account', exchange), ...stream('ticker', 'ticker', 'BTC/USD')], settings: { adminAuth } });
    await red.until(() => red.messages('ticker').length > 0, 'the stream is live');
    const body = JSON.stringify({ client_id: 'node-red-admin', grant_type: 'password', scope: 'read', username: LOGIN.username, password: 'word' });
    const answer = await fetch(`${red.url}/auth/token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    token = ((await answer.json()) as { access_token: string }).access_token;
  });
  after(async () => {
    await red?.stop();
    await exchange?.stop();
  });

  for (const path of ['/bitfinex/metrics', '/bitfinex/account/account', '/bitfinex/symbols']) {
    it(`${path} is refused without a token and with a wrong one, and given to whoever may read`, async () => {
      const status = async (headers: Record<string, string>): Promise<number> => (await fetch(red.url + path, { headers })).status;
      assert.deepEqual([await status({}), await status({ authorization: 'Bearer wrong' }), await status({ authorization: `Bearer ${token}` })], [401, 401, 200]);
    });
  }
});

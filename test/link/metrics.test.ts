import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { Histogram, Registry } from 'prom-client';
import { METRICS, type Metric } from '../../src/shared/core/metrics';
import { LATENCY_BOUNDS, type RestOutcome } from '../../src/shared/core/rest-counts';
import { Hub } from '../../src/shared/link/hub';
import { metricsText } from '../../src/shared/link/metrics';
import type { VenueSpec } from '../../src/shared/link/venue';
import { startExchange } from '../../src/shared/simulator/exchange';
import { until } from '../until';

const spec = (key: string, label: VenueSpec['label'] = 'custom', addresses = { rest: 'http://127.0.0.1:9', ws: 'ws://127.0.0.1:9' }): VenueSpec => ({
  key, label, isSimulated: false, addresses: async () => addresses, stop: async () => undefined, report: () => undefined,
});

const attempt = (changed: Partial<RestOutcome> = {}): RestOutcome => ({
  limit: 'candles', lane: 'candles', path: 'candles/trade:1m:tBTCUSD/hist', method: 'GET', httpStatus: 200, latencyMs: 30, bytes: 100, attempt: 1, ...changed,
});

type Family = ReturnType<typeof parsePrometheusTextFormat>[number];
type Series = Family['metrics'][number];

const textOf = (hub: Hub): Promise<string> => metricsText(hub.samples());
const scrape = async (hub: Hub): Promise<Family[]> => parsePrometheusTextFormat(await textOf(hub));

/** The series with exactly these labels. */
async function series(hub: Hub, name: string, labels: Record<string, string>): Promise<Series | undefined> {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return (await scrape(hub)).find((family) => family.name === name)?.metrics.find((one) => JSON.stringify(Object.entries(one.labels ?? {}).sort()) === wanted);
}
const value = async (hub: Hub, name: string, labels: Record<string, string>): Promise<number> => Number((await series(hub, name, labels))?.value);

/** The lines of a metric, labels in order of their names. */
const linesOf = (text: string, name: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`))
    .sort();

describe('metrics', () => {
  let hub: Hub;
  beforeEach(() => (hub = new Hub()));
  afterEach(() => hub.end());

  it('are written so that a parser of Prometheus text finds every metric of the table, with its type and help', async () => {
    const { venue } = hub.use(spec('a'));
    venue.hear(attempt({ code: 'RATE_LIMITED' }));
    const families = await scrape(hub);
    const found = new Map(families.map(({ name, type, help }) => [name, [type.toLowerCase(), help]]));
    for (const [name, { type, help }] of Object.entries(METRICS) as [string, Metric][]) {
      // nobody watches the platform yet
      if (name !== 'bitfinex_platform_state') assert.deepEqual(found.get(name), [type, help], name);
    }
    assert.deepEqual([...found.keys()].filter((name) => !(name in METRICS)), []);
  });

  it('have only the labels of the table', async () => {
    const { venue } = hub.use(spec('a'));
    venue.hear(attempt({ code: 'RATE_LIMITED' }));
    for (const { name, metrics } of await scrape(hub)) {
      const { labels: allowed } = METRICS[name as keyof typeof METRICS] as Metric;
      if (name === 'bitfinex_request_duration_seconds') continue;
      for (const { labels = {} } of metrics) assert.deepEqual(Object.keys(labels).sort(), [...allowed].sort(), name);
    }
  });

  it('follow the conventions: a counter ends with _total, times are seconds', () => {
    for (const [name, { type }] of Object.entries(METRICS) as [string, Metric][]) {
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      assert.match(name, /^bitfinex_[a-z_]+$/);
      assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb)(_|$)/);
    }
  });

  it('all stand in the README', () => {
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    const isTold = (name: string): boolean => readme.includes(`\`${name}\``) || readme.includes(`\`...${name.replace(/^bitfinex_limit_starts/, '')}\``);
    assert.deepEqual(Object.keys(METRICS).filter((name) => !isTold(name)), []);
  });

  it('count REST attempts by limit and result, errors by code, retries and bytes', async () => {
    const { venue } = hub.use(spec('a'));
    venue.hear(attempt());
    venue.hear(attempt({ httpStatus: 500, code: 'EXCHANGE_UNREACHABLE', bytes: 0 }));
    venue.hear(attempt({ attempt: 2, bytes: 7 }));
    venue.hear(attempt({ limit: 'auth', code: 'KEY_REFUSED' }));
    assert.equal(await value(hub, 'bitfinex_requests_total', { venue: 'custom', limit: 'candles', result: 'answered' }), 2);
    assert.equal(await value(hub, 'bitfinex_requests_total', { venue: 'custom', limit: 'candles', result: 'unreachable' }), 1);
    assert.equal(await value(hub, 'bitfinex_requests_total', { venue: 'custom', limit: 'auth', result: 'refused' }), 1);
    assert.equal(await value(hub, 'bitfinex_errors_total', { venue: 'custom', code: 'KEY_REFUSED' }), 1);
    assert.equal(await value(hub, 'bitfinex_request_retries_total', { venue: 'custom', limit: 'candles' }), 1);
    assert.equal(await value(hub, 'bitfinex_response_bytes_total', { venue: 'custom', limit: 'candles' }), 107);
  });

  it("show latency as the library's own histogram would, in seconds", async () => {
    const { venue } = hub.use(spec('a'));
    const registry = new Registry();
    const name = 'bitfinex_request_duration_seconds';
    const own = new Histogram({ name, help: METRICS[name].help, labelNames: ['venue', 'limit'], buckets: [...LATENCY_BOUNDS], registers: [registry] });
    for (const [limit, latencyMs] of [['candles', 50], ['candles', 51], ['candles', 300], ['candles', 9_000], ['candles', 20_000], ['book', 100]] as const) {
      venue.hear(attempt({ limit, latencyMs }));
      own.observe({ venue: 'custom', limit }, latencyMs / 1000);
    }
    const text = await textOf(hub);
    assert.deepEqual(linesOf(text, name), linesOf(await registry.metrics(), name));
    assert.ok(text.includes('bitfinex_request_duration_seconds_count{venue="custom",limit="candles"} 5'));
    assert.ok(text.includes(`# TYPE ${name} histogram`));
  });

  it('show the budget of each limit: how much there is, used, free, and who waits', async () => {
    const { venue } = hub.use(spec('a'));
    for (let at = 0; at < 3; at++) await venue.limiter.admit('liquidations');
    const giveUp = new AbortController();
    const waiting = venue.limiter.admit('liquidations', { signal: giveUp.signal }).catch(() => 'given up');
    const of = (name: string): Promise<number> => value(hub, `bitfinex_limit_${name}`, { venue: 'custom', limit: 'liquidations' });
    assert.deepEqual([await of('starts_max'), await of('starts_used'), await of('starts_free'), await of('queue_length'), await of('window_seconds')], [3, 3, 0, 1, 60]);
    assert.ok((await of('next_start_seconds')) > 50);
    venue.limiter.hold('ticker', 30_000);
    const held = await value(hub, 'bitfinex_limit_held_seconds', { venue: 'custom', limit: 'ticker' });
    assert.ok(held > 25 && held <= 30);
    assert.equal(await value(hub, 'bitfinex_limit_starts_free', { venue: 'custom', limit: 'ticker' }), 0);
    giveUp.abort();
    assert.equal(await waiting, 'given up');
  });

  it('show the limits of new sockets once for the whole process', async () => {
    const [one, two] = [hub.use(spec('a')), hub.use(spec('b', 'bitfinex'))];
    await one.venue.connects.admit('connect');
    await two.venue.connects.admit('connect');
    assert.equal(await value(hub, 'bitfinex_limit_starts_used', { venue: 'shared', limit: 'connect' }), 2);
    assert.equal(await series(hub, 'bitfinex_limit_starts_used', { venue: 'custom', limit: 'connect' }), undefined);
  });

  it('add exchanges of one label, and take the shortest of their budgets', async () => {
    const [one, two] = [hub.use(spec('a')), hub.use(spec('b'))];
    one.venue.hear(attempt());
    two.venue.hear(attempt());
    await one.venue.limiter.admit('conf');
    assert.equal(await value(hub, 'bitfinex_venues', { venue: 'custom' }), 2);
    assert.equal(await value(hub, 'bitfinex_requests_total', { venue: 'custom', limit: 'candles', result: 'answered' }), 2);
    assert.deepEqual([await value(hub, 'bitfinex_limit_starts_used', { venue: 'custom', limit: 'conf' }), await value(hub, 'bitfinex_limit_starts_free', { venue: 'custom', limit: 'conf' })], [1, 89]);
  });

  it('never count back: what an exchange has counted stays when nobody uses it any more', async () => {
    const { venue, release } = hub.use(spec('a'));
    venue.hear(attempt());
    release();
    await (hub as unknown as { drop(key: string): Promise<void> }).drop('a');
    assert.equal(hub.find('a'), undefined);
    assert.equal(await value(hub, 'bitfinex_requests_total', { venue: 'custom', limit: 'candles', result: 'answered' }), 1);
    assert.equal(await series(hub, 'bitfinex_limit_starts_used', { venue: 'custom', limit: 'candles' }), undefined);
    hub.use(spec('a')).venue.hear(attempt());
    assert.equal(await value(hub, 'bitfinex_requests_total', { venue: 'custom', limit: 'candles', result: 'answered' }), 2);
  });

  it('count messages at gates', async () => {
    const { venue } = hub.use(spec('a'));
    venue.gates.held += 2;
    venue.gates.dropped++;
    assert.equal(await value(hub, 'bitfinex_gate_messages_total', { venue: 'custom', result: 'held' }), 2);
    assert.equal(await value(hub, 'bitfinex_gate_messages_total', { venue: 'custom', result: 'dropped' }), 1);
  });

  it('count sockets, channels, frames, their bytes and what was wrong, against a running exchange', async () => {
    const exchange = await startExchange({ seed: 3 });
    try {
      const { venue } = hub.use(spec('a', 'custom', exchange));
      const now = (name: string, labels: Record<string, string> = {}): Promise<number> => value(hub, name, { venue: 'custom', ...labels });
      const leave = venue.pool.follow({ channel: 'book', symbol: 'tBTCUSD', precision: 'P0', frequency: 'F0', length: 25 }, () => undefined);
      await until(() => venue.pool.channelStates.includes('live'), 'the book is live', 10_000);
      assert.deepEqual([await now('bitfinex_sockets', { state: 'open' }), await now('bitfinex_channels', { state: 'live' }), await now('bitfinex_sockets_opened_total')], [1, 1, 1]);
      assert.deepEqual(venue.pool.lineStates, [{ state: 'open', channels: 1 }]);
      const [frames, bytes] = [await now('bitfinex_frames_total'), await now('bitfinex_frame_bytes_total')];
      assert.ok(frames > 0 && bytes > 20 * frames, `${frames} frames of ${bytes} bytes`);
      void exchange.trouble.corruptNext({ symbol: 'tBTCUSD', kind: 'badChecksum' });
      await until(() => venue.pool.counts.faults > 0, 'a checksum fails', 15_000);
      assert.equal(await now('bitfinex_channel_faults_total', { reason: 'checksum' }), 1);
      exchange.trouble.dropSockets();
      await until(() => venue.pool.counts.losses > 0, 'the line is lost', 10_000);
      assert.equal(await now('bitfinex_reconnects_total'), 1);
      leave('at-once');
    } finally {
      await exchange.stop();
    }
  });

  it('load their library with the first scrape, not with the nodes', () => {
    const script = `
      require('tsx/cjs');
      const loaded = () => Object.keys(require.cache).some((key) => key.includes('prom-client'));
      const { Hub } = require('./src/shared/link/hub');
      const { metricsText } = require('./src/shared/link/metrics');
      const hub = new Hub();
      const before = loaded();
      metricsText(hub.samples()).then((text) => console.log(JSON.stringify([before, loaded(), text.includes('bitfinex_venues')])));
    `;
    assert.deepEqual(JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: join(__dirname, '../..'), encoding: 'utf8' })), [false, true, true]);
  });
});

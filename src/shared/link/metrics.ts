import type { AggregatorRegistry } from 'prom-client';
import { PLATFORM_STATES } from '../core/maintenance';
import { METRICS, type Metric, type MetricName, type Sample } from '../core/metrics';
import { LATENCY_BOUNDS, type RestCount } from '../core/rest-counts';
import type { Budget } from './limiter';
import type { StreamState } from './stream';
import type { Venue } from './venue';

/** Limits of new sockets: those of the whole process, unless the exchange is the embedded one. */
const CONNECTS = new Set(['connect', 'connectAuth']);

/** Every state has its series from the beginning, so that a graph shows 0 and not nothing. */
const SOCKETS = { open: 0, opening: 0, waiting: 0, maintenance: 0 };
const CHANNELS: Record<StreamState, number> = { connecting: 0, waiting: 0, live: 0, resyncing: 0, stale: 0, offline: 0, maintenance: 0, unverified: 0, refused: 0 };
const PLATFORM = Object.fromEntries(PLATFORM_STATES.map((state) => [state, 0]));
const FAULTS = { checksum: 0, gap: 0, crossed: 0, malformed: 0 };

/** What is known of an exchange in use, in numbers. */
export function samplesOf(venue: Venue): Sample[] {
  const { spec, limiter } = venue;
  const own = limiter.budget().filter(({ limit }) => spec.isSimulated || !CONNECTS.has(limit));
  const samples = [one('bitfinex_venues', {}, 1), ...restSamples(venue), ...lineSamples(venue), ...stateSamples(venue), ...own.flatMap(budgetSamples)];
  return samples.map((sample) => ({ ...sample, labels: { venue: spec.label, ...sample.labels } }));
}

/** The limits that all exchanges of the process share. */
export const sharedSamples = (budget: readonly Budget[]): Sample[] =>
  budget
    .filter(({ limit }) => CONNECTS.has(limit))
    .flatMap(budgetSamples)
    .map((sample) => ({ ...sample, labels: { venue: 'shared', ...sample.labels } }));

/** In the text format of Prometheus, as its own library writes it. That library is loaded with the first scrape, for most flows need none. */
export async function metricsText(sources: readonly (readonly Sample[])[]): Promise<string> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded here and now, not with every flow
  const library = require('prom-client') as { AggregatorRegistry: typeof AggregatorRegistry };
  return library.AggregatorRegistry.aggregate(sources.map(grouped)).metrics();
}

function grouped(samples: readonly Sample[]): object[] {
  return (Object.entries(METRICS) as [MetricName, Metric][]).map(([name, { help, type, across = 'sum' }]) => ({
    name,
    help,
    type,
    aggregator: across,
    values: samples.filter(({ metric }) => metric === name).map(({ series, labels, value }) => ({ labels, value, ...(series === undefined ? {} : { metricName: `${name}_${series}` }) })),
  }));
}

const one = (metric: MetricName, labels: Sample['labels'], value: number): Sample => ({ metric, labels, value });

/** One series for each word. */
const each = (metric: MetricName, label: string, counts: object): Sample[] => Object.entries(counts).map(([word, value]) => one(metric, { [label]: word }, value as number));

function restSamples({ restCounts: { limits, errors } }: Venue): Sample[] {
  const byLimit = [...limits].flatMap(([limit, count]) => [
    ...[...count.results].map(([result, value]) => one('bitfinex_requests_total', { limit, result }, value)),
    one('bitfinex_request_retries_total', { limit }, count.retries),
    one('bitfinex_response_bytes_total', { limit }, count.bytes),
    ...latencySamples(limit, count),
  ]);
  return [...byLimit, ...each('bitfinex_errors_total', 'code', Object.fromEntries(errors))];
}

function latencySamples(limit: string, { within, latencySum, attempts }: RestCount): Sample[] {
  const metric = 'bitfinex_request_duration_seconds';
  const bucket = (bound: string, value: number): Sample => ({ metric, series: 'bucket', labels: { limit, le: bound }, value });
  return [
    ...LATENCY_BOUNDS.map((bound, at) => bucket(String(bound), within[at] as number)),
    bucket('+Inf', attempts),
    { metric, series: 'sum', labels: { limit }, value: latencySum },
    { metric, series: 'count', labels: { limit }, value: attempts },
  ];
}

function lineSamples({ pool: { counts }, lineCounts, gates }: Venue): Sample[] {
  return [
    one('bitfinex_sockets_opened_total', {}, lineCounts.opened),
    one('bitfinex_reconnects_total', {}, counts.losses),
    one('bitfinex_frames_total', {}, counts.frames),
    one('bitfinex_frame_bytes_total', {}, lineCounts.bytes),
    one('bitfinex_malformed_frames_total', {}, counts.malformed),
    one('bitfinex_dropped_rows_total', {}, counts.dropped),
    one('bitfinex_sequence_gaps_total', {}, counts.gaps),
    ...each('bitfinex_channel_faults_total', 'reason', { ...FAULTS, ...Object.fromEntries(counts.faultsBy) }),
    ...each('bitfinex_gate_messages_total', 'result', gates),
  ];
}

function stateSamples(venue: Venue): Sample[] {
  const sockets = numberOf(venue.pool.lineStates.map(({ state }) => state), SOCKETS);
  const channels = numberOf(venue.pool.channelStates, CHANNELS);
  const { state } = venue.platform;
  const platform = state === undefined ? [] : each('bitfinex_platform_state', 'state', numberOf([state], PLATFORM));
  return [...each('bitfinex_sockets', 'state', sockets), ...each('bitfinex_channels', 'state', channels), ...platform];
}

/** How often each word occurs. */
function numberOf(words: readonly string[], none: Readonly<Record<string, number>>): Record<string, number> {
  const counts: Record<string, number> = { ...none };
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function budgetSamples({ limit, max, perMs, used, waiting, waitMs, heldMs, waits, waitedMs }: Budget): Sample[] {
  const labels = { limit };
  return [
    one('bitfinex_limit_starts_max', labels, max),
    one('bitfinex_limit_starts_used', labels, used),
    one('bitfinex_limit_starts_free', labels, heldMs > 0 ? 0 : Math.max(0, max - used)),
    one('bitfinex_limit_window_seconds', labels, perMs / 1000),
    one('bitfinex_limit_queue_length', labels, waiting),
    one('bitfinex_limit_next_start_seconds', labels, waitMs / 1000),
    one('bitfinex_limit_held_seconds', labels, heldMs / 1000),
    one('bitfinex_limit_waits_total', labels, waits),
    one('bitfinex_limit_wait_seconds_total', labels, waitedMs / 1000),
  ];
}

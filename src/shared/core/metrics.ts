/** One metric as Prometheus knows it. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How several exchanges of one label become one number: their sum unless it says otherwise. */
  readonly across?: 'max' | 'min';
  readonly labels: readonly string[];
  readonly help: string;
}

const VENUE = ['venue'] as const;
const LIMIT = ['venue', 'limit'] as const;

/**
 * Every metric, and nowhere else; base units. `venue` is `simulated`, `bitfinex`, `custom`, or `shared` for the limits of
 * new sockets, which the whole process shares. No label holds a name, an address, a symbol or a key.
 */
export const METRICS = {
  bitfinex_venues: { type: 'gauge', labels: VENUE, help: 'Exchanges (sets of addresses) in use' },
  bitfinex_requests_total: { type: 'counter', labels: ['venue', 'limit', 'result'], help: 'REST attempts by limit and by result (answered, or what may be done next: refused, unreachable, unknown, misuse)' },
  bitfinex_request_retries_total: { type: 'counter', labels: LIMIT, help: 'REST attempts that repeated an earlier one' },
  bitfinex_request_duration_seconds: { type: 'histogram', labels: LIMIT, help: 'Time from the start of a REST attempt to the last byte of its answer' },
  bitfinex_response_bytes_total: { type: 'counter', labels: LIMIT, help: 'Bytes of the bodies of REST answers' },
  bitfinex_errors_total: { type: 'counter', labels: ['venue', 'code'], help: 'REST attempts that failed, by error code' },
  bitfinex_limit_starts_max: { type: 'gauge', across: 'max', labels: LIMIT, help: 'Starts that the limit allows in its window' },
  bitfinex_limit_starts_used: { type: 'gauge', across: 'max', labels: LIMIT, help: 'Starts of the limit that count in its window now' },
  bitfinex_limit_starts_free: { type: 'gauge', across: 'min', labels: LIMIT, help: 'Starts that the limit allows at once' },
  bitfinex_limit_window_seconds: { type: 'gauge', across: 'max', labels: LIMIT, help: 'Length of the window of the limit' },
  bitfinex_limit_queue_length: { type: 'gauge', labels: LIMIT, help: 'Starts that wait for the limit now' },
  bitfinex_limit_next_start_seconds: { type: 'gauge', across: 'max', labels: LIMIT, help: 'Time until the limit allows the next start' },
  bitfinex_limit_held_seconds: { type: 'gauge', across: 'max', labels: LIMIT, help: 'Rest of a pause that the exchange asked for' },
  bitfinex_limit_waits_total: { type: 'counter', labels: LIMIT, help: 'Starts that had to wait for the limit' },
  bitfinex_limit_wait_seconds_total: { type: 'counter', labels: LIMIT, help: 'Time that starts have waited for the limit' },
  bitfinex_sockets: { type: 'gauge', labels: ['venue', 'state'], help: 'WebSocket connections by state (open, opening, waiting, maintenance)' },
  bitfinex_sockets_opened_total: { type: 'counter', labels: VENUE, help: 'WebSocket connections that were opened' },
  bitfinex_reconnects_total: { type: 'counter', labels: VENUE, help: 'Lost or failed WebSocket connections, each followed by another attempt' },
  bitfinex_channels: { type: 'gauge', labels: ['venue', 'state'], help: 'Channels that are wanted, by state' },
  bitfinex_frames_total: { type: 'counter', labels: VENUE, help: 'WebSocket frames received' },
  bitfinex_frame_bytes_total: { type: 'counter', labels: VENUE, help: 'Bytes of WebSocket frames received' },
  bitfinex_malformed_frames_total: { type: 'counter', labels: VENUE, help: 'WebSocket frames that could not be read' },
  bitfinex_dropped_rows_total: { type: 'counter', labels: VENUE, help: 'Rows of a channel that were not what its table says, and were left out' },
  bitfinex_sequence_gaps_total: { type: 'counter', labels: VENUE, help: 'Gaps in the sequence numbers of a connection' },
  bitfinex_channel_faults_total: { type: 'counter', labels: ['venue', 'reason'], help: 'Order books that were wrong and were asked for anew, by reason (checksum, ...)' },
  bitfinex_platform_state: { type: 'gauge', across: 'max', labels: ['venue', 'state'], help: '1 for the state of the exchange as its watch sees it (operative, maintenance, restarting, unreachable), 0 for the others' },
  bitfinex_gate_messages_total: { type: 'counter', labels: ['venue', 'result'], help: 'Messages at the gates of maintenance watches (passed, held, released = passed after being held, dropped)' },
} as const satisfies Record<string, Metric>;

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** One value of a metric at one moment. */
export interface Sample {
  readonly metric: MetricName;
  /** Of a histogram: which of its series. */
  readonly series?: 'bucket' | 'sum' | 'count';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Only what counts up lives on when its exchange is no longer in use. */
export const lives = ({ metric }: Sample): boolean => METRICS[metric].type !== 'gauge';

/** Adds what is of the same series. */
export function sum(samples: readonly Sample[]): Sample[] {
  const found = new Map<string, Sample>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.metric, sample.series, sample.labels]);
    found.set(key, { ...sample, value: sample.value + (found.get(key)?.value ?? 0) });
  }
  return [...found.values()];
}

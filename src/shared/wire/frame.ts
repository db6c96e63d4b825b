import { event, type EventFrame } from './event';

/**
 * What the exchange sent, as one tagged union. Arrays are channel frames, objects are events (bitfinex-v2.md 2).
 * Trailing elements exist only where `conf` asked for them: first the sequence number, then the server's time.
 */
export type Frame = EventFrame | ChannelFrame | MalformedFrame;

export type ChannelFrame = { readonly chanId: number; readonly sequence: number | undefined; readonly timestamp: number | undefined } & (
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'checksum'; readonly value: number }
  /** a list of rows: the snapshot */
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  /** one row without a type: an update */
  | { readonly kind: 'row'; readonly row: readonly unknown[] }
  /** `te`, `tu`, `fte`, `ftu`, and everything on channel 0 */
  | { readonly kind: 'typed'; readonly type: string; readonly payload: unknown }
);

export interface MalformedFrame {
  readonly kind: 'malformed';
  readonly reason: string;
}

const malformed = (reason: string): MalformedFrame => ({ kind: 'malformed', reason });

/** Reads one text frame. Never throws: whatever makes no sense is `malformed` and says why. */
export function readFrame(source: string): Frame {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return malformed('not JSON');
  }
  if (Array.isArray(parsed)) return channelFrame(parsed);
  if (typeof parsed === 'object' && parsed !== null) return event(parsed as Record<string, unknown>);
  return malformed('neither an array nor an object');
}

/** The hot path: one object for each frame and no copy of the payload. */
function channelFrame(frame: readonly unknown[]): ChannelFrame | MalformedFrame {
  const chanId = frame[0];
  if (!Number.isSafeInteger(chanId)) return malformed('no channel id');
  const id = chanId as number;
  const payload = frame[1];
  if (typeof payload === 'string') return typedFrame(id, payload, frame);
  if (!Array.isArray(payload)) return malformed('no payload');
  const sequence = trailer(frame[2]);
  const timestamp = trailer(frame[3]);
  return payload.length === 0 || Array.isArray(payload[0])
    ? { kind: 'rows', chanId: id, rows: payload, sequence, timestamp }
    : { kind: 'row', chanId: id, row: payload, sequence, timestamp };
}

function typedFrame(chanId: number, type: string, frame: readonly unknown[]): ChannelFrame | MalformedFrame {
  if (type === 'hb') return { kind: 'heartbeat', chanId, sequence: trailer(frame[2]), timestamp: trailer(frame[3]) };
  const trailers = { sequence: trailer(frame[3]), timestamp: trailer(frame[4]) };
  if (type === 'cs') {
    return Number.isSafeInteger(frame[2]) ? { kind: 'checksum', chanId, value: frame[2] as number, ...trailers } : malformed('checksum is no integer');
  }
  return { kind: 'typed', chanId, type, payload: frame[2], ...trailers };
}

const trailer = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

import { encodeEvent, event, type EventFrame } from './event';

/**
 * What the exchange sent, as one tagged union. Arrays are channel frames, objects are events (bitfinex-v2.md 2).
 * Trailing elements exist only where `conf` asked for them (2.4): the sequence number of the socket, on channel 0 also the
 * account's, and the server's time in ms.
 */
export type Frame = EventFrame | ChannelFrame | MalformedFrame;

/** A frame of a channel; `timestamp` is the exchange's time in ms. */
export type ChannelFrame = { readonly chanId: number; readonly sequence: number | undefined; readonly timestamp: number | undefined } & (
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'checksum'; readonly value: number }
  /** a list of rows: the snapshot */
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  /** one row without a type: an update */
  | { readonly kind: 'row'; readonly row: readonly unknown[] }
  /** `te`, `tu`, `fte`, `ftu`, and everything on channel 0, which alone has an `authSequence` */
  | { readonly kind: 'typed'; readonly type: string; readonly payload: unknown; readonly authSequence?: number | undefined }
);

/** What makes no sense, and why. */
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
  const sequence = sequenceIn(frame, 2);
  const timestamp = timeIn(frame, 2);
  return payload.length === 0 || Array.isArray(payload[0])
    ? { kind: 'rows', chanId: id, rows: payload, sequence, timestamp }
    : { kind: 'row', chanId: id, row: payload, sequence, timestamp };
}

function typedFrame(chanId: number, type: string, frame: readonly unknown[]): ChannelFrame | MalformedFrame {
  if (type === 'hb') return { kind: 'heartbeat', chanId, sequence: sequenceIn(frame, 2), timestamp: timeIn(frame, 2) };
  const sequence = sequenceIn(frame, 3);
  const timestamp = timeIn(frame, 3);
  if (type === 'cs') {
    return Number.isSafeInteger(frame[2]) ? { kind: 'checksum', chanId, value: frame[2] as number, sequence, timestamp } : malformed('checksum is no integer');
  }
  const typed = { kind: 'typed', chanId, type, payload: frame[2], sequence, timestamp } as const;
  const authSequence = chanId === 0 ? sequenceIn(frame, 4) : undefined;
  return authSequence === undefined ? typed : { ...typed, authSequence };
}

/** Which trailer is which depends on flags that a frame does not tell, but no socket lives for 1e11 frames. */
const TIME_FROM = 1e11;

function sequenceIn(frame: readonly unknown[], at: number): number | undefined {
  const value = frame[at];
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < TIME_FROM ? (value as number) : undefined;
}

function timeIn(frame: readonly unknown[], from: number): number | undefined {
  // three places at most: [..., sequence, authSequence, time]
  for (let at = from; at < frame.length && at < from + 3; at += 1) {
    const value = frame[at];
    if (Number.isSafeInteger(value) && (value as number) >= TIME_FROM) return value as number;
  }
  return undefined;
}

/** The frame as the exchange writes it: the way back from {@link readFrame}, before `JSON.stringify`. */
export function encodeFrame(frame: Exclude<Frame, MalformedFrame>): unknown {
  switch (frame.kind) {
    case 'heartbeat':
      return trailed([frame.chanId, 'hb'], frame);
    case 'checksum':
      return trailed([frame.chanId, 'cs', frame.value], frame);
    case 'rows':
      return trailed([frame.chanId, frame.rows], frame);
    case 'row':
      return trailed([frame.chanId, frame.row], frame);
    case 'typed':
      return trailed([frame.chanId, frame.type, frame.payload], frame);
    default:
      return encodeEvent(frame);
  }
}

function trailed(elements: unknown[], frame: ChannelFrame): unknown[] {
  const authSequence = frame.kind === 'typed' ? frame.authSequence : undefined;
  for (const trailer of [frame.sequence, authSequence, frame.timestamp]) if (trailer !== undefined) elements.push(trailer);
  return elements;
}

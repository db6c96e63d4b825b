import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { keyOfRequest } from '../../core/channel';
import { event, type ChannelRequest } from '../../wire/event';
import type { Source } from '../../wire/keys';

/** One line of a recording: what one side of one connection sent. */
export interface RecordedLine {
  /** receive time, seconds; null where the recording has only order */
  readonly t: number | null;
  readonly conn: string;
  readonly dir: 'in' | 'out' | 'open';
  readonly frame: string;
}

/** A channel that was subscribed while the recording ran, and its first payload. */
export interface RecordedChannel {
  readonly id: string;
  /** `book tBTCUSD P0 F0 25` */
  readonly text: string;
  readonly request: ChannelRequest;
  first?: unknown;
}

/** Which channel a frame belongs to; ids are unique on one connection only. */
export const idOf = (conn: string, chanId: unknown): string => `${conn} ${String(chanId)}`;

/** The lines of a JSONL file, plain or .gz, chunk by chunk: never the whole file in memory. */
export async function* linesOf(path: string): AsyncGenerator<string[]> {
  const file = createReadStream(path);
  // an error of the file must end the unzipping too
  const stream = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  stream.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield lines;
    }
  } catch (error) {
    // a recorder that was killed leaves an unfinished .gz: what is in it is played
    if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw error;
  }
  if (rest !== '') yield [rest];
}

/** The line, or `undefined` where it is none (a recorder that was killed leaves half a line). */
export function readLine(text: string): RecordedLine | undefined {
  try {
    const line = JSON.parse(text) as RecordedLine | null;
    return typeof line === 'object' && line !== null && typeof line.frame === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}

/** The array frame of a line from the exchange, or `undefined`. */
export function readArray(line: RecordedLine): unknown[] | undefined {
  if (line.dir !== 'in' || !line.frame.startsWith('[')) return undefined;
  try {
    return JSON.parse(line.frame) as unknown[];
  } catch {
    return undefined;
  }
}

/**
 * One quick pass over the whole recording: its channels, each with its first payload, so that a client who comes before the
 * replay begins gets the snapshot the recording begins with. Lines without an acknowledgement are not even parsed.
 */
export async function readChannels(path: string): Promise<RecordedChannel[]> {
  const channels: RecordedChannel[] = [];
  const expecting = new Map<string, RecordedChannel>();
  for await (const texts of linesOf(path)) {
    for (const text of texts) {
      if (expecting.size === 0 && !text.includes('subscribed')) continue;
      const line = readLine(text);
      if (line === undefined || line.dir !== 'in') continue;
      const channel = subscribedOf(line);
      if (channel !== undefined) {
        channels.push(channel);
        expecting.set(channel.id, channel);
      } else takeFirst(expecting, line);
    }
  }
  return channels;
}

/** The channel that this line acknowledges. */
export function subscribedOf(line: RecordedLine): RecordedChannel | undefined {
  if (!line.frame.startsWith('{') || !line.frame.includes('"subscribed"')) return undefined;
  try {
    const read = event(JSON.parse(line.frame) as Source);
    return read.kind === 'subscribed' ? { id: idOf(line.conn, read.chanId), text: keyOfRequest(read.request), request: read.request } : undefined;
  } catch {
    return undefined;
  }
}

function takeFirst(expecting: Map<string, RecordedChannel>, line: RecordedLine): void {
  const frame = readArray(line);
  const channel = frame && expecting.get(idOf(line.conn, frame[0]));
  if (channel === undefined || !Array.isArray(frame?.[1])) return;
  channel.first = frame[1];
  expecting.delete(channel.id);
}

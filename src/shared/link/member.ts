import type { Stop } from '../core/clock';
import { Connection, type ConnectionContext, type ConnectionEvents } from './connection';
import type { Stream } from './stream';

/** One connection of the pool, with what is true for its present line only. */
export class Member {
  /** The way of a frame: channel id to stream. Ids mean something on this line only. */
  readonly routes = new Map<number, Stream>();
  /** When a gap last made the pool ask for channels anew. */
  gapHandledAt = -Infinity;
  private readonly connection: Connection;
  /** Requests that wait for their answer, by key. */
  private readonly unanswered = new Map<string, Stop>();
  private sequence: number | undefined;

  constructor(context: ConnectionContext, events: ConnectionEvents) {
    this.connection = new Connection(context, events);
  }

  get state(): 'open' | 'opening' | 'waiting' {
    return this.connection.state;
  }

  send(text: string): boolean {
    return this.connection.send(text);
  }

  cut(reason: string): void {
    this.connection.cut(reason);
  }

  end(): void {
    this.clear();
    this.connection.end();
  }

  /** Answers a question: is it still the same line as now? */
  sameLine(): () => boolean {
    const { epoch } = this.connection;
    return () => this.connection.epoch === epoch;
  }

  /** A request left; `timeout` is its deadline. */
  await(key: string, timeout: Stop): void {
    this.unanswered.get(key)?.();
    this.unanswered.set(key, timeout);
  }

  /** Its answer came, or its time is over; `false` when nothing of that key was waiting. */
  answered(key: string): boolean {
    this.unanswered.get(key)?.();
    return this.unanswered.delete(key);
  }

  /** Counts the sequence number; is one missing before it? */
  skipped(sequence: number | undefined): boolean {
    const expected = this.sequence === undefined ? sequence : this.sequence + 1;
    this.sequence = sequence;
    return sequence !== expected;
  }

  isSilent(now: number): boolean {
    return this.connection.isSilent(now);
  }

  /** This process stood still: nobody else was silent. */
  forgive(now: number): void {
    this.connection.pulse.beat(now);
    for (const { pulse } of this.routes.values()) pulse.beat(now);
  }

  /** The line is gone. Answers the streams that were on it. */
  clear(): Stream[] {
    const streams = [...this.routes.values()];
    for (const stop of this.unanswered.values()) stop();
    this.unanswered.clear();
    this.routes.clear();
    this.sequence = undefined;
    return streams;
  }
}

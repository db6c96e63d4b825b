import type { Clock } from '../../core/clock';
import { FLAGS } from '../../wire/event';

/** What the exchange says of an input that a client asked for; such a notification has no public number (bitfinex-v2.md 2.4). */
const isReply = (type: string, payload: unknown): boolean => type === 'n' && Array.isArray(payload) && /-req$/.test(String(payload[1]));

/**
 * Writes the array frames of one socket, with the numbers and times that its flags ask for (bitfinex-v2.md 2.4). The
 * account's number counts only where it is shown, so that a client who asks for it late finds no gap.
 */
export class FrameWriter {
  flags = 0;
  private sequence = 0;
  private authSequence = 0;

  constructor(private readonly clock: Clock) {}

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** A frame of a public channel, or a heartbeat of channel 0; `payload` is JSON. */
  open(chanId: number, payload: string): string {
    const sequence = ++this.sequence;
    return `[${chanId},${payload}${this.has(FLAGS.sequence) ? `,${sequence}` : ''}${this.time()}]`;
  }

  /** A frame of channel 0. Notifications do not advance the account's number. */
  closed(type: string, payload: unknown): string {
    const isNumbered = this.has(FLAGS.sequence);
    if (!isReply(type, payload)) this.sequence += 1;
    if (isNumbered && type !== 'n') this.authSequence += 1;
    const numbers = isReply(type, payload) ? [this.authSequence] : [this.sequence, this.authSequence];
    return `[0,"${type}",${JSON.stringify(payload)}${isNumbered ? `,${numbers.join(',')}` : ''}${this.time()}]`;
  }

  private time(): string {
    return this.has(FLAGS.timestamp) ? `,${this.clock.now()}` : '';
  }
}

import type { ChannelFrame } from '../wire/frame';
import { Book, type BookFact } from './book';
import { isFunding, isVerifiable, type Channel } from './channel';
import type { BookNews, Fault, Feed, Verified } from './feed';
import type { Level } from './level';

/** A book channel: nothing leaves before a snapshot, nor after a fault until the next one. */
export class BookFeed implements Feed {
  private readonly book: Book;
  private readonly verifiable: boolean;
  /** No side ever held more than its length (bitfinex-v2.md 3.3): twice as much has missed many deletes. */
  private readonly mostLevels: number;
  private sound = false;
  private confirmed = false;
  private timestamp: number | undefined;
  private sequence: number | undefined;

  constructor(channel: Extract<Channel, { channel: 'book' }>) {
    this.book = new Book(channel.precision, isFunding(channel.symbol));
    this.verifiable = isVerifiable(channel.symbol, channel.length);
    this.mostLevels = 2 * channel.length;
  }

  get verified(): Verified {
    return this.verifiable && (this.confirmed || 'pending');
  }

  receive(frame: ChannelFrame): BookNews | Fault | undefined {
    switch (frame.kind) {
      case 'row':
        return this.sound ? this.update(frame) : undefined;
      case 'rows':
        return this.changed(this.book.reset(frame.rows), undefined, frame);
      case 'checksum':
        return this.sound && this.verifiable ? this.check(frame) : undefined;
      default:
        return undefined;
    }
  }

  welcome(): BookNews | undefined {
    return this.sound ? this.news(undefined) : undefined;
  }

  mark(): number {
    return 0;
  }

  restart(): void {
    this.sound = false;
    this.confirmed = false;
  }

  private update(frame: ChannelFrame & { kind: 'row' }): BookNews | Fault {
    const level = this.book.read(frame.row);
    if (level === undefined) return this.fault('malformed');
    return this.changed(this.book.apply(level), [level], frame);
  }

  private changed(fact: BookFact, changes: readonly Level[] | undefined, frame: ChannelFrame): BookNews | Fault {
    if (fact !== 'changed') return this.fault(fact);
    if (this.book.bids.levels.length > this.mostLevels || this.book.asks.levels.length > this.mostLevels) return this.fault('gap');
    this.sound = true;
    this.confirmed = false;
    this.stamp(frame);
    return this.news(changes);
  }

  private check(frame: ChannelFrame & { kind: 'checksum' }): BookNews | Fault {
    if (this.book.checksum() !== frame.value) return this.fault('checksum');
    this.confirmed = true;
    this.stamp(frame);
    return this.news([]);
  }

  private fault(reason: Fault['reason']): Fault {
    this.restart();
    return { kind: 'fault', reason };
  }

  private stamp(frame: ChannelFrame): void {
    this.timestamp = frame.timestamp;
    this.sequence = frame.sequence;
  }

  private news(changes: readonly Level[] | undefined): BookNews {
    return { kind: 'book', book: this.book, changes, verified: this.verified, timestamp: this.timestamp, sequence: this.sequence };
  }
}

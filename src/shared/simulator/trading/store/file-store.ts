import type { Clock } from '../../../core/clock';
import type { AccountEvent } from '../account/account-event';
import type { AccountState } from '../account/account-state';
import type { AccountStore, StoreHost } from './account-store';
import type { Belongings } from '../access/belongings';
import type { LogEntry } from './event-log';
import type { Kept, Owner, Snapshot } from './kept';
import type { PaperUser } from '../account/paper-account';
import { readState, type ReadState } from './read-state';
import { StateFile } from './state-file';
import { StateWriter } from './state-writer';

/** How a store is opened. */
export interface StoreOptions {
  readonly clock: Clock;
  /** Hears what is wrong with the files, in words for a person. */
  readonly report: (text: string) => void;
}

/** Keeps the accounts of one exchange in a file and its log. */
export class FileStore implements AccountStore {
  private readonly kept: Kept;
  private readonly writer: StateWriter;
  private host: StoreHost | undefined;
  /** Used since the last entry. */
  private nonces: Record<string, number> = {};

  private constructor(file: StateFile, { kept, files }: ReadState, { clock, report }: StoreOptions) {
    this.kept = kept;
    this.writer = new StateWriter({ file, clock, report, snapshot: () => this.snapshot() }, files);
  }

  /** @throws NewerStateError for files that must be left as they are */
  static open(path: string, options: StoreOptions): FileStore {
    const file = new StateFile(path);
    const stamp = new Date(options.clock.now()).toISOString().replace(/\W/g, '-');
    return new FileStore(file, readState({ file, stamp, report: options.report }), options);
  }

  get prices(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.kept.prices);
  }

  begin(host: StoreHost): void {
    this.host = host;
    if (this.kept.owners.size > 0) this.writer.catchUp();
  }

  resume({ userId }: PaperUser): AccountState | undefined {
    return this.kept.owners.get(userId)?.state;
  }

  record(user: PaperUser, event: AccountEvent): void {
    const symbol = symbolOf(event, this.ownerOf(user).state);
    const price = symbol === undefined ? undefined : this.host?.priceOf(symbol);
    this.write(user, { event, ...(symbol === undefined || price === undefined ? {} : { prices: { [symbol]: price } }) });
  }

  canKeep(): boolean {
    return this.writer.canKeep();
  }

  atOnce<T>(task: () => T): T {
    return this.writer.hold(task);
  }

  forget({ userId }: PaperUser): void {
    this.kept.owners.delete(userId);
  }

  lastNonce(apiKey: string): number {
    return this.kept.nonces.get(apiKey) ?? 0;
  }

  /** Written with what happens next, or at the end: a key that only reads is no reason to write. */
  useNonce(apiKey: string, nonce: number): void {
    this.nonces[apiKey] = nonce;
    this.kept.nonces.set(apiKey, nonce);
    this.writer.note();
  }

  belongings({ userId }: PaperUser): Belongings | undefined {
    return this.kept.owners.get(userId)?.belongings;
  }

  keepBelongings(user: PaperUser, belongings: Belongings): void {
    this.ownerOf(user).belongings = belongings;
    this.write(user, { belongings });
  }

  end(): void {
    this.writer.end();
  }

  private write({ userId }: PaperUser, facts: Pick<LogEntry, 'event' | 'belongings' | 'prices'>): void {
    const nonces = Object.keys(this.nonces).length === 0 ? {} : { nonces: this.nonces };
    const entry = { number: this.kept.number + 1, userId, ...facts, ...nonces };
    this.nonces = {};
    this.kept.take(entry);
    this.writer.add(entry);
  }

  private ownerOf({ userId }: PaperUser): Owner {
    const known = this.kept.owners.get(userId);
    if (known !== undefined) return known;
    if (this.host === undefined) throw new Error('the exchange of this store has not begun');
    const owner = { state: this.host.stateOf(userId), belongings: undefined };
    this.kept.owners.set(userId, owner);
    return owner;
  }

  private snapshot(): Snapshot {
    this.host?.notePlaces();
    for (const { state } of this.kept.owners.values()) {
      for (const { symbol } of [...state.orders.values(), ...state.positions.values()]) this.notePrice(symbol);
    }
    return this.kept.snapshot();
  }

  private notePrice(symbol: string): void {
    const price = this.host?.priceOf(symbol);
    if (price !== undefined) this.kept.prices.set(symbol, price);
  }
}

/** The market that an event is about. */
function symbolOf(event: AccountEvent, { orders, trades }: AccountState): string | undefined {
  if (event.kind === 'accepted') return event.order.symbol;
  if ('symbol' in event) return event.symbol;
  if (event.kind === 'filled') return trades.at(-1)?.symbol;
  return 'id' in event ? orders.get(event.id)?.symbol : undefined;
}

import { BookTraffic } from './book-traffic';
import { Luck } from './luck';

/** What a receiver asks for: the fields of the subscribe request. */
export type Wanted = { channel: 'book'; symbol: string; prec: 'P0'; freq: 'F0'; len: '25' | '100' } | { channel: 'trades' | 'ticker'; symbol: string } | { channel: 'candles'; key: string };

interface Live {
  readonly chanId: number;
  /** Share of the frames, relative to the others. */
  readonly weight: number;
  snapshot(): unknown;
  /** What stands behind the channel id in each of the next frames. */
  next(): unknown[][];
}

/** What a prepared round holds, so that the receivers' counts can be checked against it. */
export interface Contents {
  readonly frames: number;
  readonly checksums: number;
}

/** One `cs` after as many rows. */
const CHECKSUM_EVERY = 64;

const START = Date.UTC(2025, 0, 1);

/** All that one socket sends after its subscriptions: the same for every receiver, with one row of sequence numbers. */
export class Traffic {
  private readonly luck = new Luck(7);
  private readonly channels = new Map<string, Live>();
  private sequence: number;

  constructor(wanted: readonly Wanted[]) {
    wanted.forEach((one, at) => this.channels.set(keyOf(one), this.live(one, at)));
    this.sequence = wanted.length;
  }

  chanIdOf(wanted: Wanted): number | undefined {
    return this.channels.get(keyOf(wanted))?.chanId;
  }

  /** The first frame of a channel; the receiver's socket counts its sequence from 1. */
  snapshot(wanted: Wanted, sequence: number): string {
    const live = this.channels.get(keyOf(wanted)) as Live;
    return JSON.stringify([live.chanId, live.snapshot(), sequence, START]);
  }

  /** At least `count` further frames. */
  frames(count: number): { texts: string[]; contents: Contents } {
    const texts: string[] = [];
    let checksums = 0;
    while (texts.length < count) {
      const { chanId, next } = this.pick();
      for (const elements of next()) {
        if (elements[0] === 'cs') checksums++;
        texts.push(JSON.stringify([chanId, ...elements, ++this.sequence, START + this.sequence * 10]));
      }
    }
    return { texts, contents: { frames: texts.length, checksums } };
  }

  /** What a quiet exchange sends: a heartbeat for each channel in turn. */
  heartbeats(rounds: number): string[] {
    const ids = Array.from({ length: rounds }, () => [...this.channels.values()].map(({ chanId }) => chanId)).flat();
    return ids.map((chanId) => JSON.stringify([chanId, 'hb', ++this.sequence, START + this.sequence * 10]));
  }

  private pick(): Live {
    const all = [...this.channels.values()];
    let left = this.luck.next() * all.reduce((sum, { weight }) => sum + weight, 0);
    return all.find(({ weight }) => (left -= weight) < 0) ?? (all[0] as Live);
  }

  private live(wanted: Wanted, at: number): Live {
    const chanId = 500_000 + at * 37;
    if (wanted.channel === 'book') return { chanId, ...bookSource(this.luck, Number(wanted.len), at) };
    const sources = { trades: tradesSource, ticker: tickerSource, candles: candlesSource };
    return { chanId, ...sources[wanted.channel](this.luck) };
  }
}

/** The exchange's id of what is wanted. */
export const symbolOf = (wanted: Wanted): string => ('symbol' in wanted ? wanted.symbol : (wanted.key.split(':')[2] as string));

const keyOf = (wanted: Wanted): string => `${wanted.channel} ${symbolOf(wanted)} ${'len' in wanted ? wanted.len : ''}`;

type Source = Omit<Live, 'chanId'>;

function bookSource(luck: Luck, length: number, at: number): Source {
  const book = new BookTraffic(luck, length, at % 4, 500_000 + luck.below(400_000));
  let rows = 0;
  const withChecksum = (row: unknown): unknown[][] => (++rows % CHECKSUM_EVERY === 0 ? [[row], ['cs', 0]] : [[row]]);
  const next = (): unknown[][] => {
    const elements = book.next().flatMap(withChecksum);
    // a checksum stands for the state after all rows of one change
    const sums = elements.filter(([kind]) => kind === 'cs').map(() => ['cs', book.checksum()]);
    return [...elements.filter(([kind]) => kind !== 'cs'), ...sums];
  };
  return { weight: 10, snapshot: () => book.snapshot(), next };
}

/** Each trade is announced twice, `te` and then `tu`. */
function tradesSource(luck: Luck): Source {
  let id = 0;
  const trade = (): number[] => [++id * 3, START + id * 50, (luck.next() < 0.5 ? -1 : 1) * luck.amount(), 60_000 + luck.below(1000) / 10];
  const next = (): unknown[][] => {
    const row = trade();
    return [['te', row], ['tu', row]];
  };
  const recent = Array.from({ length: 30 }, trade).reverse();
  return { weight: 2, snapshot: () => recent, next };
}

/** A ticker and, as often, the heartbeat of a quiet channel. */
function tickerSource(luck: Luck): Source {
  const row = (): number[] => [60_000 + luck.below(100), luck.amount() * 20, 60_100 + luck.below(100), luck.amount() * 20, -luck.below(900), -0.0123, 60_050, 812.51, 61_000, 58_000];
  const first = row();
  const next = (): unknown[][] => [luck.next() < 0.5 ? ['hb'] : [row()]];
  return { weight: 2, snapshot: () => first, next };
}

const MINUTE = 60_000;

/** The running candle of a minute that changes with each trade; every fiftieth row begins the next minute. */
function candlesSource(luck: Luck): Source {
  let at = START;
  let row = [at, 60_000, 60_000, 60_000, 60_000, 0];
  const next = (): unknown[][] => {
    const close = 60_000 + luck.below(1000) / 10;
    if (luck.below(50) === 0) row = [(at += MINUTE), close, close, close, close, luck.amount()];
    else row = [at, row[1] as number, close, Math.max(row[3] as number, close), Math.min(row[4] as number, close), (row[5] as number) + luck.amount()];
    return [[row]];
  };
  const recent = Array.from({ length: 120 }, (_, ago) => [START - ago * MINUTE, 60_000, 60_010, 60_020, 59_990, 12.5]);
  return { weight: 10, snapshot: () => recent, next };
}

import type { LineEvents, OpenLine } from '../../src/shared/link/socket';

type Json = Record<string, unknown>;

/** One line in memory: the test is the exchange. */
export class FakeLine {
  readonly sent: Json[] = [];
  ended = false;
  private nextId = 100;
  private sequence = 0;

  constructor(private readonly events: LineEvents) {}

  /** TCP and upgrade are through, and the exchange greets. */
  greet(info: Json = { version: 2, platform: { status: 1 } }): void {
    this.events.opened();
    this.event({ event: 'info', ...info });
  }

  /** Greets, and answers `conf`. */
  ready(): this {
    this.greet();
    this.event({ event: 'conf', status: 'OK', flags: this.requests('conf')[0]?.['flags'] });
    return this;
  }

  /** Accepts that the socket opened, and says nothing. */
  openSilently(): void {
    this.events.opened();
  }

  event(event: Json): void {
    if (!this.ended) this.events.text(JSON.stringify(event));
  }

  /** A channel frame with the next sequence number. */
  frame(chanId: number, ...parts: unknown[]): void {
    if (!this.ended) this.events.text(JSON.stringify([chanId, ...parts, ++this.sequence, 1_700_000_000_000]));
  }

  raw(text: string): void {
    if (!this.ended) this.events.text(text);
  }

  /** A frame got lost on the way. */
  skip(): void {
    this.sequence++;
  }

  close(reason = 'closed (1006)', retryAfterMs = 0): void {
    if (this.ended) return;
    this.ended = true;
    this.events.closed(reason, retryAfterMs);
  }

  requests(event: string): Json[] {
    return this.sent.filter((frame) => frame['event'] === event);
  }

  /** Acknowledges the newest request for this channel; answers its id. */
  acknowledge(channel: string, symbol: string, id = this.nextId++): number {
    const request = this.requests('subscribe').findLast((one) => one['channel'] === channel && one['symbol'] === symbol);
    if (request === undefined) throw new Error(`nobody asked for ${channel} ${symbol}`);
    this.event({ ...request, event: 'subscribed', chanId: id, pair: symbol.slice(1) });
    return id;
  }

  unsubscribed(chanId: number): void {
    this.event({ event: 'unsubscribed', status: 'OK', chanId });
  }
}

/** All lines that were opened, in order. */
export class FakeLines {
  readonly lines: FakeLine[] = [];
  readonly openedAt: number[] = [];

  constructor(private readonly now: () => number) {}

  readonly open: OpenLine = (_url, events) => {
    const line = new FakeLine(events);
    this.lines.push(line);
    this.openedAt.push(this.now());
    return {
      send: (text) => {
        line.sent.push(JSON.parse(text) as Json);
        return !line.ended;
      },
      end: () => {
        line.ended = true;
      },
    };
  };

  get last(): FakeLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('no line was opened');
    return line;
  }
}

import WebSocket from 'ws';

export type Json = Record<string, unknown>;

/** A plain client that keeps every frame, and waits for facts instead of milliseconds. It shares no code with src. */
export class Client {
  readonly frames: unknown[] = [];
  readonly texts: string[] = [];
  closedWith: number | undefined;
  private readonly waiting = new Set<() => void>();
  private readonly opened: Promise<void>;

  constructor(
    url: string,
    readonly socket = new WebSocket(url),
  ) {
    this.opened = new Promise((done, fail) => {
      socket.once('open', done);
      socket.once('error', fail);
    });
    this.opened.catch(() => undefined);
    socket.on('message', (data) => this.hear(String(data)));
    socket.on('close', (code) => {
      this.closedWith = code;
      this.look();
    });
    socket.on('error', () => undefined);
  }

  static async open(url: string, flags = 0): Promise<Client> {
    const client = new Client(url);
    await client.opened;
    await client.event((frame) => frame['event'] === 'info');
    if (flags > 0) client.send({ event: 'conf', flags });
    return client;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Subscribes and gives the channel id. */
  async subscribe(request: Json): Promise<number> {
    const subId = this.frames.length + 1;
    this.send({ event: 'subscribe', ...request, subId });
    const answer = await this.event((frame) => frame['subId'] === subId);
    if (answer['event'] !== 'subscribed') throw new Error(JSON.stringify(answer));
    return answer['chanId'] as number;
  }

  /** The first event, old or new, for which this holds. */
  async event(holds: (frame: Json) => boolean): Promise<Json> {
    return (await this.frame((frame) => !Array.isArray(frame) && holds(frame as Json))) as Json;
  }

  async frame(holds: (frame: unknown) => boolean): Promise<unknown> {
    await this.until(() => this.frames.some(holds));
    return this.frames.find(holds);
  }

  /** The array frames of a channel, without heartbeats. */
  of(chanId: number): unknown[][] {
    return this.frames.filter((frame): frame is unknown[] => Array.isArray(frame) && frame[0] === chanId && frame[1] !== 'hb');
  }

  /** Waits until this holds; it is asked again with each frame. */
  until(holds: () => boolean, withinMs = 15_000): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => finish(() => fail(new Error(`not within ${withinMs} ms: ${String(holds)}`))), withinMs);
      const look = (): void => void (holds() && finish(done));
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
        end();
      };
      this.waiting.add(look);
      look();
    });
  }

  close(): void {
    this.socket.terminate();
  }

  private hear(text: string): void {
    this.texts.push(text);
    this.frames.push(parsed(text));
    this.look();
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { createHmac } from 'node:crypto';
import type { Exchange } from '../../../src/shared/simulator/exchange';
import { Client, type Json } from '../client';
import { ask } from '../http';

export interface ShownKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** What a call came to. */
export interface Answered {
  readonly status: number | undefined;
  readonly body: unknown;
}

const sha384 = (secret: string, text: string): string => createHmac('sha384', secret).update(text).digest('hex');

/** Signs as the documentation says, for one key and both doors. It shares no code with src. */
export class SignedClient {
  private nonce = Date.now() * 1000;

  constructor(
    private readonly exchange: Pick<Exchange, 'rest' | 'ws'>,
    readonly key: ShownKey,
  ) {}

  /** The nonce of the next call. */
  next(): number {
    return ++this.nonce;
  }

  /** POST to `auth/PATH`; what is given besides goes wrong in just that way. */
  async post(path: string, given: unknown = {}, wrong: { nonce?: string; signature?: string; apiKey?: string; signedBody?: string } = {}): Promise<Answered> {
    const body = typeof given === 'string' ? given : JSON.stringify(given);
    const nonce = wrong.nonce ?? String(this.next());
    const signature = wrong.signature ?? sha384(this.key.apiSecret, `/api/v2/auth/${path}${nonce}${wrong.signedBody ?? body}`);
    const headers = { 'content-type': 'application/json', 'bfx-nonce': nonce, 'bfx-apikey': wrong.apiKey ?? this.key.apiKey, 'bfx-signature': signature };
    const outcome = await ask(`${this.exchange.rest}/v2/auth/${path}`, { method: 'POST', body, headers });
    return { status: outcome.status, body: parsed(outcome.body) };
  }

  /** What a read answers. @throws Error for anything but HTTP 200 */
  async read<T = unknown[][]>(path: string, body: unknown = {}): Promise<T> {
    const answered = await this.post(path, body);
    if (answered.status !== 200) throw new Error(`${path}: ${JSON.stringify(answered.body)}`);
    return answered.body as T;
  }

  /** The frame of a login; what is given replaces its fields. */
  login(fields: Json = {}): Json {
    const authNonce = fields['authNonce'] ?? this.next();
    const authPayload = fields['authPayload'] ?? `AUTH${String(authNonce)}`;
    return { event: 'auth', apiKey: this.key.apiKey, authNonce, authPayload, authSig: sha384(this.key.apiSecret, String(authPayload)), ...fields };
  }

  /** A socket that is logged in. */
  async open(fields: Json = {}, flags = 0): Promise<Client> {
    const client = await Client.open(this.exchange.ws, flags);
    client.send(this.login(fields));
    const answer = await client.event(({ event }) => event === 'auth');
    if (answer['status'] !== 'OK') throw new Error(JSON.stringify(answer));
    return client;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccountStore } from '../store/account-store';
import { refused, type Refusal } from '../orders/order-wish';
import type { PaperUser } from '../account/paper-account';
import type { AccountGiven, KeyGiven } from './paper-keys';
import type { Caps } from './permissions';

/** What a client shows at either door; nothing of it is to be trusted. */
export interface Credentials {
  readonly apiKey: string | undefined;
  readonly nonce: string | number | undefined;
  /** What must have been signed. */
  readonly payload: string | undefined;
  readonly signature: string | undefined;
}

/** Who comes in, and what the key allows. */
export interface Admission {
  readonly kind: 'admitted';
  readonly apiKey: string;
  readonly user: PaperUser;
  readonly caps: Caps;
}

/** What a key ring needs to know. */
export interface KeyRingHost {
  readonly accounts: readonly AccountGiven[];
  readonly store: Pick<AccountStore, 'lastNonce' | 'useNonce'>;
  /** A refusal on command, whatever the key. Asked once for each attempt. */
  readonly takeFailure: () => { readonly code: number; readonly text: string } | undefined;
}

interface RingKey {
  readonly given: KeyGiven;
  readonly user: PaperUser;
  lastNonce: number;
}

/** Hex of a SHA-384, lower case (bitfinex-v2.md 8.1). */
const HEX = /^[0-9a-f]+$/;
const DIGEST_LENGTH = 96;

/** The keys of all accounts. Each has one stream of nonces for REST and all its sockets (bitfinex-v2.md 8.1). */
export class KeyRing {
  private readonly keys = new Map<string, RingKey>();

  /** @throws Error where two accounts have the same key */
  constructor(private readonly host: KeyRingHost) {
    for (const { user, keys } of host.accounts) for (const given of keys) this.add(user, given);
  }

  /** Checks who it is. A nonce is used up only by who has the secret: nobody else can spoil a key. */
  admit(shown: Credentials): Admission | Refusal {
    const failure = this.host.takeFailure();
    if (failure !== undefined) return refused(failure.text, failure.code);
    const key = shown.apiKey === undefined ? undefined : this.keys.get(shown.apiKey);
    if (key === undefined) return refused('apikey: invalid', 10100);
    return signatureFault(shown, key.given.apiSecret) ?? this.use(key, shown.nonce);
  }

  private add(user: PaperUser, given: KeyGiven): void {
    const { apiKey } = given;
    if (this.keys.has(apiKey)) throw new Error(`two accounts have the key ${apiKey}`);
    this.keys.set(apiKey, { given, user, lastNonce: this.host.store.lastNonce(apiKey) });
  }

  private use(key: RingKey, shown: Credentials['nonce']): Admission | Refusal {
    const { apiKey, caps } = key.given;
    const nonce = readNonce(shown);
    if (nonce === undefined) return refused('nonce: invalid', 10114);
    if (nonce <= key.lastNonce) return refused('nonce: small', 10114);
    key.lastNonce = nonce;
    this.host.store.useNonce(apiKey, nonce);
    return { kind: 'admitted', apiKey, user: key.user, caps };
  }
}

/** A whole number up to 2^53 - 1, or its text (bitfinex-v2.md 2.9). */
function readNonce(shown: Credentials['nonce']): number | undefined {
  const nonce = typeof shown === 'string' && /^\d{1,16}$/.test(shown) ? Number(shown) : shown;
  return Number.isSafeInteger(nonce) && (nonce as number) >= 0 ? (nonce as number) : undefined;
}

/** What is malformed has errors of its own; the codes are the exchange's (bitfinex-v2.md 2.7), it has no known texts for them. */
function signatureFault({ payload, signature = '' }: Credentials, secret: string): Refusal | undefined {
  if (payload === undefined) return refused('auth: payload invalid', 10111);
  if (!HEX.test(signature)) return refused('auth: signature invalid', 10112);
  // of another hash, such as SHA-256
  if (signature.length !== DIGEST_LENGTH) return refused('auth: hmac invalid', 10113);
  const digest = createHmac('sha384', secret).update(payload, 'utf8').digest();
  return timingSafeEqual(digest, Buffer.from(signature, 'hex')) ? undefined : refused('apikey: digest invalid', 10100);
}

/** What is signed on a socket: `AUTH` and the nonce, which official libraries write twice (bitfinex-v2.md 2.9). */
export function socketPayload(payload: string | undefined, nonce: string | number | undefined): string | undefined {
  return nonce !== undefined && (payload === `AUTH${nonce}` || payload === `AUTH${nonce}${nonce}`) ? payload : undefined;
}

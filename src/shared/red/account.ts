import { crc32 } from '../core/crc32';
import { embeddedExchange, mirrorExchange } from '../link/embedded';
import type { ApiKey } from '../link/rest-key';
import type { Addresses, HearRest, VenueLabel, VenueSpec } from '../link/venue';
import { readKey, type Credentials } from './api-key';
import { choiceField, FieldError, flagField, textField, type Saved } from './fields';

/** What a stream node needs to know of its account node. */
export interface Account {
  readonly name: string;
  /** The exchange of its public data, and of all the rest where there is no `paper`. */
  readonly spec: VenueSpec;
  /** The exchange of what is signed, where orders and wallets are on paper: nothing of them reaches the other one. */
  readonly paper?: VenueSpec;
  /**
   * The key as it is entered now, `undefined` where there is none.
   * @throws FieldError for one that cannot be used
   */
  key(): ApiKey | undefined;
}

/** Where an account may lead; the first is the default. */
export const ENVIRONMENTS = ['simulated', 'mirror', 'bitfinex', 'custom'] as const;
type Environment = (typeof ENVIRONMENTS)[number];

/** Public data needs no key and comes from the public hosts; signed calls go to the other one (bitfinex-v2.md 1.1). */
const BITFINEX: Addresses = { rest: 'https://api-pub.bitfinex.com', ws: 'wss://api-pub.bitfinex.com/ws/2', auth: 'https://api.bitfinex.com' };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An account without a name of its own is called so. */
const NAMES = { simulated: 'Practice exchange', mirror: 'Paper on live prices', bitfinex: 'Bitfinex', custom: 'Other exchange' } as const;

/** What an account node gives along with its saved properties. */
export interface AccountContext {
  readonly id: string;
  /** Hosts beyond loopback that Node-RED's settings file allows. */
  readonly allowedHosts: readonly string[];
  /** Writes a line into the log. */
  report(text: string): void;
  readonly credentials: Credentials;
  /** Node-RED's user directory, where there is one. */
  readonly userDir?: string | undefined;
  /** Hears of REST attempts, where the account writes a debug log: the same function at every reading. */
  readonly hear: HearRest;
  /** Where the real exchange is; another place only in tests. */
  readonly live?: Addresses;
}

/**
 * Reads an account node's saved properties. Nothing is started and nothing is connected here.
 * @throws FieldError for a setting that cannot be used
 */
export function readAccount(saved: Saved, context: AccountContext): Account {
  const environment = choiceField(saved, 'environment', ENVIRONMENTS);
  const name = textField(saved, 'name', NAMES[environment]);
  const heard = flagField(saved, 'debugLog') ? { hear: context.hear } : {};
  const spec = { ...specOf(environment, saved, context), ...heard };
  const paper = environment === 'mirror' ? { paper: { ...mirrorExchange(`mirror ${context.id}`, { live: spec, ...paperOf(context, '-mirror') }), ...heard } } : {};
  return { name, spec, ...paper, key: keyOf(environment, context) };
}

function specOf(environment: Environment, saved: Saved, context: AccountContext): VenueSpec {
  switch (environment) {
    case 'simulated':
      return embeddedExchange(`simulated ${context.id}`, { seed: seedOf(context.id), ...paperOf(context) });
    // the same as of a real account, so that both share one pool and one limiter
    case 'mirror':
    case 'bitfinex':
      return fixed('bitfinex', context.live ?? BITFINEX, context);
    case 'custom':
      return fixed('custom', customAddresses(saved, context), context);
  }
}

function customAddresses(saved: Saved, { allowedHosts }: AccountContext): Addresses {
  return {
    rest: withoutVersion(address(saved, 'restUrl', ['http:', 'https:'], allowedHosts)),
    ws: address(saved, 'wsUrl', ['ws:', 'wss:'], allowedHosts),
  };
}

function keyOf(environment: Environment, { id, credentials }: AccountContext): Account['key'] {
  return environment === 'simulated' || environment === 'mirror' ? () => paperKey(id) : () => readKey(credentials);
}

/** Of paper accounts: a key that somebody entered before must not be sent where it means nothing. It opens nothing else, so it is no secret. */
const paperKey = (id: string): ApiKey => ({ apiKey: paperName(id), secret: `${paperName(id)}-secret` });

const paperName = (id: string): string => `paper-${encodeURIComponent(id)}`;

/** The paper account of an account node. Prices that are invented and live ones do not share one. */
function paperOf({ id, userDir, report }: AccountContext, ending = ''): { account: string; stateFile?: string; report: AccountContext['report'] } {
  const stateFile = userDir === undefined ? {} : { stateFile: `${userDir}/bitfinex/paper/${encodeURIComponent(id)}${ending}.json` };
  return { account: paperName(id), report, ...stateFile };
}

/** Equal addresses are one venue, whichever account node holds them. */
function fixed(label: VenueLabel, addresses: Addresses, { report, userDir }: Pick<AccountContext, 'report' | 'userDir'>): VenueSpec {
  const key = `${addresses.rest} ${addresses.ws}`;
  const name = label === 'bitfinex' ? label : `${label}-${(crc32(key) >>> 0).toString(16)}`;
  const cacheFile = userDir === undefined ? undefined : `${userDir}/bitfinex/markets-${name}.json`;
  return { key, isSimulated: false, label, addresses: async () => addresses, stop: async () => undefined, report, cacheFile };
}

function address(saved: Saved, field: string, protocols: readonly string[], allowedHosts: readonly string[]): string {
  const text = textField(saved, field, '');
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new FieldError('FIELD_INVALID', field, `"${text.slice(0, 60)}" is not an address that begins with ${protocols.join('// or ')}//`);
  }
  const { hostname, host, username, password, hash } = new URL(text);
  if (hash !== '') throw new FieldError('FIELD_INVALID', field, 'an address must not hold a #');
  if (username !== '' || password !== '') throw new FieldError('FIELD_INVALID', field, 'an address must not hold a name and password');
  if (LOOPBACK.has(hostname) || allowedHosts.includes(hostname) || allowedHosts.includes(host)) return text;
  throw new FieldError('HOST_NOT_ALLOWED', field, `${hostname} is another machine`);
}

/** Paths begin with `/v2` themselves. */
function withoutVersion(url: string): string {
  const base = url.replace(/\/+$/, '');
  if (base.endsWith('/v2')) throw new FieldError('FIELD_INVALID', 'restUrl', 'the address must not end with /v2');
  return base;
}

/** Each simulated account has a market of its own that is the same after every start. */
function seedOf(id: string): number {
  let seed = 0;
  for (const letter of id) seed = (seed * 31 + letter.charCodeAt(0)) >>> 0;
  return seed;
}

import { embeddedExchange } from '../link/embedded';
import type { Addresses, VenueLabel, VenueSpec } from '../link/venue';
import { choiceField, FieldError, textField, type Saved } from './fields';

/** What a stream node needs to know of its account node. */
export interface Account {
  readonly name: string;
  readonly spec: VenueSpec;
}

/** Where an account may lead; the first is the default. */
export const ENVIRONMENTS = ['simulated', 'bitfinex', 'custom'] as const;

/** Public data needs no key and comes from the public hosts (bitfinex-v2.md 1.1). */
const BITFINEX = { rest: 'https://api-pub.bitfinex.com', ws: 'wss://api-pub.bitfinex.com/ws/2' };

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What an account node gives along with its saved properties. */
export interface AccountContext {
  readonly id: string;
  /** Hosts beyond loopback that Node-RED's settings file allows. */
  readonly allowedHosts: readonly string[];
  /** Writes a line into the log. */
  report(text: string): void;
}

/**
 * Reads an account node's saved properties. Nothing is started and nothing is connected here.
 * @throws FieldError for a setting that cannot be used
 */
export function readAccount(saved: Saved, { id, allowedHosts, report }: AccountContext): Account {
  const name = textField(saved, 'name', '') || id;
  switch (choiceField(saved, 'environment', ENVIRONMENTS)) {
    case 'simulated':
      return { name, spec: embeddedExchange(`simulated ${id}`, seedOf(id), report) };
    case 'bitfinex':
      return { name, spec: fixed('bitfinex', BITFINEX, report) };
    case 'custom':
      return {
        name,
        spec: fixed(
          'custom',
          {
            rest: withoutVersion(address(saved, 'restUrl', ['http:', 'https:'], allowedHosts)),
            ws: address(saved, 'wsUrl', ['ws:', 'wss:'], allowedHosts),
          },
          report,
        ),
      };
  }
}

/** Equal addresses are one venue, whichever account node holds them. */
function fixed(label: VenueLabel, addresses: Addresses, report: VenueSpec['report']): VenueSpec {
  return { key: `${addresses.rest} ${addresses.ws}`, isSimulated: false, label, addresses: async () => addresses, stop: async () => undefined, report };
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

import type { ApiKey } from '../link/rest-key';
import { FieldError, type Saved } from './fields';

/** Credentials as Node-RED keeps them, and what `${NAME}` in them stands for now. */
export interface Credentials {
  stored(): Saved;
  variable(name: string): string | undefined;
}

const FIELDS = ['apiKey', 'apiSecret'] as const;
type KeyField = (typeof FIELDS)[number];

const VARIABLE = /^\$\{([^}]+)\}$/;

/**
 * The key of an account at this moment, `undefined` where none was entered. Nothing is trimmed, for a blank shows that
 * something was pasted wrongly; and no text holds any part of what was entered.
 * @throws FieldError
 */
export function readKey(credentials: Credentials): ApiKey | undefined {
  const stored = credentials.stored();
  if (FIELDS.every((field) => isEmpty(stored[field]))) return undefined;
  const [apiKey, secret] = FIELDS.map((field) => partOf(credentials, field, stored[field])) as [string, string];
  if (apiKey === secret) throw wrong('apiSecret', 'the key was entered a second time where its secret belongs');
  return { apiKey, secret };
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

function partOf({ variable }: Credentials, field: KeyField, stored: unknown): string {
  const name = VARIABLE.exec(String(stored ?? ''))?.[1];
  const value = name === undefined ? String(stored ?? '') : variable(name);
  if (value === undefined) throw new FieldError('ENV_NOT_SET', field, `the environment variable ${name} is not set`);
  const what = name === undefined ? 'it' : `the environment variable ${name}`;
  if (value.trim() === '') throw wrong(field, `${what} is blank`);
  if (/[\r\n\u2028\u2029]/.test(value)) throw wrong(field, `${what} holds a line break`);
  if (/\s/.test(value)) throw wrong(field, `${what} holds white space`);
  if (!/^[\x21-\x7e]+$/.test(value)) throw wrong(field, `${what} holds a letter that is in no key`);
  return value;
}

const wrong = (field: KeyField, what: string): FieldError => new FieldError('FIELD_INVALID', field, what);

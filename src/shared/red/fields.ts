import { BitfinexError } from '../core/errors';

/** A node's saved properties, as Node-RED hands them over. */
export type Saved = Readonly<Record<string, unknown>>;

/** A setting that cannot be used; knows which field. */
export class FieldError extends BitfinexError {
  constructor(
    code: 'FIELD_INVALID' | 'ENV_NOT_SET' | 'SYMBOL_UNKNOWN' | 'ACCOUNT_MISSING' | 'HOST_NOT_ALLOWED',
    readonly field: string,
    what: string,
  ) {
    super(code, `${field}: ${what}`);
  }
}

/** What is wrong with a field of the dialog, told of the message that brought the same thing as `msg.symbol`. */
export function ofMessage(error: unknown, field: string): Error {
  if (!(error instanceof FieldError) || error.field !== field) return error as Error;
  return new FieldError('FIELD_INVALID', 'msg.symbol', error.what.slice(field.length + 2));
}

/** `${NAME}` still standing where Node-RED should have put a value: the variable is not set. */
const UNSET = /^\$\{([^}]+)\}$/;

/**
 * A saved property as text, `fallback` where nothing is saved. Node-RED replaces `${NAME}` with the variable's text, so
 * numbers and booleans may arrive as texts too.
 */
export function textField(saved: Saved, field: string, fallback: string): string {
  const value = saved[field];
  if (value === undefined || value === null || value === '') return fallback;
  const text = String(value).trim();
  const variable = UNSET.exec(text)?.[1];
  if (variable !== undefined) throw new FieldError('ENV_NOT_SET', field, `the environment variable ${variable} is not set`);
  return text;
}

/** A number of at least `least`. */
export function numberField(saved: Saved, field: string, fallback: number, least = 0): number {
  const text = textField(saved, field, String(fallback));
  const number = Number(text);
  if (text !== '' && Number.isFinite(number) && number >= least) return number;
  throw new FieldError('FIELD_INVALID', field, `"${text.slice(0, 40)}" is not a number of at least ${least}`);
}

/** Only `true` and `'true'` are true. */
export const flagField = (saved: Saved, field: string): boolean => textField(saved, field, 'false') === 'true';

/** One of a few words. */
export function choiceField<T extends string>(saved: Saved, field: string, choices: readonly T[]): T {
  const [fallback] = choices;
  const text = textField(saved, field, fallback as string);
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new FieldError('FIELD_INVALID', field, `"${text.slice(0, 40)}" is none of ${choices.join(', ')}`);
}

/** A list: an array, or texts separated by commas or white space. */
export function listField(saved: Saved, field: string): string[] {
  const value = saved[field];
  const text = Array.isArray(value) ? value.join(',') : textField(saved, field, '');
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}

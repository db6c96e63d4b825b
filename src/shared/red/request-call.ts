import type { Params } from '../link/rest';
import { FieldError, textField, type Saved } from './fields';
import { readPath } from './request-path';

/** A call of the exchange: by a path, or by a method of ccxt. */
export type RequestCall =
  | { readonly kind: 'path'; readonly method: 'GET' | 'POST'; readonly path: string; readonly params: Params }
  | { readonly kind: 'method'; readonly method: string; readonly args: readonly unknown[] };

/** What a message may set. */
const FIELDS = ['method', 'path', 'params', 'args'];

/** Where a value comes from: the message before the dialog. */
interface Source {
  readonly value: unknown;
  /** How errors call it. */
  readonly name: string;
}

/**
 * Reads the call that dialog and message describe together. A field of the message replaces that of the dialog; a message
 * with a method of its own describes the whole call.
 * @throws FieldError, BitfinexError WRITE_CLOSED
 */
export function readCall(saved: Saved, payload: unknown): RequestCall {
  const fields = new CallFields(saved, payload);
  const method = textOf(fields.of('method'), 'enter a method of ccxt such as fetchTicker, or GET or POST');
  const verb = method.toUpperCase();
  if (verb === 'GET' || verb === 'POST') return pathCall(verb, fields);
  return methodCall(method, fields);
}

function pathCall(method: 'GET' | 'POST', fields: CallFields): RequestCall {
  fields.refuse('args', 'is for methods of ccxt; a path takes params');
  const source = fields.of('path');
  const { path, query } = readPath(textOf(source, 'enter a path of the exchange such as platform/status'), source.name);
  const params = paramsOf(fields.of('params'));
  const twice = Object.keys(query).find((name) => Object.hasOwn(params, name));
  if (twice !== undefined) throw wrong(source.name, `"${twice.slice(0, 40)}" stands both behind the question mark and in the params`);
  return { kind: 'path', method, path, params: { ...query, ...params } };
}

function methodCall(written: string, fields: CallFields): RequestCall {
  const { name } = fields.of('method');
  if (!/^[A-Za-z]\w*$/.test(written)) throw wrong(name, `"${written.slice(0, 40)}" is neither GET, POST nor a method of ccxt such as fetchTicker`);
  if (/^(PUT|DELETE|PATCH|HEAD|OPTIONS)$/i.test(written)) throw wrong(name, `the exchange knows GET and POST, not ${written}`);
  fields.refuse('path', 'is asked with GET or POST as the method, and not with a method of ccxt');
  return { kind: 'method', method: camelCase(written), args: argsOf(fields) };
}

/** ccxt has its generated names twice: `public_get_ticker_symbol` is `publicGetTickerSymbol`. */
const camelCase = (name: string): string => name.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function paramsOf({ value, name }: Source): Params {
  const params = parsed(value, name) ?? {};
  if (typeof params === 'object' && !Array.isArray(params)) return params as Params;
  throw wrong(name, 'a path takes an object of names and values, such as {"limit": 100}');
}

function argsOf(fields: CallFields): readonly unknown[] {
  const args = fields.of('args');
  if (args.value !== undefined) fields.refuse('params', 'and args mean the same here: give one of them');
  const { value, name } = args.value === undefined ? fields.of('params') : args;
  const list = parsed(value, name) ?? [];
  // JSON has no undefined, and ccxt takes null for a value: a start of null would be 1970
  if (Array.isArray(list)) return list.map((argument: unknown) => argument ?? undefined);
  throw wrong(name, 'a method of ccxt takes its arguments in a list, such as ["BTC/USD"]');
}

/** JSON from a text; of anything else a copy of what JSON can say. */
function parsed(value: unknown, name: string): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(typeof value === 'string' ? value : JSON.stringify(value));
  } catch {
    throw wrong(name, typeof value === 'string' ? `${JSON.stringify(value.slice(0, 40))} is no JSON` : 'cannot be written as JSON');
  }
}

function textOf({ value, name }: Source, what: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw wrong(name, value === undefined ? `is missing; ${what}` : what);
}

/** The fields of one call, wherever they stand. */
class CallFields {
  private readonly said: Saved;

  /** @throws FieldError for a field that is not known */
  constructor(
    private readonly saved: Saved,
    payload: unknown,
  ) {
    const isWish = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
    this.said = isWish ? Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined && value !== null)) : {};
    const unknown = Object.keys(this.said).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined) throw wrong(`payload.${unknown.slice(0, 40)}`, `is not known; use ${FIELDS.join(', ')}`);
  }

  of(field: string): Source {
    if (this.said[field] !== undefined) return { value: this.said[field], name: `payload.${field}` };
    // a message with a method of its own says everything
    const isOpen = field !== 'args' && (field === 'method' || this.said['method'] === undefined);
    const text = isOpen ? textField(this.saved, field, '') : '';
    return { value: text === '' ? undefined : text, name: field };
  }

  /** For what the message must not set. */
  refuse(field: string, why: string): void {
    if (this.said[field] !== undefined) throw wrong(`payload.${field}`, why);
  }
}

const wrong = (field: string, what: string): FieldError => new FieldError('FIELD_INVALID', field, what);

import { MOST_ROWS, type Range } from '../core/paging';
import { FieldError, type Saved } from './fields';

/** What a `get` asks for: the part of a history that `msg.payload` names. */
export type Query = Range;

const READERS: { [Field in keyof Query]-?: (value: unknown) => Query[Field] } = {
  start: (value) => timeOf('start', value),
  end: (value) => timeOf('end', value),
  limit: limitOf,
  sort: sortOf,
};

/**
 * Reads `msg.payload` of a `get`: an object or its JSON, nothing or what an inject node sends by itself (a timestamp) for
 * "no wishes". Unknown fields are refused by name.
 * @throws FieldError
 */
export function readQuery(payload: unknown): Query {
  const wishes = typeof payload === 'string' && payload.trim() !== '' ? fromText(payload) : payload;
  if (typeof wishes !== 'object' || wishes === null || Array.isArray(wishes)) return {};
  const given = Object.entries(wishes as Saved).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const query: Query = Object.fromEntries(given.map(([field, value]) => [field, readerOf(field)(value)]));
  if (query.start === undefined || query.end === undefined) return query;
  if (query.start > query.end) throw wrong('start', 'the start is after the end');
  // who names both ends means all that lies between
  return { limit: MOST_ROWS, ...query };
}

function fromText(text: string): object {
  try {
    const wishes: unknown = JSON.parse(text);
    if (typeof wishes === 'object' && wishes !== null && !Array.isArray(wishes)) return wishes;
  } catch {
    // any other text is no wish that could be fulfilled
  }
  throw new FieldError('FIELD_INVALID', 'payload', `${shown(text)} is no object such as {"start": "2026-01-31", "limit": 100}`);
}

function readerOf(field: string): (value: unknown) => unknown {
  if (Object.hasOwn(READERS, field)) return READERS[field as keyof Query];
  throw wrong(field.slice(0, 40), `is not known; use ${Object.keys(READERS).join(', ')}`);
}

/**
 * For what has no history.
 * @throws FieldError that names the first field, if there is one
 */
export function refuseQuery(query: Query, what: string): void {
  const [field] = Object.keys(query);
  if (field !== undefined) throw wrong(field, `makes no sense for ${what}, of which there is only the present`);
}

/** UTC ms as a number, or a date that `Date` understands, such as 2026-01-31 or 2026-01-31T12:00:00Z. */
function timeOf(field: string, value: unknown): number {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' && !/^\d+$/.test(value) ? Date.parse(value) : numberOf(value);
  if (!Number.isFinite(time) || time < 0) throw wrong(field, `${shown(value)} is no time; give UTC milliseconds or a date such as 2026-01-31T12:00:00Z`);
  if (time > 0 && time < FIRST_MS && !(value instanceof Date)) throw wrong(field, `${shown(value)} is long before the exchange; give milliseconds, not seconds`);
  return Math.floor(time);
}

/** 1973: whoever gives an earlier time has given seconds. */
const FIRST_MS = 1e11;

function limitOf(value: unknown): number {
  const limit = numberOf(value);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS) return limit;
  throw wrong('limit', `${shown(value)} is not a whole number from 1 to ${MOST_ROWS}`);
}

function sortOf(value: unknown): 1 | -1 {
  const sort = numberOf(value);
  if (sort === 1 || sort === -1) return sort;
  throw wrong('sort', `${shown(value)} is neither 1 (oldest first) nor -1 (newest first)`);
}

/** `Number` would also take `true`, `[5]` and a blank text for numbers. */
const numberOf = (value: unknown): number => (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : NaN);

const shown = (value: unknown): string => `"${String(value).slice(0, 40)}"`;

const wrong = (field: string, what: string): FieldError => new FieldError('FIELD_INVALID', `payload.${field}`, what);

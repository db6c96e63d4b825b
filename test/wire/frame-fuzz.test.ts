import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAccount } from '../../src/shared/wire/account';
import { encodeFrame, readFrame, type Frame } from '../../src/shared/wire/frame';
import { readRequest } from '../../src/shared/wire/request';
import { readRestError } from '../../src/shared/wire/rest-error';
import { RowError } from '../../src/shared/wire/row';
import { tables } from './tables';

type Check = (value: unknown) => boolean;
const text: Check = (value) => typeof value === 'string';
const yes: Check = (value) => typeof value === 'boolean';
const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const integer: Check = (value) => Number.isSafeInteger(value);
const list: Check = Array.isArray;
const object: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const any: Check = () => true;
const may = (check: Check): Check => (value) => value === undefined || check(value);

const CHANNEL = { kind: text, chanId: integer, sequence: may(integer), timestamp: may(integer) };
/** Every field that a frame of a kind may have, and its type: written by hand, not taken from the code. */
const FIELDS: Readonly<Record<Frame['kind'], Readonly<Record<string, Check>>>> = {
  heartbeat: CHANNEL,
  checksum: { ...CHANNEL, value: integer },
  rows: { ...CHANNEL, rows: list },
  row: { ...CHANNEL, row: list },
  typed: { ...CHANNEL, type: text, payload: any, authSequence: may(integer) },
  info: { kind: text, version: may(finite), operative: may(yes), code: may(finite), text: may(text), serverId: may(text) },
  conf: { kind: text, ok: yes, flags: may(finite) },
  subscribed: { kind: text, chanId: integer, request: object, rest: may(object) },
  unsubscribed: { kind: text, ok: yes, chanId: integer },
  error: { kind: text, code: finite, text, chanId: may(integer), request: object, rest: may(object) },
  pong: { kind: text, cid: may(finite), timestamp: may(finite) },
  auth: { kind: text, ok: yes, code: may(finite), text: may(text), userId: may(finite), authId: may(text), caps: any },
  other: { kind: text, event: text },
  malformed: { kind: text, reason: text },
};

function assertTyped(frame: Frame): void {
  const fields = FIELDS[frame.kind];
  for (const [key, value] of Object.entries(frame)) assert.ok(fields[key]?.(value), `${frame.kind}.${key}`);
  for (const [key, check] of Object.entries(fields)) assert.ok(check((frame as unknown as Record<string, unknown>)[key]), `${frame.kind}.${key}`);
  if ('request' in frame) assert.ok(Object.values(frame.request).every(text));
}

/** Reads a text in every way that the wire can; anything thrown must be a RowError. */
function assertHarmless(source: string): void {
  const frame = readFrame(source);
  assertTyped(frame);
  if (frame.kind !== 'malformed') encodeFrame(frame);
  readRequest(source);
  const rows = frame.kind === 'rows' ? frame.rows : frame.kind === 'row' ? [frame.row] : frame.kind === 'typed' ? [frame.payload] : [];
  try {
    if (frame.kind === 'typed') readAccount(frame.type, frame.payload);
  } catch (error) {
    assert.ok(error instanceof RowError, String(error));
  }
  for (const row of rows.slice(0, 2)) assertRowError(row);
}

function assertRowError(row: unknown): void {
  for (const table of tables) {
    try {
      table.decode(row);
    } catch (error) {
      assert.ok(error instanceof RowError, String(error));
    }
  }
}

const EVENTS = ['info', 'conf', 'subscribed', 'unsubscribed', 'error', 'pong', 'auth', 'subscribe', 'constructor', '__proto__', 'toString', 'sneezegasm'];
const TYPES = ['hb', 'cs', 'te', 'tu', 'on', 'os', 'wu', 'n', 'miu', 'fiu', 'constructor', '__proto__', 'hasOwnProperty', 'hos'];
const KEYS = ['event', 'chanId', 'code', 'msg', 'version', 'platform', 'status', 'flags', 'cid', 'ts', 'len', 'prec', 'symbol', 'channel', 'caps', 'userId', '__proto__', 'constructor'];
const ODD = ['1e400', '-1e400', '9007199254740993', '1.5', '-0', '""', '"7"', '"1e400"', 'null', 'true', '[]', '{}', '{"__proto__":{"event":"info"}}', '[[1,2,3]]', '"OK"'];

const value = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...ODD) }, { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) });
const channelFrame = fc
  .tuple(fc.oneof(fc.constantFrom('0', '17', ...ODD), value), fc.oneof(fc.constantFrom(...TYPES.map((type) => JSON.stringify(type))), value), fc.array(value, { maxLength: 4 }))
  .map(([chanId, second, more]) => `[${[chanId, second, ...more].join(',')}]`);
const eventObject = fc
  .tuple(fc.constantFrom(...EVENTS), fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { maxLength: 6 }))
  .map(([name, pairs]) => `{"event":${JSON.stringify(name)}${pairs.map(([key, item]) => `,${JSON.stringify(key)}:${item}`).join('')}}`);

describe('readFrame', () => {
  it('takes random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => assertHarmless(Buffer.from(bytes).toString('utf8'))), { numRuns: 4000 });
  });

  it('takes any JSON', () => {
    fc.assert(fc.property(fc.json(), assertHarmless), { numRuns: 2000 });
  });

  it('takes channel frames with anything in any place', () => {
    fc.assert(fc.property(channelFrame, assertHarmless), { numRuns: 3000 });
  });

  it('takes events with anything under any key', () => {
    fc.assert(fc.property(eventObject, assertHarmless), { numRuns: 3000 });
  });

  it('takes nesting as deep as a frame is long', () => {
    const deep = '['.repeat(200_000);
    assertTyped(readFrame(deep));
    assertTyped(readFrame(`[0,"n",${'['.repeat(5000)}${']'.repeat(5000)}]`));
    assertHarmless(`[1,${'['.repeat(5000)}${']'.repeat(5000)}]`);
    assertTyped(readFrame(`{"event":"auth","status":"OK","caps":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`));
  });

  it('takes an error body nested too deep to be written again', () => {
    assert.deepEqual(readRestError(JSON.parse(`["error",1,${'['.repeat(50_000)}${']'.repeat(50_000)}]`)), { code: 1, text: '' });
  });

  it('leaves Object.prototype alone', () => {
    readFrame('{"event":"subscribed","chanId":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    const frame = readFrame('{"__proto__":{"event":"info"}}');
    assert.deepEqual(frame, { kind: 'malformed', reason: 'an object without an event name' });
  });

  it('refuses numbers that JavaScript cannot hold instead of rounding ids', () => {
    assert.equal(readFrame('[9007199254740993,"hb"]').kind, 'malformed');
    assert.equal(readFrame('[1e400,"hb"]').kind, 'malformed');
    const frame = readFrame('[0,"te",[9007199254740993,"tBTCUSD",1,1,1,1,null,null,null,null,null]]');
    assert.ok(frame.kind === 'typed');
    assert.throws(() => readAccount(frame.type, frame.payload), /own trade\.id \(column 0\): expected an integer/);
  });

  it('never reads an error body as an answer, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (code, words) => {
        const error = readRestError(['error', code, words]);
        assert.ok(error !== undefined && typeof error.text === 'string' && (error.code === undefined || integer(error.code)));
      }),
      { numRuns: 500 },
    );
  });
});

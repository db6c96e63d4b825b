import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readAccount } from '../../src/shared/wire/account';
import { readFrame, type Frame } from '../../src/shared/wire/frame';
import { orderReply } from '../../src/shared/wire/order';
import { fundingOfferReply } from '../../src/shared/wire/funding-offer';
import { readRestError } from '../../src/shared/wire/rest-error';
import { decodeRows, RowError } from '../../src/shared/wire/row';
import { framesReviewed, type Reviewed } from '../fixtures/wire/frames-reviewed';
import { jsonLines, needsData } from '../shared-data';
import { tableNamed } from './tables';

interface Recorded {
  readonly origin: string;
  readonly frame: string;
}

/** The decoded rows of a frame, by the table that the review names. */
function rowsOf(frame: Frame, { says, account }: Reviewed): unknown[] {
  if (account) {
    assert.ok(frame.kind === 'typed' && frame.chanId === 0, `is ${frame.kind}`);
    const message = readAccount(frame.type, frame.payload);
    assert.equal(message.kind, says);
    return message.kind === 'unknown' ? [] : message.rows;
  }
  const table = tableNamed(says);
  if (frame.kind === 'rows') return decodeRows(table, frame.rows);
  if (frame.kind === 'row') return [table.decode(frame.row)];
  assert.ok(frame.kind === 'typed', `is ${frame.kind}`);
  return [table.decode(frame.payload)];
}

function assertHolds(actual: unknown, expected: Readonly<Record<string, unknown>> = {}): void {
  for (const [key, value] of Object.entries(expected)) assert.deepEqual((actual as Record<string, unknown>)[key], value, key);
}

/** Kinds of frames that carry no rows. */
const WHOLE = ['auth', 'info', 'conf', 'subscribed', 'unsubscribed', 'error', 'other', 'heartbeat', 'checksum', 'rows', 'malformed'];

function assertReviewed(text: string, reviewed: Reviewed): void {
  const frame = readFrame(text);
  if (reviewed.says === 'unknown') {
    assert.ok(frame.kind === 'typed');
    assert.equal(readAccount(frame.type, frame.payload).kind, 'unknown');
  } else if (WHOLE.includes(reviewed.says)) {
    assert.equal(frame.kind, reviewed.says);
    if (frame.kind === 'malformed') assert.equal(frame.reason, reviewed.refused);
    assertHolds(frame, reviewed.fields);
  } else if (reviewed.refused) {
    assert.throws(() => rowsOf(frame, reviewed), (error) => error instanceof RowError && `${error.table}.${error.column}` === reviewed.refused);
  } else {
    const rows = rowsOf(frame, reviewed);
    assert.equal(rows.length, reviewed.rows ?? 1);
    assertHolds(rows[0], reviewed.fields);
  }
}

describe('recorded frames', () => {
  let recorded: Recorded[];
  before(function () {
    needsData(this);
    recorded = jsonLines<Recorded>('frames.jsonl');
  });

  it('are all reviewed', () => {
    assert.equal(recorded.length, framesReviewed.length);
    for (const { index, hash, origin } of framesReviewed) {
      const found = recorded[index];
      assert.equal(found?.origin, origin);
      assert.equal(createHash('sha256').update(found.frame).digest('hex').slice(0, 12), hash, `frame ${index} is another one`);
    }
  });

  for (const reviewed of framesReviewed) {
    const outcome = reviewed.refused ? `refused: ${reviewed.refused}` : reviewed.says;
    it(`${reviewed.index} of ${reviewed.origin}: ${outcome}${reviewed.why ? ` (${reviewed.why})` : ''}`, () => {
      assertReviewed(recorded[reviewed.index]?.frame ?? '', reviewed);
    });
  }

  const infoOf = (index: number): unknown => {
    const frame = readFrame(recorded[index]?.frame ?? '');
    assert.ok(frame.kind === 'typed');
    const message = readAccount(frame.type, frame.payload);
    assert.ok(message.kind === 'notification');
    return message.rows[0]?.info;
  };

  it('show the refused order with its client id, though the row of 2018 ends early', () => {
    assertHolds(orderReply.decode(infoOf(22)), { id: null, clientOrderId: 1513970684865000, symbol: 'tBTCUSD', amount: 0.001, price: 12940 });
    assertHolds(orderReply.decode(infoOf(45)), { id: 1234567, clientOrderId: 123, amount: 1, price: 900, status: null });
  });

  it('show the submitted order and offer inside their notifications', () => {
    assertHolds(orderReply.decode(infoOf(58)), { id: 1185815098, clientOrderId: 1575287436979, amount: -2.5, price: 230, status: 'ACTIVE' });
    assertHolds(fundingOfferReply.decode(infoOf(35)), { id: 41238905, symbol: null, remaining: -1000, rate: 0.002, period: 2 });
  });

  it('include REST error bodies, which are read as errors', () => {
    assert.equal(readRestError(JSON.parse(recorded[31]?.frame ?? ''))?.code, 10100);
    assert.equal(readRestError(JSON.parse(recorded[32]?.frame ?? ''))?.code, 110202);
  });
});

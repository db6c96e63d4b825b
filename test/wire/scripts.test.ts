import assert from 'node:assert/strict';
import { accountPayload, readAccount } from '../../src/shared/wire/account';
import { encodeFrame, readFrame, type Frame } from '../../src/shared/wire/frame';
import { encodeRequest, readRequest } from '../../src/shared/wire/request';
import { decodeRows } from '../../src/shared/wire/row';
import { jsonLines, needsData } from '../shared-data';
import { tableNamed } from './tables';

interface Script {
  readonly name: string;
  readonly steps: readonly { readonly dir: string; readonly text: string }[];
}

/** The table of the public scripts' rows. */
const PUBLIC: Readonly<Record<string, string>> = {
  DerivStatus: 'derivatives status',
  Liquidations: 'liquidation',
  OrderBookFunding: 'funding book',
  OrderBookRawFunding: 'raw funding book',
  TickerFunding: 'funding ticker',
};

/** The same frame with its rows decoded and encoded again. */
function throughTables(frame: Frame, script: string): Exclude<Frame, { kind: 'malformed' }> {
  assert.ok(frame.kind !== 'malformed');
  if (frame.kind === 'typed' && frame.chanId === 0) {
    const message = readAccount(frame.type, frame.payload);
    assert.ok(message.kind !== 'unknown');
    return { ...frame, payload: accountPayload(message) };
  }
  const table = tableNamed(PUBLIC[script] ?? '');
  if (frame.kind === 'rows') return { ...frame, rows: decodeRows(table, frame.rows).map((row) => table.encode(row)) };
  assert.ok(frame.kind === 'row');
  return { ...frame, row: table.encode(table.decode(frame.row)) };
}

function serverTurn(text: string, script: string): unknown {
  const frame = readFrame(text);
  assert.ok(frame.kind !== 'malformed' && frame.kind !== 'other');
  return encodeFrame('chanId' in frame && text.trimStart().startsWith('[') ? throughTables(frame, script) : frame);
}

function clientTurn(text: string): unknown {
  const frame = readRequest(text);
  assert.ok(frame.kind !== 'malformed' && frame.kind !== 'other');
  return encodeRequest(frame);
}

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('turns of recorded conversations', () => {
  let scripts: Script[];
  before(function () {
    needsData(this);
    scripts = jsonLines<Script>('ws-scripts.jsonl');
  });

  it('decode and encode back to themselves, client and server', () => {
    let turns = 0;
    for (const { name, steps } of scripts) {
      for (const { dir, text } of steps) {
        const again = dir === 'client' ? clientTurn(text) : serverTurn(text, name);
        assert.deepEqual(throughJson(again), JSON.parse(text), `${name}: ${text}`);
        turns += 1;
      }
    }
    assert.equal(scripts.length, 17);
    assert.equal(turns, 54);
  });
});

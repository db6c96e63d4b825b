import assert from 'node:assert/strict';
import { encodeFrame, readFrame } from '../../src/shared/wire/frame';

/** Trailing elements by flags (bitfinex-v2.md 2.4): text, sequence, account's sequence, time. */
const TRAILED: readonly [text: string, sequence?: number | undefined, timestamp?: number | undefined, authSequence?: number][] = [
  ['[17,[1,2,3]]'],
  ['[17,[1,2,3],5]', 5],
  ['[17,[1,2,3],1569715249702]', undefined, 1569715249702],
  ['[17,[1,2,3],5,1569715249702]', 5, 1569715249702],
  ['[17,[[1,2,3],[4,5,6]],5,1569715249702]', 5, 1569715249702],
  ['[17,"te",[1,2,3,4],5]', 5],
  ['[17,"te",[1,2,3,4],1569715249702]', undefined, 1569715249702],
  ['[17,"te",[1,2,3,4],5,1569715249702]', 5, 1569715249702],
  ['[17,"hb",5]', 5],
  ['[17,"hb",1569715249702]', undefined, 1569715249702],
  ['[17,"hb",5,1569715249702]', 5, 1569715249702],
  ['[17,"cs",-1,5,1569715249702]', 5, 1569715249702],
  ['[0,"os",[],5,2]', 5, undefined, 2],
  ['[0,"os",[],5,2,1569715249702]', 5, 1569715249702, 2],
  ['[0,"os",[],1569715249702]', undefined, 1569715249702],
];

describe('frames', () => {
  for (const [text, sequence, timestamp, authSequence] of TRAILED) {
    it(`${text}: sequence ${sequence}, time ${timestamp}`, () => {
      const frame = readFrame(text);
      assert.ok('chanId' in frame && 'sequence' in frame);
      assert.equal(frame.sequence, sequence);
      assert.equal(frame.timestamp, timestamp);
      assert.equal(frame.kind === 'typed' ? frame.authSequence : undefined, authSequence);
      assert.equal(JSON.stringify(encodeFrame(frame)), text);
    });
  }

  it('tell a snapshot from an update by its first element', () => {
    assert.equal(readFrame('[17,[]]').kind, 'rows');
    assert.equal(readFrame('[17,[[1]]]').kind, 'rows');
    assert.equal(readFrame('[17,[1]]').kind, 'row');
  });

  it('say why they are malformed', () => {
    const reasons = ['', '7', '[]', '["error",10020,"symbol: invalid"]', '[17]', '[17,null]', '[17,"cs","x"]', '{}'].map((text) => readFrame(text));
    assert.deepEqual(
      reasons.map((frame) => frame.kind === 'malformed' && frame.reason),
      [
        'not JSON',
        'neither an array nor an object',
        'no channel id',
        'no channel id',
        'no payload',
        'no payload',
        'checksum is no integer',
        'an object without an event name',
      ],
    );
  });
});

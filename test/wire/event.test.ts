import assert from 'node:assert/strict';
import { encodeEvent, event, type EventFrame } from '../../src/shared/wire/event';
import { readFrame } from '../../src/shared/wire/frame';

/** Texts of bitfinex-v2.md 2, and what each says. */
const SAMPLES: readonly [text: string, says: Exclude<EventFrame, { kind: 'malformed' }>][] = [
  [
    '{"event":"info","version":2,"serverId":"2d56c29e-4730-4c83-8d2b-76fe41ee8105","platform":{"status":1}}',
    { kind: 'info', version: 2, operative: true, serverId: '2d56c29e-4730-4c83-8d2b-76fe41ee8105' },
  ],
  ['{"event":"info","version":2,"platform":{"status":0}}', { kind: 'info', version: 2, operative: false }],
  ['{"event":"info","code":20060,"msg":"Entering in Maintenance mode"}', { kind: 'info', code: 20060, text: 'Entering in Maintenance mode' }],
  ['{"event":"pong","ts":1511545528111,"cid":1234}', { kind: 'pong', cid: 1234, timestamp: 1511545528111 }],
  ['{"event":"conf","status":"OK","flags":196608}', { kind: 'conf', ok: true, flags: 196608 }],
  [
    '{"event":"subscribed","channel":"ticker","chanId":209642,"symbol":"fUST","currency":"UST"}',
    { kind: 'subscribed', chanId: 209642, request: { channel: 'ticker', symbol: 'fUST' }, rest: { currency: 'UST' } },
  ],
  [
    '{"event":"subscribed","channel":"book","chanId":10092,"symbol":"tETHUSD","prec":"R0","freq":"F0","len":"25","subId":123,"pair":"ETHUSD"}',
    {
      kind: 'subscribed',
      chanId: 10092,
      request: { channel: 'book', symbol: 'tETHUSD', prec: 'R0', freq: 'F0', len: '25' },
      rest: { subId: 123, pair: 'ETHUSD' },
    },
  ],
  [
    '{"event":"subscribed","channel":"book","chanId":1,"symbol":"fUSD","len":25}',
    { kind: 'subscribed', chanId: 1, request: { channel: 'book', symbol: 'fUSD', len: '25' }, rest: { len: 25 } },
  ],
  ['{"event":"unsubscribed","status":"OK","chanId":204778}', { kind: 'unsubscribed', ok: true, chanId: 204778 }],
  [
    '{"channel":"book","symbol":"tNOPEF0:USTF0","prec":"P0","len":"25","event":"error","msg":"symbol: invalid","code":10300,"pair":"NOPEF0:USTF0"}',
    {
      kind: 'error',
      code: 10300,
      text: 'symbol: invalid',
      request: { channel: 'book', symbol: 'tNOPEF0:USTF0', prec: 'P0', len: '25' },
      rest: { pair: 'NOPEF0:USTF0' },
    },
  ],
  [
    '{"channel":"ticker","symbol":"tBTCUSD","event":"error","msg":"subscribe: dup","code":10301,"chanId":722711}',
    { kind: 'error', code: 10301, text: 'subscribe: dup', chanId: 722711, request: { channel: 'ticker', symbol: 'tBTCUSD' } },
  ],
  ['{"event":"error","msg":"auth: dup","code":10100}', { kind: 'error', code: 10100, text: 'auth: dup', request: {} }],
  [
    '{"event":"auth","status":"OK","chanId":0,"userId":4162438,"auth_id":"8fa5c5ab","caps":{"orders":{"read":1,"write":1}}}',
    { kind: 'auth', ok: true, userId: 4162438, authId: '8fa5c5ab', caps: { orders: { read: 1, write: 1 } } },
  ],
  ['{"event":"auth","status":"FAILED","chanId":0,"code":10114,"msg":"nonce: small"}', { kind: 'auth', ok: false, code: 10114, text: 'nonce: small' }],
];

describe('event objects', () => {
  for (const [text, says] of SAMPLES) {
    it(`${says.kind}: ${text.slice(0, 70)}`, () => {
      assert.deepEqual(readFrame(text), says);
      assert.deepEqual(JSON.parse(JSON.stringify(encodeEvent(says))), JSON.parse(text));
    });
  }

  it('compare codes as numbers, for they have been texts', () => {
    assert.deepEqual(event({ event: 'info', code: '20061' }), { kind: 'info', code: 20061 });
  });

  it('take FAIL for a failure, as the documentation writes it', () => {
    assert.deepEqual(event({ event: 'auth', status: 'FAIL' }), { kind: 'auth', ok: false });
  });

  it('are malformed where a channel opens or closes without an id', () => {
    for (const name of ['subscribed', 'unsubscribed']) {
      assert.deepEqual(event({ event: name, chanId: '17' }), { kind: 'malformed', reason: `${name} without a channel id` });
    }
  });

  it('count a key of the wrong type as absent', () => {
    assert.deepEqual(event({ event: 'info', version: {}, platform: 'up', msg: 7, serverId: null }), { kind: 'info' });
  });
});

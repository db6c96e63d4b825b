import assert from 'node:assert/strict';
import { auth, conf, encodeRequest, input, ping, readRequest, subscribe, unsubscribe } from '../../src/shared/wire/request';

describe('requests', () => {
  it('go out as the documentation writes them', () => {
    assert.equal(subscribe({ channel: 'ticker', symbol: 'tBTCUSD' }), '{"event":"subscribe","channel":"ticker","symbol":"tBTCUSD"}');
    assert.equal(unsubscribe(204778), '{"event":"unsubscribe","chanId":204778}');
    assert.equal(conf(196608), '{"event":"conf","flags":196608}');
    assert.equal(ping(1234), '{"event":"ping","cid":1234}');
    assert.equal(input('oc', { id: 1185815100 }), '[0,"oc",null,{"id":1185815100}]');
    assert.equal(
      auth({ apiKey: 'KEY', authNonce: 17, authPayload: 'AUTH17', authSig: 'ffba', filter: ['trading'] }),
      '{"event":"auth","apiKey":"KEY","authNonce":17,"authPayload":"AUTH17","authSig":"ffba","filter":["trading"]}',
    );
  });

  it('are read by the other side as what was sent', () => {
    const sent = [
      subscribe({ channel: 'book', symbol: 'tBTCUSD', prec: 'P0', freq: 'F0', len: '25' }),
      subscribe({ channel: 'candles', key: 'trade:1m:tBTCUSD' }),
      unsubscribe(17),
      conf(131072),
      ping(1),
      input('on', { cid: 1, amount: '0.1' }),
      auth({ apiKey: 'KEY', authNonce: '17', authPayload: 'AUTH17', authSig: 'ffba', dms: 4 }),
    ];
    for (const text of sent) {
      const frame = readRequest(text);
      assert.ok(frame.kind !== 'malformed');
      assert.equal(JSON.stringify(encodeRequest(frame)), text);
    }
  });

  it('keep a subId and a len that was sent as a number', () => {
    assert.deepEqual(readRequest('{"event":"subscribe","channel":"book","symbol":"tBTCUSD","len":25,"subId":"a"}'), {
      kind: 'subscribe',
      request: { channel: 'book', symbol: 'tBTCUSD', len: '25' },
      rest: { len: 25, subId: 'a' },
    });
  });

  it('are malformed, and never thrown, where they make no sense', () => {
    const reasons = ['x', '7', '{}', '[1,"on",null,{}]', '[0,7]', '{"event":"unsubscribe"}', '{"event":"conf","flags":"all"}'].map((text) => readRequest(text));
    assert.deepEqual(
      reasons.map((frame) => frame.kind === 'malformed' && frame.reason),
      [
        'not JSON',
        'neither an array nor an object',
        'an object without an event name',
        'commands go to channel 0',
        'a command without a type',
        'unsubscribe without chanId',
        'conf without flags',
      ],
    );
    assert.deepEqual(readRequest('{"event":"nope"}'), { kind: 'other', event: 'nope' });
  });
});

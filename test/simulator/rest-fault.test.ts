import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliver, FAULT, type RestFault } from '../../src/shared/simulator/trouble/rest-fault';
import { until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { Request } from './http';

const BODY = JSON.stringify([1754896394, 'on-req', null, null, [[214385958126]], null, 'SUCCESS', 'Submitting 1 orders.']);

/** What can be seen of a call. */
const SIGHT: Readonly<Record<string, { readonly status?: number; readonly body: RegExp; readonly end: string }>> = {
  page: { status: 502, body: /^<html>/, end: 'end' },
  nothing: { status: 200, body: /^$/, end: 'end' },
  half: { status: 200, body: /^\[1754.*[^\]]$/, end: 'end' },
  destroyed: { body: /^$/, end: 'ECONNRESET' },
  'half, then destroyed': { status: 200, body: /^\[1754.*[^\]]$/, end: 'ECONNRESET' },
  error: { status: 500, body: /^\["error",10114,"nonce: small"\]$/, end: 'end' },
  truth: { status: 200, body: /^\[1754.*\]$/, end: 'end' },
};

describe('a REST fault', () => {
  const clock = new VirtualClock();
  let server: Server;
  let url: string;
  let fault: RestFault;
  /** The times at which a call was carried out. */
  let executed: number[];
  let fails = false;
  before(async () => {
    server = createServer((_, response) => {
      const execute = (): { status: number; body: string } => {
        if (fails) throw new Error('an order that nobody thought of');
        executed.push(clock.monotonic());
        return { status: 200, body: BODY };
      };
      deliver(fault, response, execute, clock);
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  beforeEach(() => void (executed = []));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  for (const [what, given, times, seen] of [
    ['destroys the socket of a call that is never carried out', FAULT.cutBefore, 0, 'destroyed'],
    ['destroys the socket of a call that was carried out', FAULT.acceptThenDestroy, 1, 'destroyed'],
    ['shows a page in place of a call', FAULT.html(), 0, 'page'],
    ['shows a page although it was carried out', FAULT.executed(FAULT.html()), 1, 'page'],
    ['shows an empty body in place of a call', FAULT.empty, 0, 'nothing'],
    ['shows an empty body although it was carried out', FAULT.executed(FAULT.empty), 1, 'nothing'],
    ['shows half the truth', FAULT.truncated, 1, 'half'],
    ['shows half the truth, and breaks off', FAULT.cutWithin, 1, 'half, then destroyed'],
    ['shows an error in place of a call', FAULT.error(10114, 'nonce: small'), 0, 'error'],
    ['shows an error although it was carried out', FAULT.executed(FAULT.error(10114, 'nonce: small')), 1, 'error'],
    ['shows the truth', { kind: 'truth' }, 1, 'truth'],
    ['carries nothing out twice that was carried out at once', FAULT.executed(FAULT.truncated), 1, 'half'],
  ] as [string, RestFault, number, string][]) {
    it(what, async () => {
      fault = given;
      const outcome = await new Request(url).outcome;
      const { status, body, end } = SIGHT[seen] ?? assert.fail(seen);
      assert.deepEqual([outcome.status, outcome.end], [status, end]);
      assert.match(outcome.body, body);
      assert.equal(executed.length, times);
    });
  }

  /** A call whose answer waits for the clock. */
  async function waiting(given: RestFault): Promise<Request> {
    fault = given;
    const before = clock.waiting;
    const request = new Request(url);
    await until(() => clock.waiting > before, 'the call has come');
    return request;
  }

  it('answers late what was carried out at once', async () => {
    const from = clock.monotonic();
    const call = await waiting(FAULT.answeredLate(8000));
    assert.deepEqual(executed, [from]);
    clock.advance(7999);
    assert.equal(call.status, undefined);
    clock.advance(1);
    assert.equal((await call.outcome).body, BODY);
    assert.equal(executed.length, 1);
  });

  it('carries out late what is merely late', async () => {
    const from = clock.monotonic();
    const call = await waiting(FAULT.late(8000));
    assert.deepEqual(executed, []);
    clock.advance(8000);
    assert.equal((await call.outcome).body, BODY);
    assert.deepEqual(executed, [from + 8000]);
  });

  it('is no danger to the process when a late call fails', async () => {
    const call = await waiting(FAULT.late(1000));
    fails = true;
    clock.advance(1000);
    fails = false;
    assert.deepEqual(await call.outcome, { body: '', end: 'ECONNRESET' });
  });

  it('lets a page come late for a call that was carried out at once', async () => {
    const call = await waiting({ ...FAULT.executed(FAULT.html(504)), delayMs: 5000 });
    assert.equal(executed.length, 1);
    clock.advance(5000);
    assert.equal((await call.outcome).status, 504);
  });

  it('lets a body drip, whole in the end', async () => {
    const call = await waiting(FAULT.slowBody(10_000));
    await until(() => call.body !== '', 'the first drop');
    assert.ok(call.body.length <= BODY.length / 10 + 1);
    for (let second = 1; second <= 5; second++) clock.advance(1000);
    await until(() => call.body.length > BODY.length / 2, 'half of it');
    assert.equal(call.ended, undefined);
    clock.advance(5000);
    const { body, end } = await call.outcome;
    assert.deepEqual([body, end], [BODY, 'end']);
    assert.equal(executed.length, 1);
  });

  it('says nothing of a call that was carried out, or nothing after half of it', async () => {
    fault = FAULT.executed(FAULT.silent);
    const silent = new Request(url);
    await until(() => executed.length === 1, 'carried out');
    fault = FAULT.executed(FAULT.stalled);
    const stalled = new Request(url);
    await until(() => stalled.body !== '', 'half a body');
    assert.deepEqual([silent.status, silent.ended, stalled.ended, executed.length], [undefined, undefined, undefined, 2]);
    silent.cancel();
    stalled.cancel();
  });
});

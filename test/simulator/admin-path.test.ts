import assert from 'node:assert/strict';
import { startExchange, type Exchange } from '../../src/shared/simulator/exchange';
import { PRACTICE } from '../../src/shared/simulator/trouble/practice-trouble';
import type { RestCall } from '../../src/shared/simulator/rest/rest-call';
import { FAULT } from '../../src/shared/simulator/trouble/rest-fault';
import { SCRIPTED } from '../../src/shared/simulator/trouble/scripted-trouble';
import { VirtualClock } from '../virtual-clock';
import { Client } from './client';
import { ask, type Outcome } from './http';

describe('the admin path', () => {
  let clock: VirtualClock;
  let exchange: Exchange;
  beforeEach(async () => {
    clock = new VirtualClock();
    exchange = await startExchange({ seed: 41, clock, admin: true });
  });
  afterEach(() => exchange.stop());

  const get = (path: string, headers: Record<string, string> = {}): Promise<Outcome> => ask(`${exchange.rest}/admin${path}`, { headers });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Outcome> =>
    ask(`${exchange.rest}/admin${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
  const answer = async (outcome: Promise<Outcome>): Promise<[number | undefined, unknown]> => {
    const { status, body } = await outcome;
    return [status, JSON.parse(body)];
  };
  const begun = async (body: object): Promise<void> => assert.equal((await post('/trouble', body)).status, 200);
  const refused = async (body: unknown): Promise<string> => {
    const [status, { error }] = (await answer(post('/trouble', body))) as [number, { error: string }];
    assert.equal(status, 400);
    return error;
  };

  it('is not there unless it is wanted', async () => {
    const plain = await startExchange();
    assert.equal((await ask(`${plain.rest}/admin`)).status, 404);
    assert.equal((await ask(`${plain.rest}/admin/trouble`, { method: 'POST', body: '{"kind":"maintenance"}' })).status, 404);
    assert.deepEqual(plain.trouble.active, []);
    await plain.stop();
  });

  it('explains itself, with every trouble and commands that work as they stand', async () => {
    const { status, headers, body } = await get('');
    assert.deepEqual([status, headers?.['content-type']], [200, 'text/plain; charset=utf-8']);
    for (const kind of [...Object.keys(PRACTICE), ...Object.keys(SCRIPTED)]) assert.match(body, new RegExp(`^  ${kind} +\\S.{10}`, 'm'));
    for (const { fields } of Object.values(SCRIPTED)) for (const name of Object.keys(fields)) assert.match(body, new RegExp(`^ +${name}: \\S`, 'm'));
    const commands = [...body.matchAll(/^ {2}curl (?:-d '(.*)' )?(\S+)$/gm)];
    assert.ok(commands.length >= 6);
    for (const [, given, url = ''] of commands) {
      const outcome = await ask(url, given === undefined ? {} : { method: 'POST', body: given });
      assert.equal(outcome.status, 200, `${url} ${given ?? ''}: ${outcome.body}`);
    }
  });

  it('begins troubles, lists them and ends them', async () => {
    const going = { kind: 'maintenance', effect: PRACTICE.maintenance.effect, until: clock.now() + 60_000, leftMs: 60_000 };
    assert.deepEqual(await answer(post('/trouble', { kind: 'maintenance' })), [200, going]);
    assert.equal((await ask(`${exchange.rest}/v2/platform/status`)).body, '[0]');
    const [, short] = await answer(post('/trouble', { kind: 'rate-limit', seconds: 2.5 }));
    assert.equal((short as { leftMs: number }).leftMs, 2500);
    assert.deepEqual(await answer(get('/trouble')), [200, { active: [going, short] }]);
    assert.deepEqual(await answer(post('/trouble/stop', { kind: 'maintenance' })), [200, { ended: 1 }]);
    assert.deepEqual(await answer(post('/trouble/stop', '')), [200, { ended: 1 }]);
    assert.equal((await ask(`${exchange.rest}/v2/platform/status`)).body, '[1]');
    assert.deepEqual(await answer(get('/trouble/')), [200, { active: [] }]);
  });

  it('stays there when nothing else is, and counts as no call of a client', async () => {
    await begun({ kind: 'lost-line', seconds: 600 });
    assert.equal((await ask(`${exchange.rest}/v2/platform/status`)).status, undefined);
    await post('/trouble/stop', {});
    assert.equal((await ask(`${exchange.rest}/v2/platform/status`)).status, 200);
    assert.deepEqual(exchange.calls.map(({ path }) => path), ['platform/status']);
  });

  it('is closed to pages of the web', async () => {
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { origin: exchange.rest }, { host: 'evil.example' }, { host: 'localhost.evil.example:80' }, { host: '127.0.0.1.evil.example' }, { host: 'evil-127.0.0.1' }, { host: '127.0.0.1@evil.example' }]) {
      assert.equal((await post('/trouble', { kind: 'maintenance' }, headers)).status, 403, JSON.stringify(headers));
      assert.equal((await get('', headers)).status, 403);
    }
    assert.deepEqual(exchange.trouble.active, []);
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:80', 'LOCALHOST']) assert.equal((await get('/trouble', { host })).status, 200, host);
  });

  it('names the field that is wrong', async () => {
    const mistakes: [unknown, RegExp][] = [
      ['{"kind"', /^body: expected a JSON object$/],
      [[1], /^body: expected a JSON object$/],
      [{}, /^kind: expected one of lost-line, .*, info$/],
      [{ kind: 'rain' }, /^kind: .*, got "rain"$/],
      [{ kind: '__proto__' }, /^kind: /],
      [{ kind: 'slow', seconds: '9' }, /^seconds: expected a number from 0 to 86400, got "9"$/],
      [{ kind: 'slow', seconds: -1 }, /^seconds: /],
      [{ kind: 'slow', ms: 4 }, /^ms: expected one of the fields kind, seconds$/],
      [{ kind: 'rest' }, /^show: expected one of truth, html, /],
      [{ kind: 'rest', show: 'empty', executed: 1 }, /^executed: expected true or false, got 1$/],
      [{ kind: 'rest', show: 'empty', times: 0 }, /^times: /],
      [{ kind: 'rest', show: 'html', status: 20 }, /^status: /],
      [{ kind: 'rest', show: 'error', code: 10001 }, /^text: expected a text$/],
      [{ kind: 'frame', become: 'gone' }, /^become: expected one of lost, doubled, late, cut, got "gone"$/],
      [{ kind: 'read-lag' }, /^ms: expected a number/],
      [{ kind: 'drop', code: 7 }, /^code: /],
    ];
    for (const [body, message] of mistakes) assert.match(await refused(body), message);
    assert.deepEqual(exchange.trouble.active, []);
    const [status, { error }] = (await answer(post('/trouble/stop', { kind: 'rain' }))) as [number, { error: string }];
    assert.deepEqual([status, error.slice(0, 5)], [400, 'kind:']);
  });

  it('knows no other paths and methods', async () => {
    for (const outcome of [get('/nothing'), get('/trouble/stop'), post('', {}), ask(`${exchange.rest}/admin/trouble`, { method: 'DELETE' }), get('/toString')]) assert.equal((await outcome).status, 404);
    // what only begins alike is no command
    assert.match((await get('istration')).body, /Cannot GET/);
  });

  it('reads no long bodies', async () => {
    const { end } = await post('/trouble', JSON.stringify({ kind: 'maintenance', pad: 'x'.repeat(50_000) }));
    assert.notEqual(end, 'end');
    assert.deepEqual(exchange.trouble.active, []);
  });

  describe('scripts', () => {
    const call = (path: string): RestCall => ({ path }) as RestCall;
    const taken = (path: string): unknown => exchange.trouble.takeRest(call(path));
    const frameOf = (type: string, text = ''): unknown => exchange.trouble.takeFrame({ type, text, connection: 1 });

    it('REST calls: what is seen, what is carried out, which and how many', async () => {
      await begun({ kind: 'rest', show: 'destroyed', executed: true, path: 'auth/w/', times: 2 });
      assert.equal(taken('ticker/tBTCUSD'), undefined);
      assert.deepEqual([taken('auth/w/order/submit'), taken('auth/w/order/update'), taken('auth/w/order/submit')], [FAULT.acceptThenDestroy, FAULT.acceptThenDestroy, undefined]);
      assert.deepEqual(exchange.trouble.active, []);
      for (const [given, fault] of [
        [{ show: 'truth', ms: 900 }, FAULT.late(900)],
        [{ show: 'truth', ms: 900, executed: true }, FAULT.answeredLate(900)],
        [{ show: 'error', code: 10114, text: 'nonce: small' }, FAULT.error(10114, 'nonce: small')],
        [{ show: 'html', status: 520, executed: true }, FAULT.executed(FAULT.html(520))],
        [{ show: 'slow-body' }, FAULT.slowBody(5000)],
        [{ show: 'half-destroyed' }, FAULT.cutWithin],
      ] as const) {
        await begun({ kind: 'rest', ...given });
        assert.deepEqual(taken('any'), fault);
      }
    });

    it('frames: by type, by the input they answer, by who overtakes', async () => {
      await begun({ kind: 'frame', become: 'lost', type: 'tu' });
      assert.deepEqual([frameOf('te'), frameOf('tu'), frameOf('tu')], [undefined, { kind: 'lost' }, undefined]);
      await begun({ kind: 'frame', become: 'cut', reply: 'oc' });
      assert.deepEqual([frameOf('n', '"on-req"'), frameOf('n', '"oc-req"')], [undefined, { kind: 'cut' }]);
      await begun({ kind: 'frame', become: 'late', behind: 'oc', type: 'te' });
      assert.deepEqual(frameOf('te'), { kind: 'late', behind: 'oc', ms: 5000 });
      await begun({ kind: 'frame', become: 'late', ms: 70 });
      assert.deepEqual(frameOf('wu'), { kind: 'late', ms: 70 });
      assert.deepEqual(exchange.trouble.active, []);
    });

    it('logins, lag and clock', async () => {
      await begun({ kind: 'login', code: 10114, text: 'nonce: small', times: 2 });
      await begun({ kind: 'read-lag', ms: 30_000 });
      await begun({ kind: 'skew', ms: -600_000, seconds: 5 });
      const { trouble } = exchange;
      const refusal = { code: 10114, text: 'nonce: small' };
      assert.deepEqual([trouble.takeAuthFailure(), trouble.takeAuthFailure(), trouble.takeAuthFailure()], [refusal, refusal, undefined]);
      assert.equal(trouble.readLagMs, 30_000);
      assert.deepEqual(trouble.active.map(({ kind }) => kind), ['read-lag', 'skew']);
      clock.advance(60_000);
      assert.deepEqual([trouble.readLagMs, trouble.active], [0, []]);
    });

    it('sockets: dropped with a code, told an info code, late', async () => {
      const client = await Client.open(exchange.ws);
      await begun({ kind: 'info', code: 20061, text: 'over' });
      await client.event(({ code, msg }) => code === 20061 && msg === 'over');
      await begun({ kind: 'latency', ms: 700 });
      await begun({ kind: 'drop', code: 1012 });
      await client.until(() => client.closedWith === 1012);
      clock.advance(0);
      assert.deepEqual(exchange.trouble.active.map(({ kind }) => kind), ['latency']);
    });
  });
});

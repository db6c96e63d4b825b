import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { Clock } from '../../src/shared/core/clock';
import { systemClock } from '../../src/shared/link/clock';
import { KeyLine, KeyLines, keyLines, type ApiKey } from '../../src/shared/link/rest-key';
import { settled, until } from '../until';
import { VirtualClock } from '../virtual-clock';
import { failureOf, host, hurried, worldOver, type Host } from './rest-world';

const KEY: ApiKey = { apiKey: 'KEY', secret: 'SECRET' };

/** An exchange that refuses every nonce that is not above the one before, and looks at each signature. */
async function strictHost(delayMs: () => number = () => 0) {
  const seen: { key: string; nonce: number; path: string; body: string }[] = [];
  let together = 0;
  let most = 0;
  const last = new Map<string, number>();
  const answer = (key: string, nonce: number, isValid: boolean): [number, string] => {
    if (!isValid) return [500, '["error",10100,"apikey: digest invalid"]'];
    if (nonce <= (last.get(key) ?? 0)) return [500, '["error",10114,"nonce: small"]'];
    last.set(key, nonce);
    return [200, '[]'];
  };
  const made: Host = await host((request, response) => {
    most = Math.max(most, ++together);
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const { 'bfx-apikey': key = '', 'bfx-nonce': nonce = '', 'bfx-signature': signature } = request.headers as Record<string, string>;
      const isValid = createHmac('sha384', KEY.secret).update(`/api${request.url}${nonce}${body}`).digest('hex') === signature;
      seen.push({ key, nonce: Number(nonce), path: request.url ?? '', body });
      const [status, text] = answer(key, Number(nonce), isValid);
      setTimeout(() => {
        together--;
        response.writeHead(status).end(text);
      }, delayMs());
    });
  });
  return {
    host: made,
    seen,
    last,
    get most() {
      return most;
    },
  };
}

describe('rest with a key', () => {
  let strict: Awaited<ReturnType<typeof strictHost>>;
  beforeEach(async () => {
    strict = await strictHost();
  });
  afterEach(() => strict.host.stop());

  it('signs as the exchange documents it', async () => {
    // the vector of bitfinex-v2.md 8.1; 1 700 000 000 000 ms is the first nonce
    const clock: Clock = { ...new VirtualClock(1_700_000_000_000), now: () => 1_700_000_000_000 };
    const { lane } = worldOver(strict.host.url, { clock });
    await lane.signedBy(() => KEY).post('auth/r/wallets');
    const { headers, method, url } = strict.host.requests[0] as (typeof strict.host.requests)[number];
    assert.deepEqual([method, url, strict.seen[0]?.body], ['POST', '/v2/auth/r/wallets', '{}']);
    assert.equal(headers['bfx-nonce'], '1700000000000000');
    assert.equal(headers['bfx-signature'], '62a2793f03e7b2b7baa05eacd457f3116ab6e105a54f7a15672efdd4456e4d5d13a9cf719657a37d653268b090c32833');
    assert.equal(headers['content-type'], 'application/json');
  });

  it('sends parameters in the body, as they were signed', async () => {
    const { lane } = worldOver(strict.host.url);
    await lane.signedBy(() => KEY).post('auth/r/orders/tBTCUSD/hist', { start: 1, limit: 2, id: [7] });
    assert.deepEqual([strict.seen[0]?.path, strict.seen[0]?.body], ['/v2/auth/r/orders/tBTCUSD/hist', '{"start":1,"limit":2,"id":[7]}']);
  });

  it('sends forty calls of two lanes one by one, with rising nonces, while the clock goes back', async () => {
    await strict.host.stop();
    strict = await strictHost(() => 2);
    const keys = new KeyLines(systemClock);
    const hurry = hurried(10);
    let calls = 0;
    const clock: Clock = { ...hurry, now: () => hurry.now() - (++calls > 20 ? 600_000 : 0) };
    const lanes = [0, 1].map(() => worldOver(strict.host.url, { clock, keys }).lane.signedBy(() => KEY));
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => (lanes[at % 2] as (typeof lanes)[number]).post(['auth/r/wallets', 'auth/r/positions', 'auth/r/orders'][at % 3] as string)));
    assert.equal(answers.length, 40);
    assert.deepEqual([strict.most, strict.seen.length], [1, 40]);
    const nonces = strict.seen.map(({ nonce }) => nonce);
    assert.deepEqual(nonces, [...new Set(nonces)].sort((a, b) => a - b));
    assert.ok(nonces.every((nonce) => Number.isSafeInteger(nonce)));
  });

  it('goes on when the wall clock was set back', async () => {
    const line = new KeyLine({ ...systemClock, now: () => 5_000 });
    const first = line.nonce();
    Object.assign(line, { clock: { ...systemClock, now: () => 1_000 } });
    assert.deepEqual([first, line.nonce(), line.nonce()], [5_000_000, 5_000_001, 5_000_002]);
  });

  it('lets other keys pass beside it', async () => {
    await strict.host.stop();
    strict = await strictHost(() => 150);
    const { lane } = worldOver(strict.host.url);
    await Promise.all(['A', 'B', 'C'].map((apiKey) => lane.signedBy(() => ({ ...KEY, apiKey })).post('auth/r/wallets')));
    assert.equal(strict.most, 3);
  });

  it('is one line for the whole process, and begins nothing anew', () => {
    assert.equal(keyLines(), keyLines());
    assert.equal(keyLines().of(KEY), keyLines().of({ ...KEY, secret: 'OTHER' }));
    assert.notEqual(keyLines().of(KEY), keyLines().of({ ...KEY, apiKey: 'OTHER' }));
    assert.doesNotMatch(inspect(keyLines(), { depth: 9, showHidden: true }), /KEY|SECRET|OTHER/);
    const copy = require.resolve('../../src/shared/link/rest-key');
    const loaded = require.cache[copy];
    Reflect.deleteProperty(require.cache, copy);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- a second copy of the package
    const other = require('../../src/shared/link/rest-key') as { keyLines: typeof keyLines };
    if (loaded !== undefined) require.cache[copy] = loaded;
    assert.ok(other.keyLines !== keyLines && other.keyLines() === keyLines());
  });

  it('asks for the key at every call, so that a new one works at once', async () => {
    let key: ApiKey | undefined = KEY;
    const lane = worldOver(strict.host.url).lane.signedBy(() => key);
    await lane.post('auth/r/wallets');
    key = { ...KEY, apiKey: 'NEW' };
    await lane.post('auth/r/wallets');
    key = undefined;
    assert.equal((await failureOf(lane.post('auth/r/wallets'))).code, 'KEY_MISSING');
    assert.deepEqual(strict.seen.map(({ key: sent }) => sent), ['KEY', 'NEW']);
  });

  it('sends nothing with a key that cannot be one', async () => {
    const { lane } = worldOver(strict.host.url);
    for (const [key, code] of [
      [undefined, 'KEY_MISSING'],
      [{ ...KEY, apiKey: '' }, 'KEY_MISSING'],
      [{ ...KEY, secret: '' }, 'KEY_MISSING'],
      [{ ...KEY, apiKey: ' KEY' }, 'FIELD_INVALID'],
      [{ ...KEY, secret: 'SECRET\n' }, 'FIELD_INVALID'],
      [{ ...KEY, secret: 'SÉCRET' }, 'FIELD_INVALID'],
      [{ ...KEY, apiKey: 'K\u0000' }, 'FIELD_INVALID'],
    ] as const) {
      const error = await failureOf(lane.signedBy(() => key).post('auth/r/wallets'));
      assert.equal(error.code, code, JSON.stringify(key));
      assert.doesNotMatch(error.message, /SECRET|SÉCRET| KEY/);
      assert.equal((await failureOf(lane.signedBy(() => key).unified('privatePostAuthRWallets'))).code, code);
    }
    assert.equal(strict.host.requests.length, 0);
  });

  it('goes to the address for signed calls, and public ones to the other', async () => {
    const other = await host((_request, response) => response.end('[1]'));
    const { lane } = worldOver('', { addresses: async () => ({ rest: other.url, auth: strict.host.url }) });
    await lane.signedBy(() => KEY).post('auth/r/wallets');
    await lane.signedBy(() => KEY).read('platform/status');
    assert.deepEqual([other.requests.map(({ url }) => url), strict.host.requests.map(({ url }) => url)], [['/v2/platform/status'], ['/v2/auth/r/wallets']]);
    assert.ok(other.requests.every(({ headers }) => headers['bfx-apikey'] === undefined));
    await other.stop();
  });

  it('goes over plain http to this machine only', async () => {
    const { lane } = worldOver('http://exchange.test:8080');
    const error = await failureOf(lane.signedBy(() => KEY).post('auth/r/wallets'));
    assert.equal(error.code, 'HOST_NOT_ALLOWED');
    assert.match(error.message, /only over https, not to exchange\.test:8080/);
  });

  it('a refused nonce is followed by a higher one, three times in all', async () => {
    const { lane, heard } = worldOver(strict.host.url);
    strict.last.set('KEY', Number.MAX_SAFE_INTEGER);
    const { code } = await failureOf(lane.signedBy(() => KEY).post('auth/r/wallets'));
    assert.equal(code, 'NONCE_REFUSED');
    assert.deepEqual(heard.map(({ attempt }) => attempt), [1, 2, 3]);
    const nonces = strict.seen.map(({ nonce }) => nonce);
    assert.ok((nonces[0] as number) < (nonces[1] as number) && (nonces[1] as number) < (nonces[2] as number));
  });

  it('has no nonce beyond what a number holds', () => {
    const line = new KeyLine({ ...systemClock, now: () => 2 ** 53 / 1000 });
    assert.throws(() => line.nonce(), { code: 'NONCE_REFUSED' });
  });

  describe('in line', () => {
    /** A job that ends when it is told to. */
    function job(name: string, ran: string[]) {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => (end = resolve));
      return {
        run: async () => {
          ran.push(name);
          await ended;
          return name;
        },
        end: () => end(),
      };
    }

    it('the most urgent goes next, then who came first', async () => {
      const line = new KeyLine(systemClock);
      const ran: string[] = [];
      const first = job('first', ran);
      const running = line.inTurn(first.run);
      const others = (['background', 'read', 'order', 'read', 'cancel'] as const).map((priority, at) => line.inTurn(async () => void ran.push(`${priority} ${at}`), priority));
      await settled();
      assert.deepEqual(ran, ['first']);
      first.end();
      await Promise.all([running, ...others]);
      assert.deepEqual(ran, ['first', 'cancel 4', 'order 2', 'read 1', 'read 3', 'background 0']);
    });

    it('who gives up leaves it at once, and never runs', async () => {
      const line = new KeyLine(systemClock);
      const ran: string[] = [];
      const first = job('first', ran);
      const running = line.inTurn(first.run);
      const control = new AbortController();
      const given = line.inTurn(async () => void ran.push('given up'), 'read', control.signal);
      const last = line.inTurn(async () => void ran.push('last'));
      control.abort(new Error('enough'));
      await assert.rejects(given, /enough/);
      first.end();
      await Promise.all([running, last]);
      assert.deepEqual(ran, ['first', 'last']);
      await assert.rejects(line.inTurn(async () => void ran.push('never'), 'read', control.signal), /enough/);
      assert.equal(await line.inTurn(async () => 'free'), 'free');
    });

    it('one at a time, each once, whatever fails or gives up', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.record({ priority: fc.constantFrom('cancel' as const, 'order' as const, 'read' as const), fate: fc.constantFrom('answers', 'fails', 'gives up') }), { minLength: 1, maxLength: 20 }), async (calls) => {
          const line = new KeyLine(systemClock);
          let running = 0;
          let ran = 0;
          const all = calls.map(({ priority, fate }) => {
            const control = new AbortController();
            const call = line.inTurn(
              async () => {
                assert.equal(++running, 1);
                ran++;
                await settled();
                running--;
                if (fate === 'fails') throw new Error('fails');
              },
              priority,
              control.signal,
            );
            if (fate === 'gives up') queueMicrotask(() => control.abort(new Error('gives up')));
            return call.then(() => 'answers', (error: Error) => error.message);
          });
          const ends = await Promise.all(all);
          for (const [at, end] of ends.entries()) assert.ok(end === calls[at]?.fate || (end === 'answers' && at === 0), `${at} ${end}`);
          assert.ok(ran >= calls.filter(({ fate }) => fate !== 'gives up').length);
          assert.equal(running, 0);
        }),
        { numRuns: process.env['LONG'] ? 200 : 15 },
      );
    });
  });

  it('does not hold others up while it waits for a limit', async () => {
    const { lane, limiter } = worldOver(strict.host.url, { clock: systemClock });
    const signed = lane.signedBy(() => KEY);
    for (let at = 0; at < 90; at++) await limiter.admit('auth', { lane: 'auth auth/r/wallets' });
    const control = new AbortController();
    const waits: number[] = [];
    const waiting = signed.post('auth/r/wallets', {}, { signal: control.signal, onWait: (waitMs) => waits.push(waitMs) });
    await until(() => waits.length === 1, 'the first waits');
    assert.deepEqual(await signed.post('auth/r/positions'), []);
    control.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
  });
});

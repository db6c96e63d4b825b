import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sortAnswer, type Asked, type Failure } from '../../src/shared/core/answer';
import { ERRORS, type BitfinexError, type ErrorCode } from '../../src/shared/core/errors';
import { jsonLines, needsData } from '../shared-data';

const NOW = Date.UTC(2026, 0, 1, 10, 0, 0);
const STATUSES = [200, 201, 301, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504, 520];

const sort = (status: number, text: string, { headers = {}, ...asked }: Partial<Asked> & { headers?: Record<string, string> } = {}) => sortAnswer({ status, headers, text }, { now: NOW, ...asked });

function failure(status: number, text: string, asked: Parameters<typeof sort>[2] = {}): Failure {
  const answer = sort(status, text, asked);
  assert.equal(answer.kind, 'failed', `${status} ${text}`);
  return answer as Failure;
}

const codeOf = (...args: Parameters<typeof failure>): ErrorCode => failure(...args).error.code;

/** What the recordings and the clients of others know, and what it means for a read. */
const SAID: [body: string, code: ErrorCode, exchangeCode?: number][] = [
  ['["error",10000,"unknown"]', 'REQUEST_REFUSED', 10000],
  ['["error",10001,"Invalid order: not enough exchange balance for 1 BTC"]', 'REQUEST_REFUSED', 10001],
  ['["error",10001,"api_key: permission invalid"]', 'KEY_REFUSED', 10001],
  ['["error",10008,"concurrency"]', 'REQUEST_REFUSED', 10008],
  ['["error",10020,"symbol: invalid"]', 'REQUEST_REFUSED', 10020],
  ['["error",10100,"apikey: invalid"]', 'KEY_REFUSED', 10100],
  ['["error",10114,"nonce: small"]', 'NONCE_REFUSED', 10114],
  ['["error",11000,"not ready"]', 'REQUEST_REFUSED', 11000],
  ['["error",11010,"ratelimit: error"]', 'RATE_LIMITED', 11010],
  ['["error",20060,"maintenance"]', 'MAINTENANCE', 20060],
  ['["error",110202,"collateral: market risk"]', 'REQUEST_REFUSED', 110202],
  ['["error",null,"no code"]', 'REQUEST_REFUSED'],
  ['["error"]', 'REQUEST_REFUSED'],
  ['{"error":"ERR_RATE_LIMIT"}', 'RATE_LIMITED'],
  ['{"code":503,"error":"temporarily_unavailable","error_description":"Sorry"}', 'MAINTENANCE'],
  ['{"error":["one","two"]}', 'REQUEST_REFUSED'],
];

describe('answer', () => {
  for (const [body, code, exchangeCode] of SAID) {
    it(`${body} is ${code}, whatever the HTTP status`, () => {
      for (const status of STATUSES) {
        // there the status says more than words that nobody knows
        if (status === 429 && code === 'REQUEST_REFUSED' && !(exchangeCode !== undefined && exchangeCode < 100_000)) continue;
        const { error } = failure(status, body);
        assert.equal(error.code, code, String(status));
        assert.equal(error.httpStatus, status);
        if (status !== 503) assert.equal(error.exchangeCode, exchangeCode ?? (body.includes('503') ? 503 : undefined));
      }
    });
  }

  it('takes the words of the exchange over, but no more than a line, no markup and no secret', () => {
    assert.match(failure(500, '["error",10001,"Invalid order: minimum size for BTC/USD is 0.002"]').error.message, /"Invalid order: minimum size for BTC\/USD is 0\.002"/);
    const long = failure(500, JSON.stringify(['error', 10001, 'x'.repeat(5_000)])).error.what;
    assert.ok(long.length < 340);
    const { what } = failure(500, JSON.stringify(['error', 10001, 'a\u0000\u001b[31m<img src=x onerror=alert(1)>\nb\u2028c\u202ed <b']), { secrets: ['', 'never'] }).error;
    assert.match(what, /"a \[31m b c d b"/);
    const echoed = failure(500, '["error",10100,"apikey: THEKEY with digest ABCDEF invalid"]', { secrets: ['THEKEY', 'ABCDEF', ''] }).error;
    assert.match(echoed.what, /apikey: \*\*\* with digest \*\*\* invalid/);
  });

  it('says of everything else that it is no answer', () => {
    const unusable: [number, string, RegExp][] = [
      [502, '<html>Bad gateway</html>', /no JSON \(HTTP 502\)/],
      [520, '', /nothing \(HTTP 520\)/],
      [200, '<!DOCTYPE html>', /no JSON \(HTTP 200\)/],
      [200, '', /nothing \(HTTP 200\)/],
      [200, '   ', /nothing/],
      [200, '[1,2', /no JSON/],
      [200, '7', /no JSON/],
      [200, 'null', /no JSON/],
      [200, '"text"', /no JSON/],
      [302, '', /redirect \(HTTP 302\), which is not followed/],
      [301, '[1]', /redirect/],
      [403, '<html>blocked</html>', /HTTP 403/],
      [400, '[]', /something unexpected \(HTTP 400\)/],
      [500, '{}', /something unexpected/],
    ];
    for (const [status, text, words] of unusable) {
      const { error } = failure(status, text);
      assert.equal(error.code, 'ANSWER_UNUSABLE', `${status} ${text}`);
      assert.match(error.what, words);
      assert.doesNotMatch(error.message, /html|DOCTYPE/i);
    }
    assert.equal(codeOf(404, '<html><pre>Cannot GET /api/v2/nope</pre></html>'), 'REQUEST_REFUSED');
    assert.match(failure(401, '{"message":"Unauthorized"}').error.what, /"Unauthorized"/);
  });

  it('leaves answers as they are', () => {
    for (const text of ['[1]', '[]', '{}', '[["BTCUSD"]]', '{"message":"only a word"}', ' [1] \n', '[null,"error"]', '{"event":"error","code":42}']) assert.deepEqual(sort(200, text), { kind: 'answer', body: JSON.parse(text) });
  });

  it('closes the limit for a minute, or for as long as the exchange says', () => {
    const { error, holdMs, again } = failure(429, '{"error":"ERR_RATE_LIMIT"}');
    assert.deepEqual([holdMs, again, error.retryAt], [60_000, 'never', NOW + 60_000]);
    assert.match(error.message, /it opens at 10:01:00 UTC/);
    assert.equal(failure(500, '["error",11010,"ratelimit: error"]').holdMs, 60_000);
    assert.equal(failure(429, '{"error":"ERR_RATE_LIMIT"}', { headers: { 'retry-after': '90' } }).holdMs, 90_000);
    assert.equal(failure(429, '', { headers: { 'retry-after': new Date(NOW + 45_000).toUTCString() } }).holdMs, 45_000);
    assert.equal(failure(429, '', { headers: { 'retry-after': '999999' } }).holdMs, 3_600_000);
  });

  it('takes a 429 with a short pause, or with none, for a hiccup', () => {
    for (const [headers, pauseMs] of [[{}, undefined], [{ 'retry-after': '3' }, 3_000], [{ 'retry-after': 'soon' }, undefined], [{ 'retry-after': '' }, undefined], [{ 'retry-after': new Date(NOW - 5_000).toUTCString() }, 0]] as const) {
      const answer = failure(429, '<html>slow down</html>', { headers: { ...headers } });
      assert.deepEqual([answer.error.code, answer.again, answer.holdMs, answer.pauseMs], ['RATE_LIMITED', 'later', undefined, pauseMs]);
    }
  });

  it('tells which reads may be made again', () => {
    const again = (status: number, text: string): string => failure(status, text).again;
    for (const [status, text] of [[500, ''], [502, '<html>'], [503, 'x'], [520, '{}'], [500, '["error",10000,"?"]'], [500, '["error",10008,"?"]'], [500, '["error",11000,"?"]']] as const) assert.equal(again(status, text), 'later', `${status} ${text}`);
    for (const [status, text] of [[400, ''], [401, ''], [403, ''], [404, ''], [302, ''], [200, ''], [200, '[1'], [500, '["error",10020,"?"]'], [500, '["error",10100,"?"]'], [500, '["error",20060,"?"]'], [503, '{"error":"temporarily_unavailable"}']] as const) assert.equal(again(status, text), 'never', `${status} ${text}`);
    assert.equal(again(500, '["error",10114,"nonce: small"]'), 'fresh nonce');
  });

  describe('to a write', () => {
    const receipt = (status: unknown, text = 'words', code: unknown = null): string => JSON.stringify([1754896394, 'on-req', null, null, [[1]], code, status, text]);
    const write = { write: 'auth/w/order/submit' };

    /** reliability.md, proven rejections: code, HTTP status, and nothing besides. */
    const PROVEN: [status: number, body: string, code: ErrorCode][] = [
      [500, '["error",10001,"Invalid order"]', 'REQUEST_REFUSED'],
      [400, '["error",10001,"Invalid order"]', 'REQUEST_REFUSED'],
      [500, '["error",10020,"price: invalid"]', 'REQUEST_REFUSED'],
      [500, '["error",10100,"apikey: invalid"]', 'KEY_REFUSED'],
      [401, '["error",10100,"apikey: invalid"]', 'KEY_REFUSED'],
      [500, '["error",10114,"nonce: small"]', 'NONCE_REFUSED'],
      [500, '["error",11010,"ratelimit: error"]', 'RATE_LIMITED'],
      [429, '["error",11010,"ratelimit: error"]', 'RATE_LIMITED'],
      [429, '{"error":"ERR_RATE_LIMIT"}', 'RATE_LIMITED'],
      [500, '["error",20060,"maintenance"]', 'MAINTENANCE'],
      [503, '["error",20060,"maintenance"]', 'MAINTENANCE'],
    ];
    const PROOF = new Set(PROVEN.map(([status, body]) => `${status} ${body}`));

    it('is a rejection where the table says so', () => {
      for (const [status, body, code] of PROVEN) assert.equal(codeOf(status, body, write), code, `${status} ${body}`);
      for (const status of ['ERROR', 'FAILURE']) assert.equal(codeOf(200, receipt(status, 'Invalid order: minimum size', 10001), write), 'REQUEST_REFUSED');
      assert.equal(failure(200, receipt('ERROR', 'no', 10001), write).error.exchangeCode, 10001);
    });

    it('is done only with a receipt that says SUCCESS', () => {
      assert.equal(sort(200, receipt('SUCCESS'), write).kind, 'answer');
      for (const status of ['', 'SUCCES', 'INFO', null, 1, undefined]) assert.equal(codeOf(200, receipt(status), write), 'OUTCOME_UNKNOWN', String(status));
    });

    it('is done only with a receipt of its own', () => {
      const of = (type: string, status = 'SUCCESS', data: unknown = [[1]]): string => JSON.stringify([1754896394, type, null, null, data, null, status, 'words']);
      const types = { 'order/submit': 'on-req', 'order/update': 'ou-req', 'order/cancel': 'oc-req', 'order/cancel/multi': 'oc_multi-req', 'order/multi': 'ox_multi-req', 'funding/offer/submit': 'fon-req', transfer: 'acc_tf', withdraw: 'acc_wd-req' };
      for (const [path, own] of Object.entries(types)) {
        for (const type of [...Object.values(types), 'wallet', 'constructor']) {
          const answer = sort(200, of(type), { write: `auth/w/${path}` });
          assert.equal(answer.kind, type === own ? 'answer' : 'failed', `${path} ${type}`);
          assert.equal(codeOf(200, of(type, 'ERROR'), { write: `auth/w/${path}` }) === 'REQUEST_REFUSED', type === own && own !== 'ox_multi-req', `${path} ${type}`);
        }
      }
      for (const path of ['auth/w/never/heard/of', 'constructor', '']) assert.equal(codeOf(200, of('on-req'), { write: path }), 'OUTCOME_UNKNOWN', path);
    });

    it('of several operations is refused only when each of them is', () => {
      const multi = { write: 'auth/w/order/multi' };
      const all = (status: string, ...inside: string[]): string => JSON.stringify([1, 'ox_multi-req', null, null, inside.map((one) => [1, 'on-req', null, null, [[1]], null, one, '']), null, status, 'words']);
      assert.equal(codeOf(200, all('ERROR', 'ERROR', 'FAILURE'), multi), 'REQUEST_REFUSED');
      for (const inside of [['SUCCESS'], ['ERROR', 'SUCCESS'], ['ERROR', 'INFO']]) assert.equal(codeOf(200, all('ERROR', ...inside), multi), 'OUTCOME_UNKNOWN', inside.join());
      // each entry tells its own fate
      assert.equal(sort(200, all('SUCCESS', 'SUCCESS', 'ERROR'), multi).kind, 'answer');
    });

    it('is not refused by an object, but for the limit', () => {
      for (const code of [10001, 10020, 10100, 10114, 11010, 20060]) for (const status of [400, 500]) assert.equal(codeOf(status, JSON.stringify({ code, error: 'words' }), write), 'OUTCOME_UNKNOWN', String(code));
      for (const body of ['{"error":"ERR_RATE_LIMIT"}', '["error",11010,"ratelimit: error"]']) assert.equal(codeOf(429, body, write), 'RATE_LIMITED');
    });

    it('is unknown in every other case', () => {
      const others: [number, string][] = [...STATUSES.flatMap((status) => [...SAID.map(([body]) => [status, body] as [number, string]), [status, '<html>'] as [number, string], [status, ''] as [number, string], [status, '[1,2'] as [number, string]])].filter(
        ([status, body]) => !PROOF.has(`${status} ${body}`) && !(/1000?1|10020|10100|10114|11010|20060/.test(body) && [400, 401, 403, 500].includes(status)),
      );
      assert.ok(others.length > 150);
      for (const [status, body] of [...others, [200, '[]'] as const, [200, '{}'] as const, [200, '[[1]]'] as const]) assert.equal(codeOf(status, body, write), 'OUTCOME_UNKNOWN', `${status} ${body}`);
    });

    it('keeps the pause that comes with an unknown end', () => {
      const { error, holdMs } = failure(200, '{"error":"ERR_RATE_LIMIT"}', write);
      assert.deepEqual([error.code, holdMs], ['OUTCOME_UNKNOWN', 60_000]);
    });

    it('is never one or the other by accident, whatever comes', () => {
      fc.assert(
        fc.property(fc.constantFrom(...STATUSES), fc.oneof(fc.json(), fc.string()), (status, text) => {
          const answer = sort(status, text, write);
          assert.ok(answer.kind === 'failed' && answer.error.code === 'OUTCOME_UNKNOWN', `${status} ${text}`);
        }),
      );
    });
  });

  it('sorts whatever comes, and never throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.json(), fc.string()), fc.string(), (status, text, retryAfter) => {
        const answer = sort(status, text, { headers: { 'retry-after': retryAfter } });
        assert.ok(answer.kind === 'answer' ? status < 300 : answer.error.code in ERRORS);
      }),
    );
  });

  it('sorts the recorded error bodies of REST, and takes no recorded answer for one', function () {
    needsData(this);
    const frames = jsonLines<{ category: string; note?: string; frame: string }>('frames.jsonl').filter(({ category, note }) => category === 'errors' && note === 'REST');
    assert.equal(frames.length, 2);
    const errors = frames.map(({ frame }): BitfinexError => failure(500, frame).error);
    assert.deepEqual(errors.map(({ code, exchangeCode }) => [code, exchangeCode]), [['KEY_REFUSED', 10100], ['REQUEST_REFUSED', 110202]]);
    const answers = jsonLines<{ status: number; response_text: string }>('rest.jsonl');
    assert.ok(answers.length >= 40);
    for (const { status, response_text: text } of answers) assert.equal(sort(status, text).kind, 'answer', text.slice(0, 80));
  });
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '../../src/shared/core/errors';
import { editorScript, help, html, LANGUAGES, registered, ROOT, STEMS, textOf, verdict, words, type Stem } from './form';

/** The saved properties: a public interface, written here a second time on purpose (names are kept, see CHANGELOG). */
const SAVED: Record<Stem, Record<string, unknown>> = {
  account: { name: '', environment: 'simulated', restUrl: '', wsUrl: '', debugLog: false, version: 1 },
  'ticker-stream': { name: '', account: '', symbols: '', source: 'ticker', interval: 1000, onlyChanged: '', version: 1 },
  'trades-stream': { name: '', account: '', symbols: '', batch: false, interval: 1000, version: 1 },
  'book-stream': {
    name: '', account: '', symbols: '', precision: 'P0', depth: 25, frequency: 'F0', output: 'book', emit: 'live', interval: 1000, slippageSize: '', version: 1,
  },
  candles: { name: '', account: '', symbols: '', timeframe: '1m', history: 100, output: 'window', onlyClosed: false, fillGaps: false, interval: 1000, version: 1 },
  'status-stream': { name: '', account: '', keys: '', interval: 1000, version: 1 },
  symbols: { name: '', account: '', kind: 'exchange', version: 1 },
  request: { name: '', account: '', method: 'fetchTicker', path: '', params: '["BTC/USD"]', version: 1 },
  'maintenance-watch': { name: '', account: '', gate: 'block', holdLimit: 100, holdMaxMs: 60000, version: 1 },
};
/** The nodes that follow a list of symbols or keys. */
const STREAMS: readonly Stem[] = ['ticker-stream', 'trades-stream', 'book-stream', 'candles', 'status-stream'];
const NODES = STEMS.filter((stem) => stem !== 'account');
const typeOf = (stem: Stem): string => `bitfinex-${stem}`;

/** Keys that a form uses: in its markup, in its script, and for each choice that is explained. */
function keysOf(stem: Stem): string[] {
  const source = html(stem);
  const marked = [...source.matchAll(/data-i18n="(?:\[\w+\])?([^"]+)"/g)].map(([, key]) => key as string);
  const said = [...source.matchAll(/this\._\((?:[^()']*\? )?'([^']+)'(?: : '([^']+)')?\)/g)].flatMap(([, ...keys]) => keys.filter((key) => key !== undefined));
  const reasons = [...source.matchAll(/key: '([^']+)'/g)].map(([, key]) => key as string);
  const explained = [...source.matchAll(/\.explain\(this, (?:'([^']+)'|environment), '([^']+)'/g)].flatMap(([, field, key]) => {
    const choices = choicesOf(source, field ?? '#node-config-input-environment');
    return choices.length === 0 ? [key as string] : choices.map((choice) => `${key}.${choice}`);
  });
  return [...marked, ...said, ...reasons, ...explained];
}

function choicesOf(source: string, field: string): string[] {
  const select = new RegExp(`<select id="${field.slice(1)}">([\\s\\S]*?)</select>`).exec(source)?.[1] ?? '';
  return [...select.matchAll(/<option value="([^"]+)"/g)].map(([, value]) => value as string);
}

describe('forms', () => {
  for (const stem of STEMS) {
    describe(stem, () => {
      it('saves the promised properties with the promised defaults', () => {
        const { type, definition } = registered(stem);
        assert.equal(type, typeOf(stem));
        assert.deepEqual(Object.fromEntries(Object.entries(definition.defaults).map(([name, { value }]) => [name, value])), SAVED[stem]);
        for (const name of Object.keys(SAVED[stem])) assert.equal(name === 'version' || html(stem).includes(`input-${name}"`), true, `${name} has no field`);
      });

      it('has the same keys in every language, each with a text', () => {
        const [first, ...others] = LANGUAGES.map((language) => words(stem, language));
        for (const other of others) assert.deepEqual([...other.keys()].sort(), [...(first as Map<string, string>).keys()].sort());
        for (const language of LANGUAGES) for (const [key, text] of words(stem, language)) assert.ok(text.trim() !== '', key);
      });

      it('has the same placeholders in every language', () => {
        const placeholders = (text: string): string[] => [...text.matchAll(/__\w+?__/g)].map(([name]) => name).sort();
        for (const [key, text] of words(stem, 'en-US')) assert.deepEqual(placeholders(words(stem, 'sv').get(key) as string), placeholders(text), key);
      });

      it('finds every key that it uses', () => {
        const known = words(stem, 'en-US');
        assert.ok(keysOf(stem).length > 5);
        assert.deepEqual(keysOf(stem).filter((key) => !known.has(key)), []);
      });

      it('has help for its type in every language, with the sections of the style guide', () => {
        for (const language of LANGUAGES) {
          const text = help(stem, language);
          assert.ok(text.startsWith(`<script type="text/html" data-help-name="${typeOf(stem)}">\n<p>`), language);
          const sections = [...text.matchAll(/<h3>/g)].length;
          assert.equal(sections, stem === 'account' ? 2 : 4, language);
          // the sidebar is narrow, and the editor keeps code on one line
          assert.deepEqual([...text.matchAll(/<code>([^<]{29,})<\/code>/g)].map(([, code]) => code).filter(() => stem !== 'account'), [], language);
          for (const tag of ['p', 'dl', 'dt', 'dd', 'ul', 'li', 'code', 'strong', 'em', 'h3', 'a']) {
            assert.equal(text.split(new RegExp(`<${tag}[ >]`)).length, text.split(`</${tag}>`).length, `${language}: <${tag}> is not closed`);
          }
        }
      });

      it('is translated: no sentence of the help is the same in both languages', () => {
        const sentences = (language: (typeof LANGUAGES)[number]): string[] =>
          help(stem, language)
            .replace(/<(code|em|span class="property-type")\b[^>]*>.*?<\/(code|em|span)>/g, '')
            .split(/<[^>]+>|[.:;] /)
            .map((text) => text.trim())
            .filter((text) => (text.match(/\p{L}{2,}/gu) ?? []).length > 2);
        const english = new Set(sentences('en-US'));
        assert.ok(english.size > 10);
        assert.deepEqual(sentences('sv').filter((sentence) => english.has(sentence)), []);
      });

      it('names no error code that does not exist', () => {
        for (const language of LANGUAGES) for (const [, code] of help(stem, language).matchAll(/<code>([A-Z]+_[A-Z_]+)<\/code>/g)) assert.ok((code as string) in ERRORS, code);
      });

      it('uses only the colours of the editor', () => assert.doesNotMatch(html(stem).replace(/color: '#\w{6}',\n/, ''), /#[0-9a-f]{3,6}\b(?!-)|rgba?\(/i));
    });
  }

  for (const stem of NODES) {
    it(`${stem} stands in the group Bitfinex, with an icon of ours and the promised ports`, () => {
      const { definition } = registered(stem);
      const outputs = stem === 'maintenance-watch' ? 2 : 1;
      assert.deepEqual([definition.category, definition.inputs, definition.outputs, definition.paletteLabel], ['bitfinex', 1, outputs, stem.replace('-', ' ')]);
      assert.match(textOf(`icons/${definition.icon as string}`), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="40" height="60"/);
      assert.deepEqual({ ...definition.defaults['account'] }, { value: '', type: 'bitfinex-account', required: true });
      for (const language of LANGUAGES) assert.equal(words(stem, language).get('palette.label.bitfinex'), 'Bitfinex');
    });
  }

  it('the icons have names that no other module has', () => {
    for (const name of readdirSync(join(ROOT, 'icons'))) assert.match(name, /^bitfinex-[a-z-]+\.svg$/);
  });

  it('the shared script finds its words in the catalogue of each form that uses them', () => {
    const used = [...editorScript().matchAll(/(?:word\(node|explain\(node, \w+), '([^']+)'/g)].map(([, key]) => key as string);
    assert.ok(used.length > 20);
    const everywhere = used.filter((key) => key.startsWith('symbols.') || key === 'error.wholeNumber');
    for (const stem of STREAMS) for (const key of everywhere) assert.ok([...words(stem, 'en-US').keys()].some((known) => known === key || (key.endsWith('.') && known.startsWith(key))), `${stem}: ${key}`);
    const all = STEMS.flatMap((stem) => [...words(stem, 'en-US').keys()]);
    for (const key of used) assert.ok(all.some((known) => known === key || (key.endsWith('.') && known.startsWith(key))), key);
  });

  it('maintenance watch names its ports, each otherwise', () => {
    const { definition } = registered('maintenance-watch');
    for (const language of LANGUAGES) {
      const node = { _: (key: string) => words('maintenance-watch', language).get(key) ?? key };
      const said = [definition.inputLabels?.call(node), definition.outputLabels?.call(node, 0), definition.outputLabels?.call(node, 1)];
      assert.equal(new Set(said).size, 3);
      for (const text of said) assert.doesNotMatch(String(text), /^port\.|undefined/);
    }
  });

  it('a node in the flow says what it follows or asks', () => {
    const labelOf = (stem: Stem, saved: Record<string, unknown>): unknown => {
      const { definition } = registered(stem);
      const _ = (key: string): string => words(stem, 'en-US').get(key) ?? key;
      return definition.label?.call({ name: '', ...saved, _, _def: { ...definition, _ } });
    };
    assert.equal(labelOf('candles', { symbols: 'BTC/USD', timeframe: '1h' }), 'BTC/USD 1h');
    assert.equal(labelOf('candles', { symbols: 'fUSD:p30, BTC/USD', timeframe: '1D' }), 'fUSD +1 1D');
    assert.equal(labelOf('candles', { symbols: '', timeframe: '1m' }), 'candles');
    assert.equal(labelOf('status-stream', { keys: 'deriv:tBTCF0:USTF0' }), 'tBTCF0:USTF0 status');
    assert.equal(labelOf('symbols', { kind: 'futures' }), 'perpetuals');
    assert.equal(labelOf('request', { method: 'fetchTicker', path: 'tickers' }), 'fetchTicker');
    assert.equal(labelOf('request', { method: 'GET', path: 'tickers' }), 'GET tickers');
    assert.equal(labelOf('maintenance-watch', {}), 'maintenance watch');
    for (const stem of NODES) assert.equal(labelOf(stem, { name: 'mine', symbols: 'BTC/USD', keys: 'liq:global', method: 'GET' }), 'mine');
  });

  it('the shared style uses only the variables of the editor', () => assert.doesNotMatch(textOf('resources/bitfinex-editor.css'), /#[0-9a-f]{3,8}\b|rgba?\(|hsl/i));
});

describe('validation in the forms', () => {
  const fine = ['', 'BTC/USD', 'BTCUSD', 'btc/usd', 'tBTCUSD', 'tDOGE:USD', 'DOGE/USD', 'BTC/USDT', 'BTC/USDT:USDT', 'tBTCF0:USTF0', 'fUSD', 'BTC/USD, ETH/USD', 'BTC/USD ETH/USD', '${SYMBOLS}'];
  for (const text of fine) it(`takes "${text}" as symbols`, () => assert.equal(verdict('ticker-stream', 'symbols', text), true));

  for (const text of ['BTC', 'BTC-USD', 'BTC/USD, x', 'BTC/', '${SYMBOLS', 'ETH/USD ${MORE}', '<img src=x>', 'BTC/USDT:USD']) {
    it(`refuses "${text}" as symbols, with a reason`, () => assert.equal(verdict('book-stream', 'symbols', text), 'symbols.invalid'));
  }

  for (const text of ['', 'BTC/USD', 'tBTCF0:USTF0', 'fUSD:p30', 'fUSD:p2, BTC/USD', 'fUSD:a30:p2:p30', 'fUST:a10:p2:p10', '${SYMBOLS}']) {
    it(`takes "${text}" as symbols of candles`, () => assert.equal(verdict('candles', 'symbols', text), true));
  }

  for (const text of ['fUSD', 'fUSD:30', 'fUSD:x30', 'fUSD:a20:p2:p30', 'fUSD:a30:p2', 'BTC', 'trade:1m:tBTCUSD']) {
    it(`refuses "${text}" as symbols of candles, with a reason`, () => assert.equal(verdict('candles', 'symbols', text), 'symbols.invalid'));
  }

  it('takes perpetuals and all liquidations as keys of a status stream', () => {
    for (const text of ['', 'deriv:tBTCF0:USTF0', 'liq:global', 'deriv:tBTCF0:USTF0, deriv:tETHF0:USTF0 liq:global', 'BTC/USDT:USDT', 'tBTCF0:USTF0', '${KEYS}']) assert.equal(verdict('status-stream', 'keys', text), true, text);
    for (const text of ['deriv:tBTCUSD', 'deriv:tDOGE:USD', 'deriv:tBTC:USTF0', 'deriv:', 'liq:tBTCF0:USTF0', 'BTC/USDT', 'fUSD', 'deriv:tBTCF0:USTF0, x']) assert.equal(verdict('status-stream', 'keys', text), 'symbols.invalid', text);
  });

  it('takes whole numbers within their bounds', () => {
    for (const value of [0, '100', 10000, '${HISTORY}']) assert.equal(verdict('candles', 'history', value), true, String(value));
    for (const value of ['', -1, 10001, 'all']) assert.equal(verdict('candles', 'history', value), 'error.history', String(value));
    for (const [property, most] of [['holdLimit', 100], ['holdMaxMs', 60000]] as const) {
      assert.deepEqual([1, most, '${MOST}'].map((value) => verdict('maintenance-watch', property, value)), [true, true, true]);
      for (const value of ['', 0, '1.5', 'much']) assert.equal(verdict('maintenance-watch', property, value), `error.${property}`, String(value));
    }
  });

  it('takes a method of ccxt, or GET and POST with a path, or leaves them to the messages', () => {
    for (const value of ['fetchTicker', 'publicGetConfConfig', 'public_get_conf', 'GET', 'post', '${METHOD}', '']) assert.equal(verdict('request', 'method', value), true, value);
    for (const value of ['fetch ticker', 'PUT', 'https://host.example', '2']) assert.equal(verdict('request', 'method', value), 'error.method', value);
    const path = (value: string, method = 'GET'): unknown => verdict('request', 'path', value, { method });
    for (const value of ['platform/status', '/v2/tickers', 'tickers?symbols=ALL', 'stats1/pos.size:1m:tBTCUSD:long/hist', 'auth/r/wallets', '${PATH}', '']) assert.equal(path(value), true, value);
    for (const value of ['https://host.example/tickers', 'tick ers', 'a/../b', '//host.example']) assert.equal(path(value), 'error.path', value);
    for (const value of ['auth/w/order/submit', '/v2/auth/w/order/submit']) assert.equal(path(value, 'POST'), 'error.pathWrites', value);
    assert.equal(path('tick ers', 'fetchTicker'), true, 'a method has no path');
  });

  it('takes the arguments of a method as a list, the params of a path as an object', () => {
    const params = (value: string, method: string): unknown => verdict('request', 'params', value, { method });
    for (const method of ['GET', 'fetchTicker', '${METHOD}']) assert.deepEqual(['', '${PARAMS}', '[1', '7'].map((value) => params(value, method)), [true, true, 'error.params', 'error.params'], method);
    assert.deepEqual([params('["BTC/USD"]', 'fetchTicker'), params('{"limit": 1}', 'POST')], [true, true]);
    assert.deepEqual([params('{"limit": 1}', 'fetchTicker'), params('["BTC/USD"]', 'GET')], ['error.paramsList', 'error.paramsObject']);
    assert.deepEqual([params('{"limit": 1}', '${METHOD}'), params('["BTC/USD"]', '${METHOD}')], [true, true]);
  });

  it('takes whole milliseconds as interval', () => {
    for (const value of [0, 1000, '250', '${EVERY}']) assert.equal(verdict('trades-stream', 'interval', value), true, String(value));
    for (const value of ['', '-1', '1.5', '1s', 'abc', undefined]) assert.equal(verdict('trades-stream', 'interval', value), 'error.wholeNumber', String(value));
  });

  it('takes a positive amount or nothing as slippage size', () => {
    for (const value of ['', '1', '0.25', '.5', '${SIZE}']) assert.equal(verdict('book-stream', 'slippageSize', value), true, value);
    for (const value of ['0', '-1', '1,5', 'much', '1e400']) assert.equal(verdict('book-stream', 'slippageSize', value), 'error.amount', value);
  });

  it('refuses verified books where the checksum cannot be used', () => {
    assert.equal(verdict('book-stream', 'emit', 'verified', { depth: 25, symbols: 'BTC/USD' }), true);
    assert.equal(verdict('book-stream', 'emit', 'verified', { depth: '1', symbols: 'BTC/USD' }), 'error.verifiedDepth');
    assert.equal(verdict('book-stream', 'emit', 'verified', { depth: 25, symbols: 'BTC/USD, fUSD' }), 'error.verifiedFunding');
    assert.equal(verdict('book-stream', 'emit', 'live', { depth: 1, symbols: 'fUSD' }), true);
  });

  it('checks the addresses of a custom exchange only', () => {
    const rest = (value: string, environment = 'custom'): unknown => verdict('account', 'restUrl', value, { environment });
    const ws = (value: string, environment = 'custom'): unknown => verdict('account', 'wsUrl', value, { environment });
    for (const value of ['http://127.0.0.1:8080', 'https://host.example/', '${REST}']) assert.equal(rest(value), true, value);
    for (const value of ['', '127.0.0.1:8080', 'ws://127.0.0.1', 'nonsense']) assert.equal(rest(value), 'error.restUrl', value);
    assert.equal(rest('http://127.0.0.1:8080/v2'), 'error.restUrlVersion');
    assert.equal(ws('ws://127.0.0.1:8080/ws/2'), true);
    assert.equal(ws('http://127.0.0.1:8080'), 'error.wsUrl');
    assert.deepEqual([rest('', 'simulated'), ws('', 'bitfinex')], [true, true]);
  });
});

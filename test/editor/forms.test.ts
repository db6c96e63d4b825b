import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { editorScript, help, html, LANGUAGES, registered, ROOT, STEMS, textOf, verdict, words, type Stem } from './form';

/** The saved properties: a public interface, written here a second time on purpose (names are kept, see CHANGELOG). */
const SAVED: Record<Stem, Record<string, unknown>> = {
  account: { name: '', environment: 'simulated', restUrl: '', wsUrl: '', version: 1 },
  'ticker-stream': { name: '', account: '', symbols: '', source: 'ticker', interval: 1000, onlyChanged: '', version: 1 },
  'trades-stream': { name: '', account: '', symbols: '', batch: false, interval: 1000, version: 1 },
  'book-stream': {
    name: '', account: '', symbols: '', precision: 'P0', depth: 25, frequency: 'F0', output: 'book', emit: 'live', interval: 1000, slippageSize: '', version: 1,
  },
};
const STREAMS: readonly Stem[] = ['ticker-stream', 'trades-stream', 'book-stream'];
const TYPES: Record<Stem, string> = {
  account: 'bitfinex-account', 'ticker-stream': 'bitfinex-ticker-stream', 'trades-stream': 'bitfinex-trades-stream', 'book-stream': 'bitfinex-book-stream',
};

/** Keys that a form uses: in its markup, in its script, and for each choice that is explained. */
function keysOf(stem: Stem): string[] {
  const source = html(stem);
  const marked = [...source.matchAll(/data-i18n="(?:\[\w+\])?([^"]+)"/g)].map(([, key]) => key as string);
  const said = [...source.matchAll(/this\._\('([^']+)'\)/g)].map(([, key]) => key as string);
  const explained = [...source.matchAll(/\.explain\(this, (?:'([^']+)'|environment), '([^']+)'/g)].flatMap(([, field, key]) => {
    const choices = choicesOf(source, field ?? '#node-config-input-environment');
    return choices.length === 0 ? [key as string] : choices.map((choice) => `${key}.${choice}`);
  });
  return [...marked, ...said, ...explained];
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
        assert.equal(type, TYPES[stem]);
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
          assert.ok(text.startsWith(`<script type="text/html" data-help-name="${TYPES[stem]}">\n<p>`), language);
          const sections = [...text.matchAll(/<h3>/g)].length;
          assert.equal(sections, stem === 'account' ? 2 : 4, language);
          for (const tag of ['p', 'dl', 'dt', 'dd', 'ul', 'li', 'code', 'strong', 'em', 'h3', 'a']) {
            assert.equal(text.split(new RegExp(`<${tag}[ >]`)).length, text.split(`</${tag}>`).length, `${language}: <${tag}> is not closed`);
          }
        }
      });

      it('uses only the colours of the editor', () => assert.doesNotMatch(html(stem).replace(/color: '#\w{6}',\n/, ''), /#[0-9a-f]{3,6}\b(?!-)|rgba?\(/i));
    });
  }

  for (const stem of STREAMS) {
    it(`${stem} stands in the group Bitfinex, with an icon of ours, one input and one output`, () => {
      const { definition } = registered(stem);
      assert.deepEqual([definition.category, definition.inputs, definition.outputs, definition.paletteLabel], ['bitfinex', 1, 1, stem.replace('-', ' ')]);
      assert.match(textOf(`icons/${definition.icon as string}`), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="40" height="60"/);
      assert.deepEqual({ ...definition.defaults['account'] }, { value: '', type: 'bitfinex-account', required: true });
      for (const language of LANGUAGES) assert.equal(words(stem, language).get('palette.label.bitfinex'), 'Bitfinex');
    });
  }

  it('the icons have names that no other module has', () => {
    for (const name of readdirSync(join(ROOT, 'icons'))) assert.match(name, /^bitfinex-[a-z-]+\.svg$/);
  });

  it('the shared script finds its words in the catalogue of each form that uses them', () => {
    const used = [...editorScript().matchAll(/word\(node, '([^']+)'( \+)?/g)].map(([, key]) => key as string);
    assert.ok(used.length > 8);
    const everywhere = used.filter((key) => key.startsWith('symbols.') || key === 'error.wholeNumber');
    for (const stem of STREAMS) for (const key of everywhere) assert.ok([...words(stem, 'en-US').keys()].some((known) => known === key || (key.endsWith('.') && known.startsWith(key))), `${stem}: ${key}`);
    const all = STEMS.flatMap((stem) => [...words(stem, 'en-US').keys()]);
    for (const key of used) assert.ok(all.some((known) => known === key || (key.endsWith('.') && known.startsWith(key))), key);
  });

  it('the shared style uses only the variables of the editor', () => assert.doesNotMatch(textOf('resources/bitfinex-editor.css'), /#[0-9a-f]{3,8}\b|rgba?\(|hsl/i));
});

describe('validation in the forms', () => {
  const fine = ['', 'BTC/USD', 'BTCUSD', 'btc/usd', 'tBTCUSD', 'tDOGE:USD', 'DOGE/USD', 'BTC/USDT', 'BTC/USDT:USDT', 'tBTCF0:USTF0', 'fUSD', 'BTC/USD, ETH/USD', 'BTC/USD ETH/USD', '${SYMBOLS}'];
  for (const text of fine) it(`takes "${text}" as symbols`, () => assert.equal(verdict('ticker-stream', 'symbols', text), true));

  for (const text of ['BTC', 'BTC-USD', 'BTC/USD, x', 'BTC/', '${SYMBOLS', 'ETH/USD ${MORE}', '<img src=x>', 'BTC/USDT:USD']) {
    it(`refuses "${text}" as symbols, with a reason`, () => assert.equal(verdict('book-stream', 'symbols', text), 'symbols.invalid'));
  }

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

import assert from 'node:assert/strict';
import { ERRORS } from '../../src/shared/core/errors';
import { STATUS } from '../../src/shared/red/status';
import { filesIn, ROOT, SOURCES, textOf } from './sources';

interface PackageJson {
  'node-red': { nodes: Record<string, string> };
}
const { nodes } = (JSON.parse(textOf('package.json')) as PackageJson)['node-red'];
const stems = Object.keys(nodes).map((type) => type.replace(/^bitfinex-/, ''));
const everything = new Set([...filesIn('src'), ...filesIn('test'), ...filesIn('examples')]);
const examples = filesIn('examples/flows').map(textOf).join('\n');

describe('every node', () => {
  it('is in package.json, under its name, in its folder', () => {
    const folders = [...new Set(filesIn('src/nodes').map((file) => file.split('/')[2] as string))];
    assert.deepEqual([...stems].sort(), folders.sort());
    for (const stem of stems) assert.equal(nodes[`bitfinex-${stem}`], `dist/nodes/${stem}/${stem}.js`);
  });

  for (const stem of stems) {
    it(`${stem} has a runtime, a form, words and help in both languages`, () => {
      const folder = `src/nodes/${stem}`;
      for (const file of [`${stem}.ts`, `${stem}.html`, ...['en-US', 'sv'].flatMap((language) => [`locales/${language}/${stem}.json`, `locales/${language}/${stem}.html`])]) {
        assert.ok(everything.has(`${folder}/${file}`), `${folder}/${file} is missing`);
      }
    });

    it(`${stem} appears in an example, in a test and in the README`, () => {
      assert.ok(examples.includes(`"bitfinex-${stem}"`), 'no example flow uses it');
      const tests = [...everything].filter((file) => file.startsWith('test/') && file.endsWith('.ts') && !file.startsWith('test/rules/'));
      assert.ok(tests.some((file) => textOf(file).includes(`bitfinex-${stem}`)), 'no test uses it');
      assert.ok(textOf('README.md').includes(stem.replace('-', ' ')), 'the README does not name it');
    });
  }
});

/** The words that a node shows: a stream all of them, any other node those that the file behind it names. */
function statusesOf(stem: string): string[] {
  const [, file = ''] = /import \{ register\w+ \} from '\.\.\/\.\.\/(shared\/red\/[\w-]+)'/.exec(textOf(`src/nodes/${stem}/${stem}.ts`)) ?? [];
  if (file === 'shared/red/stream-node') return Object.keys(STATUS).filter((key) => key !== 'simulated').sort();
  const source = textOf(`src/${file}.ts`);
  const words = [...source.matchAll(/words: '(\w+)'/g)].map(([, word]) => word as string);
  // a key is shown in its own words where the line names no others
  const keys = source.split('\n').filter((line) => !line.includes('words:')).flatMap((line) => Object.keys(STATUS).filter((key) => new RegExp(`(key|EXCHANGE_UNREACHABLE|MAINTENANCE|RATE_LIMITED): '${key}'|show\\('${key}'`).test(line)));
  return [...new Set([...words, ...keys, 'misconfigured', 'noAccount'])].sort();
}

describe('codes and texts come from one table', () => {
  it('every error of the code is in the table, and every code of the table is used', () => {
    const used = new Set<string>();
    for (const file of SOURCES) for (const [, code] of textOf(file).matchAll(/new (?:BitfinexError|FieldError)\(\s*'([A-Z_]+)'/g)) used.add(code as string);
    assert.deepEqual([...used].filter((code) => !(code in ERRORS)), []);
    // which answer of the exchange means which code stands in tables
    const named = SOURCES.filter((file) => !file.endsWith('core/errors.ts')).map(textOf).join('\n');
    assert.deepEqual(Object.keys(ERRORS).filter((code) => !named.includes(`'${code}'`)), []);
  });

  it('the README explains every error code, and no other', () => {
    const explained = [...textOf('README.md').matchAll(/^\| `([A-Z]+(?:_[A-Z]+)*)` \|/gm)].map(([, code]) => code as string);
    assert.deepEqual(explained.sort(), Object.keys(ERRORS).sort());
  });

  for (const stem of stems.filter((one) => one !== 'account')) {
    it(`every status of ${stem} has its words, under 20 characters, in each language`, () => {
      const needed = statusesOf(stem);
      assert.ok(needed.includes('misconfigured'));
      for (const language of ['en-US', 'sv']) {
        const { status } = JSON.parse(textOf(`src/nodes/${stem}/locales/${language}/${stem}.json`)) as { status: Record<string, string> };
        assert.deepEqual(Object.keys(status).sort(), needed, language);
        for (const text of Object.values(status)) assert.ok(text.replace('__field__', 'symbols').length < 20, text);
      }
    });
  }

  it('no runtime writes a status text of its own', () => {
    const literal = /\.status\(\s*\{[^}]*text:\s*['"`]/;
    assert.deepEqual(SOURCES.filter((file) => literal.test(textOf(file))), []);
  });
});

describe('the repository', () => {
  it('has what people and tools look for', () => {
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE', '.env.example', 'package-lock.json', '.ci/run']) assert.ok(textOf(file).length > 0, file);
  });

  it('keeps no address of a registry in its lock file', () => {
    assert.doesNotMatch(textOf('package-lock.json'), /"resolved"/);
    assert.ok(ROOT.length > 0);
  });
});

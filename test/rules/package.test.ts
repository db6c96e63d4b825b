import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, ROOT, textOf } from './sources';

interface Packed {
  files: { path: string }[];
}

/** What a user gets: nothing else, and no source map that leads elsewhere. */
const ALLOWED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/(nodes|shared)\/[\w./-]+\.(js|html|json)$/,
  /^dist\/nodes\/account\/icons\/bitfinex-[\w-]+\.svg$/,
  /^examples\/flows\/\d\d-[\w-]+\.json$/,
  /^resources\/bitfinex-[\w-]+\.(js|css)$/,
];

describe('package', function () {
  this.timeout(60_000);
  let packed: string[];

  before(function () {
    if (!existsSync(join(ROOT, 'dist'))) throw new Error('dist is missing: run npm run build first (npm test does)');
    const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as [Packed];
    packed = files.map(({ path }) => path);
  });

  it('holds only what it should', () => {
    assert.deepEqual(packed.filter((path) => !ALLOWED.some((pattern) => pattern.test(path))), []);
  });

  it('holds every runtime, form, word and help, the examples and the icons', () => {
    const needed = [
      ...filesIn('src').map((file) => file.replace(/^src/, 'dist').replace(/\.ts$/, '.js')),
      ...filesIn('icons').map((file) => `dist/nodes/account/${file}`),
      ...filesIn('examples'),
      ...filesIn('resources'),
    ];
    assert.deepEqual(needed.filter((path) => !packed.includes(path)), []);
  });

  it('has icons as they were drawn', () => {
    for (const icon of filesIn('icons')) assert.equal(textOf(`dist/nodes/account/${icon}`), textOf(icon));
  });

  it('needs at run time only what it declares', () => {
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    const wanted = new Set<string>();
    for (const file of filesIn('dist').filter((path) => path.endsWith('.js'))) {
      for (const [, name] of textOf(file).matchAll(/require\("([^".][^"]*)"\)/g)) if (!(name as string).startsWith('node:')) wanted.add(name as string);
    }
    assert.deepEqual([...wanted].sort(), Object.keys(dependencies).sort());
    assert.ok(Object.keys(dependencies).length <= 6);
  });

  it('gives two node files one hub, in this copy and in a second one', () => {
    const script = `
      const { hub } = require('./dist/shared/link/hub.js');
      const seen = [];
      const Module = require('node:module');
      const load = Module._load;
      Module._load = function (request, parent, ...rest) {
        const loaded = load.call(this, request, parent, ...rest);
        if (/link\\/hub$/.test(request)) seen.push(loaded.hub());
        return loaded;
      };
      require('./dist/nodes/account/account.js');
      require('./dist/nodes/ticker-stream/ticker-stream.js');
      require('./dist/nodes/book-stream/book-stream.js');
      for (const key of Object.keys(require.cache)) if (key.includes('/dist/')) delete require.cache[key];
      const again = require('./dist/shared/link/hub.js');
      console.log(JSON.stringify({ files: seen.length, one: seen.every((one) => one === hub()), otherCopy: again.hub !== hub && again.hub() === hub() }));
    `;
    const { files, one, otherCopy } = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' })) as { files: number; one: boolean; otherCopy: boolean };
    assert.ok(files >= 2);
    assert.deepEqual([one, otherCopy], [true, true]);
  });

  it('loads no code of the embedded exchange before somebody needs it', () => {
    const script = `
      for (const stem of ['account', 'ticker-stream', 'trades-stream', 'book-stream']) require('./dist/nodes/' + stem + '/' + stem + '.js');
      console.log(Object.keys(require.cache).filter((key) => key.includes('simulator')).length);
    `;
    assert.equal(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }).trim(), '0');
  });
});

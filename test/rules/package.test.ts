import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesIn, ROOT, textOf } from './sources';

interface Packed {
  files: { path: string }[];
}

/** What a user gets: nothing else, and no source map that leads elsewhere. */
const ALLOWED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD-PARTY-NOTICES)$/,
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

  it('holds no ccxt but the part that is bundled with the file that uses it', () => {
    const users = filesIn('dist').filter((path) => path.endsWith('.js') && /(require|import)\(['"]ccxt['"]\)/.test(textOf(path)));
    assert.deepEqual(users, []);
    const bundle = textOf(BUNDLE);
    assert.ok(bundle.length < 700_000 && bundle.length > 100_000, `${bundle.length} bytes`);
    assert.deepEqual(originsOf(bundle).filter((path) => path.startsWith('src/')), ['src/shared/link/bitfinex-rest.ts'], 'a copy of ours would be another class to instanceof, and another hub');
    assert.match(bundle, /class BitfinexRest |BitfinexRest = class /, 'names stay readable');
  });

  it('ships the licence of every package that it bundles', () => {
    const notices = textOf('THIRD-PARTY-NOTICES');
    const bundled = new Set(originsOf(textOf(BUNDLE)).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
    assert.deepEqual([...bundled].sort(), ['@noble/hashes', '@scure/base', 'ccxt']);
    for (const name of bundled) {
      const { version } = JSON.parse(textOf(`node_modules/${name}/package.json`)) as { version: string };
      const licence = textOf(`node_modules/${name}/LICENSE${name === 'ccxt' ? '.txt' : ''}`).trim();
      assert.ok(licence.includes('Permission is hereby granted') && notices.includes(licence) && notices.includes(`${name} ${version}`), name);
    }
  });

  it('loads the bundle with the first call that needs it, not for a flow that only streams or reads', () => {
    const { quiet, read, unified } = run(
      ROOT,
      `
      for (const file of Object.values(require('./package.json')['node-red'].nodes)) require('./' + file);
      const loaded = () => Object.keys(require.cache).some((key) => /bitfinex-rest|node_modules.ccxt/.test(key));
      ${LANE}
      const quiet = loaded();
      await lane.read('conf/pub:list:pair:exchange');
      const read = loaded();
      await lane.unified('fetchStatus');
      end({ quiet, read, unified: loaded() });`,
    ) as Record<string, boolean>;
    assert.deepEqual([quiet, read, unified], [false, false, true]);
  });

  it('works from its tarball in a folder without ccxt', function () {
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), 'bitfinex-package-'));
    try {
      const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as [{ filename: string }];
      execFileSync('tar', ['-xzf', join(folder, filename.replace(/^@/, '').replace('/', '-')), '-C', folder]);
      const unpacked = join(folder, 'package');
      const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
      for (const name of Object.keys(dependencies)) {
        mkdirSync(dirname(join(unpacked, 'node_modules', name)), { recursive: true });
        symlinkSync(join(ROOT, 'node_modules', name), join(unpacked, 'node_modules', name));
      }
      const { ccxt, symbol, refusal } = run(
        unpacked,
        `
        let ccxt = 'found';
        try { require.resolve('ccxt'); } catch { ccxt = 'absent'; }
        ${LANE}
        const { symbol } = await lane.unified('fetchTicker', ['BTC/USD']);
        const { BitfinexError } = require('./dist/shared/core/errors.js');
        const refusal = await lane.signedBy(() => ({ apiKey: 'K', secret: 'S' })).post('auth/r/wallets').catch((error) => error instanceof BitfinexError && error.code);
        end({ ccxt, symbol, refusal });`,
      ) as Record<string, string>;
      assert.deepEqual([ccxt, symbol, refusal], ['absent', 'BTC/USD', 'KEY_REFUSED']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const BUNDLE = 'dist/shared/link/bitfinex-rest.js';

/** The files that a bundle was made of: esbuild names each where it begins. */
const originsOf = (bundle: string): string[] => [...new Set([...bundle.matchAll(/^ *\/\/ ((?:src|node_modules)\/\S+)$/gm)].map(([, path]) => path as string))];

/** A lane over an embedded exchange, as script for {@link run}. */
const LANE = `
  const { startExchange } = require('./dist/shared/simulator/exchange.js');
  const { RestLane } = require('./dist/shared/link/rest-lane.js');
  const { Limiter } = require('./dist/shared/link/limiter.js');
  const { systemClock } = require('./dist/shared/link/clock.js');
  const exchange = await startExchange();
  const lane = new RestLane({ clock: systemClock, limiter: new Limiter(systemClock), addresses: async () => ({ rest: exchange.rest }) });
  const end = (result) => { console.log(JSON.stringify(result)); lane.end(); void exchange.stop(); };`;

/** Runs a script in a process of its own; answers what it ends with. */
function run(cwd: string, script: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ['-e', `void (async () => { ${script} })()`], { cwd, encoding: 'utf8' }));
}

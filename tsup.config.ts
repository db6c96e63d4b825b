import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { defineConfig, type Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** The one file that imports ccxt; it is bundled with what it needs of it, so that ccxt's 60 MB are nobody's dependency. */
const CCXT_USER = 'src/shared/link/bitfinex-rest.ts';

/** What Node-RED looks for beside a node's built file: its form, words, help; icons only beside ONE declared .js. */
function copyEditorFiles(): void {
  cpSync('src/nodes', 'dist/nodes', { recursive: true, filter: (from) => !from.endsWith('.ts') });
  cpSync('icons', 'dist/nodes/account/icons', { recursive: true });
}

/** Files of an earlier build that nothing makes any more. Nothing is wiped before: a running Node-RED may be reading. */
function prune(): void {
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const path = relative('dist', join(entry.parentPath, entry.name));
    const sources = [join('src', path), join('src', path.replace(/\.js$/, '.ts')), path.replace(/^nodes\/account\/icons/, 'icons')];
    if (!sources.some((source) => existsSync(source))) rmSync(join('dist', path), { recursive: true, force: true });
  }
}

/** What ccxt's base class imports for other exchanges, other transports and its WebSockets. None of it runs here. */
const UNUSED = [
  /^(undici|fflate|ws|protobufjs(\/.*)?)$/,
  /^@scure\/starknet$/,
  /^@noble\/curves\//,
  /\/static_dependencies\/(zklink|dydx-v4-client)\//,
  /\/protobuf\/mexc/,
  /\/base\/functions\/(ethabi|starknet|rsa)\.js$/,
  /\/base\/ws\/WsClient\.js$/,
];

/**
 * Takes of ccxt the bitfinex class and the errors. `import ... from 'ccxt'` alone would bring all exchanges along (15 MB),
 * for its entry makes one object of them; and what {@link UNUSED} names is left out.
 */
function slimCcxt(): Plugin {
  const sources = resolve(dirname(createRequire(resolve('package.json')).resolve('ccxt')), '../js/src');
  return {
    name: 'slim-ccxt',
    setup(build) {
      build.onResolve({ filter: /^ccxt$/ }, () => ({ path: 'entry', namespace: 'slim-ccxt' }));
      build.onLoad({ filter: /^entry$/, namespace: 'slim-ccxt' }, () => ({ resolveDir: sources, contents: "export { default as bitfinex } from './bitfinex.js';\nexport * from './base/errors.js';" }));
      build.onResolve({ filter: /./ }, ({ path, importer, resolveDir }) => {
        if (!importer.startsWith(sources)) return undefined;
        const wanted = path.startsWith('.') ? resolve(resolveDir, path).replaceAll(sep, '/') : path;
        return UNUSED.some((pattern) => pattern.test(wanted)) ? { path, namespace: 'left-out' } : undefined;
      });
      // an empty undici would make every call fail in an odd way: it must be missing
      build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path }) => ({ contents: path === 'undici' ? "throw new Error('undici is left out');" : 'module.exports = {};' }));
    },
  };
}

const common: Options = { format: 'cjs', platform: 'node', target: 'node20', sourcemap: false, silent: true };

export default defineConfig([
  {
    ...common,
    entry: ['src/**/*.ts', `!${CCXT_USER}`],
    // dist mirrors src: bundling would put a copy of src/shared, and so a second connection pool, into every node
    bundle: false,
    onSuccess: async () => {
      copyEditorFiles();
      prune();
    },
  },
  {
    ...common,
    // plugins are never called where nothing is bundled
    entry: { 'shared/link/bitfinex-rest': CCXT_USER },
    bundle: true,
    minify: false,
    esbuildPlugins: [slimCcxt()],
  },
]);

import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'tsup';

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

export default defineConfig({
  entry: ['src/**/*.ts'],
  // dist mirrors src: bundling would put a copy of src/shared, and so a second connection pool, into every node
  bundle: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: false,
  silent: true,
  onSuccess: async () => {
    copyEditorFiles();
    prune();
  },
});

import { cpSync } from 'node:fs';
import { defineConfig } from 'tsup';

/** What Node-RED looks for beside a node's built file: its form, words, help; icons only beside ONE declared .js. */
function copyEditorFiles(): void {
  cpSync('src/nodes', 'dist/nodes', { recursive: true, filter: (from) => !from.endsWith('.ts') });
  cpSync('icons', 'dist/nodes/account/icons', { recursive: true });
}

export default defineConfig({
  entry: ['src/**/*.ts'],
  // dist mirrors src: bundling would put a copy of src/shared, and so a second connection pool, into every node
  bundle: false,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: false,
  clean: true,
  silent: true,
  onSuccess: async () => copyEditorFiles(),
});

// Builds when a source is newer than the last build: `npm run simulator` beside a running `npm start` changes nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const newest = (folder) => Math.max(...readdirSync(folder, { recursive: true }).map((file) => statSync(join(folder, file)).mtimeMs));
const built = 'dist/nodes/account/account.js';
const sources = [...['src', 'icons'].map(newest), statSync('tsup.config.ts').mtimeMs];
if (!existsSync(built) || Math.max(...sources) > statSync(built).mtimeMs) execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });

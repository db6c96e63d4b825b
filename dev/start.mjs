/**
 * `npm start`: Node-RED with this package and a demo flow. Everything it writes lies in .node-red/.
 * One process starts one child and ends with it.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const userDir = join(root, '.node-red');

readEnvFile(join(root, '.env'));
putDemoFlow();
const wanted = Number(process.env.PORT) || 1880;
const port = await firstFreePort(wanted);
if (port !== wanted) console.log(`Port ${wanted} is taken: using ${port}.`);
run(port);

/** `NAME=value` lines; what the environment has already set wins. */
function readEnvFile(file) {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && process.env[name] === undefined) process.env[name] = value.replace(/^(["'])(.*)\1$/, '$2');
  }
}

/** Only once: what the user has drawn since is kept. */
function putDemoFlow() {
  mkdirSync(userDir, { recursive: true });
  const flows = join(userDir, 'flows.json');
  if (!existsSync(flows)) copyFileSync(join(root, 'dev', 'demo-flow.json'), flows);
}

async function firstFreePort(from) {
  for (let port = from; port < from + 100; port += 1) if (await isFree(port)) return port;
  throw new Error(`no free port from ${from} to ${from + 99}: set another one with PORT=...`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function run(port) {
  const script = join(root, 'node_modules', 'node-red', 'red.js');
  const child = spawn(process.execPath, [script, '-s', join(root, 'dev', 'settings.cjs')], {
    cwd: root,
    env: { ...process.env, PORT: String(port) },
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  child.stdout.pipe(process.stdout);
  sayWhenStarted(child.stdout, port);
  // a terminal sends Ctrl-C to the child too; Node-RED ignores the second one
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('exit', () => child.kill());
  endWithNpm(child);
  child.on('error', (error) => { console.error(`Node-RED cannot be started: ${error.message}`); process.exit(1); });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
}

/** `npm` ends at once on SIGTERM without telling us: when our parent is gone, so are we. */
function endWithNpm(child) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== undefined) setInterval(() => { if (process.ppid !== parent) child.kill('SIGTERM'); }, 1000).unref();
}

function sayWhenStarted(output, port) {
  let seen = '';
  const look = (chunk) => {
    seen = (seen + chunk).slice(-2000);
    if (!seen.includes('Started flows')) return;
    output.off('data', look);
    // after Node-RED's own last line
    setTimeout(() => console.log(`\n  Editor:     http://127.0.0.1:${port}/\n  Dashboard:  http://127.0.0.1:${port}/dashboard\n  Stop with Ctrl-C. Your flows are kept in .node-red/\n`), 300);
  };
  output.on('data', look);
}

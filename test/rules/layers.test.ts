import assert from 'node:assert/strict';
import ts from 'typescript';
import { importsOf, parse, SOURCES } from './sources';

/** Which ring may import which. `simulator` is loaded by one file of `link`, another knows its types, and nothing else. */
const MAY_IMPORT: Record<string, string[]> = {
  wire: ['wire'],
  core: ['core', 'wire'],
  simulator: ['simulator', 'core', 'wire'],
  link: ['link', 'core', 'wire'],
  red: ['red', 'link', 'core', 'wire'],
  // its own folder only, which the next test holds
  nodes: ['nodes', 'red', 'core', 'wire'],
};

/** The exceptions, each with its reason. */
const ALLOWED = new Map([
  ['src/shared/link/embedded.ts -> src/shared/simulator/exchange.ts', 'the embedded exchange is started here alone'],
  ['src/shared/link/embedded.ts -> src/shared/simulator/markets/mirror.ts', 'and so is the mirror of a live one'],
  ['src/shared/link/embedded.ts -> src/shared/simulator/trading/access/paper-keys.ts', 'and the account in it is named'],
  ['src/shared/link/embedded.ts -> src/shared/simulator/trading/store/file-store.ts', 'and kept in a file'],
  ['src/shared/link/embedded.ts -> src/shared/simulator/documented-limits.ts', 'and is as strict as the exchange'],
  ['src/shared/link/embedded.ts -> src/shared/simulator/practice-desk.ts', 'and the desk where a person commands one of them'],
  ['src/shared/link/mirror-upstream.ts -> src/shared/simulator/markets/mirror-upstream.ts', 'types: what the mirror wants of the live exchange'],
  ['src/nodes/account/account.ts -> src/shared/link/hub.ts', 'the account tells the hub that the flows have started'],
]);

const ringOf = (file: string): string => (file.startsWith('src/nodes/') ? 'nodes' : (file.split('/')[2] as string));

describe('layers', () => {
  it('import in one direction: wire <- core <- link <- red <- nodes', () => {
    const wrong = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter(({ to }) => !MAY_IMPORT[ringOf(file)]?.includes(ringOf(to)) && !ALLOWED.has(`${file} -> ${to}`))
        .map(({ to }) => `${file} -> ${to}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('no node imports another node', () => {
    const folder = (file: string): string => file.split('/').slice(0, 3).join('/');
    const wrong = SOURCES.filter((file) => file.startsWith('src/nodes/')).flatMap((file) => importsOf(file).filter(({ to }) => to.startsWith('src/nodes/') && folder(to) !== folder(file)));
    assert.deepEqual(wrong, []);
  });

  it('every import leads to a file, and none of them in a circle', () => {
    const known = new Set(SOURCES);
    const edges = new Map(SOURCES.map((file) => [file, importsOf(file).map(({ to }) => to)]));
    assert.deepEqual([...edges.values()].flat().filter((to) => !known.has(to)), []);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      assert.ok(!path.includes(file), `a circle: ${[...path, file].join(' -> ')}`);
      if (done.has(file)) return;
      for (const to of edges.get(file) ?? []) visit(to, [...path, file]);
      done.add(file);
    };
    for (const file of SOURCES) visit(file, []);
  });

  it('nothing only hands on what others define', () => {
    const barrels = SOURCES.filter((file) => file.endsWith('/index.ts') || parse(file).statements.every((statement) => ts.isExportDeclaration(statement)));
    assert.deepEqual(barrels, []);
  });

  it('time, luck, environment, sockets and files belong to link and to the shell of the simulator', () => {
    const forbidden = /\b(Date\.now|new Date\(\)|setTimeout|setInterval|setImmediate|Math\.random|performance\.now|process\.(env|argv))\b/;
    const io = /from '(node:)?(fs|net|http|https|tls|dgram|child_process|zlib|readline|ws|bottleneck)(\/promises)?'/;
    const pure = SOURCES.filter((file) => !['link', 'simulator'].includes(ringOf(file)));
    const wrong = pure.filter((file) => forbidden.test(withoutComments(file)) || io.test(withoutComments(file)));
    assert.deepEqual(wrong, []);
  });

  it('only the clocks and the command lines of the simulator touch the real time', () => {
    const shell = new Set(['src/shared/simulator/wall-clock.ts', 'src/shared/simulator/command-line.ts', 'src/shared/link/clock.ts']);
    const real = /\b(Date\.now|new Date\(\)|setTimeout|setInterval|Math\.random|performance\.now)\b/;
    assert.deepEqual(SOURCES.filter((file) => !shell.has(file) && real.test(withoutComments(file))), []);
  });

  it('no state hangs on a module, the hub excepted', () => {
    const wrong: string[] = [];
    for (const file of SOURCES) {
      for (const statement of parse(file).statements) {
        if (ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0) wrong.push(`${file}: ${statement.getText().slice(0, 60)}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('nothing in src/shared names a node type', () => {
    const types = /bitfinex-(ticker|trades|book)-stream/;
    assert.deepEqual(SOURCES.filter((file) => file.startsWith('src/shared/') && types.test(withoutComments(file))), []);
  });
});

/** Comments may speak of anything. */
function withoutComments(file: string): string {
  const source = parse(file);
  const printer = ts.createPrinter({ removeComments: true });
  return printer.printFile(source);
}

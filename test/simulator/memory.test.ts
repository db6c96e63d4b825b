import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { Recent } from '../../src/shared/simulator/recent';

const run = promisify(execFile);

describe('what an exchange remembers of its clients', () => {
  it('costs little memory, however much a stranger sends: of 134 MB not a third', async () => {
    const { stdout } = await run(process.execPath, ['--expose-gc', '--require', 'tsx/cjs', resolve(__dirname, 'memory-child.ts')]);
    assert.ok(Number(stdout) < 40, `${stdout} MB`);
  }).timeout(60_000);

  it('ends: in number, and in length', () => {
    const recent = new Recent<number>({ count: 10, characters: 100 });
    for (let at = 1; at <= 25; at++) recent.add(at, 1);
    assert.deepEqual([recent.list[0], recent.list.at(-1)], [17, 25]);
    for (let at = 26; at <= 40; at++) recent.add(at, 30);
    assert.deepEqual(recent.list, [38, 39, 40]);
  });
});

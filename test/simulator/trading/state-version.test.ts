import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { LogEntry } from '../../../src/shared/simulator/trading/store/event-log';
import type { Snapshot } from '../../../src/shared/simulator/trading/store/kept';
import { readState } from '../../../src/shared/simulator/trading/store/read-state';
import { sealed, unsealed } from '../../../src/shared/simulator/trading/store/sealed';
import { StateFile } from '../../../src/shared/simulator/trading/store/state-file';
import { migrated, readVersioned, STATE_VERSION, type Migrations } from '../../../src/shared/simulator/trading/store/state-version';
import { Folder, KeptFloor, wholeOf } from './kept-floor';

/** As if there had been a version before the first: with one account only, and lines that did not say whose they are. */
const OLD: Migrations = {
  0: {
    snapshot: (kept) => {
      const { account, ...rest } = kept as { account: Snapshot['accounts'][number]['account'] };
      return { ...rest, accounts: [{ userId: 1_000_001, account, belongings: undefined }] };
    },
    entry: (entry) => ({ ...(entry as LogEntry), userId: 1_000_001 }),
  },
};

describe('the versions of a kept account', () => {
  const folders: Folder[] = [];
  after(() => folders.forEach((folder) => folder.remove()));

  /** A file of version 0 and its log. */
  function old(): { path: string; floor: KeptFloor } {
    const folder = new Folder();
    folders.push(folder);
    const path = folder.file();
    const floor = new KeptFloor(path);
    floor.submit();
    floor.settle();
    const { accounts, ...rest } = readVersioned(readFileSync(path, 'utf8'))?.kept as Snapshot;
    writeFileSync(path, `{"version":0,"state":${sealed({ ...rest, account: accounts[0]?.account })}}\n`);
    const log = folder.file('state.log.jsonl');
    const withoutUser = ({ userId: _, ...entry }: LogEntry): object => entry;
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    writeFileSync(log, lines.map((line) => `${sealed(withoutUser(unsealed(line) as LogEntry))}\n`).join(''));
    return { path, floor };
  }

  it('lead from one to the next, the file and its log', () => {
    const { path, floor } = old();
    const { kept, files } = readState({ file: new StateFile(path), stamp: 'now', report: assert.fail, migrations: OLD });
    assert.equal(files, 'behind', 'it is written anew, in this version');
    const state = kept.owners.get(floor.given.user.userId)?.state;
    assert.ok(state !== undefined);
    assert.deepEqual(wholeOf(state), floor.whole);
  });

  it('from which nothing leads on are set aside and said', () => {
    const reports: string[] = [];
    const { path } = old();
    const { kept } = readState({ file: new StateFile(path), stamp: 'now', report: (text) => void reports.push(text) });
    assert.equal(kept.owners.size, 0);
    assert.match(reports.join(), /state\.json: it makes no sense \(nothing leads on from format 0\)\. What is there is kept with the ending \.damaged-now/);
  });

  it('are told without reading the rest', () => {
    assert.equal(readVersioned('{"version":7,"state":whatever comes}')?.version, 7);
    assert.equal(readVersioned('{"state":{}}'), undefined);
  });

  it('lead nowhere from this one', () => assert.equal(migrated('as it is', STATE_VERSION, 'snapshot', {}), 'as it is'));
});

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../../src/core/input.ts';
import { Storage } from '../../../src/daemon/host/storage.ts';
import { FolderSyncs } from '../../../src/daemon/recordings/folder-syncs.ts';
import { blankManifest } from '../../../src/daemon/recordings/manifest-notes.ts';
import { SessionStore } from '../../../src/daemon/recordings/session-store.ts';
import { StartOnDisk, StartRefused } from '../../../src/daemon/recordings/start-on-disk.ts';
import { syncFolder } from '../../../src/daemon/store/durable-file.ts';
import { mountSmallDisk, noSmallDisk, type SmallDisk } from '../store/small-disk.ts';
import { Shelf, workspace } from './shelf.ts';

test('what was made for a trial is on the disk when its start is secured', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('frogs');
  const { trial } = await shelf.prepare();
  const folders = ['mic', 'cam', 'gps'].map((one) => shelf.recordings.moduleFolder(one, trial, 1));
  await shelf.ask('trial-secured', (ask) => shelf.recordings.secureTrial(ask));
  // It is asked for behind the folders, and so it finds them made.
  for (const module of ['mic', 'cam', 'gps']) {
    expect(existsSync(join(session.path, module, 'trial-001'))).toBe(true);
  }
  await Promise.all(folders);
  expect(shelf.faults).toEqual([]);
});

test('a disk that takes no manifest refuses the start while modules arm, and the number stays free', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('frogs');
  const inTheWay = join(session.path, 'session.json.next');
  await mkdir(inTheWay);
  const { trial } = await shelf.prepare();
  const { dir } = await shelf.recordings.moduleFolder('mic', trial, 1);
  await writeFile(join(dir, 'mic_s001.raw'), 'header');
  const { refusal } = await shelf.ask('trial-failed', (ask) => shelf.recordings.secureTrial(ask));
  expect(refusal.message).toContain('cannot be written to');
  await rmdir(inTheWay);
  shelf.recordings.discardTrial(trial, ['mic_s001.raw']);
  expect((await shelf.prepare()).trial).toBe(trial);
  await shelf.ask('trial-secured', (ask) => shelf.recordings.secureTrial(ask));
  expect((await readdir(session.path)).sort()).toEqual([
    'README.txt',
    'events.jsonl',
    'session.json',
  ]);
  expect((await shelf.manifest()).trials).toEqual([]);
});

test('where the disk has refused the start itself, no module is told that its folder failed', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('frogs');
  await mkdir(join(session.path, 'session.json.next'));
  await writeFile(join(session.path, 'mic'), 'a file in the place of its folder');
  const { trial } = await shelf.prepare();
  const folder = shelf.recordings.moduleFolder('mic', trial, 1);
  await expect(folder).rejects.toBeInstanceOf(StartRefused);
  expect(shelf.faults.map(({ code }) => code)).toEqual(['manifest']);
  await shelf.ask('trial-failed', (ask) => shelf.recordings.secureTrial(ask));
});

/** A start on a disk of which the nth sync of a folder fails. */
async function failing(nth: number) {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('frogs');
  let syncs = 0;
  const sync = async (folder: string): Promise<void> => {
    syncs += 1;
    if (syncs === nth) throw Object.assign(new Error('EIO'), { code: 'EIO' });
    await syncFolder(folder);
  };
  const faults: Fault[] = [];
  const disk = new Storage(shelf.disk.rule); // nobody has looked at it yet
  const port = { disk, folder: shelf.folder, fault: (one: Fault) => faults.push(one) };
  const start = new StartOnDisk(port, new FolderSyncs(sync));
  const outlet = { ...port, over: () => {}, log: () => {}, clock: shelf.clock.source };
  const health = () => ({ ...shelf.sensors.read(), freeBytes: null });
  const rest = { machine: health, stepped: () => {} };
  const manifest = blankManifest('rig', {
    id: '0001',
    name: 'frogs',
    startedAt: session.startedAt,
  });
  const store = new SessionStore(session.path, manifest, { ...outlet, ...rest }, true);
  return { start, store, faults, disk, count: () => syncs };
}

test('whichever sync fails, the start is refused in words, and the next one is not', async () => {
  for (let nth = 1; ; nth += 1) {
    const { start, store, faults, count } = await failing(nth);
    start.begin(store);
    const modules = ['mic', 'cam'];
    await Promise.all(modules.map((module) => start.folderOf(() => store, module, 1, 1)));
    const refusal = await start.secure();
    if (count() < nth) {
      expect(nth).toBeGreaterThan(3); // two folders of modules, and the session's
      return expect(refusal).toBeNull();
    }
    expect(refusal).toMatchObject({ reason: 'recordings-folder' });
    expect(refusal?.message).toContain('the disk reports errors');
    expect(faults).toMatchObject([{ code: 'recordings-folder', message: refusal?.message }]);
    start.begin(store);
    await start.folderOf(() => store, 'mic', 2, 1);
    expect(await start.secure()).toBeNull();
  }
});

test('a disk that was well is put to the proof at once, one that was not only when it has been looked at', async () => {
  const { start, store, disk } = await failing(Infinity);
  const written = () => existsSync(join(store.path, 'session.json'));
  await rm(join(store.path, 'session.json'));
  start.begin(store);
  expect(await start.proven()).toBeNull();
  expect(written()).toBe(false);
  await disk.look(false);
  start.begin(store);
  expect(await start.secure()).toBeNull();
  expect(written()).toBe(true);
});

test('a session whose folder is gone is no disk that takes nothing', async () => {
  const { start, store, disk, faults } = await failing(Infinity);
  await disk.look(false);
  await rm(store.path, { recursive: true });
  start.begin(store);
  expect(await start.look(store)).toMatchObject({ folder: 'gone' });
  expect((await start.secure())?.message).toContain('it is gone');
  expect(faults).toEqual([]);
});

/** Each makes a real disk refuse, and gives how to make it take again, and what people are told. */
const faults: readonly [how: string, breakIt: (disk: SmallDisk) => () => void, words: string][] = [
  [
    'full',
    (disk) => {
      disk.fill(0);
      return () => disk.free();
    },
    'the disk is full',
  ],
  [
    'read-only',
    (disk) => {
      disk.setReadOnly('ro');
      return () => disk.setReadOnly('rw');
    },
    'the disk is read-only',
  ],
];

for (const [how, breakIt, words] of faults) {
  test.runIf(noSmallDisk === null)(
    `a disk that is ${how} refuses the start with that reason, and takes the next one under the same number`,
    async () => {
      const disk = mountSmallDisk();
      onTestFinished(() => disk.remove());
      const shelf = new Shelf(disk.path);
      await shelf.open('frogs');
      await shelf.recordings.flush();
      const mend = breakIt(disk);
      const { refusal } = await refusedBy(shelf);
      expect(refusal.message).toMatch(new RegExp(`cannot be (used|written to): ${words}$`));
      mend();
      shelf.recordings.discardTrial(1, []);
      expect((await shelf.prepare()).trial).toBe(1);
      await shelf.recordings.moduleFolder('mic', 1, 1);
      await shelf.ask('trial-secured', (ask) => shelf.recordings.secureTrial(ask));
      expect((await shelf.manifest()).trials).toEqual([]);
    },
  );
}

/** A disk that says by itself that it takes nothing refuses at once, any other when the write has been tried. */
async function refusedBy(shelf: Shelf) {
  const prepared = shelf.prepare();
  await prepared.catch(() => null);
  const said = shelf.answers.at(-1);
  if (said?.type === 'trial-failed') return said;
  return await shelf.ask('trial-failed', (ask) => shelf.recordings.secureTrial(ask));
}

for (const [how, breakIt, words] of faults) {
  test.runIf(noSmallDisk === null)(
    `a trial whose disk is ${how} when it ends is over, and says that its manifest is not there yet`,
    async () => {
      const disk = mountSmallDisk();
      onTestFinished(() => disk.remove());
      const shelf = new Shelf(disk.path);
      const { trial } = await shelf.prepare();
      await shelf.begin(trial, { mic: 'sound' });
      await shelf.recordings.flush();
      const mend = breakIt(disk);
      const { partly } = await shelf.close(trial);
      expect(partly).toContain(
        `session.json could not be written: ${words}. What was recorded is in its files. `,
      );
      expect(partly).toMatch(
        /(Delete or move|remount it rw).* It is tried again until it is on the disk$/,
      );
      mend();
      expect((await shelf.manifest()).trials).toMatchObject([{ outcome: 'complete' }]);
      expect(shelf.over).toContain('manifest');
    },
  );
}

test('a module that joins when the start is over is not told to arm before its folder is on the disk', async () => {
  const { start, store, count } = await failing(1_000);
  start.begin(store);
  await start.folderOf(() => store, 'mic', 1, 1);
  await start.secure();
  const before = count();
  await start.folderOf(() => store, 'late', 1, 2);
  expect(count()).toBe(before + 2);
  const { start: broken, store: same } = await failing(1);
  await expect(broken.folderOf(() => same, 'late', 1, 2)).rejects.toThrow('reports errors');
});

import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DiskGone } from '../../../src/daemon/host/room.ts';
import { Storage } from '../../../src/daemon/host/storage.ts';
import { findings } from '../../../src/daemon/host/storage-judge.ts';
import { mountSmallDisk, noSmallDisk, type SmallDisk } from '../store/small-disk.ts';

const idle = {
  isSilent: false,
  refused: null,
  isRecording: false,
  isStarting: false,
  secondsToFull: null,
  floorBytes: 0,
};

function workspace(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rig-storage-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function smallDisk(): SmallDisk {
  const disk = mountSmallDisk();
  onTestFinished(() => disk.remove());
  return disk;
}

const storageAt = (folder: string, requireMount = false) =>
  new Storage({ folder, minFreeBytes: 0, requireMount });

test('a folder that does not exist yet is judged by the one above it, and nothing is made', async () => {
  const folder = workspace();
  const storage = storageAt(join(folder, 'a/b/c'));
  expect(await storage.refusal()).toBeNull();
  expect(storage.facts().look?.place).toBe(folder);
});

test('a recordings folder that is a file is refused with its name', async () => {
  const folder = workspace();
  writeFileSync(join(folder, 'rec'), '');
  expect(await storageAt(join(folder, 'rec')).refusal()).toMatchObject({
    reason: 'recordings-folder',
    message: expect.stringContaining('is no folder'),
  });
});

test('a folder where none can be made is refused for that, and not for the room that /proc never has', async () => {
  const storage = new Storage({ folder: '/proc/nope', minFreeBytes: 1e6, requireMount: false });
  const { message = '' } = (await storage.refusal()) ?? {};
  expect(message).toMatch(/^the recordings folder \/proc\/nope (cannot be made|cannot be used)/);
});

test('a recordings folder that takes no recording is a problem before anybody starts one, until it does', async () => {
  const folder = join(workspace(), 'rec');
  const storage = new Storage({ folder, minFreeBytes: 0, requireMount: false });
  const closed = async () => {
    await storage.look(false);
    const seen = { ...idle, rule: storage.rule, facts: storage.facts() };
    const [, finding] =
      findings(seen, () => false).find(([code]) => code === 'recordings-folder') ?? [];
    return finding?.isBad === true ? finding.fault().message : null;
  };
  expect(await closed()).toBeNull();
  writeFileSync(folder, '');
  expect(await closed()).toBe(`${folder} is no folder; no recording begins.`);
  rmSync(folder);
  mkdirSync(folder, { mode: 0o500 });
  if (process.getuid?.() !== 0) expect(await closed()).toMatch(/no permission to write there; no/);
  chmodSync(folder, 0o700);
  expect(await closed()).toBeNull();
});

test('a link leads to the disk that is really recorded to', {
  skip: noSmallDisk !== null,
}, async () => {
  const disk = smallDisk();
  const link = join(workspace(), 'rec');
  symlinkSync(disk.path, link);
  const storage = storageAt(link);
  await storage.look(false);
  expect(storage.facts().look).toMatchObject({
    isMounted: true,
    mount: { point: disk.path, fileSystem: 'tmpfs' },
    totalBytes: 1_048_576,
  });
});

test('while somebody records no other disk can take the place of this one; afterwards another stick may', {
  skip: noSmallDisk !== null,
}, async () => {
  const disk = smallDisk();
  const storage = storageAt(disk.path);
  await storage.look(true);
  await storage.demand(disk.path);
  // What a module has open keeps the number of the device from being given to another.
  const open = openSync(join(disk.path, 'file'), 'w');
  onTestFinished(() => closeSync(open));
  disk.unplug();
  await expect(storage.demand(disk.path)).rejects.toThrow(DiskGone);
  disk.plugIn();
  await storage.look(true);
  expect(storage.facts().gone).toMatch(/not mounted any more/);
  expect(await storage.refusal()).toBeNull();
  await storage.demand(disk.path);
});

test('the folder beneath a mount that is gone is never recorded to, whatever lies in it', {
  skip: noSmallDisk !== null,
}, async () => {
  const disk = smallDisk();
  const folder = join(disk.path, 'recordings');
  const storage = storageAt(folder);
  expect(await storage.refusal()).toBeNull();
  disk.unplug();
  mkdirSync(folder);
  let suspicions = 0;
  storage.onSuspicion(() => {
    suspicions += 1;
  });
  await expect(storage.demand(folder)).rejects.toThrow(/not mounted any more/);
  expect(suspicions).toBe(1);
  expect(await storage.refusal()).toMatchObject({ reason: 'not-mounted' });
});

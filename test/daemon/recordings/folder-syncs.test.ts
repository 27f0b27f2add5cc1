import { expect, test } from 'vitest';
import { FolderSyncs } from '../../../src/daemon/recordings/folder-syncs.ts';

/** Syncs that end when a test says so. */
function held() {
  const begun: { readonly folder: string; end(error?: Error): void }[] = [];
  const syncs = new FolderSyncs((folder) => {
    return new Promise((done, failed) => {
      begun.push({ folder, end: (error) => (error === undefined ? done() : failed(error)) });
    });
  });
  return { syncs, begun, folders: () => begun.map((one) => one.folder) };
}

test('folders are synced side by side', async () => {
  const { syncs, begun, folders } = held();
  const all = Promise.all([syncs.of('mic'), syncs.of('cam')]);
  expect(folders()).toEqual(['mic', 'cam']);
  for (const one of begun) one.end();
  await all;
});

test('what comes while a folder is being synced shares one sync behind it: the running one may not have seen it', async () => {
  const { syncs, begun, folders } = held();
  const first = syncs.of('session');
  const later = Promise.all([syncs.of('session'), syncs.of('session')]);
  expect(folders()).toEqual(['session']);
  begun[0]?.end();
  await first;
  expect(folders()).toEqual(['session', 'session']);
  const last = syncs.of('session');
  begun[1]?.end();
  await later;
  begun[2]?.end();
  await last;
  expect(folders()).toHaveLength(3);
});

test('a sync that fails is told to everybody who waits for it, and to nobody else', async () => {
  const { syncs, begun } = held();
  const first = syncs.of('session');
  const second = syncs.of('session');
  const third = syncs.of('session');
  begun[0]?.end(new Error('EIO'));
  await expect(first).rejects.toThrow('EIO');
  begun[1]?.end(new Error('ENOSPC'));
  await expect(second).rejects.toThrow('ENOSPC');
  await expect(third).rejects.toThrow('ENOSPC');
  const fourth = syncs.of('session');
  begun[2]?.end();
  await fourth;
});

import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { blankManifest } from '../../../src/daemon/recordings/manifest-notes.ts';
import { SessionStore } from '../../../src/daemon/recordings/session-store.ts';
import { UnsavedSessions } from '../../../src/daemon/recordings/unsaved-sessions.ts';
import { Shelf, workspace } from './shelf.ts';

/** A session that has just ended on a disk that takes everything. */
async function ended() {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('frogs');
  const outlet = {
    disk: shelf.disk,
    fault: () => {},
    over: () => {},
    log: () => {},
    clock: shelf.clock.source,
    machine: () => ({ ...shelf.sensors.read(), freeBytes: null }),
    stepped: () => {},
  };
  const manifest = blankManifest('rig', session);
  const store = new SessionStore(session.path, manifest, outlet, true);
  onTestFinished(() => store.stop());
  store.add({ is: 'session-ended', at: new Date().toISOString() });
  await store.settle();
  return store;
}

/** A checksum is made: it is written within ten seconds. */
function sum(store: SessionStore): void {
  store.changed(10_000);
}

test('checksums that come in while a session is brought to its end keep no stop from being in order', async () => {
  const store = await ended();
  const unsaved = new UnsavedSessions();
  sum(store);
  expect(unsaved.keep(store)).toBeNull();
  const flushed = unsaved.flush();
  sum(store);
  await flushed;
  sum(store);
  expect(store.isSettled).toBe(false);
  expect(unsaved.words()).toBeNull();
});

test('a session whose folder goes after its end is told of, and no wait helps', async () => {
  const store = await ended();
  const unsaved = new UnsavedSessions();
  sum(store);
  unsaved.keep(store);
  await rm(store.path, { recursive: true });
  await unsaved.flush();
  expect(unsaved.words()).toMatch(/^session\.json of 0001_\S+ is not on the disk: it is gone\./);
  expect(unsaved.isHopeless).toBe(true);
});

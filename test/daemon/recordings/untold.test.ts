import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { readEvents, readManifestFile, Shelf, workspace } from './shelf.ts';

const sound = Buffer.alloc(20_000, 1);

/** Files of a module of which no daemon ever wrote a word. */
async function leave(session: string, module: string, trial: string, bytes: Buffer): Promise<void> {
  const dir = join(session, module, trial);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, `${module}_s001.raw`), bytes);
}

test('a trial whose beginning is on disk in the events only is known to the next daemon', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  const manifest = join(session.path, 'session.json');
  const { trial } = await first.prepare();
  await first.recordings.flush();
  await copyFile(manifest, `${manifest}.kept`);
  await first.begin(trial, {});
  await first.recordings.noted();
  const saved = first.recordings.present();
  await first.recordings.close();
  await copyFile(`${manifest}.kept`, manifest);
  const second = new Shelf(first.folder, saved);
  expect(await second.recordings.openTrial()).toMatchObject({ number: trial, label: 'a label' });
});

test('what was noted is in the events when a go is told', async () => {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, {});
  await shelf.recordings.noted();
  const events = await readEvents(join(session.path, 'events.jsonl'));
  expect(events.map((event) => event.is)).toEqual(['session-opened', 'trial-began', 'segment']);
});

test('a go that lies far ahead does not wait for the disk, and one that is now does', async () => {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, {});
  let isOnDisk = false;
  const flushed = shelf.recordings.flush().then(() => {
    isOnDisk = true;
  });
  await shelf.recordings.noted(60_000);
  expect(isOnDisk).toBe(false);
  await flushed;
  const events = await readEvents(join(session.path, 'events.jsonl'));
  expect(events.map((event) => event.is)).toContain('trial-began');
});

test('a new daemon takes up trials of which only files tell, and leaves the newest open', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  await first.recordings.close();
  await leave(session.path, 'mic', 'trial-001', sound);
  await leave(session.path, 'mic', 'trial-002', Buffer.alloc(4_096));
  await leave(session.path, 'mic', 'trial-003', sound);
  expect(await verifySession(session.path)).toMatchObject({ ok: false });
  const second = new Shelf(first.folder, first.recordings.present());
  expect(await second.recordings.openTrial()).toMatchObject({ number: 3 });
  expect((await second.manifest()).trials).toMatchObject([
    { number: 1, outcome: 'interrupted', stoppedAt: expect.any(String) },
    { number: 3, outcome: 'interrupted', stoppedAt: null },
  ]);
  await second.end();
  const { trials } = await readManifestFile(session.path);
  expect(trials.map((one) => one.stoppedAt === null)).toEqual([false, false, false]);
  expect(trials.map(({ number }) => number)).toEqual([1, 2, 3]); // no byte is left unlisted
  expect(trials[2]?.segments[0]?.modules['mic']?.files).toMatchObject([
    { path: 'mic/trial-003/mic_s001.raw', bytes: sound.length, verdict: 'ok' },
  ]);
});

test('a session that ends lists trials of which only files tell', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('dawn');
  await leave(session.path, 'mic', 'trial-001', sound);
  const before = await verifySession(session.path);
  expect(before.ok).toBe(false);
  expect(before.notes.join()).toContain('mic/trial-001/mic_s001.raw');
  await shelf.end();
  expect((await readManifestFile(session.path)).trials).toMatchObject([
    { number: 1, outcome: 'interrupted' },
  ]);
  expect(await verifySession(session.path)).toMatchObject({ ok: true, extra: [] });
});

test('a trial that is recorded and that the session does not know begins as the state dir says', async () => {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  const saved = {
    number: 4,
    label: 'night',
    startedAt: '2026-05-01T20:00:00.000Z',
    startedMonoMs: 5_000,
    segment: 1,
    partial: false,
    pausedMs: 0,
    pausedSinceMonoMs: null,
    nextSegmentMs: null,
  };
  expect(await first.recordings.takeUpTrial(4, ['mic'], saved)).toMatchObject(saved);
  expect(await first.recordings.takeUpTrial(4, ['mic'], { ...saved, label: 'late' })).toBe(null);
  await first.end();
  const { trials } = await readManifestFile(session.path);
  const { number, label, startedAt } = saved;
  expect(trials).toMatchObject([{ number, label, startedAt, goMonoNs: '5000000000' }]);
});

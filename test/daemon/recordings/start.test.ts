import { existsSync } from 'node:fs';
import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEvents, Shelf, workspace } from './shelf.ts';

test('a start that is refused for space leaves nothing behind', async () => {
  const folder = join(await workspace(), 'recordings');
  const shelf = new Shelf(folder, undefined, 1e18);
  const { refusal } = await shelf.refuse();
  expect(refusal.reason).toBe('low-space');
  expect(refusal.remedy).toContain('minFree');
  expect(existsSync(folder)).toBe(false);
});

test('a start is refused in words when the recordings folder is a file', async () => {
  const folder = join(await workspace(), 'recordings');
  await writeFile(folder, '');
  const { refusal } = await new Shelf(folder).refuse();
  expect(refusal).toMatchObject({ reason: 'recordings-folder' });
  expect(refusal.message).toContain('is no folder');
});

test('a start that is called off takes back named files, empty folders and the session it opened', async () => {
  const shelf = new Shelf(join(await workspace(), 'recordings'));
  const { trial, session } = await shelf.prepare();
  const file = await shelf.recordings.moduleFolder('mic', trial, 1);
  await shelf.recordings.moduleFolder('cam', trial, 1);
  await writeFile(join(file.dir, 'mic_s001.raw'), 'header');
  shelf.recordings.discardTrial(trial, [join(file.dir, 'mic_s001.raw')]);
  await shelf.recordings.flush();
  expect(existsSync(session.path)).toBe(false);
  expect(existsSync(shelf.folder)).toBe(false);
  expect(shelf.recordings.present()).toEqual({ nextSession: 1, session: null });
  expect(shelf.faults).toEqual([]);
});

test('a start that is called off in a named session frees only its number', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('named');
  const { trial } = await shelf.prepare();
  await shelf.recordings.moduleFolder('mic', trial, 1);
  shelf.recordings.discardTrial(trial, []);
  expect((await shelf.prepare()).trial).toBe(trial);
  expect(existsSync(join(session.path, 'mic'))).toBe(false);
  expect(existsSync(join(session.path, 'session.json'))).toBe(true);
});

test('a start that went and found nobody recording uses up no number', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  shelf.recordings.discardTrial(trial, []);
  await shelf.recordings.flush();
  expect(shelf.recordings.present()).toEqual({ nextSession: 1, session: null });
  expect(await readdir(shelf.folder)).toEqual([]);
});

test('a start that is called off removes nothing that a module names elsewhere', async () => {
  const folder = await workspace();
  const shelf = new Shelf(join(folder, 'recordings'));
  await shelf.open('named');
  const kept = await shelf.record({ mic: 'kept' });
  const { trial, session } = await shelf.prepare();
  const { dir } = await shelf.recordings.moduleFolder('mic', trial, 1);
  const outside = join(folder, 'precious.txt');
  const earlier = join(session.path, 'mic', `trial-00${kept}`, 'mic_s001.dat');
  await writeFile(outside, 'precious');
  await writeFile(join(dir, 'unnamed.raw'), 'not named');
  await symlink(folder, join(dir, 'link'));
  const named = [outside, earlier, '../../../../precious.txt', join(dir, 'link', 'precious.txt')];
  shelf.recordings.discardTrial(trial, named);
  await shelf.recordings.flush();
  expect(existsSync(outside)).toBe(true);
  expect(existsSync(earlier)).toBe(true);
  expect(existsSync(join(dir, 'unnamed.raw'))).toBe(true);
  expect((await shelf.prepare()).trial).toBe(trial + 1);
});

test('a start that came to nothing removes headers and keeps what was recorded without being confirmed', async () => {
  const shelf = new Shelf(join(await workspace(), 'recordings'));
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, {});
  const mic = await shelf.recordings.moduleFolder('mic', trial, 1);
  const cam = await shelf.recordings.moduleFolder('cam', trial, 1);
  const [sound, header] = [join(mic.dir, 'mic_s001.raw'), join(cam.dir, 'cam_s001.mkv')];
  await writeFile(sound, Buffer.alloc(1_300_000, 1));
  await writeFile(join(mic.dir, 'own-name.raw'), Buffer.alloc(4_097, 1));
  await writeFile(header, Buffer.alloc(4_096));
  shelf.recordings.discardTrial(trial, [sound, header]);
  const { trials } = await shelf.manifest();
  expect(trials).toMatchObject([{ number: trial, outcome: 'interrupted' }]);
  expect(trials[0]?.stoppedAt).not.toBeNull();
  expect(trials[0]?.segments[0]?.modules['mic']?.files).toMatchObject([
    { path: 'mic/trial-001/mic_s001.raw', bytes: 1_300_000, verdict: 'ok' },
    { path: 'mic/trial-001/own-name.raw', bytes: 4_097, verdict: 'ok' },
  ]);
  expect(existsSync(header)).toBe(false);
  const events = await readEvents(join(session.path, 'events.jsonl'));
  expect(events).toContainEqual(expect.objectContaining({ is: 'trial-kept', trial }));
  expect(shelf.words.join()).toContain('not discarded');
  expect((await shelf.prepare()).trial).toBe(trial + 1);
});

test('a start that was called off before its go keeps what a module recorded too early', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  const { dir } = await shelf.recordings.moduleFolder('mic', trial, 1);
  await writeFile(join(dir, 'mic_s001.raw'), Buffer.alloc(9_000, 1));
  shelf.recordings.discardTrial(trial, [join(dir, 'mic_s001.raw')]);
  expect((await shelf.manifest()).trials).toMatchObject([
    { number: 1, outcome: 'interrupted', segments: [{ modules: { mic: { files: [{}] } } }] },
  ]);
});

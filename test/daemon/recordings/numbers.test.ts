import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Shelf, workspace } from './shelf.ts';

test('a clock that goes back to 1970 between two sessions overwrites nothing', async () => {
  const folder = await workspace();
  await mkdir(join(folder, '0007_2026-11-22_14-02-10_rec'));
  const shelf = new Shelf(folder, undefined, 0, false);
  expect((await shelf.open('rec')).session.id).toBe('0008');
});

test('lost numbers are made again from the disk', async () => {
  const folder = await workspace();
  await mkdir(join(folder, '0041_unsynced_rec'));
  await mkdir(join(folder, '99999999_2026-11-22_14-02-10_not-ours'));
  const shelf = new Shelf(folder);
  await shelf.recordings.session();
  expect(shelf.recordings.present().nextSession).toBe(42);
});

test('a saved number counts when the disk knows a lower one', async () => {
  const shelf = new Shelf(await workspace(), { nextSession: 500, session: null });
  expect((await shelf.open('x')).session.id).toBe('0500');
});

test('a trial never gets a number of which there is a folder with a file that holds something', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('x');
  await mkdir(join(session.path, 'mic', 'trial-007'), { recursive: true });
  await writeFile(join(session.path, 'mic', 'trial-007', 'a.raw'), 'sound');
  expect((await shelf.prepare()).trial).toBe(8);
});

test('a segment never gets a folder that holds its files already', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.join('mic', trial, 1, 'precious');
  await expect(shelf.recordings.moduleFolder('mic', trial, 1)).rejects.toThrow(/overwritten/);
  expect(shelf.faults.map((fault) => fault.code)).toEqual(['recordings-folder']);
  const next = await shelf.recordings.moduleFolder('mic', trial, 2);
  expect(next).toMatchObject({ prefix: 'mic_s002', session: { id: '0001', name: 'rec' } });
  expect(await shelf.recordings.highestSegment(trial, ['mic', 'cam'])).toBe(1);
});

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { Shelf, workspace } from './shelf.ts';

/** A rig that was armed for trial 2 when its daemon was killed: one whole trial, and what two modules made when they armed. */
async function armed() {
  const first = new Shelf(await workspace());
  const { session } = await first.open('field');
  await first.record({ mic: 'sound' });
  const { trial } = await first.prepare();
  const gps = await first.recordings.moduleFolder('gps', trial, 1);
  const mic = await first.recordings.moduleFolder('mic', trial, 1);
  await writeFile(join(gps.dir, `${gps.prefix}.csv`), 'n,monoNs\n');
  await writeFile(join(mic.dir, `${mic.prefix}.dat`), '');
  await first.recordings.flush();
  const saved = first.recordings.present();
  await first.recordings.close();
  return { folder: first.folder, saved, path: session.path, gps: gps.dir, mic: mic.dir, trial };
}

test('a start that was armed and never went leaves neither files nor its number to the next daemon', async () => {
  const { folder, saved, path, gps, mic, trial } = await armed();
  expect((await verifySession(path)).extra).toHaveLength(2);
  const second = new Shelf(folder, saved);
  await second.recordings.session();
  expect(existsSync(mic)).toBe(true); // its modules may still be armed
  second.recordings.takeBackNeverGone();
  await second.recordings.session();
  expect([gps, mic].map(existsSync)).toEqual([false, false]);
  expect(await verifySession(path)).toMatchObject({ ok: true, extra: [] });
  expect((await second.prepare()).trial).toBe(trial);
});

test('the number of a start that never went is free also when the next start comes at once', async () => {
  const { folder, saved, trial } = await armed();
  const second = new Shelf(folder, saved);
  expect((await second.prepare()).trial).toBe(trial);
});

test('a file of such a start that holds something is kept and listed, and its number is used', async () => {
  const { folder, saved, path, gps, mic, trial } = await armed();
  await writeFile(join(gps, 'gps_s001.csv'), 'n,monoNs\n1,5000000000\n');
  const second = new Shelf(folder, saved);
  expect((await second.prepare()).trial).toBe(trial + 1);
  const { trials, problems } = await second.manifest();
  expect(trials.at(-1)).toMatchObject({ number: trial, outcome: 'interrupted' });
  expect(problems.some(({ code }) => code === 'kept')).toBe(true);
  expect([gps, mic].map(existsSync)).toEqual([true, true]);
  expect((await verifySession(path)).extra).toEqual([]);
});

test('recovering takes such a start back without a daemon, and a trial run only says so', async () => {
  const { path, gps, mic } = await armed();
  const words = 'trial 2 was armed and never went: 2 files that hold nothing are removed';
  const dry = await recoverSession(path, true);
  expect(dry.did).toContain(words);
  expect(dry.left).toEqual([]);
  expect([gps, mic].map(existsSync)).toEqual([true, true]);
  const done = await recoverSession(path, false);
  expect(done.did).toContain(words);
  expect(done.left).toEqual([]);
  expect([gps, mic].map(existsSync)).toEqual([false, false]);
});

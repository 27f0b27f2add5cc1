import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest } from '../../../src/daemon/recordings/read-manifest.ts';
import { Shelf, workspace } from './shelf.ts';

/** So many programs were ended for want of memory since this machine was started, and so busy is it. */
function machineIs(shelf: Shelf, oomKills: number, load1: number): void {
  const proc = join(shelf.machineRoot, 'proc');
  mkdirSync(proc, { recursive: true });
  writeFileSync(join(proc, 'vmstat'), `oom_kill ${oomKills}\n`);
  writeFileSync(join(proc, 'loadavg'), `${load1} 0.50 0.50 1/99 7\n`);
}

test('what the machine goes through is stamped into the session and into the trial in which it happens', async () => {
  const shelf = new Shelf(await workspace());
  machineIs(shelf, 5, 0.5);
  await shelf.open('rec');
  machineIs(shelf, 6, 0.5);
  const { trial: first } = await shelf.prepare();
  await shelf.begin(first, { mic: 'a' });
  machineIs(shelf, 8, 3.5);
  shelf.recordings.stamp();
  await shelf.close(first);
  const { trial: second } = await shelf.prepare();
  machineIs(shelf, 8, 0.5);
  await shelf.begin(second, { mic: 'b' });
  await shelf.close(second);

  const { health, trials } = await shelf.manifest();
  expect(health).toMatchObject({ oomKills: 3, highestLoad1: 3.5, highestTemperatureC: null });
  expect(trials).toMatchObject([
    { health: { oomKills: 2, highestLoad1: 3.5 } },
    { health: { oomKills: 0, highestLoad1: 0.5 } },
  ]);
});

test('a manifest that is made from the events knows what the machine went through', async () => {
  const shelf = new Shelf(await workspace());
  machineIs(shelf, 5, 0.5);
  const { session } = await shelf.open('rec');
  const trial = await shelf.record({ mic: 'a' });
  machineIs(shelf, 7, 3.5);
  await shelf.record({ mic: 'b' });
  const { health, trials } = await shelf.manifest();
  await rm(join(session.path, 'session.json'));
  const made = (await readManifest(session.path))?.manifest;
  expect(made?.health).toEqual(health);
  expect(made?.trials.map((one) => one.health)).toEqual(trials.map((one) => one.health));
  expect(made?.health).toMatchObject({ oomKills: 2, highestLoad1: 3.5 });
  expect(made?.trials[0]).toMatchObject({ number: trial, health: { highestLoad1: 0.5 } });
});

test('the next daemon adds to what was stamped before it', async () => {
  const first = new Shelf(await workspace());
  machineIs(first, 1, 4);
  const { trial } = await first.prepare();
  await first.begin(trial, { mic: 'a' });
  machineIs(first, 2, 1);
  first.recordings.stamp();
  await first.recordings.flush();
  const second = new Shelf(first.folder, first.recordings.present());
  machineIs(second, 7, 1);
  await second.recordings.session();
  second.recordings.stamp();
  machineIs(second, 8, 1);
  second.recordings.stamp();
  expect(await second.manifest()).toMatchObject({
    health: { oomKills: 2, highestLoad1: 4 },
    trials: [{ health: { oomKills: 2, highestLoad1: 4 } }],
  });
});

test('an open session in which nothing is recorded is stamped without a write', async () => {
  const shelf = new Shelf(await workspace());
  machineIs(shelf, 0, 0.5);
  const { session } = await shelf.open('rec');
  await shelf.recordings.flush();
  const file = join(session.path, 'session.json');
  const before = statSync(file);
  machineIs(shelf, 4, 9);
  shelf.recordings.stamp();
  await shelf.recordings.flush();
  expect(statSync(file).ino).toBe(before.ino);
  await shelf.record({ mic: 'a' });
  expect((await shelf.manifest()).health).toMatchObject({ oomKills: 4, highestLoad1: 9 });
});

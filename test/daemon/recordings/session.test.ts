import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

const at = '2026-11-22T14:02:10.000Z';

test('a session has a manifest, events and a README from second 0 on', async () => {
  const shelf = new Shelf(join(await workspace(), 'made', 'when-needed'));
  const { session } = await shelf.open('Dawn chorus / north');
  expect(basename(session.path)).toMatch(/^0001_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_Dawn_chorus_north$/);
  const manifest = await readManifestFile(session.path);
  expect(manifest.session).toMatchObject({
    id: '0001',
    name: 'Dawn chorus / north',
    endedAt: null,
  });
  expect(await readFile(join(session.path, 'README.txt'), 'utf8')).toContain('Dawn chorus / north');
  await until(
    'the facts of the host',
    async () => (await shelf.manifest()).host['model'] === 'Raspberry Pi 5',
  );
});

test('a session is opened as "rec" by a start when nobody named one, and collects trials', async () => {
  const shelf = new Shelf(await workspace());
  expect(await shelf.record({ mic: 'a' })).toBe(1);
  expect(await shelf.record({ mic: 'b' })).toBe(2);
  const { session, trials } = await shelf.manifest();
  expect(session.name).toBe('rec');
  expect(trials.map((trial) => trial.number)).toEqual([1, 2]);
  expect(shelf.recordings.present().session).toMatchObject({ id: '0001', lastTrial: 2 });
});

test('a session ends the one before when a new one is named', async () => {
  const shelf = new Shelf(await workspace());
  const first = await shelf.open('one');
  const second = await shelf.open('two');
  expect((await readManifestFile(first.session.path)).session.endedAt).not.toBeNull();
  expect(second.session.id).toBe('0002');
  await shelf.end();
  expect((await readManifestFile(second.session.path)).session.endedAt).not.toBeNull();
  expect(shelf.recordings.present()).toEqual({ nextSession: 3, session: null });
});

test('a session of a clock that is not set says so in its name, and gets its true start when time arrives', async () => {
  const shelf = new Shelf(await workspace(), undefined, 0, false);
  const { session } = await shelf.open('field');
  expect(basename(session.path)).toBe('0001_unsynced_field');
  expect((await shelf.manifest()).clock.synchronized).toBe(false);
  shelf.synchronized = true;
  shelf.recordings.note({ is: 'marker', at, monoNs: '1', text: null, actor: 'me', trial: null });
  expect((await shelf.manifest()).clock.synchronized).toBe(true);
});

test.each([
  ['../../etc/passwd', /_etc_passwd$/],
  ['', /_rec$/],
  ['...', /_rec$/],
  ['-rf ~; rm *', /_rf_rm$/],
  ['a\nb\u0000c\u202e', /_a_b_c$/],
  ['Vögel im März', /_Vögel_im_März$/],
  ['x'.repeat(64), /_x{64}$/],
  ['🦉'.repeat(32), /_rec$/],
])('a session with the name %j stays in the recordings folder', async (name, folder) => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open(name);
  expect(dirname(session.path)).toBe(shelf.folder);
  expect(basename(session.path)).toMatch(folder);
  expect((await readManifestFile(session.path)).session.name).toBe(name);
});

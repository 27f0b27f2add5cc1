import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { landedBytes, listSessions, showSession } from '../../../src/daemon/recordings/sessions.ts';
import { remedyFor, verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { until } from '../../support/until.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

/** A session of one trial with its checksums. @returns its path */
async function ended(shelf: Shelf, modules: Readonly<Record<string, string>>): Promise<string> {
  await shelf.record(modules);
  const path = (await shelf.recordings.session())?.path ?? '';
  await shelf.end();
  await until(
    'all checksums',
    async () => !JSON.stringify(await readManifestFile(path)).includes('"sha256":null'),
  );
  return path;
}

test('sessions are listed with what became of them', async () => {
  const shelf = new Shelf(await workspace());
  await ended(shelf, { mic: 'abc' });
  await shelf.open('two');
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abcdef' });
  await shelf.manifest();
  expect(await listSessions(shelf.folder)).toMatchObject([
    { id: '0001', name: 'rec', trials: 1, bytes: 3, state: 'complete', damaged: null },
    { id: '0002', name: 'two', trials: 1, bytes: 6, state: 'open', endedAt: null },
  ]);
  await shelf.close(trial, 'partial');
  await shelf.end();
  expect((await listSessions(shelf.folder))[1]).toMatchObject({ state: 'partial', bytes: 6 });
  expect(await listSessions(join(shelf.folder, 'absent'))).toEqual([]);
});

test('of a trial that is still open it is known what has landed so far', async () => {
  const shelf = new Shelf(await workspace());
  await shelf.open('owl');
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abcdef' });
  await shelf.manifest();
  expect([...(await landedBytes(await found(shelf))).values()]).toEqual([6]);
  await shelf.close(trial, 'complete');
  expect(await landedBytes(await found(shelf))).toEqual(new Map());
});

async function found(shelf: Shelf) {
  const session = await showSession(shelf.folder, '1');
  if (session === null) throw new Error('there is no session');
  return session;
}

test('a session is found by its id, its number, its folder and its path', async () => {
  const shelf = new Shelf(await workspace());
  const { session } = await shelf.open('owl');
  for (const which of ['0001', '1', session.path, session.path.split('/').at(-1) ?? '']) {
    expect(await showSession(shelf.folder, which)).toMatchObject({ path: session.path });
  }
  expect(await showSession(shelf.folder, '0002')).toBeNull();
  expect(await showSession(shelf.folder, '../..')).toBeNull();
});

test('a damaged manifest is said so, and shown as the events tell it', async () => {
  const shelf = new Shelf(await workspace());
  const path = await ended(shelf, { mic: 'abc' });
  await writeFile(join(path, 'session.json'), '');
  const found = await showSession(shelf.folder, '1');
  expect(found?.damaged).toBe('it is no JSON');
  expect(found?.manifest.trials).toMatchObject([{ number: 1, outcome: 'complete' }]);
  expect(await listSessions(shelf.folder)).toMatchObject([
    { id: '0001', damaged: 'it is no JSON' },
  ]);
  expect((await verifySession(path)).ok).toBe(false);
  expect(await readdir(path)).not.toContain('session.json.damaged-1');
});

test('a session that cannot be read says so in its row, and the others are listed', async () => {
  const shelf = new Shelf(await workspace());
  const path = await ended(shelf, { mic: 'abc' });
  await ended(shelf, { mic: 'abc' });
  await rm(join(path, 'session.json'));
  await mkdir(join(path, 'session.json'));
  expect(await listSessions(shelf.folder)).toMatchObject([
    { id: '0001', folder: basename(path), unread: expect.stringMatching(/cannot be read: EISDIR/) },
    { id: '0002', trials: 1, damaged: null },
  ]);
});

test('what is said of a damaged manifest is short and safe to show, whatever is in it', async () => {
  const shelf = new Shelf(await workspace());
  const path = await ended(shelf, { mic: 'abc' });
  const manifest = await readManifestFile(path);
  const segment = manifest.trials[0]?.segments[0];
  const key = `\u001b[2J${'k'.repeat(3_900_000)}`;
  const modules = { [key]: segment?.modules['mic'] };
  const trials = [{ ...manifest.trials[0], segments: [{ ...segment, modules }] }];
  await writeFile(join(path, 'session.json'), JSON.stringify({ ...manifest, trials }));
  const [session] = await listSessions(shelf.folder);
  const damaged = session !== undefined && 'damaged' in session ? session.damaged : null;
  expect(damaged).toContain('trials.0.segments.0.modules.␛[2Jkkk');
  expect(damaged?.length).toBeLessThanOrEqual(200);
});

test('verifying finds what was changed, cut, removed and added', async () => {
  const shelf = new Shelf(await workspace());
  const modules = { good: 'good', flipped: 'abc', longer: 'abc', gone: 'abc' };
  const path = await ended(shelf, modules);
  expect(await verifySession(path)).toMatchObject({ ok: true, extra: [], notes: [] });
  const file = (module: string) => join(path, module, 'trial-001', `${module}_s001.dat`);
  await writeFile(file('flipped'), 'abd');
  await appendFile(file('longer'), 'd');
  await rm(file('gone'));
  await mkdir(join(path, 'notes'));
  await writeFile(join(path, 'notes', 'mine.txt'), 'x');
  const verified = await verifySession(path);
  expect(verified.ok).toBe(false);
  expect(
    Object.fromEntries(verified.files.map((one) => [one.path.split('/')[0], one.sha256])),
  ).toEqual({ good: 'ok', flipped: 'differs', longer: 'differs', gone: 'missing' });
  expect(verified.extra).toEqual(['notes/mine.txt']);
  expect(verified.notes).toContain('longer/trial-001/longer_s001.dat has 4 bytes instead of 3');
  await expect(verifySession(shelf.folder)).rejects.toThrow(/no session/);
});

test('a file that cannot be read is not said to have changed', async () => {
  const shelf = new Shelf(await workspace());
  const path = await ended(shelf, { mic: 'abc' });
  const verified = await verifySession(path, { sumOf: async () => null });
  const words = 'cannot be read: the disk does not give it to its end (dmesg)';
  expect(verified).toMatchObject({ ok: false, files: [{ sha256: 'unread' }] });
  expect(verified.notes).toEqual([`mic/trial-001/mic_s001.dat ${words}`]);
  const { manifest } = (await showSession(shelf.folder, '1')) ?? {};
  if (manifest === undefined) throw new Error('it is gone');
  expect(remedyFor(verified, manifest, null)).toMatch(/somebody who may read its files/);
});

test('a session whose manifest is damaged is said to be mended by recovering it, and ended before where a daemon has it open', async () => {
  const shelf = new Shelf(await workspace());
  const path = await ended(shelf, { mic: 'abc' });
  await writeFile(join(path, 'session.json'), '');
  const verified = await verifySession(path);
  const { manifest } = (await showSession(shelf.folder, '1')) ?? {};
  if (manifest === undefined) throw new Error('it is gone');
  const mend = 'rigdeck sessions recover 0001';
  expect(remedyFor(verified, manifest, null)).toBe(`Mend it: ${mend}`);
  const { id, name, startedAt } = manifest.session;
  const rig = { session: { id, name, path, startedAt } };
  expect(remedyFor(verified, manifest, rig)).toBe(`Mend it: rigdeck session end && ${mend}`);
});

test('files of an open trial are said to be open and not blamed', async () => {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abc' });
  await shelf.manifest();
  const verified = await verifySession(session.path);
  expect(verified).toMatchObject({ ok: true, files: [{ verdict: 'open', sha256: 'unknown' }] });
  expect(verified.notes[0]).toBe('trial 1 is open: it is being recorded, or the power went');
  const sumOf = async () => null;
  const known = await verifySession(session.path, { sumOf, recording: 1 });
  expect(known.notes[0]).toBe('trial 1 is open: it is being recorded');
});

test('a thousand files of one trial are measured, summed and verified', async () => {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, { cam: 'x' });
  const { dir } = await shelf.recordings.moduleFolder('cam', trial, 2);
  await mkdir(join(dir, 'cam_s001_frames'));
  for (let n = 0; n < 1_000; n += 1) {
    await writeFile(join(dir, 'cam_s001_frames', `${n}.jpg`), `frame ${n}`);
  }
  expect(await shelf.recordings.bytesOf('cam', 1)).toMatchObject({ files: 1_001 });
  await shelf.close(trial);
  await shelf.recordings.close();
  const verified = await verifySession(session.path);
  expect(verified.ok).toBe(true);
  expect(verified.files).toHaveLength(1_001);
});

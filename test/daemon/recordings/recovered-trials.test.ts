import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverSession } from '../../../src/daemon/recordings/recover-session.ts';
import type { SavedTrials } from '../../../src/daemon/recordings/unlisted.ts';
import { verifySession } from '../../../src/daemon/recordings/verify-session.ts';
import { readManifestFile, Shelf, workspace } from './shelf.ts';

const rows = 'n,monoNs\n1,5000000000\n2,5200000000\n3,5400000000\n';

/** A session of a daemon whose power went after the go of trial 1, of which its disk had taken files and no word. */
async function darkened(tables: Readonly<Record<string, string>>) {
  const first = new Shelf(await workspace());
  const { session } = await first.open('dawn');
  await first.recordings.close();
  const writtenMs = Date.now() - 60_000;
  for (const [module, text] of Object.entries(tables)) {
    const dir = join(session.path, module, 'trial-001');
    await mkdir(dir, { recursive: true });
    const file = join(dir, `${module}_s001.csv`);
    await writeFile(file, text);
    await utimes(file, writtenMs / 1_000, writtenMs / 1_000);
  }
  const next = (savedTrials?: SavedTrials) => {
    return new Shelf(first.folder, first.recordings.present(), 0, true, false, savedTrials);
  };
  return { path: session.path, writtenMs, next };
}

test('a trial of which only files tell begins with their first samples, and names who recorded', async () => {
  const { path, next } = await darkened({
    mic: rows,
    gps: rows.replaceAll('5000000000', '5003000000'),
  });
  const shelf = next();
  shelf.recordings.takeBackNeverGone();
  const [trial] = (await shelf.manifest()).trials;
  expect(trial).toMatchObject({
    number: 1,
    label: null,
    recovered: true,
    outcome: 'interrupted',
    goMonoNs: '5000000000',
    startSkewMs: 3,
  });
  expect(trial?.segments).toMatchObject([
    {
      number: 1,
      reason: 'start',
      modules: {
        mic: { firstSampleMonoNs: '5000000000', files: [{ path: 'mic/trial-001/mic_s001.csv' }] },
        gps: { firstSampleMonoNs: '5003000000', files: [{ path: 'gps/trial-001/gps_s001.csv' }] },
      },
    },
  ]);
  await shelf.end();
  expect(await verifySession(path)).toMatchObject({ ok: true, extra: [] });
  const { problems } = await readManifestFile(path);
  expect(problems.map(({ message }) => message).join()).toContain('no word of trial 1 was on disk');
});

test('what the state dir still knows of such a trial is put into its manifest, also of one that holds little', async () => {
  const { next } = await darkened({ mic: rows });
  const startedAt = '2026-11-22T06:00:00.000Z';
  const folder = (await next().recordings.session())?.path.split('/').at(-1) ?? '';
  const known = { number: 1, label: 'night', startedAt, startedMonoMs: 4_990 };
  const shelf = next({ begun: { ...known, folder }, starting: null });
  expect(await shelf.recordings.openTrial()).toMatchObject({
    number: 1,
    label: 'night',
    startedAt,
  });
  const [trial] = (await shelf.manifest()).trials;
  expect(trial).toMatchObject({ goMonoNs: '4990000000', stoppedAt: null, recovered: true });
  expect(trial?.segments[0]?.modules['mic']).toMatchObject({ firstSampleMonoNs: '5000000000' });
});

test('a start that was on its way gives its label to the trial that it had begun, and no other session does', async () => {
  const { next } = await darkened({ mic: rows });
  const other = { number: 1, label: 'other', startedAt: '', startedMonoMs: 0, folder: '0007_x' };
  const shelf = next({ begun: other, starting: { label: 'night' } });
  shelf.recordings.takeBackNeverGone();
  expect((await shelf.manifest()).trials).toMatchObject([
    { number: 1, label: 'night', goMonoNs: '5000000000' },
  ]);
});

test('recovering without a daemon finds the same in the files', async () => {
  const { path } = await darkened({ mic: rows });
  const { did, left } = await recoverSession(path, false);
  expect(did.join()).toContain('trial 1: no word of it was on disk, its files are taken up');
  expect(left).toEqual([]);
  expect((await readManifestFile(path)).trials).toMatchObject([
    { number: 1, recovered: true, goMonoNs: '5000000000' },
  ]);
});

import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { Shelf, workspace } from './shelf.ts';

const at = '2026-11-22T14:02:10.000Z';

test('a trial is in the manifest with segments, files, skew, gaps, markers and the pause', async () => {
  const shelf = new Shelf(await workspace());
  const { recordings } = shelf;
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  await shelf.join('mic', trial, 1, 'abc', '1000000000');
  await shelf.join('cam', trial, 1, 'defg', '1012345600');
  recordings.note({ is: 'marker', at, monoNs: '9', text: 'owl', actor: 'key', trial });
  recordings.note({ is: 'paused', trial, at: '2026-11-22T14:03:00.000Z' });
  recordings.note({ is: 'resumed', trial, at: '2026-11-22T14:04:00.000Z' });
  const left = { trial, segment: 1, module: 'mic', how: 'crashed', at } as const;
  recordings.note({ is: 'left', ...left });
  shelf.segment(trial, 2, 'module-crash');
  await shelf.join('mic', trial, 2, 'hi', '3000000000');
  recordings.note({ is: 'gap', module: 'mic', from: at, to: at, cause: 'crash' });
  const open = await shelf.manifest();
  expect(open.trials[0]).toMatchObject({ stoppedAt: null, outcome: 'interrupted' });
  await shelf.close(trial, 'partial');
  const manifest = await shelf.manifest();
  expect(manifest.trials[0]).toMatchObject({
    number: 1,
    label: 'a label',
    startSkewMs: 12.346,
    outcome: 'partial',
    segments: [
      {
        number: 1,
        reason: 'start',
        modules: {
          mic: { files: [{ path: 'mic/trial-001/mic_s001.dat', bytes: 3, verdict: 'ok' }] },
          cam: { files: [{ path: 'cam/trial-001/cam_s001.dat', bytes: 4, verdict: 'ok' }] },
        },
      },
      { number: 2, reason: 'module-crash', modules: { mic: { files: [{ bytes: 2 }] } } },
    ],
  });
  expect(manifest.markers).toEqual([{ at, monoNs: '9', text: 'owl', actor: 'key', trial }]);
  expect(manifest.gaps).toEqual([
    { from: expect.any(String), to: '2026-11-22T14:04:00.000Z', module: null, cause: 'paused' },
    { from: at, to: at, module: 'mic', cause: 'crash' },
  ]);
  expect(manifest.problems).toMatchObject([{ module: 'mic', code: 'exited' }]);
});

test('a trial gets SHA-256 of its files in the background', async () => {
  const shelf = new Shelf(await workspace());
  await shelf.record({ mic: 'hello', cam: 'world' });
  const wanted = ['hello', 'world'].map((text) => createHash('sha256').update(text).digest('hex'));
  const manifest = await until('all checksums', async () => {
    const now = await shelf.manifest();
    const modules = Object.values(now.trials[0]?.segments[0]?.modules ?? {});
    const sums = modules.flatMap((one) => one.files.map((file) => file.sha256));
    return sums.includes(null) ? null : sums;
  });
  expect(manifest).toEqual(wanted);
});

test('a trial says which file is empty, which is missing, and what a program wrote under a name of its own', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: '' });
  const { dir } = await shelf.recordings.moduleFolder('cam', trial, 1);
  await mkdir(join(dir, 'frames'));
  await writeFile(join(dir, 'frames', '0001.jpg'), 'jpeg');
  const joined = { trial, segment: 1, module: 'cam', firstSampleMonoNs: null, late: false, at };
  shelf.recordings.note({ is: 'joined', ...joined, files: ['never-made.mkv'] });
  await shelf.recordings.session();
  expect(await shelf.recordings.bytesOf('cam', 1)).toMatchObject({
    bytes: 4,
    files: 1,
    missing: ['cam/trial-001/never-made.mkv'],
  });
  await shelf.close(trial);
  const modules = (await shelf.manifest()).trials[0]?.segments[0]?.modules;
  expect(modules?.['cam']?.files).toMatchObject([
    { path: 'cam/trial-001/never-made.mkv', verdict: 'empty' },
    { path: 'cam/trial-001/frames/0001.jpg', verdict: 'ok', bytes: 4 },
  ]);
  expect(shelf.faults).toMatchObject([{ code: 'verdict' }]);
  expect(shelf.faults[0]?.message).toContain('mic/trial-001/mic_s001.dat');
  await shelf.record({ mic: 'now it works' });
  expect(shelf.over).toEqual(['verdict']);
});

test('a trial gives files without a name of ours to the segment in which they appeared', async () => {
  const shelf = new Shelf(await workspace());
  const { recordings } = shelf;
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  const joined = { trial, module: 'cam', firstSampleMonoNs: null, files: [], late: false, at };
  const { dir } = await recordings.moduleFolder('cam', trial, 1);
  recordings.note({ is: 'joined', segment: 1, ...joined });
  await writeFile(join(dir, 'first.mkv'), 'first');
  await recordings.moduleFolder('cam', trial, 2);
  shelf.segment(trial, 2, 'module-crash');
  recordings.note({ is: 'joined', segment: 2, ...joined });
  await writeFile(join(dir, 'second.mkv'), 'second!');
  await recordings.session();
  expect(await recordings.bytesOf('cam', 2)).toMatchObject({ bytes: 7, files: 1 });
  await shelf.close(trial);
  const segments = (await shelf.manifest()).trials[0]?.segments ?? [];
  const paths = segments.map((one) => one.modules['cam']?.files.map((file) => file.path));
  expect(paths).toEqual([['cam/trial-001/first.mkv'], ['cam/trial-001/second.mkv']]);
});

test('a trial keeps the path of a file outside the session folder, and says so', async () => {
  const folder = await workspace();
  const shelf = new Shelf(join(folder, 'recordings'));
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  await writeFile(join(folder, 'else.raw'), 'elsewhere');
  const files = [join(folder, 'else.raw')];
  const joined = { trial, segment: 1, module: 'mic', firstSampleMonoNs: null, late: false, at };
  shelf.recordings.note({ is: 'joined', ...joined, files });
  await shelf.close(trial);
  const { trials, problems } = await shelf.manifest();
  expect(trials[0]?.segments[0]?.modules['mic']?.files).toMatchObject([
    { path: files[0], bytes: 9, verdict: 'ok' },
  ]);
  expect(problems).toMatchObject([{ module: 'mic', code: 'outside' }]);
});

test('a trial has a README that names its files, gaps and markers', async () => {
  const shelf = new Shelf(await workspace());
  const trial = await shelf.record({ mic: 'x'.repeat(2_000) });
  const { path } = (await shelf.recordings.session()) ?? { path: '' };
  shelf.recordings.note({
    is: 'marker',
    at,
    monoNs: '1',
    text: 'a\u001b[2Jb',
    actor: 'x',
    trial,
  });
  await shelf.end();
  const text = await readFile(join(path, 'README.txt'), 'utf8');
  expect(text).toContain('mic/trial-001/mic_s001.dat  2.0 kB');
  expect(text).toContain('complete');
  expect(text).not.toContain('\u001b');
});

test('a module that names files without end leaves a few of them and one problem', async () => {
  const shelf = new Shelf(await workspace());
  const { trial, session } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abc' });
  const about = { is: 'files', trial, segment: 1, module: 'mic' } as const;
  for (let n = 0; n < 2_000; n += 1) {
    shelf.recordings.note({ ...about, files: [`new-${n}.wav`, `more-${n}.wav`, 'mic_s001.dat'] });
    shelf.recordings.note({ ...about, files: ['mic_s001.dat', 'new-0.wav'] });
  }
  const { trials, problems } = await shelf.manifest();
  expect(trials[0]?.segments[0]?.modules['mic']?.files).toHaveLength(256);
  expect(problems).toMatchObject([{ module: 'mic', code: 'files' }]);
  const events = await readFile(join(session.path, 'events.jsonl'), 'utf8');
  expect(events.split('"files"').length).toBeLessThan(300);
  expect(events.length).toBeLessThan(40_000);
});

test('a trial is not complete when all files of a module are empty or gone', async () => {
  const shelf = new Shelf(await workspace());
  for (const spoil of ['empty', 'gone']) {
    const { trial } = await shelf.prepare();
    await shelf.begin(trial, { cam: 'frames' });
    const file = await shelf.join('mic', trial, 1, spoil === 'gone' ? 'sound' : '');
    if (spoil === 'gone') await rm(file);
    await shelf.close(trial);
  }
  await shelf.record({ cam: 'frames', mic: 'sound' });
  const { trials } = await shelf.manifest();
  expect(trials.map((one) => one.outcome)).toEqual(['partial', 'partial', 'complete']);
});

test('a trial is not complete when a required module left no file at all, and says so in its problems', async () => {
  const shelf = new Shelf(await workspace());
  Object.assign(shelf.modules, {
    mic: { required: true, evidence: 'files' },
    cam: { required: false, evidence: 'files' },
    keys: { required: true, evidence: 'heartbeat' },
  });
  for (const gone of ['cam', 'mic']) {
    const { trial } = await shelf.prepare();
    await shelf.begin(trial, {});
    // Ordinary programs name no file: the daemon finds what lies in their folders.
    for (const module of ['mic', 'cam', 'keys']) {
      const { dir, prefix } = await shelf.recordings.moduleFolder(module, trial, 1);
      const joined = { trial, segment: 1, module, firstSampleMonoNs: null, late: false, at };
      shelf.recordings.note({ is: 'joined', ...joined, files: [] });
      if (module !== gone && module !== 'keys') await writeFile(join(dir, `${prefix}.raw`), 'data');
    }
    await shelf.close(trial);
  }
  const { trials, problems } = await shelf.manifest();
  expect(trials.map((one) => one.outcome)).toEqual(['complete', 'partial']);
  expect(problems).toMatchObject([
    { module: 'cam', code: 'verdict', message: expect.stringContaining('in trial 1') },
    { module: 'mic', code: 'verdict', message: expect.stringContaining('in trial 2') },
  ]);
  expect(shelf.faults.at(-1)).toMatchObject({ code: 'verdict' });
  expect(shelf.faults.at(-1)?.message).toContain('mic left no file');
});

test('a trial in which one of several files of a module is empty stays complete', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'sound' });
  const { dir } = await shelf.recordings.moduleFolder('mic', trial, 2);
  await writeFile(join(dir, 'mic_s001.log'), '');
  await shelf.close(trial);
  expect((await shelf.manifest()).trials).toMatchObject([{ outcome: 'complete' }]);
});

test('a module that had to be ended is a problem of its trial', async () => {
  const shelf = new Shelf(await workspace());
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'abc', cam: 'abc' });
  const left = { is: 'left', trial, segment: 1, at } as const;
  shelf.recordings.note({ ...left, module: 'mic', how: 'ended' });
  shelf.recordings.note({ ...left, module: 'cam', how: 'finished' });
  expect((await shelf.manifest()).problems).toEqual([
    {
      at,
      module: 'mic',
      code: 'left',
      message: 'mic did not finish its files in order in trial 1',
    },
  ]);
});

test('who is required in a trial is said by the configuration of that trial, not of the session', async () => {
  const shelf = new Shelf(await workspace());
  const settings = (required: boolean) => ({ required, evidence: 'files' });
  const outcomes = async () => (await shelf.manifest()).trials.map(({ outcome }) => outcome);
  Object.assign(shelf.modules, { mic: settings(true), cam: settings(true) });
  await shelf.record({ mic: 'hello', cam: 'world' });
  Object.assign(shelf.modules, { cam: settings(false), gps: settings(false) });
  shelf.recordings.configured();
  await shelf.record({ mic: 'hello', cam: '', gps: '' });
  Object.assign(shelf.modules, { cam: settings(true) });
  shelf.recordings.configured();
  await shelf.record({ mic: 'hello', cam: '', gps: '' });
  expect(await outcomes()).toEqual(['complete', 'complete', 'partial']);
});

test('of a module that is not configured any more the configuration that named it last says whether it was required', async () => {
  const shelf = new Shelf(await workspace());
  Object.assign(shelf.modules, { mic: { required: true }, cam: { required: false } });
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, { mic: 'hello', cam: 'world' });
  delete shelf.modules['cam'];
  shelf.recordings.configured();
  await shelf.recordings.session();
  const recorded = await shelf.recordings.recordedIn(trial, ['mic']);
  expect(recorded?.get('cam')).toMatchObject({ required: false });
});

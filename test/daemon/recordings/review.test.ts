import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { Shelf, workspace } from './shelf.ts';

test('ffprobe has the second word on formats that are not known here: what it cannot open is bad, and the trial is partial', async () => {
  const folder = await workspace();
  const sound = join(folder, 'sound.ogg');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'flac', sound]);
  const shelf = new Shelf(join(folder, 'recordings'));
  const { trial } = await shelf.prepare();
  await shelf.begin(trial, {});
  for (const module of ['cam', 'mic']) {
    const { dir } = await shelf.recordings.moduleFolder(module, trial, 1);
    const file = join(dir, module === 'mic' ? 'mic.ogg' : 'cam.avi');
    if (module === 'mic') execFileSync('cp', ['-p', sound, file]);
    else await writeFile(file, Buffer.alloc(5_000, 7));
    const joined = { trial, segment: 1, module, firstSampleMonoNs: null, late: false };
    const at = new Date().toISOString();
    shelf.recordings.note({ is: 'joined', ...joined, files: [file], at });
  }
  await shelf.close(trial);
  const files = async () => {
    const modules = (await shelf.manifest()).trials[0]?.segments[0]?.modules ?? {};
    return Object.values(modules).flatMap((entry) => entry.files);
  };
  await until('all checksums', async () => (await files()).every((file) => file.sha256), 50_000);
  expect(await files()).toMatchObject([
    { path: 'cam/trial-001/cam.avi', verdict: 'bad', note: expect.stringContaining('ffprobe: ') },
    { path: 'mic/trial-001/mic.ogg', verdict: 'ok' },
  ]);
  const { trials, problems } = await shelf.manifest();
  expect(trials[0]?.outcome).toBe('partial');
  expect(problems).toMatchObject([{ module: 'cam', code: 'verdict' }]);
  expect(shelf.faults).toMatchObject([{ code: 'verdict' }]);
});
